//! What is unpacked can be packed again, as it was.

use serde_json::json;

use super::{edit, file, files};
use crate::support::boomi;
use crate::support::package::{SECRET, sample};
use crate::support::project::{Project, findings};

const FLOW: &str = "aaaa0001-0000-4000-8000-000000000001";

/// One package in each format that the tests can make, in the spelling of its product.
fn packages() -> (Project, Vec<&'static str>) {
    let project = Project::new();
    let mut sample = sample("Order intake");
    sample.package.app("Orders", &sample.custom.clone(), &[&sample.flow.clone()]);
    sample.package.save(project.path("orders.zip"));
    boomi::save(&boomi::package(FLOW, "Orders"), &project.path("orders.package"));
    project.write("dsar.json", serde_json::to_string_pretty(&crate::dpm::dsar(1)).unwrap());
    project.write("versions.json", serde_json::to_string_pretty(&crate::flowrunner::orders()).unwrap());
    project.ok(&["convert", "orders.zip", "carried.json"]);
    let demo = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("demo");
    for name in ["order-intake.zip", "data-model.json"] {
        std::fs::copy(demo.join(name), project.path(name)).unwrap();
    }
    // A package without its secrets comes back to the byte; one with them in another test.
    (
        project,
        vec![
            "orders.zip",
            "orders.package",
            "dsar.json",
            "versions.json",
            "carried.json",
            "order-intake.zip",
            "data-model.json",
        ],
    )
}

#[test]
fn every_format_comes_back_as_its_codec_writes_it() {
    let (project, packages) = packages();
    for package in packages {
        let (tree, back) = (format!("tree of {package}"), format!("back-{package}"));
        project.ok(&["unpack", package, &tree, "--include-secrets"]).says_not(SECRET);
        let packed = project.json(0, &["pack", &tree, &back]);
        let inspected = project.json(0, &["inspect", package]);
        let format = inspected["result"]["format"].as_str().unwrap();
        assert_eq!(packed["result"]["format"], format, "{package}");
        // As the codec writes it without a tree in between: exactly what the tree must not lose.
        let direct = format!("direct-{package}");
        project.ok(&["convert", package, &direct, "--format", format]);
        let read = |name: &str| std::fs::read(project.path(name)).unwrap();
        assert!(read(&back) == read(&direct), "{package} is another file after its way through a tree");
        let again = project.json(0, &["unpack", package, &tree, "--overwrite", "--include-secrets"]);
        assert_eq!(again["result"]["changed"], false, "{package}");
    }
}

#[test]
fn products_that_know_one_spelling_get_every_byte_back() {
    let (project, _) = packages();
    for package in ["orders.package", "dsar.json", "versions.json"] {
        project.ok(&["unpack", package, "tree", "--include-secrets"]);
        project.ok(&["pack", "tree", package, "--overwrite"]);
        project.ok(&["unpack", package, "again", "--include-secrets"]);
        assert_eq!(files(&project.path("tree")), files(&project.path("again")), "{package}");
        let (before, after) = (std::fs::read(project.path(package)).unwrap(), {
            project.ok(&["pack", "again", "back", "--format", &format_of(&project, package)]);
            std::fs::read(project.path("back")).unwrap()
        });
        assert!(before == after, "{package}");
        for gone in ["tree", "again"] {
            std::fs::remove_dir_all(project.path(gone)).unwrap();
        }
        std::fs::remove_file(project.path("back")).unwrap();
    }
}

fn format_of(project: &Project, package: &str) -> String {
    project.json(0, &["inspect", package])["result"]["format"].as_str().unwrap().to_owned()
}

#[test]
fn the_format_is_the_one_it_came_in_where_the_extension_fits() {
    let (project, _) = packages();
    project.ok(&["unpack", "dsar.json", "tree"]);
    let format = |arguments: &[&str]| project.json(0, arguments)["result"]["format"].as_str().unwrap().to_owned();
    assert_eq!(format(&["pack", "tree", "a.json"]), "dpm");
    assert_eq!(format(&["pack", "tree", "without-extension"]), "dpm");
    assert_eq!(format(&["pack", "tree", "b.json", "--format", "json"]), "json");
    assert_eq!(format(&["pack", "tree", "c.zip", "--carry"]), "zip");
    // A new file of these resources would be of the second generation.
    project.ok(&["unpack", "orders.package", "boomi"]);
    assert_eq!(format(&["pack", "boomi", "boomi-without-extension"]), "package");
    assert_eq!(format(&["pack", "boomi", "boomi.package2"]), "package2");
    project.run(&["pack", "tree", "d.xyz", "--format", "none"]).exits(2).says("no format none");
    project.run(&["pack", "tree", "a.json"]).exits(1).says("--overwrite");
    project.run(&["pack", "tree", "-"]).exits(2).says("not to stdout");
    project.ok(&["pack", "tree", "a.json", "--overwrite"]);
}

#[test]
fn declared_secrets_stay_out_of_the_files_unless_told_otherwise() {
    let (project, _) = packages();
    let envelope = project.json(0, &["unpack", "orders.package", "tree"]);
    assert_eq!(envelope["result"]["secrets_left_out"].as_array().unwrap().len(), 1);
    let found = findings(&envelope);
    assert!(found.iter().any(|finding| finding.contains("[E-SECRET]") && finding.contains("left out")), "{found:#?}");
    let holds = |tree: &str| {
        files(&project.path(tree)).into_values().any(|bytes| String::from_utf8_lossy(&bytes).contains(boomi::HIDDEN))
    };
    assert!(!holds("tree"));
    project.ok(&["pack", "tree", "without.package"]);
    assert!(!project.read("without.package").contains(boomi::HIDDEN));
    project.ok(&["inspect", "without.package"]);
    project.ok(&["unpack", "orders.package", "with", "--include-secrets"]).says("E-SECRET").says_not(boomi::HIDDEN);
    assert!(holds("with"));
    project.ok(&["pack", "with", "with.package"]);
    assert_eq!(project.read("with.package"), project.read("orders.package"));
    // One that only looks like a secret is part of the flow, and told of.
    project.ok(&["unpack", "orders.zip", "found"]).says("E-FOUND").says_not(SECRET);
}

#[test]
fn names_that_windows_would_not_take_come_back_too() {
    let project = Project::new();
    let part = |text: &str| json!({ "text": text });
    let resources: Vec<_> = ["CON", "a:b", "..", "trailing. ", "\u{202e}gnp", "Größe", "größe", "日本"]
        .into_iter()
        .map(|name| {
            json!({ "kind": "con", "id": name, "name": name, "dialect": "x", "parts": {
                "nul": part("1"), "a/B.txt": part("2"), "A/b.txt": part("3"), ".git/config": part("5"),
                "resource.json": { "json": { "a": 1 } }, "x?.json": { "json": [] }, "é.txt": part("6"), "e\u{301}.txt": part("7"),
            } })
        })
        .collect();
    let package =
        json!({ "format": "flowport", "formatVersion": "1.0", "package": { "name": "Odd" }, "resources": resources });
    project.write("odd.json", package.to_string());
    project.ok(&["unpack", "odd.json", "tree"]);
    let names: Vec<String> = files(&project.path("tree")).into_keys().collect();
    for name in names.iter().filter(|name| *name != ".gitattributes") {
        assert!(name.is_ascii() && !name.contains([':', '?', '\\']) && !name.contains(".."), "{name}");
        let is_taken =
            |segment: &str| ["con", "nul"].contains(&segment.split('.').next().unwrap()) || segment.starts_with('.');
        assert!(!name.split('/').any(is_taken), "{name}");
    }
    project.ok(&["pack", "tree", "back.json"]);
    project.ok(&["convert", "odd.json", "direct.json"]);
    assert_eq!(project.read("back.json"), project.read("direct.json"));
}

#[test]
fn over_an_existing_tree_folders_stay_and_so_does_what_is_not_ours() {
    let (project, _) = packages();
    project.ok(&["unpack", "orders.package", "tree"]);
    project.run(&["unpack", "orders.package", "tree"]).exits(1).says("--overwrite");
    for (name, text) in [("README.md", "ours"), ("flow/notes.txt", "ours"), (".git/HEAD", "ours")] {
        let path = project.path("tree").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let before = files(&project.path("tree"));
    boomi::save(&boomi::package(FLOW, "Orders of the shop"), &project.path("newer.package"));
    project.ok(&["unpack", "newer.package", "tree", "--overwrite"]);
    let after = files(&project.path("tree"));
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>(), "no folder has another name");
    assert!(after.iter().any(|(name, content)| before[name] != *content));
    project.ok(&["unpack", "dsar.json", "tree", "--overwrite"]).says("no longer in the package");
    let left = files(&project.path("tree"));
    assert!(left.contains_key("README.md") && left.contains_key("flow/notes.txt") && left.contains_key(".git/HEAD"));
    assert_eq!(left.keys().filter(|name| name.ends_with("resource.json")).count(), 1);
    let lock = std::fs::File::options().write(true).open(project.path("tree/.flowport/lock")).unwrap();
    lock.try_lock().unwrap();
    let overwrite = ["unpack", "orders.package", "tree", "--overwrite"];
    project.run(&overwrite).exits(8).says("another program writes to its store");
    project.write("tree/.flowport/writer", super::environment::BEN);
    project.run(&overwrite).exits(8).says("ben on build-7 (process 7) since");
    drop(lock);
    std::fs::create_dir(project.path("mine")).unwrap();
    project.write("mine/x", "mine");
    project.run(&["unpack", "dsar.json", "mine", "--overwrite"]).exits(1).says("something else");
    project.run(&["unpack", "dsar.json", "dsar.json"]).exits(1).says("no folder");
    assert_eq!(project.names("mine"), ["x"]);
}

#[test]
fn a_package_in_pieces_can_be_put_together_by_hand() {
    let (project, _) = packages();
    project.ok(&["unpack", "data-model.json", "tree"]);
    let resource = file(&project, "tree", "picklist/order-status", "resource.json");
    let folder = resource.strip_suffix("/resource.json").unwrap();
    let copy = "tree/picklist/copied";
    std::fs::create_dir_all(project.path(copy)).unwrap();
    for name in project.names(folder) {
        std::fs::copy(project.path(folder).join(&name), project.path(copy).join(&name)).unwrap();
    }
    project.run(&["pack", "tree", "x.json"]).exits(4).says_all(&["picklist/copied", "E-TREE", "another id"]);
    let id = project.json(4, &["pack", "tree", "x.json"])["diagnostics"][0]["resource"].as_str().unwrap().to_owned();
    let id = id.strip_prefix("picklist/").unwrap();
    edit(&project, &format!("{copy}/resource.json"), &format!("\"id\": \"{id}\""), "\"id\": \"copied\"");
    edit(
        &project,
        &format!("{copy}/picklist.json"),
        &format!("\"schemaName\": \"{id}\""),
        "\"schemaName\": \"copied\"",
    );
    project.ok(&["pack", "tree", "x.json"]);
    project.ok(&["inspect", "x.json"]).says("picklist/copied");
}
