//! `import` and `plan`: what is written, when, and what is said afterwards.

use serde_json::json;

use crate::support::package::{Package, lone_flow, uses};
use crate::support::project::{Project, decisions};

fn with_package() -> Project {
    let project = Project::new();
    lone_flow("Orders").0.save(project.path("orders.zip"));
    project
}

#[test]
fn a_plan_that_has_changes_says_so_with_its_exit_code_only_when_asked() {
    let project = with_package();
    project.ok(&["plan", "dev", "orders.zip"]).says("ready to import");
    let envelope = project.json(3, &["plan", "dev", "orders.zip", "--detailed-exitcode"]);
    assert_eq!(envelope["status"], "changes");
    assert!(project.ids("dev").is_empty());
    project.ok(&["import", "dev", "orders.zip", "--yes"]);
    project.ok(&["plan", "dev", "orders.zip", "--detailed-exitcode"]).says("no changes");
}

#[test]
fn without_a_terminal_and_without_yes_nothing_is_written() {
    let project = with_package();
    project.run(&["import", "prod", "orders.zip"]).exits(2).says_all(&["--yes", "prod (production)"]);
    assert!(project.ids("prod").is_empty());
    let envelope = project.json(2, &["import", "prod", "orders.zip"]);
    assert!(envelope["diagnostics"][0]["summary"].as_str().unwrap().contains("--yes"));
    // Where there is nothing to write, nothing needs to be confirmed.
    project.ok(&["import", "prod", "orders.zip", "--yes"]);
    project.ok(&["import", "prod", "orders.zip"]).says("no changes");
}

#[test]
fn the_target_is_named_with_its_tenant() {
    let project = with_package();
    project.ok(&["env", "add", "live", "--kind", "production", "--tenant", "contoso-prod"]);
    project.run(&["import", "live", "orders.zip"]).exits(2).says("live (production, tenant contoso-prod)");
    project.ok(&["plan", "live", "orders.zip"]).says("live (production, tenant contoso-prod)");
}

#[test]
fn new_flows_arrive_switched_off_updates_stay_as_they_are_and_publish_switches_on() {
    let project = Project::new();
    let (mut package, flow) = lone_flow("Orders");
    package.save(project.path("orders.zip"));
    let state = || project.list("dev")[0]["state"].clone();
    let imported = project.json(0, &["import", "dev", "orders.zip", "--yes"]);
    assert_eq!(state(), "draft");
    let left = imported["result"]["left_to_do"].as_array().unwrap();
    assert!(left[0].as_str().unwrap().contains("flowport publish dev"), "{left:#?}");
    project.ok(&["publish", "dev", "flow/Orders"]);
    package.action(&flow, "More", json!({ "type": "Compose", "inputs": 1, "runAfter": {} }));
    package.save(project.path("orders.zip"));
    let updated = project.json(0, &["import", "dev", "orders.zip", "--yes"]);
    assert_eq!(decisions(&updated), [(format!("flow/{flow}"), "update".to_owned())]);
    assert_eq!(state(), "published");
    project.ok(&["unpublish", "dev", "flow/Orders"]);
    let plan = project.json(0, &["plan", "dev", "orders.zip", "--publish"]);
    assert_eq!(plan["result"]["changes"][0]["activates"], true);
    project.ok(&["import", "dev", "orders.zip", "--yes", "--publish"]);
    assert_eq!(state(), "published");
}

#[test]
fn the_same_import_with_the_same_answers_changes_nothing_the_second_time() {
    let (project, _, _) = two_flows();
    let ids = project.ids("dev");
    let connection = ids.iter().find(|id| id.starts_with("connection/")).unwrap();
    let create = format!("{connection}=create");
    let again = ["import", "dev", "bound.zip", "--yes", "--setup", &create];
    let report = project.json(0, &again);
    assert_eq!(report["result"]["stored"], serde_json::json!([]), "{report:#}");
    assert_eq!(project.ids("dev"), ids);
    // A second one is made of what is named anew.
    let second = format!("{connection}=Second");
    project.ok(&["import", "dev", "bound.zip", "--yes", "--setup", &create, "--rename", &second]);
    assert_eq!(project.ids("dev").len(), ids.len() + 1);
}

/// Two flows in one package of flowport's own: one that can go, one that needs an answer.
fn two_flows() -> (Project, String, String) {
    let project = Project::new();
    let mut package = Package::new("Free");
    let free = package.flow("Free", &[]);
    package.save(project.path("free.zip"));
    let connector = package.connector("shared_office365");
    let connection = package.connection(&connector, "ana@contoso.example");
    let mut bound = Package::new("Bound");
    std::mem::swap(&mut bound, &mut package);
    let flow = bound.flow("Bound", &[uses("shared_office365", &connection)]);
    bound.manifest["resources"].as_object_mut().unwrap().remove(&free);
    bound.definitions.remove(&free);
    bound.maps.remove(&free);
    bound.asset_paths.retain(|id| *id != free);
    bound.save(project.path("bound.zip"));
    project.ok(&["import", "dev", "free.zip", "--yes"]);
    project.ok(&["import", "dev", "bound.zip", "--yes", "--setup", &format!("connection/{connection}=create")]);
    project.ok(&["export", "dev", "--all", "-o", "both.json"]);
    (project, free, flow)
}

#[test]
fn keep_going_imports_what_can_go_and_lists_both_halves() {
    let (project, free, bound) = two_flows();
    project.run(&["import", "prod", "both.json", "--yes"]).exits(4).says("nothing was written");
    assert!(project.ids("prod").is_empty());
    let partial = project.json(5, &["import", "prod", "both.json", "--yes", "--keep-going"]);
    assert_eq!(partial["status"], "partial");
    let list = |key: &str| -> Vec<String> {
        let entries = partial["result"][key].as_array().unwrap();
        entries.iter().map(|entry| entry.as_str().unwrap().to_owned()).collect()
    };
    let (stored, left_out) = (list("stored"), list("left_out"));
    assert!(stored.contains(&format!("flow/{free}")), "{stored:?}");
    assert!(left_out.contains(&format!("flow/{bound}")), "{left_out:?}");
    assert!(left_out.iter().any(|id| id.starts_with("connection/")), "{left_out:?}");
    assert_eq!(
        stored.len() + left_out.len(),
        partial["result"]["changes"].as_array().unwrap().len(),
        "none is forgotten"
    );
    let mut there = project.ids("prod");
    there.sort();
    let mut expected = stored;
    expected.sort();
    assert_eq!(there, expected);
    let again = project.run(&["import", "prod", "both.json", "--yes", "--keep-going"]).exits(5);
    again.says_all(&["LEFT OUT", "a question without an answer", &bound]);
}

#[test]
fn keep_going_does_not_go_over_wrong_answers() {
    let (project, _, _) = two_flows();
    let arguments = ["import", "prod", "both.json", "--yes", "--keep-going", "--map", "connection/none=connection/x"];
    project.run(&arguments).exits(4).says("nothing was written");
    assert!(project.ids("prod").is_empty());
}

#[test]
fn a_reference_out_of_the_package_must_be_in_the_target() {
    let (project, _, _) = two_flows();
    project.ok(&["export", "dev", "flow/Bound", "--no-related", "-o", "alone.json"]);
    let run = project.run(&["plan", "prod", "alone.json"]).exits(4);
    run.says_all(&["P-MISSING", "neither in the package nor in the target", "--map 'connection/"]);
    // dev has what it needs.
    project.ok(&["plan", "dev", "alone.json"]).says("no changes");
}

#[test]
fn a_package_that_is_not_there_is_named() {
    let project = Project::new();
    for command in ["plan", "import"] {
        project.run(&[command, "dev", "none.zip"]).exits(4).says("none.zip");
    }
    project.run(&["inspect", "none.zip"]).exits(4).says("none.zip");
    project.run(&["inspect", "."]).exits(4).says("this is a folder");
}

#[test]
fn a_store_that_is_no_database_is_named_and_left_alone() {
    let project = with_package();
    std::fs::create_dir_all(project.path(".flowport")).unwrap();
    project.write(".flowport/dev.db", "this is my shopping list, and no database of flowport at all");
    for arguments in [&["list", "dev"][..], &["import", "dev", "orders.zip", "--yes"]] {
        project.run(arguments).exits(1).says("dev.db");
    }
    assert!(project.read(".flowport/dev.db").starts_with("this is my shopping list"));
}

#[test]
fn the_white_space_of_a_manifest_is_no_change() {
    let project = Project::new();
    let package = lone_flow("Orders").0;
    let files = package.all_files().into_iter().map(|(name, content)| {
        let is_manifest = name == "manifest.json";
        let pretty = || serde_json::to_string_pretty(&package.manifest).unwrap().replace('\n', "\r\n").into_bytes();
        (name, if is_manifest { pretty() } else { content })
    });
    let files: Vec<(String, Vec<u8>)> = files.collect();
    let entries = files.iter().map(|(name, content)| (name.as_str(), content.as_slice()));
    project.write("pretty.zip", crate::support::zipped::zip(entries));
    package.save(project.path("plain.zip"));
    project.ok(&["import", "dev", "pretty.zip", "--yes"]);
    project.run(&["plan", "dev", "plain.zip", "--detailed-exitcode"]).exits(0).says("no changes");
}
