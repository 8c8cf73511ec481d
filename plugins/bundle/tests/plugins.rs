//! The plugins: their own native tests, and what the bundled components ask of the host.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use flowport_runtime::{Limits, Runtime};

#[path = "../nested_cargo.rs"]
mod nested_cargo;

/// Runs the tests of a workspace of plugins, so that one `cargo test` runs everything.
fn native_tests(workspace: &str, target: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(workspace);
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("cargo's own folder").join(target);
    nested_cargo::ensure_target(&folder).expect("the plugins can be built");
    let mut command = nested_cargo::clean(Command::new("cargo"));
    let status = command
        .args(["test", "--workspace", "--locked", "--quiet"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", target)
        .status();
    assert!(status.expect("cargo runs").success(), "the native tests in {} failed, see above", folder.display());
}

#[test]
fn the_bundled_plugins_pass_their_native_tests() {
    native_tests("..", "guests");
}

#[test]
fn the_test_plugins_pass_their_native_tests() {
    native_tests("../../tests/plugins", "test-plugins");
}

/// What Rust's standard library brings along, each with an empty context behind it; a plugin that asks for more shows here.
const IMPORTS: [&str; 14] = [
    "flowport:plugin/host",
    "flowport:plugin/types",
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:io/error",
    "wasi:io/streams",
];

/// Hash maps take their seed from here: fixed, and nothing depends on their order.
const SEEDS: [&str; 2] = ["wasi:random/insecure-seed", "wasi:io/poll"];

#[test]
fn the_bundled_plugins_ask_for_no_clock_files_or_network() {
    let runtime = Runtime::new(Limits::default()).expect("this machine runs WebAssembly");
    let allowed: BTreeSet<&str> = IMPORTS.into_iter().chain(SEEDS).collect();
    for precompiled in flowport_bundle::PLUGINS {
        let plugin = runtime.load_precompiled(precompiled).expect("a bundled plugin loads");
        let asked = plugin.imports().iter().map(|import| import.split('@').next().unwrap_or(import));
        let more: Vec<&str> = asked.filter(|import| !allowed.contains(import)).collect();
        assert!(more.is_empty(), "{} asks for {more:?}", plugin.name());
    }
}

#[test]
fn what_is_known_of_a_bundled_plugin_is_what_it_says() {
    let runtime = Runtime::new(Limits::default()).expect("this machine runs WebAssembly");
    for precompiled in flowport_bundle::PLUGINS {
        let known = runtime.load_precompiled(precompiled).expect("a bundled plugin");
        let asked = runtime.load(precompiled.component, "nameless").expect("a component");
        assert_eq!(known.name(), asked.name());
        assert_eq!(known.name().version, env!("CARGO_PKG_VERSION"));
        assert_eq!((known.hash(), known.roles(), known.imports()), (asked.hash(), asked.roles(), asked.imports()));
        assert_eq!(known.kinds().expect("kinds"), asked.kinds().expect("kinds"));
        assert_eq!(known.formats().expect("formats"), asked.formats().expect("formats"));
    }
}

#[test]
fn a_bundled_plugin_carries_no_path_of_the_machine_it_was_built_on() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the project").display().to_string();
    let home = std::env::var("HOME").or_else(|_| std::env::var("USERPROFILE")).expect("a home");
    for precompiled in flowport_bundle::PLUGINS {
        for path in [project.clone(), format!("{home}/.cargo")] {
            let found = precompiled.component.windows(path.len()).any(|window| window == path.as_bytes());
            assert!(!found, "a plugin carries the path {path}");
        }
    }
}
