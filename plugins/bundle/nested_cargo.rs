//! A cargo inside a cargo: shared, with `#[path]`, by build.rs and by the tests that build plugins.

use std::path::Path;
use std::process::Command;

/// What plugins are built for.
pub(crate) const WASM: &str = "wasm32-wasip2";

/// A command without what the outer cargo says to its own children: an inherited target directory would wait for itself for
/// ever, and inherited flags are meant for another target.
pub(crate) fn clean(mut command: Command) -> Command {
    let kept = ["CARGO_HOME", "CARGO_NET_", "CARGO_HTTP_", "RUSTUP_"];
    let meant_for_others = [
        "CARGO",
        "RUST",
        "DEP_",
        "TARGET",
        "MAKEFLAGS",
        "MFLAGS",
        "HOST",
        "OUT_DIR",
        "PROFILE",
        "OPT_LEVEL",
        "DEBUG",
        "NUM_JOBS",
    ];
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
        if starts(&meant_for_others) && !starts(&kept) {
            command.env_remove(&*name);
        }
    }
    command
}

/// Where the toolchain of `folder` lives.
pub(crate) fn sysroot(folder: &Path) -> Option<String> {
    let output = clean(Command::new("rustc")).args(["--print", "sysroot"]).current_dir(folder).output().ok()?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

/// Makes sure that the target of the plugins is installed: what rust-toolchain.toml asks for is not where
/// RUSTUP_AUTO_INSTALL is 0.
///
/// # Errors
/// What to do by hand.
pub(crate) fn ensure_target(folder: &Path) -> Result<(), String> {
    let installed = || sysroot(folder).is_some_and(|root| Path::new(&root).join("lib/rustlib").join(WASM).is_dir());
    if installed() {
        return Ok(());
    }
    let added = clean(Command::new("rustup")).args(["target", "add", WASM]).current_dir(folder).status();
    if added.is_ok_and(|status| status.success()) && installed() {
        return Ok(());
    }
    Err(format!("the target {WASM} is missing: run `rustup target add {WASM}`, or install it with your Rust packages"))
}
