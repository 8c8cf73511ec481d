//! A package made to fit, by a kind without rules: what references do.

#[allow(dead_code, reason = "the tests of plans use all of it")]
#[path = "../plan/fake.rs"]
mod fake;

use std::collections::BTreeMap;

use fake::{Things, thing};
use flowport_core::Error;
use flowport_core::inspect::inspect_all;
use flowport_core::model::{Action, Origin, Package, PackageResource, Setup};
use flowport_core::registry::Registry;
use flowport_core::retarget::{Retargeted, What, retarget};
use flowport_core::settings::{Settings, SetupEntry};
use proptest::prelude::*;

/// Things by name, with the names of what each refers to.
fn package(things: &[(&str, &[&str])]) -> Package {
    let entry = |(name, needs): &(&str, &[&str])| PackageResource {
        resource: thing(name, &needs.join("\n")),
        setup: Setup::default(),
    };
    Package { resources: things.iter().map(entry).collect(), ..Package::default() }
}

fn run(package: Package, map: &[(&str, &str)]) -> Result<Retargeted, Error> {
    let mut registry = Registry::default();
    registry.add_handler(Things::handler(), false).unwrap();
    let inspected = inspect_all(&registry, &package, &|| ());
    let map = map.iter().map(|(from, to)| (format!("thing/{from}"), format!("thing/{to}"))).collect();
    retarget(&registry, package, &inspected, &Settings { map, ..Settings::default() }, &[])
}

/// Name and references of each thing that is left.
fn content(package: &Package) -> BTreeMap<String, String> {
    let text =
        |entry: &PackageResource| String::from_utf8(entry.resource.parts[0].content.read_all().unwrap()).unwrap();
    package.resources.iter().map(|entry| (entry.resource.head.id.id.to_string(), text(entry))).collect()
}

#[track_caller]
fn becomes(things: &[(&str, &[&str])], map: &[(&str, &str)], expected: &[(&str, &str)]) {
    let found = content(&run(package(things), map).unwrap().package);
    let expected = expected.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    assert_eq!(found, expected);
}

#[test]
fn references_follow_a_new_id_round_a_cycle_and_to_itself() {
    becomes(&[("a", &["b", "a"]), ("b", &["a"])], &[("a", "x")], &[("x", "b\nx"), ("b", "x")]);
    // Two that swap their ids.
    becomes(&[("a", &["b"]), ("b", &["b"])], &[("a", "x"), ("b", "y")], &[("x", "y"), ("y", "y")]);
}

#[test]
fn what_something_stands_in_for_is_left_out_unless_it_is_needed() {
    becomes(&[("a", &[]), ("b", &[]), ("c", &["a"])], &[("a", "b")], &[("b", ""), ("c", "b")]);
    // What takes its place needs it.
    becomes(&[("a", &[]), ("b", &["a"]), ("c", &["a"])], &[("a", "b")], &[("a", ""), ("b", "a"), ("c", "b")]);
    becomes(&[("a", &["a"]), ("b", &["a"])], &[("a", "b")], &[("a", "a"), ("b", "a")]);
    // What is left out holds nothing in the package.
    becomes(&[("a", &["b"]), ("b", &[]), ("c", &[])], &[("a", "c"), ("b", "c")], &[("c", "")]);
    let told = run(package(&[("a", &[]), ("b", &[])]), &[("a", "b")]).unwrap().changes;
    assert_eq!((told.len(), &told[0].what, told[0].to.as_deref()), (1, &What::LeftOut, Some("thing/b")));
}

#[test]
fn what_leads_out_of_the_package_is_mapped_too() {
    becomes(&[("a", &["out", "b"]), ("b", &["out"])], &[("out", "far")], &[("a", "far\nb"), ("b", "far")]);
    becomes(&[("a", &["out"]), ("b", &[])], &[("out", "b")], &[("a", "b"), ("b", "")]);
    becomes(&[("a", &["out"])], &[("out", "out")], &[("a", "out")]);
}

#[test]
fn two_never_get_one_id() {
    for map in [&[("a", "x"), ("b", "x")][..], &[("a", "b"), ("b", "x"), ("c", "x")]] {
        let refused = run(package(&[("a", &[]), ("b", &[]), ("c", &[])]), map).unwrap_err();
        assert!(refused.diagnostics().iter().any(|it| it.code == "S-TWICE"), "{refused}");
    }
}

#[test]
fn what_would_be_wrong_afterwards_stops_it() {
    let refused = run(package(&[("a", &["out"]), ("b", &["far"])]), &[("out", "wrong"), ("far", "wrong")]).unwrap_err();
    assert_eq!(refused.diagnostics().iter().filter(|it| it.code == "T-WRONG").count(), 2, "{refused}");
    // What was wrong before is the package's, not the change's.
    becomes(&[("a", &["wrong", "out"])], &[("out", "far")], &[("a", "wrong\nfar")]);
}

#[test]
fn what_comes_with_the_product_is_called_the_same_everywhere() {
    let mut standard = package(&[("a", &[]), ("b", &["a"])]);
    standard.resources[0].resource.head.origin = Origin::Standard;
    let refused = run(standard.clone(), &[("a", "x")]).unwrap_err();
    assert!(refused.to_string().contains("comes with the product"), "{refused}");
    run(standard, &[("b", "x")]).unwrap();
}

#[test]
fn an_action_that_is_suggested_is_allowed_as_well() {
    let mut registry = Registry::default();
    registry.add_handler(Things::handler(), false).unwrap();
    let mut before = package(&[("a", &[]), ("b", &[])]);
    before.resources[0].setup.allowed = vec![Action::UseExisting];
    let inspected = inspect_all(&registry, &before, &|| ());
    let entry = SetupEntry { action: Some(Action::Create), ..SetupEntry::default() };
    let settings = Settings { setup: [("thing/*".to_owned(), entry)].into(), ..Settings::default() };
    let done = retarget(&registry, before, &inspected, &settings, &[]).unwrap();
    let setups: Vec<&Setup> = done.package.resources.iter().map(|entry| &entry.setup).collect();
    assert!(setups.iter().all(|setup| setup.suggested == Some(Action::Create)));
    assert_eq!(setups[0].allowed, [Action::UseExisting, Action::Create]);
    assert!(setups[1].allowed.is_empty(), "everything is allowed already");
    assert_eq!(done.changes.len(), 2);
}

proptest! {
    #[test]
    fn there_and_back_is_the_same_package(edges in proptest::collection::vec(proptest::collection::vec(0usize..8, 0..4), 1..6), moved: [bool; 8]) {
        // Of eight things some are in the package, and the others are referred to at most.
        let name = |index: usize| format!("t{index}");
        let lines: Vec<(String, Vec<String>)> = edges.iter().enumerate()
            .map(|(index, edges)| (name(index), edges.iter().map(|edge| name(*edge)).collect())).collect();
        let borrowed: Vec<(&str, Vec<&str>)> = lines.iter()
            .map(|(name, needs)| (name.as_str(), needs.iter().map(String::as_str).collect())).collect();
        let things: Vec<(&str, &[&str])> = borrowed.iter().map(|(name, needs)| (*name, needs.as_slice())).collect();
        let before = package(&things);
        let known = |index: &usize| *index < things.len() || edges.iter().flatten().any(|edge| edge == index);
        let pairs: Vec<(String, String)> = (0..8).filter(|index| moved[*index] && known(index))
            .map(|index| (name(index), format!("moved-{index}"))).collect();
        let there: Vec<(&str, &str)> = pairs.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
        let back: Vec<(&str, &str)> = there.iter().map(|(from, to)| (*to, *from)).collect();
        let expected = content(&before);
        let after = run(before, &there).unwrap();
        prop_assert_eq!(after.package.resources.len(), things.len());
        for (from, _) in &there {
            let text = format!("{:?}", content(&after.package));
            prop_assert!(!text.contains(&format!("\"{from}\"")), "{from} in {text}");
        }
        prop_assert_eq!(content(&run(after.package, &back).unwrap().package), expected);
    }
}
