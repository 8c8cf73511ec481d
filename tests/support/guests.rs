//! The plugins of `tests/plugins`, built to components when the first test asks for one. Include it with `#[path]`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

#[path = "../../plugins/bundle/nested_cargo.rs"]
mod nested_cargo;

use nested_cargo::{WASM, clean};

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
    nested_cargo::ensure_target(&plugins).expect("the plugins can be built");
    let built = cargo(&plugins, &target);
    assert!(built.status.success(), "the plugins of {} do not build:\n{}", plugins.display(), text(&built));
    target.join(WASM).join("release")
}

fn cargo(plugins: &Path, target: &Path) -> Output {
    let arguments = ["build", "--release", "--workspace", "--locked", "--target", WASM];
    let mut command = clean(Command::new("cargo"));
    command.args(arguments).current_dir(plugins).env("CARGO_TARGET_DIR", target);
    command.output().expect("cargo runs")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
