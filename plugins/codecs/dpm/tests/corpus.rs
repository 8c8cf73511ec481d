//! There is no real export to read. Real packages of other products are left to their codecs, and no JSON of nst's test
//! suite makes this one fail otherwise than it should.

mod common;

use std::path::{Path, PathBuf};

use common::{decode, recognize};
use flowport_plugin::{Confidence, Failure};

/// All files below a folder that an environment variable names, with their paths.
fn files(variable: &str, below: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let Some(folder) = std::env::var_os(variable) else {
        eprintln!("{variable} is not set: its files are not tested");
        return Vec::new();
    };
    let mut folders = vec![Path::new(&folder).join(below)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                files.push((path, bytes));
            }
        }
    }
    assert!(!files.is_empty(), "{variable} holds no files below {below:?}");
    files
}

#[test]
fn packages_of_other_products_are_not_touched() {
    for (path, bytes) in files("FLOWPORT_CORPUS", "") {
        assert_eq!(recognize(bytes), Confidence::No, "{}", path.display());
    }
}

#[test]
fn whatever_is_json_or_not_is_answered() {
    for (path, bytes) in files("FLOWPORT_HOSTILE", "JSONTestSuite") {
        assert_eq!(recognize(&bytes), Confidence::No, "{}", path.display());
        let Err(Failure::Malformed(_) | Failure::Limit(_)) = decode(&bytes) else {
            panic!("{} was taken", path.display())
        };
    }
}
