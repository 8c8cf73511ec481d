//! Edits of a flow: the bytes concerned change, and no other.

mod common;

use common::{FLOW, PART, edited, faults, inspect, refused, resource, with};
use flowport_k2view_dpm::Flows;
use flowport_plugin::{EditOp, Handler, Head, Relink, Replace, ResourceId, SlotValue, State};

fn id(name: &str, version: &str) -> ResourceId {
    ResourceId { version: Some(version.to_owned()), ..ResourceId::new("flow", name) }
}

fn secret(value: Option<&str>) -> EditOp {
    EditOp::SetSecret(SlotValue { slot: "flow.json#/URL".to_owned(), value: value.map(str::to_owned) })
}

fn literal(old: &str, new: &str) -> EditOp {
    EditOp::SetLiteral(Replace { slot: "flow.json#/URL".to_owned(), old: old.to_owned(), new: new.to_owned() })
}

#[test]
fn a_name_is_an_id() {
    let after = edited(&resource(FLOW), &[EditOp::Rename("Ü \"2\"".to_owned())]);
    assert_eq!(after.text(PART), FLOW.replace(r#""Access""#, r#""Ü \"2\"""#));
    assert_eq!((after.head.name.as_str(), after.head.id.clone()), ("Ü \"2\"", id("Ü \"2\"", "3")));
    assert_eq!(faults(&after), [""; 0]);
}

#[test]
fn an_id_is_name_and_version() {
    let after = edited(&resource(FLOW), &[EditOp::SetId(id("B", "4"))]);
    assert_eq!(
        after.text(PART),
        FLOW.replace(r#""Access""#, r#""B""#).replace(r#""FLOW_VERSION":3"#, r#""FLOW_VERSION":4"#)
    );
    assert_eq!((after.head.name.as_str(), after.head.id.clone()), ("B", id("B", "4")));
    assert_eq!(inspect(&after).identities, ["dpm:B@4"]);
    assert_eq!(faults(&after), [""; 0]);
    refused(Flows::edit(&resource(FLOW), &[EditOp::SetId(ResourceId::new("flow", "B"))]));
    refused(Flows::edit(&resource(FLOW), &[EditOp::SetId(ResourceId { kind: "app".to_owned(), ..id("B", "1") })]));
}

#[test]
fn a_version_keeps_its_type_where_it_can() {
    let stated = |before: &str, version: &str| {
        let sample = with(r#""FLOW_VERSION":3"#, before);
        let after = edited(&sample, &[EditOp::SetId(id("Access", version))]);
        assert_eq!(faults(&after), [""; 0], "{before} {version}");
        let text = after.text(PART);
        assert_eq!(text.replacen(r#""FLOW_VERSION":"#, "", 1).len() + 15, text.len());
        let from = text.find(r#""FLOW_VERSION":"#).unwrap() + 15;
        text[from..].split([',', '\n']).next().unwrap().trim().to_owned()
    };
    assert_eq!(stated(r#""FLOW_VERSION":3"#, "2.0"), "2.0");
    assert_eq!(stated(r#""FLOW_VERSION":3"#, "02"), r#""02""#);
    assert_eq!(stated(r#""FLOW_VERSION":3"#, "v2"), r#""v2""#);
    assert_eq!(stated(r#""FLOW_VERSION":"3""#, "4"), r#""4""#);
    assert_eq!(stated(r#""FLOW_VERSION":null"#, "4"), "4");
}

#[test]
fn members_that_are_not_there_are_added_when_they_are_needed() {
    let sample = with(r#", "FLOW_VERSION":3"#, "");
    let same = edited(&sample, &[EditOp::SetId(id("Access", "1"))]);
    assert_eq!(same, sample, "a flow without a version is version 1");
    let after = edited(&sample, &[EditOp::SetId(id("B", "2"))]);
    let expected = sample.text(PART).replace(r#""Access""#, r#""B""#);
    let (head, tail) = expected.split_at(expected.rfind('"').unwrap() + 1);
    let added = after.text(PART);
    assert!(added.starts_with(head) && added.ends_with(tail) && added.contains(r#""FLOW_VERSION":2"#), "{added}");
    assert_eq!(faults(&after), [""; 0]);

    let sample = with(r#", "STATUS":"Draft""#, "");
    assert_eq!(edited(&sample, &[EditOp::SetState(State::Draft)]), sample);
    let after = edited(&sample, &[EditOp::SetState(State::Published)]);
    assert!(after.text(PART).contains(r#""STATUS":"Completed""#));
    assert_eq!((faults(&after), after.head.state), (vec![], State::Published));
}

#[test]
fn a_name_beside_an_id() {
    let rename = || EditOp::Rename("C".to_owned());
    let both = edited(&resource(FLOW), &[rename(), EditOp::SetId(id("Access", "9"))]);
    assert_eq!(both.head.id, id("C", "9"), "an id that changes the version alone leaves the new name");
    let both = edited(&resource(FLOW), &[rename(), EditOp::SetId(id("D", "9"))]);
    assert_eq!(both.head.id, id("D", "9"));
    assert_eq!(faults(&both), [""; 0]);
}

#[test]
fn a_state_is_a_status() {
    let after = edited(&resource(FLOW), &[EditOp::SetState(State::Published)]);
    assert_eq!(after.text(PART), FLOW.replace("Draft", "Completed"));
    assert_eq!(after.head.state, State::Published);
    assert_eq!(edited(&after, &[EditOp::SetState(State::Draft)]), resource(FLOW));
    let there_and_back = [EditOp::SetState(State::Published), EditOp::SetState(State::Draft)];
    assert_eq!(edited(&resource(FLOW), &there_and_back), resource(FLOW), "the last one counts");
    for word in ["cOMPLETED", "Retired"] {
        let sample = with("Draft", word);
        let state = sample.head.state;
        assert_eq!(edited(&sample, &[EditOp::SetState(state)]), sample, "{word}");
    }
}

#[test]
fn a_secret_taken_out_and_put_back_leaves_every_byte() {
    let sample = with("client_secret=s3cr3t!", r"client_secret=s3cr\u0033t!\/");
    let slots: Vec<String> = inspect(&sample).secrets.into_iter().map(|secret| secret.slot).collect();
    assert_eq!(slots, ["flow.json#/URL"]);
    let values = Flows::secret_values(&sample, &slots).unwrap();
    let without = edited(&sample, &[secret(None)]);
    assert!(inspect(&without).secrets.is_empty() && without.text(PART).contains("client_secret=\""));
    assert_eq!(edited(&without, &[secret(values[0].value.as_deref())]), sample);
}

#[test]
fn a_literal_and_a_secret_of_one_text() {
    let ops = [literal("https://dpm-dev.example", "https://dpm.example"), secret(None)];
    let after = edited(&resource(FLOW), &ops);
    assert_eq!(after.text(PART), FLOW.replace("dpm-dev", "dpm").replace("s3cr3t!", ""));
}

#[test]
fn unknown_slots_are_refused() {
    let name = "flow.json#/FLOW_NAME";
    let relink = Relink { slot: name.to_owned(), to: Head::new(ResourceId::new("flow", "x"), "k2view-dpm", "x") };
    let set = |slot: &str, value: Option<&str>| {
        EditOp::SetSecret(SlotValue { slot: slot.to_owned(), value: value.map(str::to_owned) })
    };
    for op in [
        EditOp::Relink(relink),
        EditOp::Other(("dance".to_owned(), String::new())),
        literal("https://elsewhere.example", "x"),
        set(name, Some("\"x\"")),
        set(name, None),
        set("flow.json#/FLOW_DESCRIPTION", None),
        set("flow.json#/STAGES", Some("1")),
        set("other.json#/URL", None),
        set("nowhere", None),
    ] {
        refused(Flows::edit(&resource(FLOW), &[EditOp::Rename("B".to_owned()), op]));
    }
    refused(Flows::secret_values(&resource(FLOW), &["flow.json#/FLOW_DESCRIPTION".to_owned()]));
}
