//! Who may read an environment.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;

mod common;

#[test]
fn a_new_store_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dev.db");
    drop(common::open(&path).unwrap());
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}
