//! A plugin from outside: the kind `role`, which none of the built-in ones knows.

use serde_json::{Value, json};

use crate::guests::guest;
use crate::support::project::{Project, findings};

const SECRET: &str = "s3cret-of-the-clerk";

/// Roles and the entities they need, in dev, with the plugin named in flowport.toml.
fn with_roles() -> Project {
    let project = Project::new();
    let path = guest("role");
    let toml = format!("{}\n[plugins.role]\npath = {:?}\n", project.read("flowport.toml"), path.to_str().unwrap());
    project.write("flowport.toml", toml);
    project.write("model.json", model().to_string());
    project.ok(&["put", "dev", "model.json"]);
    project
}

fn model() -> Value {
    let entity = |name: &str| {
        let part = json!({ "schemaName": name, "displayName": name, "origin": "custom", "fields": [{ "name": "a", "type": "text" }] });
        json!({ "kind": "entity", "id": name, "name": name, "dialect": "flowport", "parts": { "entity.json": { "json": part } } })
    };
    let role = json!({
        "name": "Clerk",
        "entities": [{ "entity": "order", "rights": ["read", "write"] }, { "entity": "customer", "rights": ["read"] }],
        "apiKey": SECRET,
    });
    let clerk = json!({ "kind": "role", "id": "7", "name": "Clerk", "dialect": "flowport", "parts": { "role.json": { "json": role } } });
    json!([entity("order"), entity("customer"), entity("unrelated"), clerk])
}

#[test]
fn a_plugin_of_the_project_file_is_listed_with_what_it_knows() {
    let project = with_roles();
    let listed = project.json(0, &["plugin", "list"]);
    let plugins = listed["result"]["plugins"].as_array().unwrap();
    let role = plugins.iter().find(|plugin| plugin["kinds"][0]["kind"] == "role").expect("the plugin is listed");
    assert_eq!(role["roles"], json!(["handler"]));
    assert_eq!(role["kinds"].as_array().unwrap().len(), 1);
    assert_eq!(role["formats"], json!([]));
    assert!(plugins.iter().any(|plugin| plugin["from"] == "built in"));
    let path = guest("role");
    let info = project.json(0, &["plugin", "info", path.to_str().unwrap()]);
    assert_eq!(info["result"]["sha256"], role["sha256"]);
    project.ok(&["plugin", "list"]).says("role");
    project.run(&["plugin", "info", "nothing"]).exits(2).says("there is no plugin nothing");
}

#[test]
fn a_kind_from_outside_takes_part_in_everything() {
    let project = with_roles();
    let envelope = project.json(0, &["export", "dev", "role/Clerk", "-o", "clerk.json"]);
    let mut ids: Vec<&str> = envelope["result"]["resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["resource"].as_str().unwrap())
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, ["entity/customer", "entity/order", "role/7"], "what it needs comes along");
    project.ok(&["import", "prod", "clerk.json", "--yes"]).says("lacks a secret");
    assert_eq!(project.ids("prod").len(), 3);
    project.ok(&["plan", "prod", "clerk.json", "--detailed-exitcode"]).says("no changes");
    project.run(&["delete", "prod", "entity/order", "--yes"]).exits(4).says("role/7 needs entity/order");
    project.ok(&["check", "prod"]).says("is not set");
    // An entity under another name: the plugin's own edit points the role at it.
    let other = json!({
        "kind": "entity", "id": "purchase", "name": "purchase", "dialect": "flowport",
        "parts": { "entity.json": { "json": { "schemaName": "purchase", "displayName": "purchase", "origin": "custom", "fields": [] } } },
    });
    project.write("purchase.json", other.to_string());
    project.ok(&["put", "test", "purchase.json"]);
    project.ok(&["import", "test", "clerk.json", "--yes", "--map", "entity/order=entity/purchase"]);
    let role: Value = serde_json::from_slice(&project.part("test", "role/Clerk", "role.json")).unwrap();
    assert_eq!(role["entities"][0]["entity"], "purchase");
    assert_eq!(role["entities"][1]["entity"], "customer");
}

#[test]
fn its_declared_secret_stays_behind_unless_asked_for_and_is_never_shown() {
    let project = with_roles();
    project.ok(&["export", "dev", "role/Clerk", "-o", "clerk.json"]).says("a secret stays behind").says_not(SECRET);
    assert!(!project.read("clerk.json").contains(SECRET));
    project
        .ok(&["export", "dev", "role/Clerk", "-o", "with.json", "--include-secrets"])
        .says("travels")
        .says_not(SECRET);
    assert!(project.read("with.json").contains(SECRET));
    for arguments in [&["show", "dev", "role/Clerk", "--json"][..], &["inspect", "with.json", "--json"]] {
        project.ok(arguments).says_not(SECRET);
    }
}

#[test]
fn settings_give_it_a_secret_of_the_target() {
    let project = with_roles();
    project.ok(&["export", "dev", "role/Clerk", "-o", "clerk.json"]);
    // The file of a secret lies beside the settings that name it.
    std::fs::create_dir_all(project.path("answers")).unwrap();
    project.write("answers/key.txt", "fresh-for-prod\n");
    project.write("key.txt", "not this one\n");
    project.write("answers/prod.toml", "[secrets]\n\"role/Clerk#apiKey\" = { file = \"key.txt\" }\n");
    let import = ["import", "prod", "clerk.json", "--yes", "--settings", "answers/prod.toml"];
    project.ok(&import).says_not("fresh-for-prod").says_not("lacks a secret");
    let role: Value = serde_json::from_slice(&project.part("prod", "role/Clerk", "role.json")).unwrap();
    assert_eq!(role["apiKey"], Value::Null, "a declared secret is kept apart");
    project.ok(&["export", "prod", "role/Clerk", "-o", "back.json", "--include-secrets"]);
    assert!(project.read("back.json").contains("\"apiKey\":\"fresh-for-prod\""), "{}", project.read("back.json"));
    project.write("wrong.toml", "[secrets]\n\"role/Clerk#apiKy\" = { file = \"key.txt\" }\n");
    let run = project.run(&["plan", "prod", "clerk.json", "--settings", "wrong.toml"]).exits(4);
    run.says_all(&["S-SECRET", "role/Clerk#apiKy"]).says_not("fresh-for-prod");
    project.write("unset.toml", "[secrets]\n\"role/Clerk#apiKey\" = { env = \"NO_SUCH_KEY\" }\n");
    project.run(&["plan", "prod", "clerk.json", "--settings", "unset.toml"]).exits(2).says("NO_SUCH_KEY is not set");
}

#[test]
fn an_error_that_it_finds_stops_the_put() {
    let project = with_roles();
    let role = json!({ "kind": "role", "id": "8", "name": "x", "dialect": "flowport", "parts": { "role.json": { "json": { "entities": [{}] } } } });
    project.write("wrong.json", role.to_string());
    project.run(&["put", "dev", "wrong.json"]).exits(4).says_all(&["ROLE01", "ROLE02", "role.json#/entities/0"]);
}

#[test]
fn the_flag_does_as_well_as_the_project_file() {
    let project = Project::new();
    project.write("model.json", model().to_string());
    let path = guest("role");
    let plugin = ["--plugin", path.to_str().unwrap()];
    project.ok(&[&["put", "dev", "model.json"], &plugin[..]].concat());
    let shown = project.json(0, &[&["show", "dev", "role/Clerk"], &plugin[..]].concat());
    assert_eq!(shown["result"]["identities"], json!(["role:Clerk"]));
    assert_eq!(shown["result"]["references"].as_array().unwrap().len(), 2);
}

#[test]
fn a_secret_outlives_a_run_without_the_plugin_that_knows_it() {
    let project = Project::new();
    project.write("model.json", model().to_string());
    let path = guest("role");
    let plugin = ["--plugin", path.to_str().unwrap()];
    let is_set = || {
        let listed = project.json(0, &["secret", "list", "dev"]);
        listed["result"]["secrets"][0]["set"].as_bool().unwrap_or_default()
    };
    project.ok(&[&["put", "dev", "model.json"], &plugin[..]].concat());
    assert!(is_set());
    project.ok(&["export", "dev", "role/Clerk", "-o", "clerk.json"]);
    let renamed = project.read("clerk.json").replace("\"name\":\"Clerk\"", "\"name\":\"Head clerk\"");
    project.write("clerk.json", renamed);
    project.ok(&["put", "dev", "clerk.json"]).says("E-UNHANDLED");
    assert!(is_set(), "nobody knew where it stands, so that it stays");
    project.ok(&[&["put", "dev", "clerk.json"], &plugin[..]].concat());
    let export = ["export", "dev", "--all", "-o", "with.json", "--include-secrets"];
    project.ok(&[&export[..], &plugin].concat());
    assert!(project.read("with.json").contains(SECRET));
}

#[test]
fn without_the_plugin_the_resource_is_carried_untouched_with_a_warning() {
    let project = Project::new();
    let text = "{ \"name\": \"Clerk\",\n  \"entities\": [],  \"since\": 1.50 }";
    let role = format!(
        "{{\"kind\":\"role\",\"id\":\"7\",\"name\":\"Clerk\",\"dialect\":\"flowport\",\"parts\":{{\"role.json\":{{\"json\":{text}}}}}}}"
    );
    project.write("role.json", role);
    let envelope = project.json(0, &["put", "dev", "role.json"]);
    let warned =
        |envelope: &Value| findings(envelope).iter().any(|finding| finding.starts_with("warning[E-UNHANDLED]"));
    assert!(warned(&envelope), "{envelope:#}");
    project.ok(&["export", "dev", "role/Clerk", "-o", "clerk.json"]);
    let imported = project.json(0, &["import", "prod", "clerk.json", "--yes"]);
    assert!(warned(&imported), "{imported:#}");
    assert_eq!(project.part("prod", "role/Clerk", "role.json"), text.as_bytes());
    project.ok(&["plan", "prod", "clerk.json", "--detailed-exitcode"]).says("no changes");
    project.run(&["publish", "prod", "role/Clerk"]).exits(0);
}

#[test]
fn without_the_built_in_plugins_nothing_is_known() {
    let project = Project::new();
    crate::support::package::lone_flow("Orders").0.save(project.path("orders.zip"));
    project.run(&["inspect", "orders.zip", "--no-builtin"]).exits(4).says("no package that flowport can read");
    let listed = project.json(0, &["plugin", "list", "--no-builtin"]);
    assert_eq!(listed["result"]["plugins"], json!([]));
}

#[test]
fn a_file_that_is_no_plugin_is_named() {
    let project = Project::new();
    project.write("no.wasm", "no component");
    project.run(&["list", "dev", "--plugin", "no.wasm"]).exits(0);
    project.run(&["formats", "--plugin", "no.wasm"]).exits(1).says("no.wasm");
    project.run(&["formats", "--plugin", "missing.wasm"]).exits(1).says("missing.wasm");
}
