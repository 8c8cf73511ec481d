//! Builds the plugins to components, compiles them ahead of time and writes the table that `src/lib.rs` embeds.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const TARGET: &str = "wasm32-wasip2";

/// Crates of `plugins/` that become components, with the names that people see.
const PLUGINS: [(&str, &str); 6] = [
    ("flowport-zip-codec", "zip"),
    ("flowport-json-codec", "json"),
    ("flowport-flow", "flow"),
    ("flowport-connector", "connector"),
    ("flowport-app", "app"),
    ("flowport-data-model", "data-model"),
];

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let plugins = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("..").canonicalize()?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let guests = target_folder(&out)?.join("guests");
    build(&plugins, &guests)?;
    let release = guests.join(TARGET).join("release");
    let target = env::var("TARGET")?;
    let mut table = String::from("[\n");
    for (package, name) in PLUGINS {
        let file = format!("{}.wasm", package.replace('-', "_"));
        let component = release.join(&file);
        let bytes = fs::read(&component)?;
        let (artifact, stated) = flowport_runtime::precompile(&bytes, &target, name)?;
        fs::write(out.join(format!("{name}.wasm")), &bytes)?;
        fs::write(out.join(format!("{name}.cwasm")), artifact)?;
        table.push_str(&format!(
            "    Precompiled {{ name: {name:?}, version: {:?}, artifact: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.cwasm\")), component: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.wasm\")) }},\n",
            stated.version
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
    let cargo = |arguments: &[&str]| -> Outcome<bool> {
        let mut command = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
        command.current_dir(plugins).args(arguments);
        clean_environment(&mut command);
        command.env("CARGO_TARGET_DIR", guests).env("CARGO_ENCODED_RUSTFLAGS", remapped(plugins)?);
        Ok(command.status()?.success())
    };
    let mut arguments = vec!["build", "--release", "--locked", "--target", TARGET];
    for (package, _) in &PLUGINS {
        arguments.extend(["--package", package]);
    }
    if !target_is_installed() {
        install_target();
    }
    if cargo(&arguments)? {
        return Ok(());
    }
    let advice = if target_is_installed() { "" } else { "; install the target with `rustup target add wasm32-wasip2`" };
    Err(format!("the plugins in plugins/ do not build{advice}").into())
}

/// What this cargo set for itself would confuse the nested one.
fn clean_environment(command: &mut Command) {
    let keep = ["CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "RUSTUP_DIST_SERVER", "RUSTUP_UPDATE_ROOT"];
    for (name, _) in env::vars_os() {
        let Some(name) = name.to_str() else { continue };
        let ours = [
            "CARGO",
            "RUST",
            "DEP_",
            "TARGET",
            "MAKEFLAGS",
            "HOST",
            "OUT_DIR",
            "PROFILE",
            "OPT_LEVEL",
            "DEBUG",
            "NUM_JOBS",
        ];
        if ours.iter().any(|prefix| name.starts_with(prefix))
            && !keep.contains(&name)
            && !name.starts_with("CARGO_NET_")
        {
            command.env_remove(name);
        }
    }
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
    if let Some(sysroot) = sysroot() {
        flags.push(format!("--remap-path-prefix={sysroot}=rust"));
    }
    Ok(flags.join("\u{1f}"))
}

fn sysroot() -> Option<String> {
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let output = Command::new(rustc).args(["--print", "sysroot"]).output().ok()?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

fn target_is_installed() -> bool {
    sysroot().is_some_and(|sysroot| Path::new(&sysroot).join("lib/rustlib").join(TARGET).is_dir())
}

/// Once, and only where rustup is there; a failure shows in the build itself.
fn install_target() {
    println!("cargo::warning=installing the Rust target {TARGET} for the plugins");
    let installed = Command::new("rustup").args(["target", "add", TARGET]).status();
    if !installed.is_ok_and(|status| status.success()) {
        println!("cargo::warning=rustup could not install {TARGET}; install it with `rustup target add {TARGET}`");
    }
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
