//! The plugins of `tests/plugins`, built to components when the first test asks for one. Include it with `#[path]`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

const TARGET: &str = "wasm32-wasip2";

/// The component of the crate of that name.
pub(crate) fn guest(name: &str) -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let path = BUILT.get_or_init(build).join(format!("{}.wasm", name.replace('-', "_")));
    assert!(path.is_file(), "tests/plugins has no plugin {name}");
    path
}

/// Builds all of them; cargo itself sees whether there is anything to do, and waits for other tests that do the same.
fn build() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let find =
        |folder: &Path| Some(folder.join("tests/plugins")).filter(|plugins| plugins.join("Cargo.toml").is_file());
    let plugins = manifest.ancestors().find_map(find).expect("no folder above this crate has tests/plugins");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("cargo's own folder").join("test-plugins");
    let mut built = cargo(&plugins, &target);
    if !built.status.success() && text(&built).contains("target may not be installed") {
        // As in plugins/bundle/build.rs: what rust-toolchain.toml asks for is not installed with RUSTUP_AUTO_INSTALL=0.
        let added = clean(Command::new("rustup")).args(["target", "add", TARGET]).current_dir(&plugins).status();
        assert!(
            added.is_ok_and(|status| status.success()),
            "the target {TARGET} is missing: run `rustup target add {TARGET}`, or install it with your Rust packages"
        );
        built = cargo(&plugins, &target);
    }
    assert!(built.status.success(), "the plugins of {} do not build:\n{}", plugins.display(), text(&built));
    target.join(TARGET).join("release")
}

fn cargo(plugins: &Path, target: &Path) -> Output {
    let arguments = ["build", "--release", "--workspace", "--locked", "--target", TARGET];
    let mut command = clean(Command::new("cargo"));
    command.args(arguments).current_dir(plugins).env("CARGO_TARGET_DIR", target);
    command.output().expect("cargo runs")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Without what the outer cargo says to its own children: an inherited target directory would wait for itself for ever, and
/// inherited flags are meant for another target.
fn clean(mut command: Command) -> Command {
    let kept = ["CARGO_HOME", "CARGO_NET_", "CARGO_HTTP_", "RUSTUP_"];
    let meant_for_others = ["CARGO", "RUST", "DEP_", "TARGET", "MAKEFLAGS", "MFLAGS"];
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
        if starts(&meant_for_others) && !starts(&kept) {
            command.env_remove(&*name);
        }
    }
    command
}
