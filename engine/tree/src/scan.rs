//! Which files a tree has: looked up once, without following a link.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use flowport_core::model::Diagnostic;

use crate::error::{TreeError, about};
use crate::fields::CODE;
use crate::{LAYOUT, RESOURCE};

/// Files by their path below a folder, with `/` between its segments.
pub(crate) type Files = BTreeMap<String, PathBuf>;

/// A folder of a resource.
#[derive(Debug)]
pub(crate) struct Folder {
    /// `kind/name`.
    pub(crate) path: String,
    pub(crate) files: Files,
    /// Those of the layout.
    pub(crate) layout: Files,
}

/// All that is in a tree.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// In the order of their paths.
    pub(crate) folders: Vec<Folder>,
    /// Those of the layout that belong to no resource.
    pub(crate) layout: Files,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Looks at a tree. A folder of a resource is one that has a resource.json and stands in a folder of the root; what else is in
/// the root belongs to somebody else.
pub(crate) fn scan(root: &Path) -> Result<Scan, TreeError> {
    let mut found = Scan::default();
    for (kind, path) in entries(root, &mut Vec::new())? {
        let is_ours = !kind.starts_with('.') && kind != LAYOUT;
        if !is_ours || !path.is_dir() {
            continue;
        }
        if !path.is_symlink() {
            kind_folder(&kind, &path, &mut found)?;
        } else if leads_to_resources(&path) {
            found.diagnostics.push(link(&kind));
        }
    }
    let layout = root.join(LAYOUT);
    if layout.is_symlink() {
        found.diagnostics.push(link(LAYOUT));
    } else if layout.is_dir() {
        found.layout = files(&layout, LAYOUT, &mut found.diagnostics)?;
    }
    for folder in &mut found.folders {
        let prefix = format!("{}/", folder.path);
        let below: Vec<String> = found.layout.range(prefix.clone()..).map(|(path, _)| path.clone()).collect();
        for path in below.iter().take_while(|path| path.starts_with(&prefix)) {
            if let Some(file) = found.layout.remove(path) {
                folder.layout.insert(path[prefix.len()..].to_owned(), file);
            }
        }
    }
    Ok(found)
}

/// True where a folder is linked that would be one of resources. What cannot be read there is somebody else's.
fn leads_to_resources(path: &Path) -> bool {
    let Ok(mut folders) = fs::read_dir(path) else { return false };
    folders.any(|folder| folder.is_ok_and(|folder| folder.path().join(RESOURCE).symlink_metadata().is_ok()))
}

fn kind_folder(kind: &str, path: &Path, found: &mut Scan) -> Result<(), TreeError> {
    let mut others = Vec::new();
    let mut has_resources = false;
    let mut faults = Vec::new();
    for (name, path) in entries(path, &mut faults)? {
        let shown = format!("{kind}/{name}");
        if path.is_symlink() {
            others.push(link(&shown));
        } else if path.is_dir() && path.join(RESOURCE).symlink_metadata().is_ok() {
            has_resources = true;
            let files = files(&path, &shown, &mut found.diagnostics)?;
            found.folders.push(Folder { path: shown, files, layout: Files::new() });
        } else {
            let what = if path.is_dir() { format!("has no {RESOURCE}") } else { "is no folder".to_owned() };
            let summary = format!("{shown} {what}: it is no resource, and is left alone");
            others.push(Diagnostic::warning("E-UNKNOWN", summary).help("take it away, or put back what is missing"));
        }
    }
    // Without any resource it is a folder of somebody else.
    if has_resources {
        found.diagnostics.append(&mut others);
        found.diagnostics.append(&mut faults);
    }
    Ok(())
}

fn link(path: &str) -> Diagnostic {
    Diagnostic::error(CODE, format!("{path} is a link; a tree is read from its own files only"))
        .help("put the file itself in its place")
}

/// What is in a folder, by name. Names that are no text are told of.
fn entries(folder: &Path, faults: &mut Vec<Diagnostic>) -> Result<Vec<(String, PathBuf)>, TreeError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(about(folder))? {
        let path = entry.map_err(about(folder))?.path();
        match path.file_name().and_then(|name| name.to_str()) {
            Some(name) => found.push((name.to_owned(), path.clone())),
            None => {
                let summary = format!("{} has a name that is no text, and is left alone", path.display());
                faults.push(Diagnostic::warning("E-UNKNOWN", summary));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// All files below a folder.
fn files(folder: &Path, shown: &str, diagnostics: &mut Vec<Diagnostic>) -> Result<Files, TreeError> {
    let mut found = Files::new();
    let mut open = vec![(String::new(), folder.to_owned())];
    while let Some((prefix, folder)) = open.pop() {
        for (name, path) in entries(&folder, diagnostics)? {
            let below = format!("{prefix}{name}");
            if path.is_symlink() {
                diagnostics.push(link(&format!("{shown}/{below}")));
            } else if path.is_dir() {
                open.push((format!("{below}/"), path));
            } else if !path.is_file() {
                // A pipe would wait for ever.
                let summary = format!("{shown}/{below} is no ordinary file");
                diagnostics.push(Diagnostic::error(CODE, summary).help("take it away"));
            } else {
                found.insert(below, path);
            }
        }
    }
    Ok(found)
}

/// The folders of a scan.
pub(crate) fn paths(folders: &[Folder]) -> HashSet<String> {
    folders.iter().map(|folder| folder.path.clone()).collect()
}
