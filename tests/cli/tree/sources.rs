//! An unpacked folder stands wherever a package file does.

use super::{edit, file};
use crate::support::package::{lone_flow, sample};
use crate::support::project::Project;

#[test]
fn a_folder_is_inspected_planned_imported_converted_and_drawn() {
    let project = Project::new();
    let sample = sample("Order intake");
    sample.package.save(project.path("orders.zip"));
    project.ok(&["unpack", "orders.zip", "tree"]);
    let both = |arguments: &[&str], exit: i32| {
        let with = |source: &str| {
            let arguments: Vec<&str> =
                arguments.iter().map(|word| if *word == "SOURCE" { source } else { word }).collect();
            let mut result = project.json(exit, &arguments)["result"].clone();
            for key in ["file", "format", "format_verified"] {
                result.as_object_mut().unwrap().remove(key);
            }
            result
        };
        let (file, folder) = (with("orders.zip"), with("tree"));
        assert_eq!(file, folder, "{arguments:?}");
    };
    both(&["inspect", "SOURCE"], 0);
    both(&["graph", "SOURCE"], 0);
    both(&["plan", "dev", "SOURCE"], 4);
    project.ok(&["convert", "tree", "from-folder.zip"]);
    project.ok(&["convert", "orders.zip", "from-file.zip"]);
    let read = |name: &str| std::fs::read(project.path(name)).unwrap();
    assert!(read("from-folder.zip") == read("from-file.zip"));
    let answers = sample.create_all();
    let mut arguments = vec!["import", "dev", "tree", "--yes"];
    arguments.extend(answers.iter().map(String::as_str));
    project.ok(&arguments);
    project.ok(&["import", "dev", "orders.zip", "--yes"]).says("no changes");
    project.ok(&["unpack", "tree", "again"]);
    assert_eq!(super::files(&project.path("again")).len(), super::files(&project.path("tree")).len());
}

#[test]
fn an_edited_folder_is_an_update() {
    let project = Project::new();
    lone_flow("Orders").0.save(project.path("orders.zip"));
    project.ok(&["unpack", "orders.zip", "tree"]);
    project.ok(&["import", "dev", "tree", "--yes"]);
    let definition = file(&project, "tree", "flow/", "definition.json");
    edit(&project, &definition, "1.0.0.0", "2.0.0.0");
    project.ok(&["import", "dev", "tree", "--yes"]).says("update  flow/");
    let part = String::from_utf8(project.part("dev", "flow/Orders", "definition.json")).unwrap();
    assert!(part.contains("2.0.0.0"));
}

#[test]
fn another_folder_is_named_as_what_it_is() {
    let project = Project::new();
    std::fs::create_dir(project.path("other")).unwrap();
    for arguments in [&["inspect", "other"][..], &["plan", "dev", "other"], &["pack", "other", "x.zip"]] {
        project.run(arguments).exits(4).says_all(&["other", "this is a folder", "package.json"]);
    }
    assert!(project.names("other").is_empty());
    project.run(&["pack", "none", "x.zip"]).exits(1).says("none");
}
