//! Edits of a version: the bytes concerned change, and no other.

mod common;

use common::{PART, VERSION, edited, inspect, refused, resource, with};
use flowport_flowrunner::Flows;
use flowport_plugin::{EditOp, Handler, Head, Relink, Replace, ResourceId, SlotValue, State};

const URL: &str = "version.json#/elements/0/url";

fn id(name: &str, version: &str) -> ResourceId {
    ResourceId { version: Some(version.to_owned()), ..ResourceId::new("flow", name) }
}

fn secret(slot: &str, value: Option<&str>) -> EditOp {
    EditOp::SetSecret(SlotValue { slot: slot.to_owned(), value: value.map(str::to_owned) })
}

fn literal(slot: &str, old: &str, new: &str) -> EditOp {
    EditOp::SetLiteral(Replace { slot: slot.to_owned(), old: old.to_owned(), new: new.to_owned() })
}

#[test]
fn a_name_is_an_id() {
    let after = edited(&resource(VERSION), &[EditOp::Rename("Ü \"2\"".to_owned())]);
    assert_eq!(after.text(PART), VERSION.replacen(r#""Intake""#, r#""Ü \"2\"""#, 1));
    assert_eq!((after.head.name.as_str(), after.head.id.clone()), ("Ü \"2\"", id("Ü \"2\"", "3")));
    let other_key = with(r#""name" : "Intake""#, r#""flowName" : "Intake""#);
    let after = edited(&other_key, &[EditOp::Rename("B".to_owned())]);
    assert_eq!(after.text(PART), other_key.text(PART).replacen("Intake", "B", 1));
    let nameless = with(r#""name" : "Intake", "#, "");
    let after = edited(&nameless, &[EditOp::Rename("B".to_owned())]);
    assert_eq!((after.text(PART), after.head.id.id.as_str()), (nameless.text(PART), "B"));
}

#[test]
fn a_version_of_another_flow_is_an_identical_copy_but_for_its_number() {
    let after = edited(&resource(VERSION), &[EditOp::SetId(id("Other", "8"))]);
    assert_eq!(after.text(PART), VERSION.replace(r#""version" : 3"#, r#""version" : 8"#));
    assert_eq!((after.head.id.clone(), after.head.name.as_str()), (id("Other", "8"), "Other"));
    let silent = with(r#""version" : 3, "#, "");
    let after = edited(&silent, &[EditOp::SetId(id("Other", "8"))]);
    assert_eq!((after.text(PART), after.head.id.clone()), (silent.text(PART), id("Other", "8")));
    assert_eq!(edited(&resource(VERSION), &[EditOp::SetId(id("Intake", "3"))]), resource(VERSION));
    refused(Flows::edit(&silent, &[EditOp::SetId(ResourceId::new("flow", "Other"))]));
    refused(Flows::edit(&silent, &[EditOp::SetId(ResourceId { kind: "app".to_owned(), ..id("Other", "1") })]));
}

#[test]
fn a_version_keeps_its_type_where_it_can() {
    for (before, version, after) in [
        (r#""version" : 3"#, "4.0", r#""version" : 4.0"#),
        (r#""version" : 3"#, "v4", r#""version" : "v4""#),
        (r#""version" : 3"#, "04", r#""version" : "04""#),
        (r#""version" : "3""#, "4", r#""version" : "4""#),
        (r#""versionNumber" : 3"#, "4", r#""versionNumber" : 4"#),
    ] {
        let changed = edited(&with(r#""version" : 3"#, before), &[EditOp::SetId(id("Intake", version))]);
        assert_eq!(changed.text(PART), VERSION.replace(r#""version" : 3"#, after));
    }
}

#[test]
fn a_name_beside_an_id() {
    let rename = || EditOp::Rename("C".to_owned());
    let both = edited(&resource(VERSION), &[rename(), EditOp::SetId(id("Intake", "9"))]);
    assert_eq!((both.head.id.clone(), both.head.name.as_str()), (id("C", "9"), "C"));
    let there_and_back = [rename(), EditOp::Rename("Intake".to_owned())];
    assert_eq!(edited(&resource(VERSION), &there_and_back), resource(VERSION), "the last one counts");
    let both = edited(&resource(VERSION), &[rename(), EditOp::SetId(id("D", "9"))]);
    assert_eq!(both.head.id, id("D", "9"));
}

#[test]
fn a_state_is_in_the_head_alone() {
    let live = with("READY", "LIVE");
    let after = edited(&live, &[EditOp::SetState(State::Draft)]);
    assert_eq!((after.text(PART), after.head.state), (live.text(PART), State::Draft));
    assert_eq!(edited(&after, &[EditOp::SetState(State::Published)]), live);
}

#[test]
fn a_secret_taken_out_and_put_back_leaves_every_byte() {
    let sample = with("client_secret=s3cr3t!", r"client_secret=s3cr\u0033t!\/");
    let slots: Vec<String> = inspect(&sample).secrets.into_iter().map(|secret| secret.slot).collect();
    assert_eq!(slots, [URL]);
    let values = Flows::secret_values(&sample, &slots).unwrap();
    let without = edited(&sample, &[secret(URL, None)]);
    assert!(inspect(&without).secrets.is_empty() && without.text(PART).contains("client_secret=\""));
    assert_eq!(edited(&without, &[secret(URL, values[0].value.as_deref())]), sample);
}

#[test]
fn a_literal_and_a_secret_of_one_text() {
    let ops = [literal(URL, "https://dev.example", "https://prod.example"), secret(URL, None)];
    let after = edited(&resource(VERSION), &ops);
    assert_eq!(after.text(PART), VERSION.replace("dev.example", "prod.example").replace("s3cr3t!", ""));
}

#[test]
fn unknown_slots_are_refused() {
    let name = "version.json#/name";
    let relink = Relink { slot: name.to_owned(), to: Head::new(ResourceId::new("flow", "x"), "flowrunner", "x") };
    for op in [
        EditOp::Relink(relink),
        EditOp::Other(("dance".to_owned(), String::new())),
        literal(URL, "https://elsewhere.example", "x"),
        secret(name, Some("\"x\"")),
        secret(name, None),
        secret("version.json#/elements/0/type", None),
        secret("version.json#/elements", Some("1")),
        secret("other.json#/elements/0/url", None),
        secret("nowhere", None),
    ] {
        refused(Flows::edit(&resource(VERSION), &[EditOp::Rename("B".to_owned()), op]));
    }
    refused(Flows::secret_values(&resource(VERSION), &["version.json#/elements/0/type".to_owned()]));
}
