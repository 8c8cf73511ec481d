//! `list`, `show`, `put`, `edit`, `publish`, `unpublish`, `delete`, `check`.

use serde_json::json;

use crate::support::package::{lone_flow, sample};
use crate::support::project::{Project, findings};

/// A project with the sample in dev; its flow's id.
fn with_sample() -> (Project, String) {
    let project = Project::new();
    let sample = sample("Order intake");
    sample.import(&project);
    (project, sample.flow)
}

fn picklist(name: &str, labels: &[&str]) -> String {
    let options: Vec<_> =
        labels.iter().enumerate().map(|(index, label)| json!({ "value": index + 1, "label": label })).collect();
    let part = json!({ "schemaName": name, "displayName": name, "origin": "custom", "options": options });
    json!({
        "kind": "picklist",
        "id": name,
        "name": name,
        "dialect": "flowport",
        "parts": { "picklist.json": { "json": part } },
    })
    .to_string()
}

#[test]
fn list_narrows_by_selection_and_kind() {
    let (project, flow) = with_sample();
    assert_eq!(project.ids("dev").len(), 8);
    let listed = |arguments: &[&str]| project.json(0, arguments)["result"]["resources"].as_array().unwrap().len();
    assert_eq!(listed(&["list", "dev", "--kind", "connection"]), 4);
    assert_eq!(listed(&["list", "dev", "connection/*"]), 4);
    assert_eq!(listed(&["list", "dev", "flow/Order intake"]), 1);
    assert_eq!(listed(&["list", "dev", &format!("flow/{flow}"), "connector/*"]), 4);
    assert_eq!(listed(&["list", "dev", "--kind", "app"]), 0);
    project.run(&["list", "dev", "flow/Order intak"]).exits(2).says("did you mean flow/Order intake?");
    project.run(&["list", "dev", "order"]).exits(2).says("write kind/id or kind/name");
}

#[test]
fn an_ambiguous_name_lists_the_candidates() {
    let (project, _) = with_sample();
    let run = project.run(&["show", "dev", "connection/ana@contoso.example"]).exits(2);
    let candidates = project.ids("dev").into_iter().filter(|id| run.text().contains(id.as_str())).count();
    assert_eq!(candidates, 2, "{run}");
}

#[test]
fn show_tells_what_is_in_a_resource_and_prints_parts_byte_for_byte() {
    let project = Project::new();
    let (mut package, flow) = lone_flow("Orders");
    let text = format!("{{ \"n\": 1.50, {}", &package.definitions[&flow].to_string()[1..]);
    let file = crate::support::package::flow_file(&flow, "definition.json");
    package.files.insert(file, text.clone().into_bytes());
    package.save(project.path("orders.zip"));
    project.ok(&["import", "dev", "orders.zip", "--yes"]);
    assert_eq!(project.part("dev", "flow/Orders", "definition.json"), text.as_bytes());
    let shown = project.json(0, &["show", "dev", "flow/Orders"]);
    assert_eq!(shown["result"]["owners"], json!(["ana"]));
    assert_eq!(shown["result"]["parts"].as_array().unwrap().len(), 3);
    assert_eq!(shown["result"]["state"], "draft", "a new flow arrives switched off");
    let part = project.json(0, &["show", "dev", "flow/Orders", "--part", "definition.json"]);
    assert_eq!(part["result"]["text"], text);
    project.run(&["show", "dev", "flow/Orders", "--part", "x.json"]).exits(4).says("its parts are");
}

#[test]
fn put_adds_and_replaces_and_says_what_was_as_it_is() {
    let project = Project::new();
    project.write("states.json", picklist("order_state", &["Open"]));
    project.ok(&["put", "dev", "states.json"]).says("1 resource put in dev");
    project.ok(&["put", "dev", "states.json"]).says("0 resources put in dev, 1 as they were");
    project.write("states.json", picklist("order_state", &["Open", "Closed"]));
    project.ok(&["put", "dev", "states.json"]);
    let part = project.part("dev", "picklist/order_state", "picklist.json");
    assert!(String::from_utf8(part).unwrap().contains("Closed"));
    assert_eq!(project.ids("dev"), ["picklist/order_state"]);
}

#[test]
fn put_writes_nothing_where_one_file_breaks_the_rules() {
    let project = Project::new();
    project.write("good.json", picklist("good", &["Open"]));
    project.write("bad.json", picklist("bad", &["Open"]).replace("\"value\":1", "\"value\":\"one\""));
    project
        .run(&["put", "dev", "good.json", "bad.json"])
        .exits(4)
        .says_all(&["DM02", "picklist.json#/options/0/value"]);
    assert!(project.ids("dev").is_empty());
    project.write("broken.json", "{\"kind\": \"picklist\",");
    project.run(&["put", "dev", "good.json", "broken.json"]).exits(4).says("broken.json");
    assert!(project.ids("dev").is_empty());
}

#[test]
fn publish_and_unpublish_switch_and_say_what_was_so_already() {
    let project = Project::new();
    lone_flow("Orders").0.save(project.path("orders.zip"));
    project.ok(&["import", "dev", "orders.zip", "--yes"]).says("flowport publish dev");
    let state = || project.list("dev")[0]["state"].clone();
    assert_eq!(state(), "draft");
    project.ok(&["publish", "dev", "flow/Orders"]).says("1 resource published");
    assert_eq!(state(), "published");
    project.ok(&["publish", "dev", "flow/Orders"]).says("0 resources published in dev, 1 as they were");
    project.ok(&["unpublish", "dev", "flow/*"]);
    assert_eq!(state(), "draft");
}

#[test]
fn what_others_need_is_deleted_only_by_force() {
    let (project, flow) = with_sample();
    let connection = project.ids("dev").into_iter().find(|id| id.starts_with("connection/")).unwrap();
    let before = project.list("dev");
    project.run(&["delete", "dev", &connection, "--yes"]).exits(4).says_all(&["E-NEEDED", &flow, "--force"]);
    assert_eq!(project.list("dev"), before);
    project.run(&["delete", "dev", &connection, "--force"]).exits(2).says("--yes");
    assert_eq!(project.list("dev"), before);
    project.ok(&["delete", "dev", &connection, "--force", "--yes"]);
    assert_eq!(project.list("dev").len(), before.len() - 1);
}

#[test]
fn what_only_the_deleted_need_goes_with_them() {
    let (project, _) = with_sample();
    project.ok(&["delete", "dev", "*/*", "--yes"]);
    assert!(project.ids("dev").is_empty());
}

#[test]
fn check_finds_what_is_missing_and_what_is_off() {
    let (project, flow) = with_sample();
    let envelope = project.json(0, &["check", "dev"]);
    let all = findings(&envelope);
    assert!(all.iter().any(|finding| finding.contains("[C-OFF]") && finding.contains(&flow)), "{all:#?}");
    assert_eq!(all.iter().filter(|finding| finding.contains("needs setup")).count(), 5, "{all:#?}");
    let connection = project.ids("dev").into_iter().find(|id| id.starts_with("connection/")).unwrap();
    project.ok(&["delete", "dev", &connection, "--force", "--yes"]);
    let envelope = project.json(4, &["check", "dev"]);
    let dangling = |finding: &String| finding.starts_with("error[C-DANGLING]") && finding.contains(&connection);
    assert!(findings(&envelope).iter().any(dangling), "{envelope:#}");
    project.ok(&["check", "test"]).says("nothing is missing");
}

/// The editor is a script, so these run where scripts do.
#[cfg(unix)]
mod edit {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::support::project::{Run, run};

    fn editing(project: &Project, script: &str, arguments: &[&str]) -> Run {
        let editor = project.path("editor.sh");
        std::fs::write(&editor, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut command = project.command(arguments);
        // What is kept of a text goes with the project.
        command.env("EDITOR", format!("sh {}", editor.display())).env("TMPDIR", project.folder());
        run(command, arguments.join(" "))
    }

    fn with_flow() -> Project {
        let project = Project::new();
        lone_flow("Orders").0.save(project.path("orders.zip"));
        project.ok(&["import", "dev", "orders.zip", "--yes"]);
        project
    }

    fn content_version(project: &Project) -> String {
        let definition = project.part("dev", "flow/Orders", "definition.json");
        let definition: serde_json::Value = serde_json::from_slice(&definition).unwrap();
        definition["properties"]["definition"]["contentVersion"].as_str().unwrap().to_owned()
    }

    const REPLACE: &str =
        "sed 's/1[.]0[.]0[.]0/2.0.0.0/' \"$1\" > \"$1.new\" && cat \"$1.new\" > \"$1\" && rm \"$1.new\"";

    #[test]
    fn an_edit_changes_the_part() {
        let project = with_flow();
        let arguments = ["edit", "dev", "flow/Orders", "--part", "definition.json"];
        editing(&project, REPLACE, &arguments).exits(0).says("1 resource edited");
        assert_eq!(content_version(&project), "2.0.0.0");
        editing(&project, ":", &arguments).exits(0).says("0 resources edited in dev, 1 as they were");
    }

    #[test]
    fn an_edit_that_breaks_the_part_writes_nothing() {
        let project = with_flow();
        let arguments = ["edit", "dev", "flow/Orders", "--part", "definition.json"];
        let broken = editing(&project, "printf '{\\n  \"name\": }' > \"$1\"", &arguments).exits(4);
        let broken = broken.says_all(&["definition.json", "line 2", "the text is kept in "]);
        let kept = broken.stderr.split("the text is kept in ").nth(1).unwrap().lines().next().unwrap();
        assert_eq!(std::fs::read_to_string(kept).unwrap(), "{\n  \"name\": }");
        editing(&project, "printf '{}' > \"$1\"", &arguments).exits(4).says("PA0301");
        editing(&project, "exit 3", &arguments).exits(1).says("nothing was written");
        assert_eq!(content_version(&project), "1.0.0.0");
    }

    #[test]
    fn content_can_be_edited_on_its_way_in() {
        let project = Project::new();
        lone_flow("Orders").0.save(project.path("orders.zip"));
        editing(&project, REPLACE, &["import", "dev", "orders.zip", "--edit", "--yes"]).exits(0);
        assert_eq!(content_version(&project), "2.0.0.0");
    }

    #[test]
    fn content_that_was_edited_wrongly_stops_the_import() {
        let project = Project::new();
        lone_flow("Orders").0.save(project.path("orders.zip"));
        editing(&project, "printf '{' > \"$1\"", &["import", "dev", "orders.zip", "--edit", "--yes"]).exits(4);
        assert!(project.ids("dev").is_empty());
    }

    #[test]
    fn an_editor_that_does_not_start_is_named() {
        let project = with_flow();
        let mut command = project.command(&["edit", "dev", "flow/Orders"]);
        command.env("EDITOR", "no-such-editor");
        run(command, "edit dev flow/Orders".to_owned()).exits(1).says_all(&["no-such-editor", "set EDITOR"]);
    }
}

#[test]
fn a_kind_that_nobody_knows_is_no_empty_list() {
    let project = Project::new();
    project.ok(&["list", "dev", "--kind", "flow"]).says("nothing in dev");
    project.run(&["list", "dev", "--kind", "flwo"]).exits(2).says("try flow").says_not("connector");
}
