//! Over what is there.

use std::fs;

use flowport_tree::TreeError;

use crate::fake::{comparable, files, flow, package, packed, part, problems, refused, unpacked};

#[test]
fn a_file_of_somebody_else_is_no_place_for_a_part() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let plain = flow("1", "Orders", "{}");
    let home = unpacked(&package([plain.clone()]), root).resources[0].1.clone();
    let mut with_notes = plain.clone();
    with_notes.parts.push(part("notes.json", "{\"a\":1}"));
    fs::write(root.join(&home).join("notes.json"), "mine").unwrap();
    unpacked(&package([with_notes.clone()]), root);
    assert_eq!(files(root)[&format!("{home}/notes.json")], b"mine");
    assert_eq!(problems(root).len(), 1, "{:?}", problems(root));
    assert_eq!(comparable(&flowport_tree::read(root).unwrap().package()), comparable(&package([with_notes.clone()])));
    // The resource goes and comes back: what lies in its folder is still somebody else's.
    unpacked(&package([]), root);
    assert_eq!(files(root).into_keys().filter(|name| name.starts_with("flow/")).count(), 1);
    let back = unpacked(&package([with_notes]), root).resources[0].1.clone();
    assert!(back != home && back.starts_with(&home), "{back}");
    assert_eq!(files(root)[&format!("{home}/notes.json")], b"mine");
}

#[test]
fn a_resource_keeps_its_folder_when_it_is_renamed() {
    let folder = tempfile::tempdir().unwrap();
    let first = unpacked(&package([flow("1", "Orders", "{}"), flow("2", "Other", "{}")]), folder.path());
    let mut renamed = flow("1", "Order intake", "{\"a\":1}");
    renamed.parts.push(part("logo.png", [0, 13, 10, 255]));
    let second = unpacked(&package([renamed]), folder.path());
    assert_eq!(first.resources[0], second.resources[0]);
    assert_eq!(second.removed.len(), 1);
    assert!(!folder.path().join(&first.resources[1].1).exists(), "what is not in the package is gone");
    assert_eq!(packed(folder.path()).resources[0].resource.head.name, "Order intake");
}

#[test]
fn what_else_is_in_the_folder_stays() {
    let folder = tempfile::tempdir().unwrap();
    unpacked(&package([flow("1", "Orders", "{}")]), folder.path());
    for name in ["README.md", ".git/config", ".gitattributes", "docs/a/x.md"] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "mine").unwrap();
    }
    unpacked(&package([]), folder.path());
    let names: Vec<String> = files(folder.path()).into_keys().collect();
    assert_eq!(names, [".git/config", ".gitattributes", "README.md", "docs/a/x.md", "package.json"]);
    assert_eq!(fs::read_to_string(folder.path().join(".gitattributes")).unwrap(), "mine");
}

#[test]
fn nothing_else_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let package = package([flow("1", "Orders", "{}")]);
    fs::write(folder.path().join("mine.txt"), "x").unwrap();
    for (overwrite, says) in [(false, "not empty"), (true, "something else")] {
        let error = refused(&package, folder.path(), overwrite);
        assert!(matches!(error, TreeError::Taken { .. }) && error.to_string().contains(says), "{error}");
    }
    assert!(refused(&package, &folder.path().join("mine.txt"), true).to_string().contains("no folder"));
    assert_eq!(files(folder.path()).len(), 1);
    let tree = folder.path().join("tree");
    unpacked(&package, &tree);
    assert!(refused(&package, &tree, false).to_string().contains("--overwrite"));
}

#[test]
fn a_file_that_somebody_laid_out_otherwise_stays_so_until_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    let unpacked_first = unpacked(&package([flow("1", "Orders", "{\"a\":[1,2]}")]), folder.path());
    let file = folder.path().join(&unpacked_first.resources[0].1).join("flow.json");
    fs::write(&file, "{ \"a\": [1, 2] }\n").unwrap();
    assert!(!unpacked(&package([flow("1", "Orders", "{\"a\":[1,2]}")]), folder.path()).is_changed);
    unpacked(&package([flow("1", "Orders", "{\"a\":[1,3]}")]), folder.path());
    assert_eq!(fs::read_to_string(&file).unwrap(), "{\n  \"a\": [\n    1,\n    3\n  ]\n}\n");
}
