//! Kinds of other products: versions, ids, secrets, and references that lead out of the package.

use serde_json::{Value, json};

use super::{Project, changes, findings};

const PASSWORD: &str = "correct-horse-battery";

fn dpm() -> Value {
    json!({
        "FLOW_ID": 1, "FLOW_NAME": "DSAR", "FLOW_DESCRIPTION": "", "STATUS": "Draft", "FLOW_VERSION": 1,
        "STAGES": [{ "STAGE_ID": 1, "STAGE_NAME": "Opening", "STAGE_DESCRIPTION": "", "STAGE_NUMBER": 1, "TASKS": [
            { "TASK_ID": 1, "TASK_NAME": "Check", "TASK_DESCRIPTION": null, "TASK_STATUS": "", "TASK_ORDER": 1, "ROLE_NAME": "Steward" },
        ] }],
    })
}

#[test]
fn names_and_versions_change_in_the_content_and_in_no_other_byte() {
    let project = Project::new();
    let text = serde_json::to_string_pretty(&dpm()).unwrap();
    project.write("dsar.json", &text);
    let arguments =
        ["convert", "dsar.json", "prod.json", "--rename", "flow/DSAR=Access", "--set-version", "flow/DSAR=7"];
    let done = project.json(0, &arguments);
    let expected = text.replace("\"DSAR\"", "\"Access\"").replace("\"FLOW_VERSION\": 1", "\"FLOW_VERSION\": 7");
    assert_eq!(project.read("prod.json"), expected);
    assert_eq!(
        changes(&done),
        ["flow/DSAR@1 - name DSAR Access", "flow/DSAR@1 - id DSAR Access", "flow/DSAR@1 - version 1 7"]
    );
    // What a map names with a version is an id.
    project.ok(&["convert", "dsar.json", "mapped.json", "--map", "flow/DSAR=flow/Access@7"]);
    assert_eq!(project.read("mapped.json"), expected);
    for wrong in ["next", "a b", ""] {
        let answer = format!("flow/DSAR={wrong}");
        project.run(&["convert", "dsar.json", "x.json", "--set-version", &answer]).exits(4).says("version");
    }
    // An action that the format has no word for is told as lost.
    let run = project.ok(&["convert", "dsar.json", "setup.json", "--setup", "flow/DSAR=new-version"]);
    run.says_all(&["LOST", "new-version"]);
}

#[test]
fn a_version_of_flowrunner() {
    let project = Project::new();
    let flow = json!({ "name": "Orders", "description": "", "version": 3, "status": "DRAFT", "elements": [{ "id": "e1", "type": "trigger" }] });
    project.write("orders.json", serde_json::to_string_pretty(&flow).unwrap());
    project.ok(&["convert", "orders.json", "prod.json", "--set-version", "flow/Orders=12"]).says("version");
    let text = project.read("orders.json").replace("\"version\": 3", "\"version\": 12");
    assert_eq!(project.read("prod.json"), text);
}

/// A connector with a place for a password, its connection and a flow; the flow needs an entity that lies outside.
fn model(project: &Project) {
    let connector = json!({ "kind": "connector", "id": "crm", "name": "CRM", "dialect": "flowport", "parts": { "connector.json": { "json": {
        "name": "CRM", "url": "https://crm.dev.example", "secrets": { "password": null, "user": null } } } } });
    let connection = json!({ "kind": "connection", "id": "crm-1", "name": "CRM of ana", "dialect": "flowport", "parts": { "connection.json": { "json": {
        "name": "CRM of ana", "connector": "crm" } } } });
    let flow = json!({ "kind": "flow", "id": "orders", "name": "Orders", "dialect": "flowport", "state": "draft", "parts": { "flow.json": { "json": {
        "name": "Orders", "state": "draft", "trigger": {}, "steps": [],
        "connections": [{ "key": "crm", "connector": "crm", "connection": "crm-1" }] } } } });
    let other = json!({ "kind": "connection", "id": "erp-1", "name": "ERP of ana", "dialect": "flowport", "parts": { "connection.json": { "json": {
        "name": "ERP of ana", "connector": "erp" } } } });
    project.write("model.json", json!([connector, connection, flow, other]).to_string());
}

#[test]
fn an_id_changes_and_references_follow() {
    let project = Project::new();
    model(&project);
    project.write(
        "prod.toml",
        "[map]\n\"connector/CRM\" = \"connector/crm-prod\"\n\"connector/erp\" = \"connector/erp-prod\"\n\"connection/CRM of ana\" = \"connection/crm-9\"\n[replace]\n\"https://crm.dev.example\" = \"https://crm.example\"\n",
    );
    let done = project.json(0, &["convert", "model.json", "prod.json", "--settings", "prod.toml"]);
    let resources: Value = serde_json::from_str(&project.read("prod.json")).unwrap();
    let resources = resources.as_array().or_else(|| resources["resources"].as_array()).unwrap();
    let part = |id: &str, part: &str| &resources.iter().find(|it| it["id"] == id).unwrap()["parts"][part]["json"];
    assert_eq!(part("crm-prod", "connector.json")["url"], "https://crm.example");
    assert_eq!(part("crm-9", "connection.json")["connector"], "crm-prod");
    assert_eq!(part("erp-1", "connection.json")["connector"], "erp-prod");
    let wanted = json!([{ "key": "crm", "connector": "crm-prod", "connection": "crm-9" }]);
    assert_eq!(part("orders", "flow.json")["connections"], wanted);
    let told = changes(&done);
    assert!(told.contains(&"connector/crm - id crm crm-prod".to_owned()), "{told:#?}");
    assert!(told.iter().any(|it| it.ends_with("connector connector/erp connector/erp-prod")), "{told:#?}");
    // Two resources cannot have one id.
    let both = ["--map", "connection/crm-1=connection/x", "--map", "connection/erp-1=connection/x"];
    project.run(&[&["convert", "model.json", "x.json"], &both[..]].concat()).exits(4).says("S-TWICE");
    // What lies outside may be one of the package, of the same kind.
    project.ok(&["convert", "model.json", "inside.json", "--map", "connector/erp=connector/CRM"]);
    assert!(project.read("inside.json").matches("\"crm\"").count() > 2);
}

#[test]
fn a_secret_is_set_in_the_clear_and_never_shown() {
    let project = Project::new();
    model(&project);
    project.write("password.txt", format!("{PASSWORD}\n"));
    project.write("prod.toml", "[secrets]\n\"connector/CRM#password\" = { file = \"password.txt\" }\n");
    let arguments = ["convert", "model.json", "prod.json", "--settings", "prod.toml", "--overwrite"];
    project.ok(&arguments).says_not(PASSWORD).says_all(&[
        "warning[E-SECRET]",
        "whoever has the package has the secret",
        "secret",
    ]);
    let done = project.json(0, &arguments);
    assert_eq!(changes(&done), ["connector/crm connector.json#/secrets/password secret - -"]);
    assert!(!done.to_string().contains(PASSWORD));
    assert!(project.read("prod.json").contains(PASSWORD));
    let answers = ["--setup", "connection/crm-1=create", "--setup", "connection/erp-1=skip"];
    project.ok(&[&["import", "dev", "prod.json", "--yes"], &answers[..]].concat());
    project.ok(&["secret", "list", "dev"]).says("connector/crm").says_not(PASSWORD);
}

#[test]
fn sealed_secrets_travel_on_unopened_and_their_resource_keeps_its_id() {
    let project = Project::new();
    model(&project);
    let text = project.read("model.json").replace("\"password\":null", &format!("\"password\":\"{PASSWORD}\""));
    let text = text.replace("\"connector\":\"erp\"", "\"connector\":\"crm\"");
    project.write("secret.json", text);
    project.ok(&["put", "dev", "secret.json"]);
    project.write("passphrase.txt", "open sesame");
    let seal = ["--seal-to", "passphrase", "--passphrase-file", "passphrase.txt"];
    project.ok(&[&["export", "dev", "flow/Orders", "-o", "sealed.json", "--include-drafts"], &seal[..]].concat());
    project.ok(&["convert", "sealed.json", "renamed.json", "--rename", "connector/crm=CRM (prod)"]).says_not(PASSWORD);
    assert!(!project.read("renamed.json").contains(PASSWORD));
    assert_eq!(project.json(0, &["inspect", "renamed.json"])["result"]["sealed_secrets"], true);
    let open = ["--yes", "--setup", "connection/*=create", "--passphrase-file", "passphrase.txt"];
    project.ok(&[&["import", "test", "renamed.json"], &open[..]].concat());
    assert!(project.ok(&["secret", "list", "test"]).says_not(PASSWORD).text().contains("connector/crm"));
    let moved = project.json(4, &["convert", "sealed.json", "moved.json", "--map", "connector/crm=connector/crm-prod"]);
    assert!(findings(&moved)[0].starts_with("error[R-SEALED]"), "{:#?}", findings(&moved));
}
