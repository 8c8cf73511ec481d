//! Entities and picklists from end to end: docs/formats/data-model.md.

use serde_json::{Value, json};

use crate::support::package::lone_flow;
use crate::support::project::{Project, decisions, findings};
use crate::support::zipped;

fn resource(kind: &str, name: &str, origin: &str, mut part: Value) -> Value {
    part["schemaName"] = json!(name);
    part["displayName"] = json!(name);
    part["origin"] = json!(origin);
    json!({
        "kind": kind, "id": name, "name": name, "dialect": "flowport", "origin": origin,
        "parts": { format!("{kind}.json"): { "json": part } },
    })
}

fn entity(name: &str, fields: Value) -> Value {
    resource("entity", name, "custom", json!({ "fields": fields }))
}

fn picklist(name: &str, labels: &[&str]) -> Value {
    let options: Vec<Value> =
        labels.iter().enumerate().map(|(index, label)| json!({ "value": index + 1, "label": label })).collect();
    resource("picklist", name, "custom", json!({ "options": options }))
}

/// order needs the picklist order_state and the entity customer, which needs region.
fn orders() -> Value {
    let text = |name: &str, length: u32| json!({ "name": name, "type": "text", "length": length });
    json!([
        entity(
            "order",
            json!([
                text("number", 20),
                { "name": "state", "type": "picklist", "picklist": "order_state" },
                { "name": "customer", "type": "lookup", "lookup": "customer" },
            ])
        ),
        entity("customer", json!([text("name", 100), { "name": "region", "type": "lookup", "lookup": "region" }])),
        entity("region", json!([text("name", 50)])),
        picklist("order_state", &["Open", "Closed"]),
        picklist("unrelated", &["A"]),
    ])
}

fn put(project: &Project, environment: &str, resources: &Value) {
    project.write("put.json", resources.to_string());
    project.ok(&["put", environment, "put.json"]);
}

fn part(project: &Project, environment: &str, resource: &str) -> Value {
    let kind = resource.split_once('/').unwrap().0;
    serde_json::from_slice(&project.part(environment, resource, &format!("{kind}.json"))).unwrap()
}

/// Names of the fields, or values of the options.
fn names(part: &Value) -> Vec<String> {
    let (list, key) = if part["fields"].is_array() { ("fields", "name") } else { ("options", "label") };
    part[list].as_array().unwrap().iter().map(|entry| entry[key].as_str().unwrap().to_owned()).collect()
}

#[test]
fn lookups_and_picklists_come_along_over_several_steps() {
    let project = Project::new();
    put(&project, "dev", &orders());
    project.ok(&["export", "dev", "entity/order", "-o", "order.json"]);
    project.ok(&["import", "test", "order.json", "--yes"]);
    let mut ids = project.ids("test");
    ids.sort();
    assert_eq!(ids, ["entity/customer", "entity/order", "entity/region", "picklist/order_state"]);
    for id in &ids {
        let name = if id.starts_with("entity/") { "entity.json" } else { "picklist.json" };
        assert_eq!(project.part("dev", id, name), project.part("test", id, name), "custom ones travel whole");
    }
    project.ok(&["plan", "test", "order.json", "--detailed-exitcode"]).says("no changes");
}

#[test]
fn merge_is_the_default_and_only_adds() {
    let project = Project::new();
    put(&project, "dev", &orders());
    let mine = json!([
        entity(
            "order",
            json!([{ "name": "mine", "type": "text" }, { "name": "number", "type": "text", "length": 10 }])
        ),
        picklist("order_state", &["Open"]),
    ]);
    put(&project, "prod", &mine);
    project.ok(&["export", "dev", "entity/order", "-o", "order.json"]);
    let plan = project.json(0, &["plan", "prod", "order.json"]);
    let merged = |id: &str| decisions(&plan).into_iter().find(|(found, _)| found == id).unwrap().1;
    assert_eq!(merged("entity/order"), "merge");
    assert_eq!(merged("entity/customer"), "create");
    assert!(findings(&plan).iter().any(|finding| finding.contains("DM25")), "the longer length is said: {plan:#}");
    project.ok(&["import", "prod", "order.json", "--yes"]);
    let order = part(&project, "prod", "entity/order");
    assert_eq!(names(&order), ["mine", "number", "state", "customer"]);
    assert_eq!(order["fields"][1]["length"], 20);
    assert_eq!(names(&part(&project, "prod", "picklist/order_state")), ["Open", "Closed"]);
    project.ok(&["plan", "prod", "order.json", "--detailed-exitcode"]).says("no changes");
}

#[test]
fn a_merge_never_removes_and_never_changes_a_type() {
    let project = Project::new();
    put(
        &project,
        "dev",
        &json!([entity("order", json!([{ "name": "number", "type": "integer" }, { "name": "b", "type": "text" }]))]),
    );
    put(&project, "prod", &json!([entity("order", json!([{ "name": "number", "type": "text" }]))]));
    let before = part(&project, "prod", "entity/order");
    project.ok(&["export", "dev", "entity/order", "-o", "order.json"]);
    for action in ["merge", "overwrite"] {
        let setup = format!("entity/order={action}");
        let run = project.run(&["import", "prod", "order.json", "--yes", "--setup", &setup]).exits(4);
        run.says_all(&["DM23", "number", "nothing was written"]);
    }
    assert_eq!(part(&project, "prod", "entity/order"), before);
}

#[test]
fn overwrite_makes_it_as_the_package_has_it_and_names_what_goes() {
    let project = Project::new();
    put(
        &project,
        "dev",
        &json!([entity("order", json!([{ "name": "number", "type": "text" }])), picklist("order_state", &["Open"])]),
    );
    put(
        &project,
        "prod",
        &json!([
            entity("order", json!([{ "name": "number", "type": "text" }, { "name": "old", "type": "text" }])),
            picklist("order_state", &["Open", "Closed"]),
        ]),
    );
    project.ok(&["export", "dev", "--all", "-o", "order.json"]);
    let overwrite = ["--setup", "entity/order=overwrite", "--setup", "picklist/order_state=overwrite"];
    let plan = project.json(0, &[&["plan", "prod", "order.json"], &overwrite[..]].concat());
    let all = findings(&plan);
    for (code, name) in [("DM27", "old"), ("DM28", "Closed")] {
        assert!(all.iter().any(|finding| finding.contains(code) && finding.contains(name)), "{code} {name}: {all:#?}");
    }
    project.ok(&[&["import", "prod", "order.json", "--yes"], &overwrite[..]].concat());
    assert_eq!(names(&part(&project, "prod", "entity/order")), ["number"]);
    assert_eq!(names(&part(&project, "prod", "picklist/order_state")), ["Open"]);
    project.ok(&[&["plan", "prod", "order.json"], &overwrite[..]].concat()).says("no changes");
}

#[test]
fn an_option_in_use_is_not_overwritten_away() {
    let project = Project::new();
    put(&project, "dev", &json!([picklist("order_state", &["Open"])]));
    let mut there = picklist("order_state", &["Open", "Closed"]);
    there["parts"]["picklist.json"]["json"]["usedBy"] = json!(["order"]);
    let field = json!([{ "name": "state", "type": "picklist", "picklist": "order_state", "default": 2 }]);
    put(&project, "prod", &json!([there, entity("order", field)]));
    project.ok(&["export", "dev", "--all", "-o", "states.json"]);
    let run =
        project.run(&["import", "prod", "states.json", "--yes", "--setup", "picklist/order_state=overwrite"]).exits(4);
    run.says_all(&["DM29", "nothing was written"]);
    assert_eq!(names(&part(&project, "prod", "picklist/order_state")), ["Open", "Closed"]);
}

/// `account` comes with the product; `rank` was added to it.
fn account(added: &[&str]) -> Value {
    let mut fields = vec![json!({ "name": "name", "type": "text", "length": 160, "origin": "standard" })];
    fields.extend(added.iter().map(|name| json!({ "name": name, "type": "text", "length": 10 })));
    resource("entity", "account", "standard", json!({ "fields": fields }))
}

#[test]
fn of_a_standard_entity_only_customizations_travel() {
    let project = Project::new();
    put(&project, "dev", &json!([account(&["rank"])]));
    project.ok(&["export", "dev", "entity/account", "-o", "account.json"]);
    let package: Value = serde_json::from_str(&project.read("account.json")).unwrap();
    assert_eq!(names(&package["resources"][0]["parts"]["entity.json"]["json"]), ["rank"]);

    let run = project.run(&["import", "prod", "account.json", "--yes"]).exits(4);
    run.says_all(&["DM21", "account", "nothing was written"]);
    assert!(project.ids("prod").is_empty());

    put(&project, "prod", &json!([account(&["mine"])]));
    project.ok(&["import", "prod", "account.json", "--yes"]);
    assert_eq!(names(&part(&project, "prod", "entity/account")), ["name", "mine", "rank"]);
    project.ok(&["import", "prod", "account.json", "--yes", "--setup", "entity/account=overwrite"]);
    assert_eq!(names(&part(&project, "prod", "entity/account")), ["name", "rank"], "what comes with the product stays");
}

#[test]
fn out_of_box_fields_in_a_package_are_refused_by_name() {
    let project = Project::new();
    put(&project, "prod", &json!([account(&[])]));
    let package = json!({
        "format": "flowport", "formatVersion": "1.0", "package": { "name": "x" }, "resources": [account(&["rank"])],
    });
    project.write("account.json", package.to_string());
    let run = project.run(&["import", "prod", "account.json", "--yes"]).exits(4);
    run.says_all(&["DM22", "name"]);
    assert_eq!(names(&part(&project, "prod", "entity/account")), ["name"]);
}

#[test]
fn every_mistake_in_an_entity_is_named_at_once() {
    let project = Project::new();
    let wrong = json!([
        { "name": "a", "type": "text", "length": 5000 },
        { "name": "A", "type": "text" },
        { "name": "b", "type": "strnig" },
        { "name": "c", "type": "lookup" },
        { "name": "d", "type": "picklist" },
        { "name": "e", "type": "boolean", "length": 1 },
    ]);
    project.write("wrong.json", entity("order", wrong).to_string());
    let run = project.run(&["put", "dev", "wrong.json"]).exits(4);
    run.says_all(&["DM09", "DM06", "DM07", "DM11", "DM10", "DM08", "entity.json#/fields/0/length", "strnig"]);
    assert!(project.ids("dev").is_empty());
}

#[test]
fn entities_travel_in_a_zip_beside_a_flow_and_come_out_as_they_went_in() {
    let project = Project::new();
    put(&project, "dev", &orders());
    lone_flow("Orders").0.save(project.path("orders.zip"));
    project.ok(&["import", "dev", "orders.zip", "--yes"]);
    let envelope =
        project.json(0, &["export", "dev", "flow/Orders", "entity/order", "-o", "both.zip", "--for", "production"]);
    for placed in envelope["result"]["resources"].as_array().unwrap() {
        let is_flow = placed["resource"].as_str().unwrap().starts_with("flow/");
        assert_eq!(placed["native"], is_flow, "{placed}");
    }
    project
        .ok(&["export", "dev", "flow/Orders", "entity/order", "-o", "both.zip", "--overwrite"])
        .says("4 carried along, which the product of this format does not run");
    let entries = zipped::entries(&project.path("both.zip"));
    assert!(entries.contains_key("flowport/attachment.json"), "{:?}", entries.keys());
    let manifest: Value = serde_json::from_slice(&entries["manifest.json"]).unwrap();
    assert_eq!(manifest["resources"].as_object().unwrap().len(), 1, "the manifest knows nothing of them");
    project.ok(&["inspect", "both.zip"]).says("5 resources");

    project.ok(&["import", "prod", "both.zip", "--yes"]);
    assert_eq!(project.ids("prod").len(), 5);
    for id in ["entity/order", "entity/customer", "entity/region", "picklist/order_state"] {
        let name = if id.starts_with("entity/") { "entity.json" } else { "picklist.json" };
        assert_eq!(project.part("dev", id, name), project.part("prod", id, name));
    }
    project.ok(&["plan", "prod", "both.zip", "--detailed-exitcode"]).says("no changes");

    project.ok(&["convert", "both.zip", "both.json"]);
    project.ok(&["convert", "both.json", "again.zip"]);
    let again = zipped::entries(&project.path("again.zip"));
    assert_eq!(entries.keys().collect::<Vec<_>>(), again.keys().collect::<Vec<_>>());
    assert!(entries["flowport/attachment.json"] == again["flowport/attachment.json"]);
    let run = project.run(&["convert", "both.json", "strict.zip", "--strict"]).exits(4);
    run.says_all(&["E-STRICT", "entity/order", "nothing was written"]);
    assert!(!project.path("strict.zip").exists());
}
