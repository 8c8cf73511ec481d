//! Folders with material that is not part of the repository.

use std::path::PathBuf;

/// The folder that the environment variable names. Without it, the test says so and passes; a folder that is not there fails.
pub(crate) fn outside_folder(variable: &str, test: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os(variable).filter(|folder| !folder.is_empty()) else {
        eprintln!("{test}: {variable} is not set, nothing was tested");
        return None;
    };
    let folder = PathBuf::from(folder);
    assert!(folder.is_dir(), "{variable} is {}, which is no folder", folder.display());
    Some(folder)
}

/// The files of a folder with that ending, in order of their names; at least one.
pub(crate) fn files(folder: &std::path::Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|found| found == ending));
    files.sort();
    assert!(!files.is_empty(), "no .{ending} files in {}", folder.display());
    files
}
