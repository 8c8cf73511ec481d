//! WASI is lent with nothing in it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use flowport_runtime::{Limits, Role};

use crate::support::{limits, load, misbehave, note};

fn look_around() -> BTreeMap<String, String> {
    let handler = misbehave().handler().unwrap().unwrap();
    let seen = handler.inspect(&note("ambient")).unwrap().literals;
    seen.into_iter().map(|literal| (literal.class, literal.value)).collect()
}

#[test]
fn a_plugin_sees_nothing_of_the_machine() {
    let seen = look_around();
    let expected = [
        ("environment", "0"),
        ("arguments", "0"),
        ("open", "refused"),
        ("create", "refused"),
        ("list", "refused"),
        ("tcp", "refused"),
        ("udp", "refused"),
        ("look-up", "refused"),
        ("input", "0"),
        ("elapsed", "0"),
        ("today", "0"),
    ];
    for (class, value) in expected {
        assert_eq!(seen[class], value, "{class}");
    }
}

#[test]
fn every_instance_sees_the_same() {
    let seen = look_around();
    assert!(seen.contains_key("random") && seen.contains_key("hash-seed"));
    assert_eq!(seen, look_around());
}

#[test]
fn nothing_of_one_operation_is_left_for_the_next() {
    for _ in 0..3 {
        let seen = look_around();
        assert_eq!((seen["calls-before"].as_str(), seen["left-in-memory"].as_str()), ("0", "0"));
    }
}

#[test]
fn nobody_sleeps_in_the_host() {
    let limits = Limits { idle: Duration::from_secs(60), total: Duration::from_secs(60), ..limits() };
    let handler = load("misbehave", limits).handler().unwrap().unwrap();
    let started = Instant::now();
    handler.inspect(&note("sleep")).unwrap();
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
}

#[test]
fn a_plugin_imports_the_host_and_what_the_runtime_of_rust_needs() {
    let role = load("role", limits());
    assert_eq!(role.roles(), [Role::Handler]);
    let imports: Vec<_> = role.imports().iter().map(|import| import.split('@').next().unwrap()).collect();
    let expected = [
        "flowport:plugin/types",
        "flowport:plugin/host",
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
        "wasi:io/poll",
        "wasi:io/streams",
        "wasi:random/insecure-seed",
    ];
    for import in &imports {
        assert!(expected.contains(import), "{import} is new");
    }
    assert!(imports.contains(&"flowport:plugin/host"), "{imports:?}");
}
