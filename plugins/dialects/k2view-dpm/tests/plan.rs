//! What importing does: name and version are unique together, and nothing is replaced unasked.

mod common;

use common::{FLOW, PART, faults, line, plan, resource, with};
use flowport_k2view_dpm::Flows;
use flowport_plugin::fake::Resource;
use flowport_plugin::{Action, Change, Handler, Traits};

const CHOICES: [Action; 4] = [Action::Overwrite, Action::NewVersion, Action::UseExisting, Action::Skip];

fn existing() -> Resource {
    with(r#""FLOW_DESCRIPTION":"d""#, r#""FLOW_DESCRIPTION":"old""#)
}

fn completed(resource: &Resource) -> Resource {
    common::resource(&resource.text(PART).replace("Draft", "Completed"))
}

fn codes(change: &Change) -> Vec<String> {
    change.diagnostics.iter().map(line).collect()
}

#[test]
fn kinds_say_what_can_be_done() {
    let kinds = Flows::kinds();
    assert_eq!(kinds.len(), 1);
    assert_eq!(kinds[0].actions, [&[Action::Create], &CHOICES[..]].concat());
    assert_eq!(kinds[0].traits, Traits::VERSIONED);
}

#[test]
fn what_is_not_there_is_created() {
    for (asked, action) in [
        (None, Action::Create),
        (Some(Action::Create), Action::Create),
        (Some(Action::Overwrite), Action::Create),
        (Some(Action::NewVersion), Action::NewVersion),
    ] {
        let sample = resource(FLOW);
        let change = plan(&sample, None, asked);
        assert_eq!((change.action, change.diagnostics.len()), (Some(action), 0));
        assert_eq!(sample.edited(&change.outcome.unwrap()), sample);
    }
    let change = plan(&resource(FLOW), None, Some(Action::UseExisting));
    assert_eq!((change.action.clone(), change.outcome.is_none()), (None, true));
    assert_eq!(codes(&change), ["E DPM0304 "]);
}

#[test]
fn a_pair_that_is_there_is_a_question() {
    for asked in [None, Some(Action::Create), Some(Action::NewVersion)] {
        let change = plan(&resource(FLOW), Some(&existing()), asked);
        assert_eq!(
            (change.action.clone(), change.outcome.is_none(), change.allowed.as_slice()),
            (None, true, &CHOICES[..])
        );
        assert_eq!(codes(&change), ["E DPM0301 "]);
        let help = change.diagnostics[0].help.as_deref().unwrap();
        for way in ["--setup 'flow/Access@3=overwrite'", "=new-version'", "--rename", "--set-version"] {
            assert!(help.contains(way), "{help}");
        }
        assert_eq!(change.diagnostics[0].subject.as_ref(), Some(&resource(FLOW).head.id));
    }
}

#[test]
fn another_pair_is_stored_beside_it() {
    let other = with(r#""FLOW_VERSION":3"#, r#""FLOW_VERSION":4"#);
    for action in [Action::Create, Action::NewVersion] {
        let change = plan(&other, Some(&existing()), Some(action.clone()));
        assert_eq!((change.action, change.diagnostics.len()), (Some(action), 0));
        assert_eq!(other.edited(&change.outcome.unwrap()), other);
    }
}

#[test]
fn overwriting_keeps_the_pair_and_brings_the_content() {
    let sample = resource(FLOW);
    let change = plan(&sample, Some(&existing()), Some(Action::Overwrite));
    assert_eq!((change.action, change.diagnostics.len()), (Some(Action::Overwrite), 0));
    assert_eq!(sample.edited(&change.outcome.unwrap()), sample);

    let elsewhere =
        common::resource(&FLOW.replace("Access", "Other").replace(r#""FLOW_VERSION":3"#, r#""FLOW_VERSION":8"#));
    let change = plan(&sample, Some(&elsewhere), Some(Action::Overwrite));
    let stored = sample.edited(&change.outcome.unwrap());
    assert_eq!(stored.head.id, elsewhere.head.id);
    assert_eq!((stored.text(PART), faults(&stored)), (elsewhere.text(PART), vec![]));
}

#[test]
fn completed_flows_are_not_replaced_without_a_word() {
    let (draft, done) = (resource(FLOW), completed(&existing()));
    let change = plan(&draft, Some(&done), Some(Action::Overwrite));
    assert_eq!(codes(&change), ["W DPM0302 "]);
    assert!(change.diagnostics[0].summary.contains("`Access` version `3`"), "{}", change.diagnostics[0].summary);
    assert!(change.outcome.is_some());
    let change = plan(&completed(&draft), Some(&done), Some(Action::Overwrite));
    assert_eq!(codes(&change), ["W DPM0302 ", "I DPM0303 "]);
    let change = plan(&completed(&draft), Some(&existing()), Some(Action::Overwrite));
    assert_eq!(codes(&change), ["I DPM0303 "]);
    let stored = completed(&draft).edited(&change.outcome.unwrap());
    assert_eq!(stored, completed(&draft), "the status stays as it came");
}

#[test]
fn nothing_is_done_where_nothing_is_asked() {
    for action in [Action::UseExisting, Action::Skip] {
        let change = plan(&resource(FLOW), Some(&existing()), Some(action.clone()));
        assert_eq!((change.action, change.outcome, change.diagnostics.len()), (Some(action), None, 0));
    }
    assert_eq!(plan(&resource(FLOW), None, Some(Action::Skip)).action, Some(Action::Skip));
}

#[test]
fn other_actions_and_other_dialects_are_refused() {
    for action in [Action::Update, Action::Merge, Action::Other("promote".to_owned())] {
        for there in [None, Some(&existing())] {
            let change = plan(&resource(FLOW), there, Some(action.clone()));
            assert_eq!((codes(&change), change.outcome), (vec!["E DPM0304 ".to_owned()], None));
        }
    }
    let mut foreign = existing();
    foreign.head.dialect = "flowport".to_owned();
    let change = plan(&resource(FLOW), Some(&foreign), Some(Action::Overwrite));
    assert_eq!((codes(&change), change.outcome), (vec!["E DPM0304 ".to_owned()], None));
    assert_eq!(change.allowed, [Action::UseExisting, Action::Skip]);
}
