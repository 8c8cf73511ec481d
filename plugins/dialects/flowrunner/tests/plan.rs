//! What importing does: a version that is there stays, and another one is added.

mod common;

use common::{VERSION, line, plan, resource, with};
use flowport_flowrunner::Flows;
use flowport_plugin::fake::Resource;
use flowport_plugin::{Action, Change, Handler, Traits};

const CHOICES: [Action; 3] = [Action::NewVersion, Action::UseExisting, Action::Skip];

fn existing() -> Resource {
    with("TRIGGER", "OTHER")
}

fn codes(change: &Change) -> Vec<String> {
    change.diagnostics.iter().map(line).collect()
}

#[test]
fn kinds_say_what_can_be_done() {
    let kinds = Flows::kinds();
    assert_eq!(kinds.len(), 1);
    assert_eq!(kinds[0].actions, [&[Action::Create], &CHOICES[..]].concat());
    assert_eq!(kinds[0].traits, Traits::VERSIONED | Traits::ACTIVATED);
    // Ids are unique in one list, those of a subflow in its own.
    let keys: Vec<&str> = kinds[0].keys.iter().filter(|key| key.key == "id").map(|key| key.path.as_str()).collect();
    assert_eq!(keys, ["/elements", "/subflows/*/elements", "/subFlows/*/elements"]);
}

#[test]
fn what_is_not_there_is_stored_as_it_is() {
    let sample = resource(VERSION);
    for action in [Action::Create, Action::NewVersion] {
        for there in [None, Some(&with(r#""version" : 3"#, r#""version" : 2"#))] {
            let change = plan(&sample, there, Some(action.clone()));
            assert_eq!((change.action, change.diagnostics.len()), (Some(action.clone()), 0));
            assert_eq!(sample.edited(&change.outcome.unwrap()), sample);
        }
    }
    assert_eq!(plan(&sample, None, None).action, Some(Action::Create));
}

#[test]
fn a_version_that_is_there_is_a_question() {
    for asked in [None, Some(Action::Create), Some(Action::NewVersion)] {
        let change = plan(&resource(VERSION), Some(&existing()), asked);
        assert_eq!(
            (change.action.clone(), change.outcome.is_none(), change.allowed.as_slice()),
            (None, true, &CHOICES[..])
        );
        assert_eq!(codes(&change), ["E FR0301 "]);
        let help = change.diagnostics[0].help.as_deref().unwrap();
        assert!(help.contains("--setup 'flow/Intake@3=new-version:flow/Intake'"), "{help}");
        assert!(help.contains("--rename 'flow/Intake@3=NAME'"), "{help}");
        assert_eq!(change.diagnostics[0].subject.as_ref(), Some(&resource(VERSION).head.id));
    }
    let mut foreign = existing();
    foreign.head.dialect = "k2view-dpm".to_owned();
    let change = plan(&resource(VERSION), Some(&foreign), None);
    assert_eq!((codes(&change), change.outcome), (vec!["E FR0301 ".to_owned()], None));
    assert_eq!(change.allowed, [Action::UseExisting, Action::Skip]);
}

#[test]
fn nothing_is_done_where_nothing_is_asked() {
    for action in [Action::UseExisting, Action::Skip] {
        let change = plan(&resource(VERSION), Some(&existing()), Some(action.clone()));
        assert_eq!((change.action, change.outcome, change.diagnostics.len()), (Some(action), None, 0));
    }
    assert_eq!(plan(&resource(VERSION), None, Some(Action::Skip)).action, Some(Action::Skip));
}

#[test]
fn other_actions_are_refused() {
    for action in [Action::Update, Action::Merge, Action::Overwrite, Action::Other("promote".to_owned())] {
        for (there, allowed) in [(None, &[Action::Create, Action::Skip][..]), (Some(&existing()), &CHOICES[..])] {
            let change = plan(&resource(VERSION), there, Some(action.clone()));
            assert_eq!((codes(&change), change.outcome), (vec!["E FR0302 ".to_owned()], None));
            assert_eq!(change.allowed, allowed);
        }
    }
    assert_eq!(codes(&plan(&resource(VERSION), None, Some(Action::UseExisting))), ["E FR0302 "]);
}
