//! What people, products and git change.

use serde_json::json;

use super::{changed_lines, edit, file, files};
use crate::support::boomi;
use crate::support::package::{lone_flow, sample};
use crate::support::project::Project;
use crate::support::zipped;

fn unpacked() -> (Project, String) {
    let project = Project::new();
    let (package, flow) = lone_flow("Orders");
    package.save(project.path("orders.zip"));
    project.ok(&["unpack", "orders.zip", "tree"]);
    (project, flow)
}

#[test]
fn one_word_changed_in_a_flow_is_one_changed_line() {
    let project = Project::new();
    let (mut package, flow) = lone_flow("Orders");
    package.save(project.path("orders.zip"));
    project.ok(&["unpack", "orders.zip", "tree"]);
    let before = files(&project.path("tree"));
    package.definitions.get_mut(&flow).unwrap()["properties"]["definition"]["contentVersion"] = json!("2.0.0.0");
    package.save(project.path("newer.zip"));
    project.ok(&["unpack", "newer.zip", "tree", "--overwrite"]);
    let after = files(&project.path("tree"));
    let changed: Vec<&String> =
        after.keys().filter(|name| !name.starts_with("layout/") && before.get(*name) != after.get(*name)).collect();
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert_eq!(changed_lines(&before[changed[0]], &after[changed[0]]), (1, 1), "{changed:?}");
    assert_eq!(before.len(), after.len());
}

#[test]
fn the_same_word_changed_in_the_file_is_one_word_in_the_package() {
    let (project, flow) = unpacked();
    let definition = file(&project, "tree", "flow/", "definition.json");
    edit(&project, &definition, "1.0.0.0", "2.0.0.0");
    project.ok(&["pack", "tree", "edited.zip"]);
    let name = crate::support::package::flow_file(&flow, "definition.json");
    let text = |zip: &str| String::from_utf8(zipped::entries(&project.path(zip))[&name].clone()).unwrap();
    assert_eq!(text("edited.zip"), text("orders.zip").replace("1.0.0.0", "2.0.0.0"));
    project.ok(&["inspect", "edited.zip", "--verify"]);
}

#[test]
fn a_package_that_its_product_would_not_run_is_packed_only_where_that_is_asked() {
    let project = Project::new();
    sample("Orders").package.save(project.path("orders.zip"));
    project.ok(&["unpack", "orders.zip", "tree"]);
    // A slip in a merge: the flow names a connection that nobody has.
    let map = file(&project, "tree", "flow/", "connectionsMap.json");
    let text = project.read(&map);
    let id = text.split('"').find(|word| word.len() == 36).unwrap();
    edit(&project, &map, id, "00000000-0000-4000-8000-00000000dead");
    let run = project.run(&["pack", "tree", "slip.zip"]).exits(4);
    run.says_all(&["00000000-0000-4000-8000-00000000dead", "PA0"]);
    assert!(!project.path("slip.zip").exists());
    // The wrong product.
    project.run(&["pack", "tree", "slip.package"]).exits(4).says_all(&["no place for any of this", "--carry"]);
    project.ok(&["pack", "tree", "slip.zip", "--carry"]).says("carried: not run by that product");
}

#[test]
fn what_a_product_writes_anew_at_every_save_changes_the_layout_only() {
    let project = Project::new();
    let package = boomi::package("aaaa0001-0000-4000-8000-000000000001", "Orders");
    boomi::save(&package, &project.path("orders.package"));
    project.ok(&["unpack", "orders.package", "tree", "--include-secrets"]);
    let before = files(&project.path("tree"));
    let saved = boomi::encoded(&package).replace(r#"dateModified\":\"2016-10-24"#, r#"dateModified\":\"2024-01-01"#);
    assert_ne!(saved, boomi::encoded(&package));
    project.write("saved.package", saved.replace("-2222-4000", "-3333-4000"));
    project.ok(&["unpack", "saved.package", "tree", "--overwrite", "--include-secrets"]).says_not("no file changed");
    let after = files(&project.path("tree"));
    let changed: Vec<&String> = after.keys().filter(|name| before.get(*name) != after.get(*name)).collect();
    assert!(!changed.is_empty() && changed.iter().all(|name| name.starts_with("layout/")), "{changed:#?}");
    project.ok(&["pack", "tree", "back.package"]);
    assert_eq!(project.read("back.package"), project.read("saved.package"));
}

#[test]
fn a_mistake_is_told_with_file_line_and_column_and_all_of_them_at_once() {
    let project = Project::new();
    sample("Order intake").package.save(project.path("orders.zip"));
    project.ok(&["unpack", "orders.zip", "tree"]);
    let definition = file(&project, "tree", "flow/", "definition.json");
    let connector = file(&project, "tree", "connector/warehouse", "resource.json");
    project.write(&definition, "{\n  \"name\": \"x\",\n}\n");
    edit(&project, &connector, "\"state\": ", "\"status\": ");
    let place = |file: &str, at: &str| format!("{}:{at}: ", file.strip_prefix("tree/").unwrap());
    project.run(&["pack", "tree", "x.zip"]).exits(4).says_all(&[
        &place(&definition, "3:1"),
        "E-JSON",
        &format!("{}:6:", connector.strip_prefix("tree/").unwrap()),
        "did you mean state?",
        "nothing was written",
    ]);
    assert!(!project.path("x.zip").exists());
    project.run(&["plan", "dev", "tree"]).exits(4).says(&place(&definition, "3:1"));
    project.run(&["unpack", "orders.zip", "tree", "--overwrite"]).exits(4).says(&place(&definition, "3:1"));
    assert_eq!(project.read(&definition), "{\n  \"name\": \"x\",\n}\n", "what is broken is somebody's work");
}

#[test]
fn what_a_handler_finds_is_told_with_file_line_and_column() {
    let project = Project::new();
    let picklist = json!({ "kind": "picklist", "id": "states", "name": "States", "dialect": "flowport", "parts": { "picklist.json": {
        "json": { "schemaName": "states", "displayName": "States", "origin": "custom", "options": [{ "value": 1, "label": "Open" }] },
    } } });
    project.write("states.json", json!([picklist]).to_string());
    project.ok(&["unpack", "states.json", "tree"]);
    let part = file(&project, "tree", "picklist/", "picklist.json");
    edit(&project, &part, "\"value\": 1", "\"value\": \"one\"");
    let place = format!("{}:7:16: ", part.strip_prefix("tree/").unwrap());
    project.run(&["pack", "tree", "x.json"]).exits(4).says_all(&["DM02", &place, "picklist.json#/options/0/value"]);
    assert!(!project.path("x.json").exists());
}

#[test]
fn git_on_windows_may_change_every_line_end() {
    let (project, _) = unpacked();
    for (name, content) in files(&project.path("tree")) {
        if name.ends_with(".json") && !name.starts_with("layout/") {
            let text = String::from_utf8(content).unwrap().replace('\n', "\r\n");
            project.write(&format!("tree/{name}"), format!("\u{feff}{text}"));
        }
    }
    project.ok(&["pack", "tree", "back.zip"]);
    project.ok(&["convert", "orders.zip", "direct.zip"]);
    let read = |name: &str| std::fs::read(project.path(name)).unwrap();
    assert!(read("back.zip") == read("direct.zip"));
    project.ok(&["unpack", "orders.zip", "tree", "--overwrite"]).says("no file changed");
}

#[test]
fn what_nobody_named_is_told_of_and_left_alone() {
    let (project, _) = unpacked();
    let definition = file(&project, "tree", "flow/", "definition.json");
    let notes = definition.replace("definition.json", "notes.txt");
    project.write(&notes, "mine");
    project.ok(&["pack", "tree", "x.zip"]).says_all(&["E-UNKNOWN", "notes.txt"]);
    std::fs::remove_file(project.path(&definition)).unwrap();
    project.run(&["pack", "tree", "y.zip"]).exits(4).says_all(&["definition.json", "is not there", "resource.json"]);
    project.ok(&["unpack", "orders.zip", "elsewhere"]);
    assert!(project.path(&notes).exists());
}
