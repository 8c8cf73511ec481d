//! Where a command writes a file: a name of its own, and nothing that flowport keeps.

use std::path::{Path, PathBuf};

use crate::config::{FOLDER, KeyConfig, Store};
use crate::context::Context;
use crate::exit::{Failure, Outcome};

/// Asked before any work, also where the user says that a file may be written over.
pub(crate) fn may_take(context: &Context, path: &Path) -> Outcome<()> {
    if path == Path::new("-") {
        // As other programs have it; here it would become a file of that name.
        return Err(Failure::usage("this is written to a file, not to stdout: name one, or ./- for that name"));
    }
    // A folder that is not there says so when the file is made.
    let Some(place) = resolved(path) else { return Ok(()) };
    let Some(whose) = owner(context, &place)? else { return Ok(()) };
    Err(Failure::usage(format!("{}: this belongs to {whose}; name another file", path.display())))
}

/// Whether two paths lead to one file that is there.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    let (one, other) = (one.canonicalize().ok(), other.canonicalize().ok());
    one.is_some() && one == other
}

/// The path without links.
fn resolved(path: &Path) -> Option<PathBuf> {
    if let Ok(place) = path.canonicalize() {
        return Some(place);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(folder.canonicalize().ok()?.join(path.file_name()?))
}

/// What of flowport's own lies there.
fn owner(context: &Context, place: &Path) -> Outcome<Option<String>> {
    let config = context.config()?;
    if let Some(project) = &config.path
        && resolved(project).as_deref() == Some(place)
    {
        return Ok(Some("the project".to_owned()));
    }
    let private = [resolved(&config.folder().join(FOLDER)), resolved(&config.key_file())];
    if private.into_iter().flatten().any(|private| place.starts_with(private)) {
        return Ok(Some("flowport's own files".to_owned()));
    }
    let is_there = |key: &KeyConfig| match key {
        KeyConfig::InFile(key) => resolved(&key.file).as_deref() == Some(place),
        KeyConfig::Text(_) => false,
    };
    if let Some((name, _)) = config.keys.iter().find(|(_, key)| is_there(key)) {
        return Ok(Some(format!("the key {name}")));
    }
    for (name, environment) in &config.environments {
        let is_its = match config.store(name, environment)? {
            Store::Database(path) => resolved(&path).is_some_and(|path| is_database(place, &path)),
            Store::Folder(path) => resolved(&path).is_some_and(|path| is_of_tree(place, &path)),
        };
        if is_its {
            return Ok(Some(format!("the environment {name}")));
        }
    }
    let folders = place.ancestors().skip(1);
    let tree = folders.filter(|folder| flowport_tree::is_tree(folder)).find(|folder| is_of_tree(place, folder));
    Ok(tree.map(|folder| format!("the unpacked package in {}", folder.display())))
}

/// The file of a database, or one that SQLite or flowport keeps beside it.
fn is_database(place: &Path, database: &Path) -> bool {
    let beside = |ending: &str| {
        let mut name = database.as_os_str().to_owned();
        name.push(ending);
        place == Path::new(&name)
    };
    ["", "-wal", "-shm", "-journal", "-lock"].into_iter().any(beside)
}

fn is_of_tree(place: &Path, tree: &Path) -> bool {
    place.strip_prefix(tree).is_ok_and(|below| flowport_tree::holds(tree, below))
}
