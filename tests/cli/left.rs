//! What an import leaves to do by hand can be done from the top to the bottom.

use serde_json::{Value, json};

use crate::support::project::Project;
use crate::vault::{PASSWORD, model};

fn flow(id: &str, uses: &[&str]) -> Value {
    json!({ "kind": "flow", "id": id, "name": id, "dialect": "flowport",  "state": "published",
        "parts": { "flow.json": { "json": { "name": id, "state": "published", "trigger": {}, "steps": [], "uses": uses } } } })
}

/// The commands of what is left to do.
fn left(envelope: &Value) -> Vec<String> {
    let lines = envelope["result"]["left_to_do"].as_array().unwrap().iter();
    let command = |line: &Value| line.as_str().unwrap().split_once(": flowport ").unwrap().1.to_owned();
    lines.map(command).collect()
}

#[test]
fn secrets_come_first_and_what_is_needed_before_what_needs_it() {
    let project = Project::new();
    let mut all: Vec<Value> = serde_json::from_str(&model("")).unwrap();
    all.extend([flow("last", &["flow/middle"]), flow("middle", &["flow/orders"])]);
    all.reverse();
    all.sort_by_key(|resource| resource["id"] != "last");
    project.write("model.json", json!(all).to_string());
    let imported = project.json(0, &["import", "dev", "model.json", "--yes", "--setup", "connection/*=create"]);
    let expected = [
        "secret set dev 'connector/crm' 'password'",
        "publish dev 'flow/orders'",
        "publish dev 'flow/middle'",
        "publish dev 'flow/last'",
    ];
    assert_eq!(left(&imported), expected);
}

#[test]
fn a_secret_that_what_is_there_lacks_is_named_with_its_command_once() {
    let project = Project::new();
    project.write("model.json", model(""));
    project.ok(&["put", "dev", "model.json"]);
    project.ok(&["delete", "dev", "flow/orders", "--yes"]);
    let mut all: Vec<Value> = serde_json::from_str(&model(PASSWORD)).unwrap();
    all.retain(|resource| resource["kind"] == "flow");
    let mut other = all[0].clone();
    other["id"] = json!("more");
    all.push(other);
    project.write("flows.json", json!(all).to_string());
    let imported = project.json(0, &["import", "dev", "flows.json", "--yes", "--publish"]);
    let expected = [
        "secret set dev 'connector/crm' 'connector.json#/secrets/password'",
        "publish dev 'flow/orders'",
        "publish dev 'flow/more'",
    ];
    assert_eq!(left(&imported), expected);
}
