//! An app: manifest ids in its JSON, and what only its manifest entry names.

mod common;

use common::{literal, refused, relink};
use flowport_plugin::fake::Resource;
use flowport_plugin::{EditOp, Head, ResourceId};
use flowport_power_automate::app;

const JSON: &str = r#"{"appDefinitionTemplate":{"properties":{ "displayName":"A","connectionReferences":{"r1":{"id":"api-x","iconUri":"https://i.example/x","sharedConnectionId":"con-1","dataSets":{"https://a.sharepoint.com/sites/hr":{"dataSources":{"L":{"tableName":"l-1"}}},"default.cds":{"dataSources":{"T":{"tableName":"t"}}}}},"r2":{"id":"api-l","parameterHints":{"workflowName":{"value":"f-1"}, "r1":{"value":"shared_x"}},"parameterHintsV2":{"workflowName":{"value":"f-1"}}},"r3":{"id":"api-x"}},"databaseReferences":{"default.cds":{"dataSources":{"Accounts":{}}}}}}}"#;

fn example() -> Resource {
    let mut head = Head::new(ResourceId::new("app", "a"), "power-automate", "A");
    head.attributes = r#"{"dependsOn":["api-l","f-1","api-l","api-x","con-1","api-q"],"dependencyKinds":["connector","flow","connector","connector","connection","connector"]}"#.to_owned();
    let mut resource = Resource::new(head).json("7.json", JSON);
    resource.parts.push(("N-document.msapp".to_owned(), String::new(), b"api-x f-1".to_vec()));
    resource
}

const BASE: &str = "7.json#/appDefinitionTemplate/properties/connectionReferences";

#[test]
fn references_literals_and_tables() {
    let found = app::inspect(&example()).unwrap();
    let references: Vec<String> = found.references.iter().map(|reference| reference.slot.replace(BASE, "")).collect();
    let expected = [
        "/r1/id",
        "/r1/sharedConnectionId",
        "/r2/id",
        "/r2/parameterHints/workflowName/value",
        "/r2/parameterHintsV2/workflowName/value",
        "/r3/id",
        "attributes#/dependsOn/5",
    ];
    assert_eq!(references, expected);
    let literals: Vec<(&str, &str)> =
        found.literals.iter().map(|literal| (literal.class.as_str(), literal.value.as_str())).collect();
    assert_eq!(literals, [("sharepoint-site", "https://a.sharepoint.com/sites/hr"), ("list", "l-1")]);
    let codes: Vec<&str> = found.diagnostics.iter().map(|found| found.code.as_str()).collect();
    assert_eq!(codes, ["PA0403", "PA0402"]);
    assert_eq!(found.identities, ["pa-app:a"]);
}

#[track_caller]
fn edited(ops: &[EditOp]) -> Resource {
    let before = example();
    let result = app::edit(&before, ops).unwrap();
    assert!(result.written.iter().all(|part| part.name == "7.json"), "the document is never touched");
    before.edited(&result)
}

#[test]
fn relinks_change_every_place_and_no_other_byte() {
    let before = example();
    let flow = |slot: &str| relink(&format!("{BASE}{slot}"), "flow", "f-2", "{}");
    let after =
        edited(&[flow("/r2/parameterHints/workflowName/value"), flow("/r2/parameterHintsV2/workflowName/value")]);
    assert_eq!(after.text("7.json"), JSON.replace("f-1", "f-2"));
    assert_eq!(after.head.attributes, before.head.attributes.replace("f-1", "f-2"));
    let after = edited(&[relink(&format!("{BASE}/r1/sharedConnectionId"), "connection", "con-2", "{}")]);
    assert_eq!(after.text("7.json"), JSON.replace("con-1", "con-2"));
    assert_eq!(after.head.attributes, before.head.attributes.replace("con-1", "con-2"));
    let after = edited(&[relink(&format!("{BASE}/r2/id"), "connector", "api-m", "{}")]);
    assert_eq!(after.head.attributes, before.head.attributes.replace("api-l", "api-m"), "what is named twice stays so");
    let after = edited(&[relink("attributes#/dependsOn/5", "connector", "api-z", "{}")]);
    assert_eq!(after.text("7.json"), JSON);
    assert_eq!(after.head.attributes, before.head.attributes.replace("api-q", "api-z"));
    assert_eq!(edited(&[relink(&format!("{BASE}/r1/id"), "connector", "api-x", "{}")]), before);
}

#[test]
fn one_connector_of_two_references_is_added() {
    let after = edited(&[relink(&format!("{BASE}/r3/id"), "connector", "api-y", "{}")]);
    assert!(after.head.attributes.starts_with(
        r#"{"dependsOn":["api-l","f-1","api-l","api-x","api-y","con-1","api-q"],"dependencyKinds":["connector","flow","connector","connector","connector","connection","connector"]"#
    ), "{}", after.head.attributes);
}

#[test]
fn names_and_literals() {
    let after = edited(&[EditOp::Rename("B".to_owned())]);
    assert_eq!((after.head.name.as_str(), after.text("7.json")), ("B", JSON.replace(r#""A""#, r#""B""#)));
    let literals = app::inspect(&example()).unwrap().literals;
    let after = edited(&[
        literal(&literals[0].slot, &literals[0].value, "https://b.sharepoint.com/sites/x"),
        literal(&literals[1].slot, "l-1", "l-2"),
    ]);
    assert_eq!(
        after.text("7.json"),
        JSON.replace("https://a.sharepoint.com/sites/hr", "https://b.sharepoint.com/sites/x").replace("l-1", "l-2")
    );
}

#[test]
fn unknown_slots_are_refused() {
    for op in [
        relink(&format!("{BASE}/r1/iconUri"), "connector", "x", "{}"),
        relink("attributes#/dependsOn/0", "connector", "x", "{}"),
        relink("attributes#/dependsOn/9", "connector", "x", "{}"),
        literal(&format!("{BASE}/r1/iconUri"), "https://i.example", "x"),
        EditOp::Other(("dance".to_owned(), String::new())),
    ] {
        refused(app::edit(&example(), &[op]));
    }
}
