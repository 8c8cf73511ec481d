//! The packages of Boomi Flow.

use std::path::Path;

use serde_json::Value;

use crate::support::folders::{files, outside_folder};
use crate::support::project::{Project, findings};
use crate::{asks_without_changing, assert_unchanged, every_one_of, text};

fn every_package(test: &str, check: impl Fn(&Path) + std::panic::RefUnwindSafe) {
    every_one_of("boomi", "package", test, check);
}

fn same_bytes(project: &Project, written: &str, package: &Path) {
    let (ours, theirs) = (std::fs::read(project.path(written)).unwrap(), std::fs::read(package).unwrap());
    let at = ours.iter().zip(&theirs).position(|(ours, theirs)| ours != theirs);
    assert!(ours == theirs, "{written} differs at byte {at:?}; {} and {} bytes", ours.len(), theirs.len());
}

fn flow(project: &Project, package: &Path) -> String {
    let inspected = project.json(0, &["inspect", text(package)]);
    let resources = inspected["result"]["resources"].as_array().unwrap();
    let ids = resources.iter().map(|it| it["resource"].as_str().unwrap());
    ids.clone().find(|id| id.starts_with("flow/")).expect("a package has a flow").to_owned()
}

#[test]
fn inspection_finds_nothing_wrong() {
    every_package("inspection_finds_nothing_wrong", |package| {
        let project = Project::new();
        let inspected = project.json(0, &["inspect", text(package), "--verify"]);
        let wrong: Vec<String> = findings(&inspected).into_iter().filter(|it| !it.starts_with("info")).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    });
}

#[test]
fn every_byte_comes_back_through_an_environment_and_through_json() {
    every_package("every_byte_comes_back_through_an_environment_and_through_json", |package| {
        let project = Project::new();
        let flow = flow(&project, package);
        let inspected = project.json(0, &["inspect", text(package)]);
        let count = inspected["result"]["resources"].as_array().unwrap().len();
        project.ok(&["import", "dev", text(package), "--yes", "--publish"]);
        assert_eq!(project.ids("dev").len(), count);
        assert_unchanged(&project.json(0, &["plan", "dev", text(package)]));
        project.ok(&["export", "dev", &flow, "-o", "back.package"]);
        same_bytes(&project, "back.package", package);

        project.ok(&["convert", text(package), "carried.json"]);
        project.ok(&["convert", "carried.json", "again.package"]);
        same_bytes(&project, "again.package", package);

        // Through the file that the product writes today, and through flowport's own, into environments of their own.
        for (environment, file) in [("test", "handed.package2"), ("prod", "handed.json")] {
            project.ok(&["export", "dev", &flow, "-o", file]);
            project.ok(&["import", environment, file, "--yes", "--publish"]);
            project.ok(&["export", environment, &flow, "-o", "promoted.package", "--overwrite"]);
            same_bytes(&project, "promoted.package", package);
        }
    });
}

#[test]
fn every_byte_comes_back_through_a_tree() {
    every_package("every_byte_comes_back_through_a_tree", |package| {
        let project = Project::new();
        project.ok(&["unpack", text(package), "tree", "--include-secrets"]);
        project.ok(&["pack", "tree", "back.package"]);
        same_bytes(&project, "back.package", package);
        // A tree as an environment, with all that belongs to one in it.
        project.ok(&["env", "add", "git", "--store", "dir:flows"]);
        project.ok(&["import", "git", "tree", "--yes", "--publish"]);
        assert_unchanged(&project.json(0, &["plan", "git", text(package)]));
        let flow = flow(&project, package);
        project.ok(&["export", "git", &flow, "-o", "exported.package", "--include-secrets"]);
        same_bytes(&project, "exported.package", package);
    });
}

#[test]
fn packages_that_share_elements_say_whom_a_change_concerns() {
    let Some(corpus) = outside_folder("FLOWPORT_CORPUS", "packages_that_share_elements") else { return };
    let project = Project::new();
    let mut concerned = 0;
    for package in files(&corpus.join("boomi"), "package") {
        let plan = project.json(0, &["plan", "dev", text(&package)]);
        let shared = |it: &&Value| it["code"] == "P-SHARED";
        concerned += plan["diagnostics"].as_array().unwrap().iter().filter(shared).count();
        project.ok(&["import", "dev", text(&package), "--yes", "--publish"]);
        // What came last leaves as it came, and with it what its elements refer to in the other flows.
        let flow = flow(&project, &package);
        project.ok(&["export", "dev", &flow, "-o", "last.package", "--overwrite"]);
        project.ok(&["inspect", "last.package"]);
    }
    assert!(concerned > 0, "the packages share a service and types");
}

#[test]
fn the_questions_of_a_package_are_a_settings_file_that_changes_nothing() {
    every_package("the_questions_of_a_package_are_a_settings_file_that_changes_nothing", asks_without_changing);
}
