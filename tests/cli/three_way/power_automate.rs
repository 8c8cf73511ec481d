//! Flows of Power Automate, whose connections are the target's own, and whose secrets are never shown.

use serde_json::{Value, json};

use super::{STORES, planned, project};
use crate::support::package::{Package, SECRET, Sample, lone_flow, sample};
use crate::support::project::Project;

const PART: &str = "definition.json";

/// Puts the flow of the environment back with another definition.
fn put(project: &Project, flow: &str, change: impl FnOnce(&mut Value)) {
    let id = format!("flow/{flow}");
    project.ok(&["export", "work", &id, "-o", "export.json", "--no-related", "--include-drafts", "--overwrite"]);
    let mut package: Value = serde_json::from_str(&project.read("export.json")).unwrap();
    change(&mut package["resources"][0]);
    project.write("by-hand.json", package.to_string());
    project.ok(&["put", "work", "by-hand.json", "--as", "ben"]);
}

fn actions(definition: &mut Value) -> &mut Value {
    &mut definition["properties"]["definition"]["actions"]
}

fn definition(resource: &mut Value) -> &mut Value {
    &mut resource["parts"][PART]["json"]
}

fn import(project: &Project, sample: &Sample, flags: &[&str]) -> crate::support::project::Run {
    sample.package.save(project.path("orders.zip"));
    let answers = sample.create_all();
    let mut arguments = vec!["import", "work", "orders.zip", "--yes"];
    arguments.extend(answers.iter().map(String::as_str).chain(flags.iter().copied()));
    project.run(&arguments)
}

#[test]
fn actions_that_each_side_added_are_both_there() {
    for store in STORES {
        let project = project(store);
        let (mut package, flow) = lone_flow("Orders");
        package.save(project.path("orders.zip"));
        project.ok(&["import", "work", "orders.zip", "--yes"]);
        put(&project, &flow, |resource| {
            actions(definition(resource))["Mine"] = json!({ "type": "Compose", "inputs": 1 })
        });
        package.action(&flow, "Theirs", json!({ "type": "Compose", "inputs": 2, "runAfter": {} }));
        package.save(project.path("orders.zip"));
        let places = "definition.json#/properties/definition/actions";
        project
            .ok(&["import", "work", "orders.zip", "--yes"])
            .says(&format!("stays: {places}/Mine; comes: {places}/Theirs"));
        let mut merged: Value = serde_json::from_slice(&project.part("work", &format!("flow/{flow}"), PART)).unwrap();
        let names: Vec<&String> = actions(&mut merged).as_object().unwrap().keys().collect();
        assert_eq!(names, ["Mine", "Theirs"]);
    }
}

#[test]
fn an_attribute_and_an_action_are_no_conflict() {
    for store in STORES {
        let project = project(store);
        let (mut package, flow) = lone_flow("Orders");
        package.save(project.path("orders.zip"));
        project.ok(&["import", "work", "orders.zip", "--yes"]);
        put(&project, &flow, |resource| resource["attributes"]["hierarchy"] = json!("Child"));
        package.action(&flow, "Theirs", json!({ "type": "Compose", "inputs": 2, "runAfter": {} }));
        package.save(project.path("orders.zip"));
        project
            .ok(&["import", "work", "orders.zip", "--yes"])
            .says("stays: attributes#/hierarchy; comes: definition.json#");
        let shown = project.json(0, &["show", "work", &format!("flow/{flow}")]);
        assert_eq!(shown["result"]["attributes"]["hierarchy"], "Child", "{shown:#}");
        package.resource(&flow)["hierarchy"] = json!("Grandchild");
        package.save(project.path("orders.zip"));
        let (change, _) = planned(&project, 4, &["orders.zip"]);
        assert_eq!(change["conflict"]["fields"][0]["path"], "/hierarchy");
    }
}

#[test]
fn connections_of_the_target_are_no_change_of_the_target() {
    let project = project(STORES[0]);
    let mut sample = sample("Orders");
    import(&project, &sample, &[]).exits(0);
    put(&project, &sample.flow, |resource| {
        actions(definition(resource))["Mine"] = json!({ "type": "Compose", "inputs": 1 })
    });
    let flow = sample.flow.clone();
    sample.package.action(&flow, "Theirs", json!({ "type": "Compose", "inputs": 2, "runAfter": {} }));
    let run = import(&project, &sample, &[]).exits(0);
    let places = "definition.json#/properties/definition/actions";
    run.says(&format!("stays: {places}/Mine; comes: {places}/Theirs"));
}

/// Three keys, one for each side.
const KEYS: [&str; 3] = [SECRET, "0th3r-k3y-0f-the-d00r-55a1c2", "th1rd-k3y-0f-the-d00r-77b3e4"];

fn with_key(key: &str) -> Value {
    let headers = json!({ "Ocp-Apim-Subscription-Key": key, "X-Count": 1 });
    json!({ "type": "Http", "runAfter": {}, "inputs": { "method": "GET", "uri": "https://a.example", "headers": headers } })
}

/// A flow with a key in a header, which both sides change.
fn secret_changed(store: &str) -> (Project, Package, String) {
    let project = project(store);
    let (mut package, flow) = lone_flow("Orders");
    package.action(&flow, "Call", with_key(KEYS[0]));
    package.save(project.path("orders.zip"));
    project.ok(&["import", "work", "orders.zip", "--yes"]);
    put(&project, &flow, |resource| actions(definition(resource))["Call"] = with_key(KEYS[1]));
    package.action(&flow, "Call", with_key(KEYS[2]));
    package.save(project.path("orders.zip"));
    (project, package, flow)
}

#[test]
fn a_secret_that_clashes_is_said_to_differ_and_never_shown() {
    for store in STORES {
        let (project, _, flow) = secret_changed(store);
        let hidden = |run: crate::support::project::Run| KEYS.iter().fold(run, |run, key| run.says_not(key));
        let run = project.run(&["plan", "work", "orders.zip", "--html", "plan.html"]).exits(4);
        hidden(run).says_all(&["Ocp-Apim-Subscription-Key", "(secret)"]);
        let page = project.read("plan.html");
        assert!(page.contains("a secret, which is not shown") && !KEYS.iter().any(|key| page.contains(key)));
        let (change, found) = planned(&project, 4, &["orders.zip"]);
        let field = &change["conflict"]["fields"][0];
        assert_eq!((&field["base"], &field["now"], &field["secret"]), (&Value::Null, &Value::Null, &json!(true)));
        let all = format!("{change}{found:?}");
        assert!(!KEYS.iter().any(|key| all.contains(key)), "{all}");
        hidden(project.run(&["import", "work", "orders.zip", "--yes"]).exits(4));
        hidden(project.run(&["plan", "work", "orders.zip", "--settings-template"]).exits(0))
            .says(&format!("flow/{flow}"));
    }
}

#[test]
fn a_secret_of_one_side_is_not_shown_where_it_is_merged() {
    let (project, mut package, flow) = secret_changed(STORES[0]);
    package.action(&flow, "Call", with_key(KEYS[0]));
    package.action(&flow, "Note", json!({ "type": "Compose", "inputs": format!("see {}", KEYS[1]), "runAfter": {} }));
    package.save(project.path("orders.zip"));
    let (change, found) = planned(&project, 0, &["orders.zip"]);
    assert_eq!(change["merged"]["kept"][0]["secret"], true, "{change:#}");
    let all = format!("{change}{found:?}");
    assert!(!KEYS.iter().any(|key| all.contains(key)), "{all}");
}
