//! What a plan decides, on a kind without rules of its own.

mod activation;
mod fake;

use std::sync::Arc;

use fake::{Memory, Things, id, thing};
use flowport_core::environment::ReadEnvironment;
use flowport_core::inspect::inspect_all;
use flowport_core::model::{Action, Package, PackageResource, Resource, Setup};
use flowport_core::plan::{Decision, Plan, Request, plan};
use flowport_core::registry::Registry;
use flowport_core::secrets::Secrets;
use flowport_core::settings::{Settings, SetupEntry};

fn planned(
    package: Vec<Resource>,
    suggested: Option<Action>,
    target: &Arc<dyn ReadEnvironment>,
    settings: &Settings,
) -> Plan {
    planned_to(false, package, suggested, target, settings)
}

fn registry() -> Registry {
    let mut registry = Registry::default();
    registry.add_handler(Things::handler(), false).unwrap();
    registry
}

fn planned_to(
    publish: bool,
    package: Vec<Resource>,
    suggested: Option<Action>,
    target: &Arc<dyn ReadEnvironment>,
    settings: &Settings,
) -> Plan {
    let registry = registry();
    let setup = Setup { suggested, ..Setup::default() };
    let resources = package.into_iter().map(|resource| PackageResource { resource, setup: setup.clone() }).collect();
    let package = Package { resources, ..Package::default() };
    let inspected = inspect_all(&registry, &package, &|| ());
    let request = Request {
        package: &package,
        inspected: &inspected,
        found: &[],
        settings,
        secrets: &[],
        sealed: &Secrets::default(),
        source: "dev",
        publish,
    };
    plan(&registry, target, &request, &|| ()).unwrap()
}

fn words(plan: &Plan) -> Vec<&str> {
    plan.changes.iter().map(|change| change.word()).collect()
}

fn codes(plan: &Plan, position: usize) -> Vec<&str> {
    plan.changes[position].diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect()
}

fn stored(plan: &Plan, position: usize) -> String {
    let outcome = plan.changes[position].outcome().expect("something to store");
    String::from_utf8(outcome.resource.part("thing").unwrap().content.read_all().unwrap()).unwrap()
}

fn setup(resource: &str, action: Action, target: Option<&str>) -> Settings {
    let entry = SetupEntry { action: Some(action), target: target.map(str::to_owned), ..SetupEntry::default() };
    Settings { setup: [(resource.to_owned(), entry)].into(), ..Settings::default() }
}

#[test]
fn what_is_new_is_created_and_what_is_there_is_no_change() {
    let target = Memory::of(vec![thing("a", "=x")]);
    let plan = planned(vec![thing("a", "=x"), thing("b", "a")], None, &target, &Settings::default());
    assert_eq!(words(&plan), ["no-change", "create"]);
    assert!(!plan.is_blocked() && plan.has_changes());
}

#[test]
fn identical_content_is_no_change_whatever_the_package_suggests() {
    let target = Memory::of(vec![thing("a", "=x")]);
    for suggested in [Action::Create, Action::Update] {
        let plan = planned(vec![thing("a", "=x")], Some(suggested.clone()), &target, &Settings::default());
        assert_eq!(words(&plan), ["no-change"], "{suggested}");
    }
}

#[test]
fn what_is_there_already_costs_its_handler_nothing() {
    let target = Memory::of(vec![thing("a", "=never planned")]);
    let plan = planned(vec![thing("a", "=never planned")], None, &target, &Settings::default());
    assert_eq!(words(&plan), ["no-change"]);
}

#[test]
fn an_identity_finds_what_has_another_id_and_references_follow() {
    let target = Memory::of(vec![thing("theirs", "=x")]);
    let plan = planned(vec![thing("ours", "=x"), thing("b", "ours")], None, &target, &Settings::default());
    assert_eq!(words(&plan), ["update", "create"]);
    assert_eq!(plan.changes[0].target, id("theirs"));
    assert_eq!(stored(&plan, 1), "theirs");
}

#[test]
fn only_an_explicit_setup_makes_a_copy_and_the_same_one_each_time() {
    let target = Memory::of(vec![thing("a", "=x")]);
    let copy = || planned(vec![thing("a", "=x")], None, &target, &setup("thing/a", Action::Create, None));
    let plan = copy();
    assert_eq!(words(&plan), ["create"]);
    assert_ne!(plan.changes[0].target, id("a"));
    assert_eq!(stored(&plan, 0), "=x-copy", "whatever identifies it is made anew");
    assert_eq!(copy().changes[0].target, plan.changes[0].target);
}

#[test]
fn a_copy_of_what_only_shares_an_identity_is_identified_anew() {
    let target = Memory::of(vec![thing("theirs", "=x")]);
    let plan = planned(vec![thing("ours", "=x")], None, &target, &setup("thing/ours", Action::Create, None));
    assert_eq!((words(&plan), stored(&plan, 0)), (vec!["create"], "=x-copy".to_owned()));
}

#[test]
fn two_candidates_for_one_identity_are_a_question() {
    let target = Memory::of(vec![thing("one", "=x"), thing("two", "=x")]);
    let plan = planned(vec![thing("ours", "=x")], None, &target, &Settings::default());
    let Decision::Question(question) = &plan.changes[0].decision else { panic!("{:?}", words(&plan)) };
    let candidates: Vec<_> = question.candidates.iter().map(|candidate| candidate.id.to_string()).collect();
    assert_eq!(candidates, ["thing/one", "thing/two"]);
    let chosen =
        planned(vec![thing("ours", "=x")], None, &target, &setup("thing/ours", Action::Update, Some("thing/two")));
    assert_eq!((words(&chosen), &chosen.changes[0].target), (vec!["update"], &id("two")));
}

#[test]
fn cycles_and_references_to_oneself_are_no_problem() {
    let target = Memory::of(Vec::new());
    let plan = planned(vec![thing("a", "b\na"), thing("b", "a")], None, &target, &Settings::default());
    assert_eq!(words(&plan), ["create", "create"]);
}

#[test]
fn what_is_missing_blocks_once_and_those_behind_wait_for_it() {
    let target = Memory::of(Vec::new());
    let package = vec![thing("a", "missing"), thing("b", "a"), thing("c", "b"), thing("d", "")];
    let plan = planned(package, None, &target, &Settings::default());
    assert_eq!(words(&plan), ["blocked", "blocked", "blocked", "create"]);
    assert_eq!(
        (codes(&plan, 0), codes(&plan, 1), codes(&plan, 2)),
        (vec!["P-MISSING"], vec!["P-WAITS"], vec!["P-WAITS"])
    );
    assert!(plan.changes[2].diagnostics[0].summary.contains("waits for thing/a, through thing/b"));
    assert!(plan.is_blocked());
}

#[test]
fn a_reference_that_leaves_the_package_can_be_mapped() {
    let target = Memory::of(vec![thing("theirs", "")]);
    let settings =
        Settings { map: [("thing/missing".to_owned(), "thing/theirs".to_owned())].into(), ..Settings::default() };
    let plan = planned(vec![thing("a", "missing")], None, &target, &settings);
    assert_eq!((words(&plan), stored(&plan, 0)), (vec!["create"], "theirs".to_owned()));
}

#[test]
fn two_resources_cannot_become_one() {
    let target = Memory::of(vec![thing("theirs", "")]);
    let mut settings = setup("thing/a", Action::Update, Some("thing/theirs"));
    settings.overlay(setup("thing/b", Action::Update, Some("thing/theirs")));
    let plan = planned(vec![thing("a", "=1"), thing("b", "=2")], None, &target, &settings);
    assert_eq!((words(&plan), codes(&plan, 1)), (vec!["update", "blocked"], vec!["P-REPLACED", "P-TWICE"]));
}

#[test]
fn an_update_that_finds_nothing_becomes_a_create_and_says_so() {
    let plan = planned(vec![thing("a", "")], None, &Memory::of(Vec::new()), &setup("thing/a", Action::Update, None));
    assert_eq!((words(&plan), codes(&plan, 0)), (vec!["create"], vec!["P-CREATE"]));
}

#[test]
fn settings_that_match_nothing_are_errors_that_name_the_nearest() {
    let settings = Settings { map: [("thing/aleph".to_owned(), "thing/x".to_owned())].into(), ..Settings::default() };
    let plan = planned(vec![thing("alpha", "")], None, &Memory::of(Vec::new()), &settings);
    assert!(plan.is_blocked());
    assert!(plan.diagnostics[0].summary.contains("did you mean thing/alpha?"), "{}", plan.diagnostics[0].summary);
}

#[test]
fn a_kind_without_a_plugin_is_carried_untouched_with_a_warning() {
    let mut stranger = thing("a", "whatever");
    stranger.head.dialect = "unknown".to_owned();
    let plan = planned(vec![stranger], None, &Memory::of(Vec::new()), &Settings::default());
    assert_eq!((words(&plan), codes(&plan, 0)), (vec!["create"], vec!["E-UNHANDLED"]));
    assert_eq!(stored(&plan, 0), "whatever");
}

#[test]
fn who_else_uses_what_changes_is_said() {
    let target = Memory::of(vec![thing("shared", "=x"), thing("a", "shared"), thing("b", "shared")]);
    let plan = planned(vec![thing("shared", "=x\n=y"), thing("a", "shared")], None, &target, &Settings::default());
    let found = &plan.changes[0].diagnostics;
    assert_eq!(codes(&plan, 0), ["P-SHARED", "P-REPLACED"]);
    assert!(found[0].summary.contains("thing/b (b)") && !found[0].summary.contains("thing/a"), "{}", found[0].summary);
    let alone = planned(vec![thing("shared", "=x")], None, &target, &Settings::default());
    assert!(codes(&alone, 0).is_empty(), "nothing changes, so that nobody is concerned");
}
