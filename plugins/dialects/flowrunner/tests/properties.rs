//! What holds for every valid version, and for every version with a fault in it.

mod common;
mod generate;

use common::{edited, inspect, line, resource};
use flowport_flowrunner::{Flows, Shape, shape};
use flowport_plugin::fake::Resource;
use flowport_plugin::json::{Document, Edits, Value};
use flowport_plugin::{EditOp, Failure, Handler, ResourceId, Severity, SlotValue, State};
use generate::{any_flow, any_json};
use proptest::prelude::*;
use proptest::sample::Index;

/// The version with an edit made to its text.
fn changed<'d>(
    document: &'d Document,
    change: impl for<'e> FnOnce(&'e mut Edits<'d>) -> &'e mut Edits<'d>,
) -> Resource {
    let mut edits = Edits::new(document);
    change(&mut edits);
    resource(&String::from_utf8(edits.finish().unwrap()).unwrap())
}

#[track_caller]
fn assert_found(faulty: &Resource, expected: &str) {
    let found: Vec<String> = inspect(faulty).diagnostics.iter().map(line).collect();
    assert!(found.iter().any(|found| found == expected), "{expected} is not in {found:?}");
}

fn set_id(name: &str, version: &str) -> EditOp {
    EditOp::SetId(ResourceId { version: Some(version.to_owned()), ..ResourceId::new("flow", name) })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn valid_versions_have_no_faults(flow in any_flow()) {
        let resource = resource(&flow.text);
        let found = inspect(&resource);
        prop_assert!(found.diagnostics.iter().all(|found| found.severity == Severity::Info), "{:?}", found.diagnostics);
        prop_assert_eq!(&resource.head.id.id, &flow.name);
        let version = flow.version.clone().unwrap_or_else(|| "1".to_owned());
        prop_assert_eq!(resource.head.id.version.as_ref(), Some(&version));
        prop_assert_eq!(resource.head.state == State::Published, flow.is_live);
        prop_assert_eq!(found.identities.last(), Some(&format!("flowrunner:{}@{version}", flow.name)));
        prop_assert_eq!(shape(Document::parse(flow.text).unwrap().root()), Shape::Flow);
    }

    #[test]
    fn an_edit_and_its_inverse_leave_every_byte(flow in any_flow(), name in "\\PC{1,9}") {
        let before = resource(&flow.text);
        let version = before.head.id.version.clone().unwrap();
        let other = if flow.is_live { State::Draft } else { State::Published };
        for (there, back) in [
            (EditOp::Rename(name.clone()), EditOp::Rename(flow.name.clone())),
            // A number can only become another number and a number again.
            (set_id(&name, "4711"), set_id(&flow.name, &version)),
            (EditOp::SetState(other), EditOp::SetState(before.head.state)),
        ] {
            let after = edited(&before, &[there]);
            prop_assert!(inspect(&after).diagnostics.iter().all(|found| found.severity == Severity::Info));
            prop_assert_eq!(edited(&after, &[back]), before.clone());
        }
    }

    #[test]
    fn another_flow_gets_the_same_bytes_but_for_the_version(flow in any_flow(), name in "\\PC{1,9}") {
        let before = resource(&flow.text);
        let after = edited(&before, &[set_id(&name, "4711")]);
        let parsed = |resource: &Resource| Document::parse(resource.text(common::PART)).unwrap();
        let (was, is) = (parsed(&before), parsed(&after));
        match was.at("/version") {
            None => prop_assert_eq!(was.text(), is.text()),
            Some(value) => {
                let (start, end) = (value.span().start, was.text().len() - value.span().end);
                prop_assert_eq!(&was.text()[..start], &is.text()[..start]);
                prop_assert_eq!(&was.text()[value.span().end..], &is.text()[is.text().len() - end..]);
                prop_assert!(is.at("/version").unwrap().raw().contains("4711"));
            }
        }
    }

    #[test]
    fn secrets_taken_out_and_put_back_leave_every_byte(flow in any_flow()) {
        let before = resource(&flow.text);
        let slots: Vec<String> = inspect(&before).secrets.into_iter().map(|secret| secret.slot).collect();
        let values = Flows::secret_values(&before, &slots).unwrap();
        let out: Vec<EditOp> =
            slots.iter().map(|slot| EditOp::SetSecret(SlotValue { slot: slot.clone(), value: None })).collect();
        let without = edited(&before, &out);
        prop_assert!(inspect(&without).secrets.is_empty());
        let back: Vec<EditOp> = values.into_iter().map(EditOp::SetSecret).collect();
        prop_assert_eq!(edited(&without, &back), before);
    }

    #[test]
    fn faults_are_found(flow in any_flow(), one in any::<Index>(), other in any::<Index>()) {
        let document = Document::parse(flow.text).unwrap();
        let at = |pointer: &str| document.at(pointer).unwrap();
        assert_found(&changed(&document, |edits| edits.replace(at("/elements"), "true")), "E FR0102 /elements");
        assert_found(&changed(&document, |edits| edits.replace(at("/status"), "{}")), "E FR0102 /status");
        assert_found(&changed(&document, |edits| edits.replace(at("/schedule/cron"), "\"* *\"")), "E FR0106 /schedule/cron");
        if flow.version.is_some() {
            assert_found(&changed(&document, |edits| edits.replace(at("/version"), "[]")), "E FR0102 /version");
        }
        if flow.elements > 1 {
            let (one, other) = (one.index(flow.elements), other.index(flow.elements));
            let (first, later) = (one.min(other), one.max(other));
            if first != later {
                let id = at(&format!("/elements/{first}/id")).raw();
                let slot = format!("/elements/{later}/id");
                assert_found(&changed(&document, |edits| edits.replace(at(&slot), id)), &format!("E FR0105 {slot}"));
            }
        }
    }

    #[test]
    fn whatever_stands_there_is_answered(flow in any_flow(), which in any::<Index>(), json in any_json()) {
        let document = Document::parse(flow.text).unwrap();
        let values: Vec<Value<'_>> = document.walk().collect();
        let faulty = changed(&document, |edits| edits.replace(values[which.index(values.len())], json));
        match Flows::inspect(&faulty) {
            Ok(found) => prop_assert!(found.diagnostics.iter().all(|found| found.slot.is_some())),
            Err(Failure::Malformed(found)) => prop_assert_eq!(&found[0].code, "FR0100"),
            Err(other) => prop_assert!(false, "{:?}", other),
        }
    }
}
