//! What importing does.

mod common;

use common::{FLOW, MAP, NEW, SERVICE, VALUE, element, flow, plan};
use flowport_plugin::{Action, Failure, Severity, State};

#[test]
fn flows_and_connectors_arrive_as_drafts_and_other_elements_live() {
    for existing in [false, true] {
        for (resource, state) in [
            (flow("", "", ""), State::Draft),
            (element("connector", SERVICE, ""), State::Draft),
            (element("value", VALUE, ""), State::Published),
        ] {
            let mut there = resource.clone();
            there.head.name = "there".to_owned();
            let change = plan(&resource, existing.then_some(&there), None).unwrap();
            assert_eq!(change.action, Some(if existing { Action::Update } else { Action::Create }));
            let outcome = resource.edited(&change.outcome.unwrap());
            assert_eq!(outcome.head.state, state, "{}", resource.head.id.kind);
            assert_eq!(outcome.parts, resource.parts);
            let codes: Vec<String> = change.diagnostics.into_iter().map(|found| found.code).collect();
            let expected: &[&str] = if resource.head.id.kind == "connector" { &["BF0501"] } else { &[] };
            assert_eq!(codes, expected);
        }
    }
}

#[test]
fn what_is_used_as_it_is_or_left_out_changes_nothing() {
    let (connector, there) = (element("connector", SERVICE, ""), element("connector", SERVICE, ","));
    for action in [Action::UseExisting, Action::Skip] {
        let change = plan(&connector, Some(&there), Some(action.clone())).unwrap();
        assert_eq!((change.action, change.outcome), (Some(action), None));
        assert!(change.diagnostics.is_empty());
    }
    assert_eq!(plan(&connector, None, Some(Action::UseExisting)).unwrap().action, None);
}

#[test]
fn whatever_replaces_another_one_takes_its_id() {
    let incoming = flow("", "", "");
    let mut there = flow("", "", "");
    there.head.id.id = NEW.to_owned();
    for action in [Action::Update, Action::Overwrite] {
        let change = plan(&incoming, Some(&there), Some(action)).unwrap();
        let outcome = incoming.edited(&change.outcome.unwrap());
        assert_eq!((outcome.head.id.id.as_str(), outcome.head.state), (NEW, State::Draft));
        let text = outcome.text("flow.json") + &outcome.text("maps.json");
        assert!(text.contains(NEW) && !text.contains(FLOW) && !text.contains(MAP));
        assert!(common::findings(&outcome).is_empty());
    }
    there.head.id.id = "order-intake".to_owned();
    let result = plan(&incoming, Some(&there), None);
    assert!(
        matches!(&result, Err(Failure::Malformed(found)) if found[0].code == "BF0206" && found[0].severity == Severity::Error),
        "{result:?}"
    );
}
