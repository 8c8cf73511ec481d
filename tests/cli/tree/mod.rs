//! Packages and environments as folders of readable files.

mod edits;
mod environment;
mod kill;
mod round_trip;
mod sources;

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::project::Project;

/// All files of a tree by their path, but those of this machine.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            if path.is_file() {
                files.insert(name, std::fs::read(&path).unwrap());
            } else if name != ".flowport" {
                open.push(path);
            }
        }
    }
    files
}

/// The only file of a tree, outside the layout, whose path has this beginning and end.
fn file(project: &Project, tree: &str, beginning: &str, end: &str) -> String {
    let all = files(&project.path(tree));
    let found: Vec<&String> = all.keys().filter(|name| name.starts_with(beginning) && name.ends_with(end)).collect();
    assert_eq!(found.len(), 1, "{beginning}…{end} in {:#?}", all.keys());
    format!("{tree}/{}", found[0])
}

/// Changes a file as people do in an editor.
fn edit(project: &Project, file: &str, from: &str, to: &str) {
    let text = project.read(file);
    assert!(text.contains(from), "{from:?} is not in {file}:\n{text}");
    project.write(file, text.replacen(from, to, 1));
}

/// The lines of one text that are not in the other, both ways.
fn changed_lines(before: &[u8], after: &[u8]) -> (usize, usize) {
    let lines =
        |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap().lines().map(str::to_owned).collect::<Vec<_>>();
    let (before, after) = (lines(before), lines(after));
    let only = |these: &[String], those: &[String]| these.iter().filter(|line| !those.contains(line)).count();
    (only(&before, &after), only(&after, &before))
}
