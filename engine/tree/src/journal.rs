//! The record of a transaction: what is to be moved into place and what goes, and doing so, as often as it takes.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use flowport_core::file::sync_folder;
use flowport_core::model::Diagnostic;
use flowport_json::{Document, Kind, Value, Writer};
use rayon::prelude::*;

use crate::error::{TreeError, about};
use crate::lock::Hold;
use crate::{ATTRIBUTES_OF_GIT, PRIVATE, fields, names};

/// The record, while its files are being moved.
pub(crate) const COMMIT: &str = "commit.json";
/// The last record, for readers: another one than before they began means that they read a mixture.
pub(crate) const DONE: &str = "done.json";
/// What was written, by its position in the record: a folder of this name for each writer, with the number of its hold behind it.
const STAGING: &str = "staging";
/// Where the folder of a writer lies while it is decided whether it comes too late.
const ASIDE: &str = "staging-aside";
/// Where an environment keeps its sealed secrets.
pub(crate) const SECRETS: &str = "secrets.json";

/// Where an environment keeps what was done to it, in the private folder.
const HISTORY: &str = "history";

/// The folder of what was done, below the tree.
pub(crate) fn history_folder() -> String {
    format!("{PRIVATE}/{HISTORY}")
}

/// The file that says what a run did.
pub(crate) fn record_of_run(number: u64) -> String {
    format!("{PRIVATE}/{HISTORY}/{number:08}.json")
}

/// The file with the bytes that the record leads to.
pub(crate) fn bytes_of_run(number: u64) -> String {
    format!("{PRIVATE}/{HISTORY}/{number:08}.bytes")
}

/// Whether that is the file of a run.
fn is_of_history(path: &str) -> bool {
    let name =
        path.strip_prefix(PRIVATE).and_then(|rest| rest.strip_prefix('/')?.strip_prefix(HISTORY)?.strip_prefix('/'));
    let number = name.and_then(|name| name.split_once('.')?.0.parse().ok());
    number.is_some_and(|number| path == record_of_run(number) || path == bytes_of_run(number))
}

/// Where a path leads that flowport writes: below the tree, through no link, into nobody else's hidden folder.
pub(crate) fn target(root: &Path, path: &str) -> Result<PathBuf, TreeError> {
    let own = format!("{PRIVATE}/{SECRETS}");
    let mut target = root.to_owned();
    for segment in path.split('/') {
        if target.is_symlink() && target != root {
            let what = "is a link, and flowport writes into the tree's own folders only; put a folder in its place";
            return Err(TreeError::taken(&target, what));
        }
        target.push(segment);
    }
    if names::is_below(path) || path == own || path == ATTRIBUTES_OF_GIT || is_of_history(path) {
        return Ok(target);
    }
    let what = format!(
        "is no file that flowport writes into a tree; where {PRIVATE}/{COMMIT} names it, take that away, and what stands beside it in staging"
    );
    Err(TreeError::Taken { path: target, what })
}

/// Whether a file can be put there: nothing but folders on the way, and no folder in its place.
fn is_free(root: &Path, target: &Path) -> Result<(), TreeError> {
    let mut above = target.ancestors().skip(1).take_while(|folder| *folder != root);
    if let Some(file) = above.find(|folder| folder.exists() && !folder.is_dir()) {
        return Err(TreeError::taken(file, "is a file, and flowport needs a folder there; move it away"));
    }
    // A link to a folder would be replaced, not written into.
    if target.is_dir() && !target.is_symlink() {
        return Err(TreeError::taken(target, "is a folder, and flowport has a file there; move it away"));
    }
    Ok(())
}

/// The folder of the writer with this number; without one, of an older flowport.
pub(crate) fn staging(private: &Path, number: Option<u64>) -> PathBuf {
    private.join(number.map_or_else(|| STAGING.to_owned(), |number| format!("{STAGING}-{number}")))
}

/// What is to be moved into place, and what goes.
#[derive(Default)]
pub(crate) struct Record {
    /// Whose staging folder holds what is written.
    pub(crate) hold: Option<u64>,
    pub(crate) written: Vec<String>,
    pub(crate) removed: Vec<String>,
}

impl Record {
    /// With the number of the commit, so that no two are alike.
    pub(crate) fn to_text(&self, private: &Path) -> String {
        let last = fs::read(private.join(DONE)).ok().and_then(|bytes| Document::parse(bytes).ok());
        let last = last.and_then(|record| record.root().get("number")?.as_u64()).unwrap_or(0);
        let mut writer = Writer::pretty();
        writer.begin_object().key("number").number(last + 1);
        if let Some(hold) = self.hold {
            writer.key("hold").number(hold);
        }
        for (name, paths) in [("written", &self.written), ("removed", &self.removed)] {
            writer.key(name).begin_array();
            for path in paths {
                writer.string(path);
            }
            writer.end_array();
        }
        writer.end_object();
        writer.finish() + "\n"
    }

    /// Whether all files can be moved into place, as far as can be known before.
    pub(crate) fn check(&self, root: &Path) -> Result<(), TreeError> {
        self.written.iter().chain(&self.removed).try_for_each(|path| is_free(root, &target(root, path)?))
    }

    fn read(path: &Path) -> Result<Record, TreeError> {
        let bytes = fs::read(path).map_err(about(path))?;
        let document =
            fields::parse(&path.display().to_string(), bytes).map_err(|fault| TreeError::Invalid(vec![fault]))?;
        let paths = |name: &str| -> Option<Vec<String>> {
            let value = document.root().get(name).filter(|value| value.kind() == Kind::Array)?;
            value.elements().map(|path: Value<'_>| Some(path.as_str()?.into_owned())).collect()
        };
        match (paths("written"), paths("removed")) {
            (Some(written), Some(removed)) => {
                let hold = document.root().get("hold").and_then(|hold| hold.as_u64());
                Ok(Record { hold, written, removed })
            }
            _ => {
                let summary = format!("{} is no record of a commit", path.display());
                Err(TreeError::Invalid(vec![
                    Diagnostic::error(fields::CODE, summary).help("take it away, and what stands beside it in staging"),
                ]))
            }
        }
    }
}

/// Finishes what a record says, as often as it takes; [`TreeError::Pending`] where that fails. Whoever calls this has the lock, and
/// with a hold stops as soon as somebody takes its place. Nothing is moved where one path leads elsewhere.
pub(crate) fn roll_forward(root: &Path, hold: Option<&Hold>) -> Result<(), TreeError> {
    let private = root.join(PRIVATE);
    let commit = private.join(COMMIT);
    if !commit.exists() {
        return Ok(());
    }
    let record = Record::read(&commit)?;
    record.written.iter().chain(&record.removed).try_for_each(|path| target(root, path).map(|_| ()))?;
    let pending = |why| TreeError::Pending(Box::new(why));
    let (staging, aside) = (staging(&private, record.hold), private.join(ASIDE));
    if !staging.exists() && aside.exists() {
        // It was decided in time, and who put it aside was killed.
        fs::rename(&aside, &staging).map_err(about(&staging)).map_err(pending)?;
    }
    let changed = make(root, &staging, &record, hold).map_err(pending)?;
    changed.par_iter().for_each(|folder| sync_folder(folder));
    // Behind whoever took our place there may be a record of theirs by now.
    hold.map_or(Ok(()), Hold::check)?;
    fs::rename(&commit, private.join(DONE)).map_err(about(&commit)).map_err(pending)?;
    sync_folder(&private);
    // What stays is taken away by the next writer.
    let _ = fs::remove_dir_all(staging);
    Ok(())
}

/// Finishes what others decided, then takes away what they did not decide: who still means to comes too late.
pub(crate) fn fence(hold: &Hold) -> Result<(), TreeError> {
    let root = hold.root();
    let private = root.join(PRIVATE);
    let aside = private.join(ASIDE);
    roll_forward(root, Some(hold))?;
    if aside.exists() {
        fs::remove_dir_all(&aside).map_err(about(&aside))?;
    }
    for entry in fs::read_dir(&private).map_err(about(&private))? {
        let entry = entry.map_err(about(&private))?;
        if !entry.file_name().to_str().is_some_and(|name| name.starts_with(STAGING)) {
            continue;
        }
        put_aside(&entry.path(), hold)?;
    }
    Ok(())
}

/// Takes a staging folder away. With it goes the record in it: its writer cannot decide any more, and only now it is sure whether it
/// has.
fn put_aside(staging: &Path, hold: &Hold) -> Result<(), TreeError> {
    let private = hold.root().join(PRIVATE);
    let aside = private.join(ASIDE);
    fs::rename(staging, &aside).map_err(about(&aside))?;
    if private.join(COMMIT).exists() {
        return roll_forward(hold.root(), Some(hold));
    }
    fs::remove_dir_all(&aside).map_err(about(&aside))
}

/// Moves the files and takes away those that go. Gives the folders whose names may have changed.
fn make(
    root: &Path,
    staging: &Path,
    Record { written, removed, .. }: &Record,
    hold: Option<&Hold>,
) -> Result<HashSet<PathBuf>, TreeError> {
    let mut folders = HashSet::new();
    for (number, path) in written.iter().enumerate() {
        let staged = staging.join(number.to_string());
        let target = target(root, path)?;
        is_free(root, &target)?;
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(about(folder))?;
            // A folder that is new has a name in the one above it.
            folders.extend(up_to(root, folder).map(Path::to_owned));
        }
        match fs::rename(&staged, &target) {
            // Moved before the run was killed.
            Err(why) if why.kind() == std::io::ErrorKind::NotFound && target.exists() => {}
            moved => moved.map_err(about(&target))?,
        }
    }
    for path in removed {
        // Who took its place has done this, and may have written there since.
        hold.map_or(Ok(()), Hold::check)?;
        let target = target(root, path)?;
        is_free(root, &target)?;
        match fs::remove_file(&target) {
            Err(why) if why.kind() != std::io::ErrorKind::NotFound => return Err(TreeError::file(&target, why)),
            _ => {}
        }
        // Folders that are empty now go; the others say that they are not.
        for folder in target.ancestors().skip(1).take_while(|folder| *folder != root) {
            match fs::remove_dir(folder) {
                // Gone before the run was killed.
                Err(why) if why.kind() == std::io::ErrorKind::NotFound => {}
                Err(_) => break,
                Ok(()) => {}
            }
        }
        // Those that are gone cannot be synced; the first that is left can.
        folders.extend(up_to(root, &target).skip(1).map(Path::to_owned));
    }
    Ok(folders)
}

/// A path below the root and all above it, the root included.
fn up_to<'p>(root: &'p Path, path: &'p Path) -> impl Iterator<Item = &'p Path> {
    path.ancestors().take_while(move |above| above.starts_with(root))
}

#[cfg(test)]
mod tests;
