//! What is found in a version: which one it is, what is wrong with it, what it needs.

mod common;

use common::{PART, VERSION, faults, inspect, line, resource, with};
use flowport_flowrunner::{Flows, check, head};
use flowport_plugin::json::Document;
use flowport_plugin::{Failure, Handler, State};

#[test]
fn a_valid_version_has_no_faults() {
    let sample = resource(VERSION);
    assert_eq!(faults(&sample), [""; 0]);
    let found = inspect(&sample);
    assert_eq!(found.identities, ["flowrunner:f-1@3", "flowrunner:Intake@3"]);
    assert!(found.references.is_empty());
}

/// A text of the sample, what stands there instead, and what is found.
const FAULTS: &[(&str, &str, &[&str])] = &[
    (r#""elements" : ["#, r#""elements" : 7, "x" : ["#, &["E FR0102 /elements"]),
    (r#""version" : 3, "#, "", &["I FR0104 /version"]),
    (r#""version" : 3"#, r#""versionNumber" : null"#, &["I FR0104 /version"]),
    (r#""status" : "READY""#, r#""status" : 7"#, &["E FR0102 /status"]),
    (r#""id":"e2""#, r#""id":"e1""#, &["E FR0105 /elements/1/id"]),
    (r#""id":2 "#, r#""id":"e1" "#, &["E FR0105 /subflows/0/elements/1/id"]),
    (r#"{ "id":"e1" }, { "id":2 }"#, r#"{ "id":2 }, { "id":2 }"#, &["E FR0105 /subflows/0/elements/1/id"]),
    ("0 0 * * *", "0 0 * *", &["E FR0106 /schedule/cron"]),
    ("0 0 * * *", "0 0 0 1 * ? 2030 *", &["E FR0106 /schedule/cron"]),
];

#[test]
fn each_fault_is_found_where_it_is() {
    for (from, to, expected) in FAULTS {
        assert_eq!(&faults(&with(from, to)), expected, "{from} -> {to}");
    }
    let found = inspect(&with(r#""id":"e2""#, r#""id":"e1""#)).diagnostics;
    assert!(found[0].summary.contains("`e1`") && found[0].summary.contains("/elements/0/id"), "{}", found[0].summary);
}

/// Things that look like faults and are none.
#[test]
fn what_is_not_known_is_not_claimed() {
    for (from, to) in [
        (r#""elements" : ["#, r#""steps" : ["#),
        (r#""id":"e2", "#, ""),
        (r#""id":"e2""#, r#""id":"2""#),
        (r#""id":"e2""#, r#""id":null"#),
        (r#"{ "id":"e1" }"#, r#""e1""#),
        (r#"{ "id":"e1" }, { "id":2 }"#, r#"{ "id":null }, { "id":null }"#),
        ("0 0 * * *", ""),
        ("0 0 * * *", "0 0 0 1 * ? 2030"),
        (r#""cron":"0 0 * * *""#, r#""cron":{}"#),
        (r#""type":"TRIGGER""#, r#""cron":"daily""#),
        (r#""status" : "READY""#, r#""status" : null"#),
        (r#""status" : "READY""#, r#""status" : "NOT READY""#),
        (r#""version" : 3"#, r#""version" : "3.0-beta""#),
    ] {
        assert_eq!(faults(&with(from, to)), [""; 0], "{from} -> {to}");
    }
}

#[test]
fn the_head_says_what_the_file_says() {
    let head = |from, to| with(from, to).head;
    let sample = resource(VERSION).head;
    assert_eq!(
        (sample.name.as_str(), sample.id.id.as_str(), sample.id.version.as_deref()),
        ("Intake", "Intake", Some("3"))
    );
    assert_eq!((sample.state, sample.dialect.as_str()), (State::Draft, "flowrunner"));
    assert_eq!(head(r#""name" : "Intake""#, r#""flowName" : "B""#).id.id, "B");
    assert_eq!(head(r#""name" : "Intake""#, r#""name" : """#).id.id, "f-1");
    assert_eq!(head(r#""flowId" : "f-1", "name" : "Intake""#, r#""id" : 12"#).id.id, "12");
    assert_eq!(head(r#""version" : 3"#, r#""versionNumber" : "v2""#).id.version.as_deref(), Some("v2"));
    assert_eq!(head(r#""version" : 3, "#, "").id.version.as_deref(), Some("1"));
    assert_eq!(head("READY", "live").state, State::Published);
    assert_eq!(head(r#""status" : "READY""#, r#""state" : "LIVE""#).state, State::Published);
}

#[test]
fn identities_follow_the_resource() {
    let mut sample = resource(VERSION);
    sample.head.id.id = "Other".to_owned();
    sample.head.id.version = Some("9".to_owned());
    assert_eq!(inspect(&sample).identities, ["flowrunner:f-1@9", "flowrunner:Other@9"]);
    assert_eq!(inspect(&with(r#""flowId" : "f-1", "#, "")).identities, ["flowrunner:Intake@3"]);
    let by_id = with(r#""name" : "Intake", "#, "");
    assert_eq!(inspect(&by_id).identities, ["flowrunner:f-1@3"], "once, where the id is the name");
}

#[test]
fn what_cannot_identify_is_said_with_all_else() {
    for (from, to, expected) in [
        (r#""flowId" : "f-1", "name" : "Intake""#, r#""name" : null"#, "E FR0101 /name"),
        (r#""name" : "Intake""#, r#""name" : ["s3cr3t"]"#, "E FR0102 /name"),
        (r#""flowId" : "f-1", "name" : "Intake""#, r#""flowId" : {}"#, "E FR0102 /flowId"),
        (r#""name" : "Intake""#, r#""name" : "a\u0007""#, "E FR0103 /name"),
        (r#""version" : 3"#, r#""version" : { "number":3 }"#, "E FR0102 /version"),
    ] {
        let text = VERSION.replacen(from, to, 1).replace("0 0 * * *", "0 0");
        let document = Document::parse(text).unwrap();
        assert!(head(document.root()).is_none(), "{to}");
        let found = check(document.root(), None);
        let errors: Vec<String> = found.iter().map(line).filter(|line| line.starts_with('E')).collect();
        assert_eq!(errors, [expected, "E FR0106 /schedule/cron"], "{to}");
        assert!(found.iter().all(|found| !found.summary.contains("s3cr3t")));
    }
    assert_eq!(faults(&with("Intake", &"é".repeat(513))), ["E FR0103 /name"]);
    assert_eq!(faults(&with("Intake", &"é".repeat(512))), [""; 0]);
}

#[test]
fn what_lies_outside_the_file_is_named_once() {
    let lines = |resource| -> Vec<String> { inspect(&resource).diagnostics.iter().map(line).collect() };
    let called = "I FR0203 /elements/1/settings/flowName";
    assert_eq!(lines(resource(VERSION)), [called, "I FR0201 /slaGoals", "I FR0202 /elements"]);
    assert_eq!(lines(with("slaGoals", "SLA")), [called, "I FR0201 /SLA", "I FR0202 /elements"]);
    assert_eq!(lines(resource(r#"{"name":"a","version":1,"elements":[],"slaGoals":[],"flowName":"b"}"#)), [""; 0]);
}

#[test]
fn secrets_and_literals_are_found() {
    let found = inspect(&resource(VERSION));
    assert_eq!(found.secrets.len(), 1);
    assert_eq!((found.secrets[0].slot.as_str(), found.secrets[0].declared), ("version.json#/elements/0/url", false));
    assert!(!format!("{found:?}").contains("s3cr3t"));
    let literals: Vec<_> = found.literals.iter().map(|literal| literal.value.as_str()).collect();
    assert_eq!(literals, ["https://dev.example"]);
    let twice = with("s3cr3t!", "s3cr3t! ana@dev.example, ana@dev.example");
    assert_eq!(inspect(&twice).literals.len(), 2, "a literal is named once per text");
    let named = with("Intake", "https://dev.example");
    assert_eq!(inspect(&named).literals.len(), 1, "which flow it is, is no literal");
}

#[test]
fn a_part_that_is_no_version_is_refused() {
    for (text, place) in [("{\"name\":\"a\",\n  \"elements\":[}", "line 2, column 15"), ("7", "must be an object")] {
        match Flows::inspect(&resource(text)) {
            Err(Failure::Malformed(found)) => {
                assert_eq!(line(&found[0]), "E FR0100 ");
                assert!(found[0].summary.contains(PART) && found[0].summary.contains(place), "{}", found[0].summary);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn findings_have_an_end() {
    let elements = vec![r#"{"id":1}"#; 3_000].join(",");
    let found = inspect(&resource(&format!(r#"{{"name":"a","version":1,"elements":[{elements}]}}"#))).diagnostics;
    assert_eq!(found.len(), 1_001);
    assert_eq!(found.last().unwrap().code, "FR0199");
    assert!(found.last().unwrap().summary.starts_with("2000 more"), "{}", found.last().unwrap().summary);
}
