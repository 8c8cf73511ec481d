//! Names that lie side by side in one archive.

use std::collections::HashSet;

use crate::collision::folded;
use crate::writer::check_name;

/// Names of files for one archive, before it is written: with it a caller finds out what the writer would refuse.
#[derive(Debug, Default)]
pub struct NameSet {
    /// Folded, as are the folders.
    files: HashSet<String>,
    folders: HashSet<String>,
}

impl NameSet {
    /// Takes the name of a file. False, and nothing is taken, where [`ArchiveWriter`](crate::ArchiveWriter) would refuse it:
    /// for what it is, or beside the names that were taken before.
    pub fn insert(&mut self, name: &str) -> bool {
        if check_name(name, name).is_err() {
            return false;
        }
        let key = folded(name);
        let folders = || key.match_indices('\0').map(|(at, _)| &key[..at]);
        if self.files.contains(&key) || self.folders.contains(&key) || folders().any(|it| self.files.contains(it)) {
            return false;
        }
        self.folders.extend(folders().map(str::to_owned));
        self.files.insert(key);
        true
    }
}
