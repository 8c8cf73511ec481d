//! Packages of Boomi Flow.

mod bad;
mod kinds;
mod secrets;

use serde_json::{Value, json};

use crate::support::boomi::{
    FILE, HIDDEN, OTHER_TYPE, PAGE, PASSWORD, PROPERTY, SERVICE, TYPE, URI, VALUE, encoded, map, package, save,
};
use crate::support::project::{Project, decisions, findings};

const FLOW: &str = "aaaa0001-0000-4000-8000-000000000001";
const OTHER: &str = "bbbb0002-0000-4000-8000-000000000002";

fn with(package: &Value) -> Project {
    let project = Project::new();
    save(package, &project.path("orders.package"));
    project
}

/// With the flow in dev, published as it was in its tenant.
fn imported() -> Project {
    let project = with(&package(FLOW, "Orders"));
    project.ok(&["import", "dev", "orders.package", "--yes", "--publish"]).says_not(HIDDEN);
    project.ok(&["publish", "dev", "flow/Orders"]);
    project
}

fn part(project: &Project, environment: &str, resource: &str, part: &str) -> String {
    String::from_utf8(project.part(environment, resource, part)).unwrap()
}

#[test]
fn a_package_is_inspected_and_everything_in_it_is_a_resource() {
    let project = with(&package(FLOW, "Orders"));
    project.ok(&["inspect", "orders.package"]).says_all(&["(package)", "CRM Service", URI]).says_not(HIDDEN);
    let inspected = project.json(0, &["inspect", "orders.package"]);
    let ids: Vec<&str> = inspected["result"]["resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["resource"].as_str().unwrap())
        .collect();
    for id in [
        format!("flow/{FLOW}"),
        format!("connector/{SERVICE}"),
        format!("type/{TYPE}"),
        format!("type/{OTHER_TYPE}"),
        format!("value/{VALUE}"),
        format!("value/{PASSWORD}"),
        format!("page/{PAGE}"),
    ] {
        assert!(ids.contains(&id.as_str()), "{id} in {ids:?}");
    }
    assert_eq!(ids.len(), 7, "map elements stay in their flow");
    assert!(!inspected.to_string().contains(&format!("type/{FILE}")), "the built-in type of files is no reference");
}

#[test]
fn a_package_comes_back_byte_for_byte_through_an_environment_and_through_json() {
    let project = imported();
    let export = ["export", "dev", "flow/Orders", "-o", "back.package", "--include-secrets"];
    project.ok(&export).says_not(HIDDEN);
    assert_eq!(project.read("back.package"), encoded(&package(FLOW, "Orders")));
    project.ok(&["convert", "orders.package", "orders.json"]);
    project.ok(&["convert", "orders.json", "again.package"]);
    assert_eq!(project.read("again.package"), project.read("orders.package"));
    // Written once by hand, without the outer string.
    project.write("single.package", package(FLOW, "Orders").to_string());
    project.ok(&["convert", "single.package", "single-again.package"]);
    assert_eq!(project.read("single-again.package"), project.read("single.package"));
}

#[test]
fn an_import_is_unpublished_unless_asked_and_only_published_flows_leave() {
    let project = with(&package(FLOW, "Orders"));
    project.ok(&["import", "dev", "orders.package", "--yes"]).says("is switched off");
    project.run(&["export", "dev", "flow/Orders", "-o", "x.package"]).exits(4).says("E-DRAFT");
    project.ok(&["import", "dev", "orders.package", "--yes"]).says("no changes");
    project.ok(&["publish", "dev", "flow/Orders"]);
    project.ok(&["export", "dev", "flow/Orders", "-o", "x.package"]);
    // A changed flow is modelling data again.
    let mut changed = package(FLOW, "Orders");
    changed["flowConfiguration"]["developerSummary"] = json!("now with a summary");
    save(&changed, &project.path("changed.package"));
    let planned = project.json(0, &["plan", "dev", "changed.package"]);
    let off = planned["result"]["inactive"].as_array().unwrap();
    assert!(off.iter().any(|entry| entry["reason"] == "changed"), "{off:#?}");
    project.ok(&["import", "dev", "changed.package", "--yes"]).says("is switched off, as a change switches it off");
    project.run(&["export", "dev", "flow/Orders", "-o", "y.package"]).exits(4).says("E-DRAFT");
}

#[test]
fn the_plan_shows_what_other_flows_use_and_versions_are_no_change() {
    let project = imported();
    let mut other = package(OTHER, "Returns");
    save(&other, &project.path("returns.package"));
    let plan = project.json(0, &["plan", "dev", "returns.package"]);
    let change = |plan: &Value, id: &str| {
        decisions(plan).into_iter().find(|(resource, _)| resource == id).map(|(_, action)| action).unwrap()
    };
    assert_eq!(change(&plan, &format!("flow/{OTHER}")), "create");
    assert_eq!(change(&plan, &format!("type/{TYPE}")), "no-change");
    // Another version of the same content: saved again, nothing more.
    other["typeElementConfigurations"][0]["compositeId"]["versionId"] = json!("99999999-2222-4000-8000-000000000000");
    other["typeElementConfigurations"][0]["dateModified"] = json!("2017-01-01T00:00:00");
    other["flowConfiguration"]["typeElementIds"][TYPE]["versionId"] = json!("99999999-2222-4000-8000-000000000000");
    other["contentValueDocuments"][0]["elementVersionId"] = json!("99999999-2222-4000-8000-000000000000");
    save(&other, &project.path("saved-again.package"));
    let plan = project.json(0, &["plan", "dev", "saved-again.package"]);
    assert_eq!(change(&plan, &format!("type/{TYPE}")), "no-change", "{plan:#}");
    // Changed content: flow Orders, which is not in the package, would get it too.
    other["typeElementConfigurations"][0]["developerSummary"] = json!("with a new field");
    save(&other, &project.path("changed.package"));
    let plan = project.json(0, &["plan", "dev", "changed.package"]);
    assert_eq!(change(&plan, &format!("type/{TYPE}")), "update");
    let shared = findings(&plan).into_iter().find(|finding| finding.starts_with("warning[P-SHARED]")).unwrap();
    assert!(shared.contains(&format!("type/{TYPE} (Order)")) && shared.contains("(Orders)"), "{shared}");
}

#[test]
fn every_encoding_of_a_reference_is_relinked() {
    let project = with(&package(FLOW, "Orders"));
    // The target has a type and a value of its own, under other guids, with the property of that name.
    let swap = |text: String| {
        text.replace(TYPE, "cccccccc-0000-4000-8000-000000000002")
            .replace(VALUE, "cccccccc-0000-4000-8000-000000000004")
            .replace(PROPERTY, "cccccccc-0000-4000-8000-0000000000a1")
            .replace("Current order", "The order")
            .replace(FLOW, OTHER)
            .replace("aaaa0001", "bbbb0002")
    };
    project.write("theirs.package", swap(encoded(&package(FLOW, "Theirs"))));
    project.ok(&["import", "prod", "theirs.package", "--yes"]);
    let map_type = format!("type/{TYPE}=type/cccccccc-0000-4000-8000-000000000002");
    let map_value = format!("value/{VALUE}=value/cccccccc-0000-4000-8000-000000000004");
    let import = ["import", "prod", "orders.package", "--yes", "--map", &map_type, "--map", &map_value];
    project.ok(&import);
    let flow = format!("flow/{FLOW}");
    for name in ["flow.json", "maps.json", "contents.json"] {
        let text = part(&project, "prod", &flow, name);
        for old in [TYPE, VALUE, PROPERTY, "Current order"] {
            assert!(!text.contains(old), "{old} is left in {name}: {text}");
        }
    }
    let contents = part(&project, "prod", &flow, "contents.json");
    assert!(contents.contains("{![The order].[Number]}"), "{contents}");
    let marker = "flowkey___cccccccc-0000-4000-8000-000000000004|cccccccc-0000-4000-8000-0000000000a1___flowkey";
    assert!(contents.contains(marker), "{contents}");
    let page = part(&project, "prod", &format!("page/{PAGE}"), "element.json");
    assert!(page.contains("cccccccc-0000-4000-8000-0000000000a1") && !page.contains(PROPERTY), "{page}");
    project.ok(&["check", "prod"]).says_not("C-DANGLING");
    let file = part(&project, "prod", "type/cccccccc-0000-4000-8000-000000000002", "element.json");
    assert!(file.contains(FILE), "the built-in type of files is never remapped");
}

#[test]
fn xml_inside_a_string_is_relinked_too() {
    let project = with(&package(FLOW, "Orders"));
    let theirs = encoded(&package(OTHER, "Theirs"))
        .replace(TYPE, "cccccccc-0000-4000-8000-000000000002")
        .replace(PROPERTY, "cccccccc-0000-4000-8000-0000000000a1")
        .replace(VALUE, "cccccccc-0000-4000-8000-000000000004");
    project.write("theirs.package", theirs);
    project.ok(&["import", "prod", "theirs.package", "--yes"]);
    let map_type = format!("type/{TYPE}=type/cccccccc-0000-4000-8000-000000000002");
    project.ok(&["import", "prod", "orders.package", "--yes", "--map", &map_type]);
    let value = part(&project, "prod", &format!("value/{VALUE}"), "contents.json");
    assert!(value.contains("typeelementid=\\\"cccccccc-0000-4000-8000-000000000002\\\""), "{value}");
    assert!(value.contains("typeelemententryid=\\\"cccccccc-0000-4000-8000-0000000000a1\\\""), "{value}");
}

#[test]
fn a_new_name_reaches_the_texts_that_name_it() {
    let project = with(&package(FLOW, "Orders"));
    let rename = format!("value/{VALUE}=Order in hand");
    project.ok(&["import", "dev", "orders.package", "--yes", "--rename", &rename]);
    let contents = part(&project, "dev", "flow/Orders", "contents.json");
    assert!(contents.contains("{![Order in hand].[Number]}"), "{contents}");
    let value = part(&project, "dev", "value/Order in hand", "element.json");
    assert!(!value.contains("Current order"), "{value}");
    project.ok(&["import", "dev", "orders.package", "--yes", "--rename", &rename]).says("no changes");
}

#[test]
fn a_copy_of_a_flow_shares_nothing_with_it_that_is_its_own() {
    let project = imported();
    let copy = [
        "import",
        "dev",
        "orders.package",
        "--yes",
        "--setup",
        &format!("flow/{FLOW}=create"),
        "--rename",
        &format!("flow/{FLOW}=Copy"),
    ];
    project.ok(&copy);
    let copy = part(&project, "dev", "flow/Copy", "maps.json");
    assert!(!copy.contains(&map(FLOW, 1)) && !copy.contains(FLOW), "{copy}");
    let flow = part(&project, "dev", "flow/Copy", "flow.json");
    assert!(flow.contains("\"developerName\":\"Copy\"") && !flow.contains(&map(FLOW, 1)), "{flow}");
    project.ok(&["publish", "dev", "flow/Copy"]);
    // Both in one package: that takes package2.
    project.run(&["export", "dev", "flow/*", "-o", "both.package"]).exits(4).says_all(&["--split", "package2"]);
    project.ok(&["export", "dev", "flow/*", "-o", "each", "--split", "--format", "package"]);
    assert_eq!(project.names("each"), ["Copy.package", "Orders.package"]);
    project.ok(&["export", "dev", "flow/*", "-o", "both.package2"]);
    let inspected = project.json(0, &["inspect", "both.package2"]);
    assert_eq!(inspected["result"]["format"], "package2");
    assert!(findings(&inspected).iter().any(|finding| finding.contains("unverified")), "{inspected:#}");
    project.ok(&["import", "prod", "both.package2", "--yes"]);
    assert_eq!(project.ids("prod").len(), project.ids("dev").len());
}

#[test]
fn package2_is_what_is_written_unless_the_extension_says_otherwise() {
    let project = imported();
    project.ok(&["export", "dev", "flow/Orders", "-o", "orders"]).says("(package2)");
    project.ok(&["export", "dev", "flow/Orders", "-o", "x.package"]).says("(package)");
    project.ok(&["formats"]).says_all(&["package2", "unverified"]);
    project.ok(&["inspect", "orders"]).says("(package2, unverified)");
}

#[test]
fn uris_of_services_are_replaced_by_settings() {
    let project = with(&package(FLOW, "Orders"));
    project.write("prod.toml", format!("[replace]\n\"{URI}\" = \"https://crm.example/api/1\"\n"));
    project.ok(&["import", "prod", "orders.package", "--yes", "--settings", "prod.toml"]);
    let service = part(&project, "prod", "connector/CRM Service", "element.json");
    assert!(service.contains("\"uri\":\"https://crm.example/api/1\""), "{service}");
}

#[test]
fn connectors_to_update_are_listed_and_refreshed() {
    let project = imported();
    let mut without = package(OTHER, "Small");
    without["typeElementConfigurations"].as_array_mut().unwrap().truncate(0);
    // A flow that uses no type of its connector: the import does not bring them.
    for key in ["typeElementConfigurations", "valueElementConfigurations", "pageElementConfigurations"] {
        without[key] = Value::Null;
    }
    for key in ["typeElementIds", "valueElementIds", "pageElementIds"] {
        without["flowConfiguration"][key] = json!({});
    }
    without["serviceElementConfigurations"][0]["configurationValues"] = Value::Null;
    without["mapElementConfigurations"][1]["pageElementId"] = Value::Null;
    let own = [map(OTHER, 1), map(OTHER, 2)];
    let documents = without["contentValueDocuments"].as_array_mut().unwrap();
    documents.retain(|it| own.iter().any(|id| it["elementId"] == id.as_str()));
    documents[1]["contentValueDocumentTranslations"] = Value::Null;
    save(&without, &project.path("small.package"));
    project.ok(&["import", "prod", "small.package", "--yes"]);
    assert!(!project.ids("prod").contains(&format!("type/{TYPE}")));
    project.ok(&["check", "prod"]).says_all(&["CRM Service", "connector refresh"]);
    project.run(&["connector", "refresh", "prod", "connector/CRM Service", "--from", "dev"]).exits(2).says("--yes");
    let refreshed =
        project.json(0, &["connector", "refresh", "prod", "connector/CRM Service", "--from", "dev", "--yes"]);
    let added = refreshed["result"]["added"].as_array().unwrap();
    assert_eq!(added.len(), 2, "both types of the connector: {refreshed:#}");
    assert!(project.ids("prod").contains(&format!("type/{TYPE}")));
    project.ok(&["check", "prod"]).says_not("connector refresh");
    // From a package as well, and a second time there is nothing to add.
    let again = project
        .json(0, &["connector", "refresh", "prod", "connector/CRM Service", "--from", "orders.package", "--yes"]);
    assert_eq!(again["result"]["added"], json!([]));
}

#[test]
fn a_sharing_token_of_boomi_belongs_to_its_server() {
    let project = Project::new();
    // 48 bytes in base64, as the product hands them out.
    let token = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU2Nzg5YWJjZGVmZ2hpamts";
    project.run(&["import", "dev", token, "--yes"]).exits(9).says("only Boomi");
    project.write("token.txt", format!("{token}\n"));
    project.run(&["import", "dev", "token.txt", "--yes"]).exits(4).says("only Boomi");
}
