//! The file on disk: made when it must be, refused when it is not ours, and taken away whole.

mod common;

use std::fs;
use std::path::Path;

use common::{NOW, fixture, id, put, resource};
use flowport_core::environment::{Environment, EnvironmentError, ReadEnvironment};
use flowport_core::history::Cause;
use flowport_store::{SqliteReader, remove};
use rusqlite::Connection;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn pragma(connection: &Connection, name: &str) -> i64 {
    connection.pragma_query_value(None, name, |row| row.get(0)).unwrap()
}

#[test]
fn opening_makes_the_file_and_its_folders() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Umgebungen %20'").join("ü").join("dev.db");
    for _ in 0..2 {
        let mut environment = common::open(&path).unwrap();
        environment.apply(&Cause::by("alice", NOW, "put"), &[put(resource("flow/a", "x"))], &mut |_| ()).unwrap();
    }
    assert_eq!(SqliteReader::open("dev", &path).unwrap().list().unwrap().len(), 1);
    let connection = Connection::open(&path).unwrap();
    assert_eq!((pragma(&connection, "application_id"), pragma(&connection, "user_version")), (0x666c_7770, 5));
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
}

#[test]
fn reading_creates_nothing_and_a_missing_environment_is_empty_until_it_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sub").join("dev.db");
    let reader = SqliteReader::open("dev", &path).unwrap();
    assert!(reader.list().unwrap().is_empty());
    assert!(reader.get(&id("flow/a")).unwrap().is_none());
    assert!(names(folder.path()).is_empty());

    let mut environment = common::open(&path).unwrap();
    environment.apply(&Cause::by("alice", NOW, "put"), &[put(resource("flow/a", "x"))], &mut |_| ()).unwrap();
    assert_eq!(reader.list().unwrap().len(), 1);

    drop((reader, environment));
    assert_eq!(SqliteReader::open("dev", &path).unwrap().list().unwrap().len(), 1);
    assert_eq!(names(path.parent().unwrap()), ["dev.db", "dev.db-lock"]);
}

#[test]
fn an_empty_file_is_an_empty_environment() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dev.db");
    fs::write(&path, "").unwrap();
    assert!(SqliteReader::open("dev", &path).unwrap().list().unwrap().is_empty());
    assert_eq!(fs::metadata(&path).unwrap().len(), 0);
    assert!(common::open(&path).unwrap().list().unwrap().is_empty());
}

#[test]
fn an_environment_that_another_one_is_making_is_held() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dev.db");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("PRAGMA journal_mode = wal; BEGIN IMMEDIATE").unwrap();
    assert!(matches!(common::open(&path), Err(EnvironmentError::Held { .. })));
    drop(other);
    common::open(&path).unwrap();
}

#[test]
fn one_of_many_makes_the_environment_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dev.db");
    let start = std::sync::Barrier::new(8);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                start.wait();
                while let Err(error) = common::open(&path) {
                    assert!(matches!(error, EnvironmentError::Held { .. }), "{error}");
                }
            });
        }
    });
}

/// Neither reads, writes nor removes it, says so with these words, and leaves it as it was.
fn refused(path: &Path, words: &[&str]) {
    let before = fs::read(path).unwrap();
    let errors = [
        common::open(path).map(drop).unwrap_err(),
        SqliteReader::open("dev", path).map(drop).unwrap_err(),
        remove("dev", path).unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error, EnvironmentError::Store { .. }), "{error:?}");
        for word in words.iter().chain(&["dev", "dev.db", "another file"]) {
            assert!(error.to_string().contains(word), "{word}: {error}");
        }
    }
    assert!(before == fs::read(path).unwrap());
    assert_eq!(names(path.parent().unwrap()), ["dev.db", "dev.db-lock"]);
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dev.db");
    fs::write(&path, "PK\u{3}\u{4} surely a package and not a database".repeat(100)).unwrap();
    refused(&path, &["no SQLite database"]);
}

#[test]
fn another_programs_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dev.db");
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch("CREATE TABLE resource (x)").unwrap();
    drop(connection);
    refused(&path, &["another program's", "0x0"]);
    Connection::open(&path).unwrap().execute_batch("PRAGMA application_id = 4711; PRAGMA user_version = 1").unwrap();
    refused(&path, &["another program's", "0x1267"]);
}

#[test]
fn a_newer_flowports_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dev.db");
    drop(common::open(&path).unwrap());
    Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
    refused(&path, &["newer flowport", "99"]);
}

#[test]
fn an_older_flowports_database_is_not_changed_by_reading() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dev.db");
    drop(common::open(&path).unwrap());
    Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 0").unwrap();
    let error = SqliteReader::open("dev", &path).unwrap_err().to_string();
    assert!(error.contains("older flowport") && error.contains("writes"), "{error}");
}

#[test]
fn a_folder_in_place_of_the_file_is_an_error_that_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let error = common::open(folder.path()).unwrap_err().to_string();
    assert!(error.contains(&folder.path().display().to_string()) && error.contains("cannot be opened"), "{error}");
}

#[test]
fn a_damaged_database_is_an_error_that_says_what_to_do() {
    let mut fixture = fixture();
    let writes: Vec<_> = (0..200).map(|number| put(resource(&format!("flow/{number}"), "x"))).collect();
    fixture.apply(&writes).unwrap();
    let path = fixture.path.clone();
    fixture.raw().execute_batch("PRAGMA wal_checkpoint(truncate)").unwrap();
    let mut bytes = fs::read(&path).unwrap();
    bytes[8192..].fill(0xa5);
    let copy = tempfile::tempdir().unwrap();
    let copied = copy.path().join("dev.db");
    fs::write(&copied, bytes).unwrap();
    let error = SqliteReader::open("dev", &copied).and_then(|reader| reader.list().map(drop)).unwrap_err().to_string();
    assert!(error.contains("damaged") && error.contains("backup"), "{error}");
}

#[test]
fn removing_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dev.db");
    remove("dev", &path).unwrap();
    let mut environment = common::open(&path).unwrap();
    environment.apply(&Cause::by("alice", NOW, "put"), &[put(resource("flow/a", "x"))], &mut |_| ()).unwrap();

    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(matches!(remove("dev", &path), Err(EnvironmentError::Held { .. })));
    assert_eq!(environment.list().unwrap().len(), 1);

    drop((environment, other));
    for left_by_a_kill in ["dev.db-wal", "dev.db-shm"] {
        fs::write(folder.path().join(left_by_a_kill), "").unwrap();
    }
    remove("dev", &path).unwrap();
    assert!(names(folder.path()).is_empty());
}
