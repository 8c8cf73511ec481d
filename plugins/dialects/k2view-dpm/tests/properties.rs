//! What holds for every valid flow, and for every flow with a fault in it.

mod common;
mod generate;

use common::{edited, inspect, line, resource};
use flowport_k2view_dpm::Flows;
use flowport_plugin::fake::Resource;
use flowport_plugin::json::{Document, Edits, Value, pointer};
use flowport_plugin::{EditOp, Failure, Handler, ResourceId, Severity, SlotValue, State};
use generate::{Generated, any_flow, any_json};
use proptest::prelude::*;
use proptest::sample::Index;

/// The resource and what it holds.
fn parsed(flow: &Generated) -> (Resource, Document) {
    (resource(&flow.text), Document::parse(flow.text.clone()).unwrap())
}

/// The flow with an edit made to its text.
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

/// One of the tasks, if there is one: its pointer.
fn any_task(flow: &Generated, which: Index) -> Option<String> {
    let tasks: Vec<String> = flow
        .stages
        .iter()
        .enumerate()
        .flat_map(|(stage, count)| (0..*count).map(move |task| format!("/STAGES/{stage}/TASKS/{task}")))
        .collect();
    (!tasks.is_empty()).then(|| tasks[which.index(tasks.len())].clone())
}

fn at<'d>(document: &'d Document, base: &str, member: &str) -> Option<Value<'d>> {
    document.at(&pointer::join(base, member))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn valid_flows_have_no_faults(flow in any_flow()) {
        let (resource, _) = parsed(&flow);
        let found = inspect(&resource);
        prop_assert!(found.diagnostics.iter().all(|found| found.severity == Severity::Info), "{:?}", found.diagnostics);
        prop_assert_eq!(&resource.head.id.id, &flow.name);
        prop_assert_eq!(resource.head.id.version.as_ref(), Some(&flow.version));
        prop_assert_eq!(resource.head.state == State::Published, flow.is_completed);
        prop_assert_eq!(found.identities, [format!("dpm:{}@{}", flow.name, flow.version)]);
    }

    #[test]
    fn an_edit_and_its_inverse_leave_every_byte(flow in any_flow(), name in "\\PC{1,9}", version in "[0-9]{1,3}|\\PC{1,4}") {
        let (before, _) = parsed(&flow);
        let id = |name: &str, version: &str| {
            EditOp::SetId(ResourceId { version: Some(version.to_owned()), ..ResourceId::new("flow", name) })
        };
        let other = if flow.is_completed { State::Draft } else { State::Published };
        for (there, back) in [
            (EditOp::Rename(name.clone()), EditOp::Rename(flow.name.clone())),
            // A number can only become another number and a number again.
            (id(&name, "4711"), id(&flow.name, &flow.version)),
            (EditOp::SetState(other), EditOp::SetState(before.head.state)),
        ] {
            let after = edited(&before, &[there]);
            prop_assert!(inspect(&after).diagnostics.iter().all(|found| found.severity == Severity::Info));
            prop_assert_eq!(edited(&after, &[back]), before.clone());
        }
        let after = edited(&before, &[id(&name, &version)]);
        prop_assert_eq!(inspect(&after).identities, [format!("dpm:{name}@{version}")]);
    }

    #[test]
    fn secrets_taken_out_and_put_back_leave_every_byte(flow in any_flow()) {
        let (before, _) = parsed(&flow);
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
    fn faults_of_stages_are_found(flow in any_flow(), which in any::<Index>(), other in any::<Index>()) {
        prop_assume!(!flow.stages.is_empty());
        let (_, document) = parsed(&flow);
        let index = which.index(flow.stages.len());
        let stage = format!("/STAGES/{index}");
        for member in ["STAGE_NAME", "STAGE_NUMBER", "TASKS"] {
            let value = at(&document, &stage, member).unwrap();
            assert_found(&changed(&document, |edits| edits.remove(value)), &format!("E DPM0101 {stage}/{member}"));
            assert_found(&changed(&document, |edits| edits.replace(value, "true")), &format!("E DPM0102 {stage}/{member}"));
        }
        let number = at(&document, &stage, "STAGE_NUMBER").unwrap();
        let last = flow.stages.len() + 2;
        assert_found(&changed(&document, |edits| edits.replace(number, last.to_string())), &format!("E DPM0109 {stage}/STAGE_NUMBER"));
        let other = other.index(flow.stages.len());
        if other != index {
            let later = index.max(other);
            for (member, code, slot) in [
                ("STAGE_NUMBER", "DPM0108", format!("/STAGES/{later}/STAGE_NUMBER")),
                ("STAGE_ID", "DPM0111", format!("/STAGES/{later}/STAGE_ID")),
                ("STAGE_NAME", "DPM0112", format!("/STAGES/{later}")),
            ] {
                let value = at(&document, &stage, member).unwrap();
                let same = at(&document, &format!("/STAGES/{other}"), member).unwrap().raw();
                assert_found(&changed(&document, |edits| edits.replace(value, same)), &format!("E {code} {slot}"));
            }
        }
    }

    #[test]
    fn faults_of_tasks_are_found(flow in any_flow(), which in any::<Index>()) {
        let Some(task) = any_task(&flow, which) else { return Ok(()) };
        let (_, document) = parsed(&flow);
        let replaced = |member: &str, raw: &str| {
            let value = at(&document, &task, member).unwrap();
            changed(&document, |edits| edits.replace(value, raw))
        };
        let added = |member: &str, raw: &str| {
            let object = document.at(&task).unwrap();
            changed(&document, |edits| edits.insert_member(object, member, raw))
        };
        assert_found(&replaced("TASK_NAME", "\"\""), &format!("E DPM0101 {task}/TASK_NAME"));
        assert_found(&replaced("TASK_NAME", "[]"), &format!("E DPM0102 {task}/TASK_NAME"));
        assert_found(&replaced("TASK_ORDER", "0"), &format!("E DPM0102 {task}/TASK_ORDER"));
        assert_found(&added("TASK_NUMBER", "2"), &format!("E DPM0109 {task}/TASK_NUMBER"));
        assert_found(&added("ROLE_NAME", "null"), &format!("E DPM0101 {task}/ROLE_NAME"));
        assert_found(&added("PARENT_TASK", "\"nobody\""), &format!("E DPM0130 {task}/PARENT_TASK"));
        let own = at(&document, &task, "TASK_ID").unwrap().raw();
        assert_found(&added("PARENT_TASK_ID", own), &format!("E DPM0131 {task}/PARENT_TASK_ID"));
        let name = at(&document, &task, "TASK_NAME").unwrap().raw();
        for (link, code, member) in [
            ("{\"TYPE\":\"Link\",\"STAGE\":\"\"}".to_owned(), "DPM0120", "STAGE"),
            ("{\"TYPE\":\"Link\",\"STAGE\":\"nowhere\"}".to_owned(), "DPM0121", "STAGE"),
            ("{\"TYPE\":\"Link\",\"TASK\":\"nobody\"}".to_owned(), "DPM0121", "TASK"),
            (format!("{{\"TYPE\":\"Link\",\"TASK\":{name}}}"), "DPM0122", "TASK"),
        ] {
            assert_found(&added("INPUT", &link), &format!("E {code} {task}/INPUT/{member}"));
        }
    }

    #[test]
    fn links_lead_backwards_only(flow in any_flow(), which in any::<Index>(), to in any::<Index>()) {
        let (Some(from), Some(to)) = (any_task(&flow, which), any_task(&flow, to)) else { return Ok(()) };
        let (_, document) = parsed(&flow);
        let number = |task: &str| at(&document, &task[..task.find("/TASKS").unwrap()], "STAGE_NUMBER").unwrap().as_u64();
        let name = at(&document, &to, "TASK_NAME").unwrap().raw();
        let link = |output: &str| {
            let raw = format!("{{\"TYPE\":\"Link\",\"TASK\":{name},\"OUTPUT\":\"{output}\"}}");
            let object = document.at(&from).unwrap();
            changed(&document, |edits| edits.insert_member(object, "INPUT", raw))
        };
        if number(&to) > number(&from) {
            assert_found(&link("plain"), &format!("E DPM0122 {from}/INPUT/TASK"));
        } else if number(&to) < number(&from) {
            prop_assert!(inspect(&link("plain")).diagnostics.iter().all(|found| found.severity == Severity::Info));
            assert_found(&link("none"), &format!("E DPM0121 {from}/INPUT/OUTPUT"));
        }
    }

    #[test]
    fn whatever_stands_there_is_answered(flow in any_flow(), which in any::<Index>(), json in any_json()) {
        let (_, document) = parsed(&flow);
        let values: Vec<Value<'_>> = document.walk().collect();
        let faulty = changed(&document, |edits| edits.replace(values[which.index(values.len())], json));
        match Flows::inspect(&faulty) {
            Ok(found) => prop_assert!(found.diagnostics.iter().all(|found| found.slot.is_some())),
            Err(Failure::Malformed(found)) => prop_assert_eq!(&found[0].code, "DPM0100"),
            Err(other) => prop_assert!(false, "{:?}", other),
        }
    }
}
