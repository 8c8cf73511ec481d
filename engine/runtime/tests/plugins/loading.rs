//! Files that are no plugins, or none for this flowport.

use std::path::Path;

use flowport_runtime::{Limits, LoadError, Plugin, Precompiled, Role, Runtime, precompile};

use crate::guests::guest;
use crate::support::{fault, limits, load, misbehave};

fn runtime() -> Runtime {
    Runtime::new(limits()).unwrap()
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(guest(name)).unwrap()
}

fn refused(outcome: Result<Plugin, LoadError>) -> LoadError {
    match outcome {
        Ok(plugin) => panic!("{} was loaded", plugin.name()),
        Err(error) => error,
    }
}

/// The component with another contract in its imports and exports.
fn for_contract(component: &[u8], version: &[u8; 5]) -> Vec<u8> {
    let mut patched = component.to_vec();
    for interface in ["types", "host", "handler"] {
        let name = format!("flowport:plugin/{interface}@0.1.0");
        let places: Vec<_> =
            (0..patched.len() - name.len()).filter(|at| patched[*at..].starts_with(name.as_bytes())).collect();
        assert!(!places.is_empty());
        for at in places {
            patched[at + name.len() - version.len()..at + name.len()].copy_from_slice(version);
        }
    }
    patched
}

#[test]
fn a_plugin_says_who_it_is_and_what_it_does() {
    let plugin = load("misbehave", limits());
    assert_eq!(plugin.name().to_string(), "misbehave 0.1.0");
    assert_eq!(plugin.roles(), [Role::Handler, Role::Codec]);
    assert_eq!(plugin.kinds().unwrap()[0].kind.as_str(), "note");
    assert_eq!(plugin.formats().unwrap()[0].id, "ok");
    let codec = load("double-format", limits());
    assert_eq!(codec.name().to_string(), "double-format 0.1.0");
    assert_eq!(codec.roles(), [Role::Codec]);
    assert!(codec.handler().unwrap().is_none());
}

#[test]
fn a_file_that_is_no_plugin_is_named_as_what_it_is() {
    let module = b"\0asm\x01\0\0\0";
    let component = b"\0asm\x0d\0\x01\0";
    let cases: [(&[u8], &str); 5] = [
        (b"", "theirs is no flowport plugin: the file is empty"),
        (b"PK\x03\x04", "theirs is no flowport plugin: it is no WebAssembly file"),
        (b"\0asm", "theirs is no flowport plugin: it is no WebAssembly file"),
        (module, "theirs is no flowport plugin: it is a core WebAssembly module, not a component"),
        (
            component,
            "theirs is no flowport plugin: it exports neither flowport:plugin/handler nor flowport:plugin/codec",
        ),
    ];
    for (bytes, text) in cases {
        assert_eq!(refused(runtime().load(bytes, "theirs")).to_string(), text);
    }
    let text = refused(runtime().load_file(&guest("stranger"))).to_string();
    assert_eq!(
        text,
        "stranger is no flowport plugin: it exports neither flowport:plugin/handler nor flowport:plugin/codec"
    );
    let error = refused(runtime().load_file(Path::new("/nowhere/x.wasm")));
    assert!(
        matches!(&error, LoadError::Unreadable { .. }) && error.to_string().starts_with("/nowhere/x.wasm: "),
        "{error}"
    );
}

#[test]
fn a_component_over_the_limit_is_not_read() {
    let runtime = Runtime::new(Limits { component: 1_000, ..limits() }).unwrap();
    let error = refused(runtime.load_file(&guest("role")));
    assert!(matches!(error, LoadError::TooLarge { limit: 1_000, .. }), "{error}");
}

#[test]
fn another_contract_is_said_in_versions() {
    let expected = "was built for contract 0.2.0; this flowport speaks 0.1.0: build it again with a matching SDK";
    let error = refused(runtime().load_file(&guest("other-contract")));
    assert!(matches!(error, LoadError::OtherContract { .. }));
    assert_eq!(error.to_string(), format!("plugin other_contract unknown version {expected}"));
    let error = refused(runtime().load(&for_contract(&bytes("role"), b"0.2.0"), "theirs"));
    assert_eq!(error.to_string(), format!("plugin role 0.1.0 {expected}"));
}

#[test]
fn versions_of_one_minor_line_understand_each_other() {
    let plugin = runtime().load(&for_contract(&bytes("role"), b"0.1.7"), "theirs").unwrap();
    assert_eq!(plugin.kinds().unwrap()[0].kind.as_str(), "role");
}

#[test]
fn what_flowport_does_not_lend_is_named() {
    let error = refused(runtime().load_file(&guest("foreign-import")));
    let text = "plugin foreign-import 0.1.0 needs acme:secrets/vault, which flowport does not lend to plugins";
    assert_eq!(error.to_string(), text);
}

#[test]
fn one_kind_or_format_has_one_claim() {
    let text = fault(|| load("double-kind", limits()).kinds());
    assert_eq!(text, "plugin double-kind 0.1.0 failed in kinds: it claims note in dialect misbehave twice");
    let text = fault(|| load("double-format", limits()).formats());
    assert!(
        text.starts_with("plugin double-format 0.1.0 failed in formats: it claims the format \"note\" twice"),
        "{text}"
    );
}

#[test]
fn a_damaged_component_is_refused_or_works_but_never_ends_the_program() {
    // A small one, as each is compiled.
    let (runtime, whole) = (runtime(), bytes("double-format"));
    for cut in [1, 7, 8, 9, 100, whole.len() / 3, whole.len() / 2, whole.len() - 1] {
        let error = refused(runtime.load(&whole[..cut], "theirs"));
        assert!(matches!(error, LoadError::NoPlugin { .. }), "{cut}: {error}");
    }
    let damage = |step: usize| {
        let mut damaged = whole.clone();
        damaged[step * whole.len() / 41] ^= 0x55;
        let loaded = runtime.load(&damaged, "theirs").ok();
        // What loads may well fail when it runs.
        loaded.map(|plugin| plugin.codec().is_ok()).is_some()
    };
    let loaded = (1..=40).filter(|step| damage(*step)).count();
    assert!((1..40).contains(&loaded), "{loaded} of 40 were loaded");
}

#[test]
fn a_component_compiled_ahead_is_the_same_plugin() {
    let component: &'static [u8] = bytes("role").leak();
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let target = if cfg!(target_os = "macos") { target.replace("unknown-linux-gnu", "apple-darwin") } else { target };
    let target = if cfg!(windows) { target.replace("unknown-linux-gnu", "pc-windows-msvc") } else { target };
    let (artifact, facts) = precompile(component, &target, "role").unwrap();
    // Without the component there is nothing to fall back on.
    let ahead = Precompiled { facts: facts.leak(), artifact: artifact.leak(), component: b"" };
    let expected = load("role", limits());
    let plugin = runtime().load_precompiled(&ahead).unwrap();
    assert_eq!(plugin.name().to_string(), "role 0.1.0");
    assert_eq!((plugin.name(), plugin.hash(), plugin.roles()), (expected.name(), expected.hash(), expected.roles()));
    assert_eq!(plugin.kinds().unwrap(), expected.kinds().unwrap());
    let inspect = |plugin: &Plugin| plugin.handler().unwrap().unwrap().inspect(&crate::role::role()).unwrap();
    assert_eq!(inspect(&plugin), inspect(&expected));
    // An artifact of another wasmtime is compiled anew.
    let stale = runtime().load_precompiled(&Precompiled { artifact: b"stale", component, ..ahead }).unwrap();
    assert_eq!(inspect(&stale), inspect(&expected));
    assert!(runtime().load_precompiled(&Precompiled { facts: "{}", ..ahead }).is_err());
    assert!(precompile(b"\0asm", &target, "theirs").is_err());
}

#[test]
fn memory_that_a_component_begins_with_counts() {
    let runtime = Runtime::new(Limits { memory: 1 << 16, ..limits() }).unwrap();
    let error = runtime.load_file(&guest("role")).and_then(|plugin| Ok(plugin.kinds()?)).expect_err("no memory");
    assert!(error.to_string().contains("role") && error.to_string().contains("memory"), "{error}");
    assert_eq!(misbehave().kinds().unwrap().len(), 1);
}
