//! Secrets, apart from their resources and sealed.

mod common;

use std::path::Path;
use std::sync::Arc;

use common::{id, inspection, resource};
use flowport_core::environment::{Environment, Expected, ReadEnvironment, Write};
use flowport_core::history::Cause;
use flowport_core::model::{Inspection, SlotValue};
use flowport_secrets::Vault;
use flowport_store::{SqliteEnvironment, SqliteReader};

const VALUE: &str = "\"correct \\u0068orse\"";

/// The slot of the declared secret of [`inspection`].
fn secret(value: Option<&str>) -> SlotValue {
    SlotValue { slot: "d#/p".to_owned(), value: value.map(str::to_owned) }
}

fn put(inspection: Inspection, secrets: Vec<SlotValue>) -> Write {
    Write::Put { resource: resource("flow/a", "x"), inspection, owners: None, secrets, expected: Expected::Anything }
}

fn open(folder: &Path) -> SqliteEnvironment {
    let vault = Arc::new(Vault::at(&folder.join("secrets.key")));
    common::open(&folder.join("dev.db")).unwrap().with_vault(vault)
}

fn apply(environment: &mut SqliteEnvironment, write: Write) {
    environment.apply(&Cause::by("ana", "2026-01-01T00:00:00Z", "put"), &[write], &mut |_| ()).unwrap();
}

fn is_set(environment: &dyn ReadEnvironment) -> bool {
    let found = environment.inspection(&id("flow/a")).unwrap().secrets;
    found.iter().find(|secret| secret.declared).unwrap().is_set
}

#[test]
fn a_secret_comes_back_and_its_bytes_are_nowhere_in_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let mut environment = open(folder.path());
    apply(&mut environment, put(inspection(), vec![secret(Some(VALUE))]));
    assert_eq!(environment.secrets(&id("flow/a")).unwrap(), [secret(Some(VALUE))]);
    assert!(is_set(&environment));
    drop(environment);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(7).any(|window| window == b"correct"));
    }
}

#[test]
fn a_secret_stays_as_long_as_its_place_does() {
    let folder = tempfile::tempdir().unwrap();
    let mut environment = open(folder.path());
    apply(&mut environment, put(inspection(), vec![secret(Some(VALUE))]));
    apply(&mut environment, put(inspection(), Vec::new()));
    assert!(is_set(&environment));
    apply(&mut environment, put(inspection(), vec![secret(Some("\"new\""))]));
    assert_eq!(environment.secrets(&id("flow/a")).unwrap(), [secret(Some("\"new\""))]);
    apply(&mut environment, put(inspection(), vec![secret(None)]));
    assert!(!is_set(&environment) && environment.secrets(&id("flow/a")).unwrap().is_empty());
    apply(&mut environment, put(inspection(), vec![secret(Some(VALUE))]));
    apply(&mut environment, put(Inspection::default(), Vec::new()));
    apply(&mut environment, put(inspection(), Vec::new()));
    assert!(!is_set(&environment));
}

#[test]
fn what_is_no_declared_secret_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut environment = open(folder.path());
    let elsewhere = ["d#/k", "d#/unknown"].map(|slot| SlotValue { slot: slot.to_owned(), value: Some("1".to_owned()) });
    apply(&mut environment, put(inspection(), elsewhere.to_vec()));
    assert!(environment.secrets(&id("flow/a")).unwrap().is_empty());
}

#[test]
fn without_the_key_a_secret_is_an_error_that_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let mut environment = open(folder.path());
    apply(&mut environment, put(inspection(), vec![secret(Some(VALUE))]));
    drop(environment);
    std::fs::remove_file(folder.path().join("secrets.key")).unwrap();
    let error = open(folder.path()).secrets(&id("flow/a")).unwrap_err().to_string();
    assert!(
        error.contains("flow/a") && error.contains("secrets.key") && error.contains("flowport secret set"),
        "{error}"
    );
    let reader = SqliteReader::open("dev", &folder.path().join("dev.db")).unwrap();
    assert!(reader.secrets(&id("flow/a")).is_err());
    // All else can be read as before.
    assert!(is_set(&reader) && reader.get(&id("flow/a")).unwrap().is_some());
}

#[test]
fn a_row_moved_to_another_resource_opens_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let mut environment = open(folder.path());
    apply(&mut environment, put(inspection(), vec![secret(Some(VALUE))]));
    let mut other = put(inspection(), vec![secret(Some("\"mine\""))]);
    if let Write::Put { resource: put, .. } = &mut other {
        *put = resource("flow/b", "x");
    }
    apply(&mut environment, other);
    let connection = rusqlite::Connection::open(folder.path().join("dev.db")).unwrap();
    let sql =
        "UPDATE vault SET sealed = (SELECT max(sealed) FROM vault AS other WHERE other.resource <> vault.resource)
               WHERE resource = (SELECT serial FROM resource WHERE id = 'b')";
    connection.execute(sql, []).unwrap();
    assert!(environment.secrets(&id("flow/b")).is_err());
    assert!(environment.secrets(&id("flow/a")).is_ok());
}
