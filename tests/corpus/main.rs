//! Every real package of the folder FLOWPORT_CORPUS names goes the whole way: read, imported, exported, promoted, converted.

#[path = "../support/mod.rs"]
mod support;

mod boomi;
mod html;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use support::folders::{files, outside_folder};
use support::project::{Project, decisions, findings};
use support::zipped;

/// Runs a check on every package of Power Automate.
fn every_package(test: &str, check: impl Fn(&Path) + std::panic::RefUnwindSafe) {
    every_one_of("power-automate", "zip", test, check);
}

/// Runs a check on every package of a product, and names all that fail.
fn every_one_of(product: &str, extension: &str, test: &str, check: impl Fn(&Path) + std::panic::RefUnwindSafe) {
    let Some(corpus) = outside_folder("FLOWPORT_CORPUS", test) else { return };
    let packages = files(&corpus.join(product), extension);
    let fails = |package: &&PathBuf| {
        let failed = std::panic::catch_unwind(|| check(package)).is_err();
        if failed {
            eprintln!("that was {}", package.display());
        }
        failed
    };
    let failed: Vec<&PathBuf> = packages.iter().filter(fails).collect();
    assert!(failed.is_empty(), "{} of {} packages fail: {failed:#?}", failed.len(), packages.len());
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// Resource and name of each question in the plan.
fn questions(plan: &Value) -> Vec<(String, String)> {
    let changes = plan["result"]["changes"].as_array().unwrap();
    let asked = changes.iter().filter(|change| change["action"] == "question");
    asked.map(|change| (change["resource"].as_str().unwrap().into(), change["name"].as_str().unwrap().into())).collect()
}

/// Imports with a new connection or connector for every question.
fn import_new(project: &Project, environment: &str, package: &str) {
    let plan = project.run(&["plan", environment, package, "--json"]).envelope();
    let answers: Vec<String> = questions(&plan).into_iter().map(|(id, _)| format!("{id}=create")).collect();
    let mut arguments = vec!["import", environment, package, "--yes"];
    arguments.extend(answers.iter().flat_map(|answer| ["--setup", answer.as_str()]));
    project.ok(&arguments);
}

/// The root of a package as users name it.
fn root(package: &Path) -> String {
    let manifest = zipped::manifest(package);
    let resources = manifest["resources"].as_object().unwrap();
    let of_type = |suffix: &str, root: bool| {
        resources.iter().find(|(_, resource)| {
            resource["type"].as_str().unwrap().ends_with(suffix) && (!root || resource["hierarchy"] == "Root")
        })
    };
    match (of_type("/apps", false), of_type("/flows", true)) {
        (Some((id, _)), _) => format!("app/{id}"),
        (None, Some((id, _))) => format!("flow/{id}"),
        (None, None) => panic!("{} has no root", package.display()),
    }
}

fn assert_unchanged(plan: &Value) {
    for (resource, action) in decisions(plan) {
        let same = ["no-change", "use-existing"].contains(&action.as_str());
        assert!(same, "a second import would {action} {resource}");
    }
}

#[test]
fn inspection_finds_no_errors_and_counts_every_resource() {
    every_package("inspection_finds_no_errors_and_counts_every_resource", |package| {
        let project = Project::bare();
        let envelope = project.json(0, &["inspect", text(package)]);
        let errors: Vec<String> =
            findings(&envelope).into_iter().filter(|finding| finding.starts_with("error")).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert_eq!(envelope["result"]["format"], "zip");
        let listed = zipped::manifest(package)["resources"].as_object().unwrap().len();
        assert_eq!(envelope["result"]["resources"].as_array().unwrap().len(), listed);
    });
}

#[test]
fn an_import_makes_all_a_second_one_changes_nothing_and_an_export_gives_every_byte_back() {
    let test = "an_import_makes_all_a_second_one_changes_nothing_and_an_export_gives_every_byte_back";
    every_package(test, |package| {
        let project = Project::new();
        import_new(&project, "dev", text(package));
        let original = zipped::manifest(package);
        assert_eq!(project.list("dev").len(), original["resources"].as_object().unwrap().len());

        let before = project.list("dev");
        let again = project.json(0, &["import", "dev", text(package), "--yes"]);
        assert_unchanged(&again);
        assert_eq!(again["result"]["stored"], json!([]));
        assert_eq!(project.list("dev"), before);

        project.ok(&["export", "dev", &root(package), "-o", "again.zip"]);
        let path = project.path("again.zip");
        same_parts(package, &path);
        same_resources(&original, &zipped::manifest(&path));
        let names = zipped::names(&path);
        assert_eq!(names.last().map(String::as_str), Some("manifest.json"), "the root manifest comes last");
        project.ok(&["inspect", "again.zip", "--verify"]);
    });
}

#[test]
fn promotion_blocks_on_every_question_at_once_and_goes_through_once_all_are_mapped() {
    let test = "promotion_blocks_on_every_question_at_once_and_goes_through_once_all_are_mapped";
    every_package(test, |package| {
        let project = Project::new();
        let manifest = zipped::manifest(package);
        let resources = manifest["resources"].as_object().unwrap();
        let declared: Vec<&String> = resources
            .iter()
            .filter(|(_, resource)| {
                let kind = resource["type"].as_str().unwrap();
                kind.ends_with("/connections") || kind.ends_with("/apis") && resource.get("id").is_none()
            })
            .map(|(id, _)| id)
            .collect();
        let exit = if declared.is_empty() { 0 } else { 4 };
        let plan = project.json(exit, &["plan", "prod", text(package)]);
        let mut asked: Vec<String> =
            questions(&plan).iter().map(|(id, _)| id.split_once('/').unwrap().1.to_owned()).collect();
        asked.sort();
        let mut expected: Vec<String> = declared.iter().map(|id| (*id).clone()).collect();
        expected.sort();
        assert_eq!(asked, expected, "every question, and no other, at once");
        if !declared.is_empty() {
            project.run(&["import", "prod", text(package), "--yes"]).exits(4).says("nothing was written");
            assert!(project.list("prod").is_empty());
        }

        let maps = target(&project, resources, &declared);
        let mut arguments = vec!["import", "prod", text(package), "--yes"];
        arguments.extend(maps.iter().flat_map(|map| ["--map", map.as_str()]));
        project.ok(&arguments);
        let mapped: Vec<String> = project.ids("prod");
        for id in &declared {
            assert!(
                !mapped.iter().any(|there| there.split_once('/').is_some_and(|(_, there)| there == id.as_str())),
                "{id} came along though it was mapped"
            );
        }
        arguments[0] = "plan";
        arguments.retain(|argument| *argument != "--yes");
        assert_unchanged(&project.json(0, &arguments));
        points_at_the_target(&project, resources);
    });
}

/// Puts a custom connector or connection for each declared one into prod, and gives the `--map` answers.
fn target(project: &Project, resources: &serde_json::Map<String, Value>, declared: &[&String]) -> Vec<String> {
    let mut list = Vec::new();
    let mut maps = Vec::new();
    for (index, id) in declared.iter().enumerate() {
        let resource = &resources[*id];
        let is_connection = resource["type"].as_str().unwrap().ends_with("/connections");
        let kind = if is_connection { "connection" } else { "connector" };
        let mut attributes = json!({ "connectionName": format!("prod-name-{index}") });
        if is_connection {
            let connector = resource["dependsOn"][0].as_str().unwrap();
            let api = resources[connector]["id"].as_str();
            attributes["apiId"] = json!(api.map_or_else(|| format!("{APIS}shared_prod-{connector}"), str::to_owned));
            let depends_on = if api.is_some() { connector.to_owned() } else { format!("prod-{connector}") };
            attributes["dependsOn"] = json!([depends_on]);
        } else {
            attributes = json!({ "apiId": format!("{APIS}shared_prod-{id}"), "dependsOn": [] });
        }
        list.push(json!({
            "kind": kind,
            "id": format!("prod-{id}"),
            "name": format!("prod {index}"),
            "dialect": "power-automate",
            "attributes": attributes,
        }));
        maps.push(format!("{kind}/{id}={kind}/prod-{id}"));
    }
    if !list.is_empty() {
        project.write("prod.json", Value::from(list).to_string());
        project.ok(&["put", "prod", "prod.json"]);
    }
    maps
}

const APIS: &str = "/providers/Microsoft.PowerApps/apis/";

/// Every flow in prod names the connections of prod, and their connectors, and none of the source's.
fn points_at_the_target(project: &Project, resources: &serde_json::Map<String, Value>) {
    let parse = |bytes: Vec<u8>| {
        serde_json::from_slice::<Value>(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes)).unwrap()
    };
    for id in project.ids("prod").iter().filter(|id| id.starts_with("flow/")) {
        let connections = parse(project.part("prod", id, "connectionsMap.json"));
        let definition = parse(project.part("prod", id, "definition.json"));
        for (key, connection) in connections.as_object().unwrap() {
            let source = connection.as_str().unwrap().strip_prefix("prod-").expect("a connection of prod");
            assert!(resources.contains_key(source));
            let reference = &definition["properties"]["connectionReferences"][key];
            let name = reference["connectionName"].as_str().unwrap();
            assert!(name.starts_with("prod-name-"), "{id} {key} still names {name}");
        }
    }
}

#[test]
fn conversion_to_json_and_back_keeps_every_part() {
    every_package("conversion_to_json_and_back_keeps_every_part", |package| {
        let project = Project::bare();
        let there = project.json(0, &["convert", text(package), "package.json"]);
        assert_eq!(there["result"]["input"]["resources"], there["result"]["output"]["resources"]);
        project.ok(&["inspect", "package.json"]);
        project.ok(&["convert", "package.json", "back.zip"]);
        let back = project.path("back.zip");
        same_parts(package, &back);
        same_resources(&zipped::manifest(package), &zipped::manifest(&back));
        project.ok(&["convert", "back.zip", "second.json"]);
        let read = |name: &str| serde_json::from_str::<Value>(&project.read(name)).unwrap();
        assert!(read("package.json") == read("second.json"), "a second round gives another package");
    });
}

#[test]
fn unpacked_and_packed_it_is_the_file_that_a_conversion_gives() {
    every_package("unpacked_and_packed_it_is_the_file_that_a_conversion_gives", |package| {
        let project = Project::bare();
        project.ok(&["unpack", text(package), "tree", "--include-secrets"]);
        project.ok(&["pack", "tree", "back.zip"]);
        project.ok(&["convert", text(package), "direct.zip"]);
        let read = |name: &str| std::fs::read(project.path(name)).unwrap();
        assert!(read("back.zip") == read("direct.zip"), "a tree in between changes something");
        same_parts(package, &project.path("back.zip"));
        project.ok(&["inspect", "tree"]);
        project.ok(&["unpack", text(package), "tree", "--overwrite", "--include-secrets"]).says("no file changed");
    });
}

/// All files but the two manifests are the same, byte for byte.
fn same_parts(expected: &Path, found: &Path) {
    let parts = |path: &Path| -> BTreeMap<String, Vec<u8>> {
        let mut entries = zipped::entries(path);
        entries.retain(|name, _| !name.ends_with("manifest.json"));
        entries
    };
    let (expected, found) = (parts(expected), parts(found));
    assert_eq!(expected.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>());
    for (name, content) in &expected {
        assert!(found[name] == *content, "{name} has changed");
    }
}

/// The resources of two manifests are the same but for `suggestedCreationType`, and so in all other members.
fn same_resources(expected: &Value, found: &Value) {
    let resources = |manifest: &Value| {
        let mut resources = manifest["resources"].clone();
        for resource in resources.as_object_mut().unwrap().values_mut() {
            resource.as_object_mut().unwrap().remove("suggestedCreationType");
        }
        resources
    };
    assert_eq!(resources(expected), resources(found));
    for (id, resource) in found["resources"].as_object().unwrap() {
        assert!(resource.get("suggestedCreationType").is_some(), "{id} has no suggestedCreationType");
    }
    let details: Vec<&String> = found["details"].as_object().unwrap().keys().collect();
    let keys = ["displayName", "description", "createdTime", "packageTelemetryId", "creator", "sourceEnvironment"];
    assert_eq!(details, keys);
}

#[test]
fn the_questions_of_every_package_are_a_settings_file_that_changes_nothing() {
    every_package("the_questions_of_every_package_are_a_settings_file_that_changes_nothing", asks_without_changing);
}

/// The lines of a package's template are settings under which it is converted into itself.
fn asks_without_changing(path: &Path) {
    let project = Project::bare();
    let template = project.ok(&["inspect", text(path), "--settings-template"]).stdout();
    let is_answer = |line: &str| ["# map.", "# setup.", "# replace."].iter().any(|start| line.starts_with(start));
    let lines: Vec<&str> = template.lines().map(|line| if is_answer(line) { &line[2..] } else { line }).collect();
    project.write("same.toml", lines.join("\n"));
    let done = project.json(0, &["convert", text(path), "same.zip", "--settings", "same.toml"]);
    let changes = done["result"]["changes"].as_array().unwrap();
    // A package that suggests nothing suggests the kind's default now.
    let is_new = |change: &Value| change["what"] == "setup" && change["from"].is_null();
    assert!(changes.iter().all(is_new), "{changes:#?}");
    let questions = lines.iter().filter(|line| line.starts_with("map.") || line.starts_with("setup."));
    assert!(questions.count() > 0, "{template}");
}
