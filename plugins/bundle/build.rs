//! Builds the plugins to components, compiles them ahead of time and writes the table that `src/lib.rs` embeds.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

#[path = "nested_cargo.rs"]
mod nested_cargo;

use nested_cargo::{WASM, clean};

/// Crates of `plugins/` that become components, with the names that people see.
const PLUGINS: [(&str, &str); 10] = [
    ("flowport-zip-codec", "zip"),
    ("flowport-package-codec", "package"),
    ("flowport-json-codec", "json"),
    ("flowport-dpm-codec", "dpm"),
    ("flowport-flowrunner-codec", "flowrunner"),
    ("flowport-flow", "flow"),
    ("flowport-connector", "connector"),
    ("flowport-element", "element"),
    ("flowport-app", "app"),
    ("flowport-data-model", "data-model"),
];

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let plugins = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("..").canonicalize()?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let guests = target_folder(&out)?.join("guests");
    build(&plugins, &guests)?;
    let release = guests.join(WASM).join("release");
    let target = env::var("TARGET")?;
    let mut table = String::from("[\n");
    for (package, name) in PLUGINS {
        let file = format!("{}.wasm", package.replace('-', "_"));
        let component = release.join(&file);
        let bytes = fs::read(&component)?;
        let (artifact, facts) = flowport_runtime::precompile(&bytes, &target, name)?;
        for (ending, content) in [("wasm", bytes), ("cwasm", artifact), ("json", facts.into_bytes())] {
            fs::write(out.join(format!("{name}.{ending}")), content)?;
        }
        let embedded = |ending: &str| format!("(concat!(env!(\"OUT_DIR\"), \"/{name}.{ending}\"))");
        table.push_str(&format!(
            "    Precompiled {{ facts: include_str!{}, artifact: include_bytes!{}, component: include_bytes!{} }},\n",
            embedded("json"),
            embedded("cwasm"),
            embedded("wasm")
        ));
        watch(&release.join(file.replace(".wasm", ".d")))?;
    }
    table.push(']');
    fs::write(out.join("table.rs"), table)?;
    for file in ["Cargo.toml", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={}", plugins.join(file).display());
    }
    println!("cargo::rerun-if-changed={}", plugins.join("../wit").display());
    Ok(())
}

/// The folder that cargo builds in: above `<profile>/build/<package>/out`.
fn target_folder(out: &Path) -> Outcome<PathBuf> {
    let folder = out.ancestors().nth(4).ok_or("OUT_DIR is not below a target folder")?;
    Ok(folder.to_owned())
}

/// One nested cargo for all plugins, in a target folder of its own that debug, release, test and clippy builds share.
fn build(plugins: &Path, guests: &Path) -> Outcome<()> {
    let mut arguments = vec!["build", "--release", "--locked", "--target", WASM];
    for (package, _) in &PLUGINS {
        arguments.extend(["--package", package]);
    }
    nested_cargo::ensure_target(plugins)?;
    let mut command = clean(Command::new("cargo"));
    command.current_dir(plugins).args(arguments).env("CARGO_TARGET_DIR", guests);
    command.env("CARGO_ENCODED_RUSTFLAGS", remapped(plugins)?);
    if command.status()?.success() { Ok(()) } else { Err("the plugins in plugins/ do not build; see above".into()) }
}

/// The same bytes everywhere: no path of this machine in a component.
fn remapped(plugins: &Path) -> Outcome<String> {
    let project = plugins.join("..").canonicalize()?;
    let mut flags = vec![format!("--remap-path-prefix={}=flowport", project.display())];
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| {
        let user = env::var_os("HOME").or_else(|| env::var_os("USERPROFILE"))?;
        Some(PathBuf::from(user).join(".cargo"))
    });
    if let Some(home) = home {
        flags.push(format!("--remap-path-prefix={}=cargo", home.display()));
    }
    if let Some(sysroot) = nested_cargo::sysroot(plugins) {
        flags.push(format!("--remap-path-prefix={sysroot}=rust"));
    }
    Ok(flags.join("\u{1f}"))
}

/// The files a component was made of, from cargo's dependency file.
fn watch(dependencies: &Path) -> Outcome<()> {
    let text = fs::read_to_string(dependencies)?;
    for line in text.lines() {
        let Some((_, files)) = line.split_once(": ") else { continue };
        // Spaces inside a path are written `\ `.
        for file in files.replace("\\ ", "\0").split(' ').filter(|file| !file.is_empty()) {
            println!("cargo::rerun-if-changed={}", file.replace('\0', " "));
        }
    }
    Ok(())
}
