//! One writer at a time: who holds an environment is told to others, and who comes late writes nothing.

mod common;

use std::fs;

use common::{NOW, fixture, holder, put, resource};
use flowport_core::environment::{Environment, EnvironmentError, ReadEnvironment};
use flowport_core::history::Cause;
use flowport_core::lock::Holder;
use flowport_store::{SqliteEnvironment, SqliteReader, remove};
use rusqlite::Connection;

fn open(fixture: &common::Fixture, owner: &str) -> Result<SqliteEnvironment, EnvironmentError> {
    SqliteEnvironment::open("dev", &fixture.path, &holder(owner))
}

fn lock(fixture: &common::Fixture) -> std::path::PathBuf {
    fixture.path.with_extension("db-lock")
}

#[test]
fn a_second_one_is_told_who_holds_it_and_readers_go_on() {
    let mut fixture = fixture();
    fixture.apply(&[put(resource("flow/a", "x"))]).unwrap();
    for error in [open(&fixture, "bob").map(drop).unwrap_err(), remove("dev", &fixture.path).unwrap_err()] {
        let EnvironmentError::Held { environment, holder: Some(alice) } = error else { panic!("{error}") };
        assert_eq!((environment.as_str(), *alice), ("dev", holder("alice")));
    }
    assert_eq!(SqliteReader::open("dev", &fixture.path).unwrap().list().unwrap().len(), 1);
}

#[test]
fn a_second_one_comes_when_the_first_has_let_go() {
    let common::Fixture { environment, path, folder: _folder } = fixture();
    assert_eq!(environment.replaced(), None);
    drop(environment);
    let second = common::open(&path).unwrap();
    assert_eq!(second.replaced(), None, "nobody was left behind");
}

#[test]
fn who_ended_without_letting_go_is_replaced_and_named() {
    let fixture = fixture();
    let dead = Holder { process: 7, ..holder("ana") };
    let sql = "UPDATE writer SET owner = 'ana', process = 7";
    let common::Fixture { environment, path, folder: _folder } = fixture;
    drop(environment);
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    Connection::open(&path).unwrap().execute("UPDATE writer SET host = 'build-7', since = ?1", [NOW]).unwrap();
    assert_eq!(common::open(&path).unwrap().replaced(), Some(&dead));
    assert_eq!(common::open(&path).unwrap().replaced(), None, "once");
}

#[test]
fn who_was_replaced_writes_nothing() {
    let mut fixture = fixture();
    fs::remove_file(lock(&fixture)).unwrap();
    let mut second = open(&fixture, "bob").unwrap();
    assert_eq!(second.replaced(), Some(&holder("alice")));
    let late = |fixture: &mut common::Fixture| fixture.apply(&[put(resource("flow/a", "late"))]).unwrap_err();
    let error = late(&mut fixture);
    assert!(matches!(&error, EnvironmentError::Replaced { by: Some(bob), .. } if **bob == holder("bob")), "{error}");
    second.apply(&Cause::by("bob", NOW, "put"), &[put(resource("flow/b", "x"))], &mut |_| ()).unwrap();
    drop(second);
    let error = late(&mut fixture);
    assert!(matches!(&error, EnvironmentError::Replaced { by: None, .. }), "{error}");
    let reader = SqliteReader::open("dev", &fixture.path).unwrap();
    assert_eq!(reader.list().unwrap().len(), 1);
    // Letting go takes nobody else's name away.
    let third = open(&fixture, "cleo").unwrap();
    let common::Fixture { environment, path, folder: _folder } = fixture;
    drop(environment);
    let error = common::open(&path).map(drop).unwrap_err();
    assert!(error.to_string().contains("cleo on build-7 (process "), "{error}");
    drop(third);
}

#[test]
fn whose_lock_was_taken_away_writes_nothing_though_nobody_came() {
    let mut fixture = fixture();
    fs::remove_file(lock(&fixture)).unwrap();
    let error = fixture.apply(&[put(resource("flow/a", "late"))]).unwrap_err();
    assert!(error.to_string().contains("its lock was taken away; nothing was written"), "{error}");
    assert!(fixture.environment.list().unwrap().is_empty());
}

#[test]
fn one_of_the_same_name_and_time_is_another_one() {
    let mut fixture = fixture();
    fs::remove_file(lock(&fixture)).unwrap();
    let _second = open(&fixture, "alice").unwrap();
    let error = fixture.apply(&[put(resource("flow/a", "late"))]).unwrap_err();
    assert!(matches!(&error, EnvironmentError::Replaced { by: Some(_), .. }), "{error}");
}

#[test]
fn who_stands_in_the_database_counts_though_the_lock_keeps_nobody_out() {
    let mut fixture = fixture();
    // With the same number: a power failure takes back what did not reach the disk.
    fixture.raw().execute("UPDATE writer SET owner = 'bob', since = '2026-03-01T12:00:01Z'", []).unwrap();
    let error = fixture.apply(&[put(resource("flow/a", "late"))]).unwrap_err();
    assert!(matches!(&error, EnvironmentError::Replaced { by: Some(bob), .. } if bob.owner == "bob"), "{error}");
    let common::Fixture { environment, path, folder: _folder } = fixture;
    drop(environment);
    let next = common::open(&path).unwrap();
    assert_eq!(next.replaced().map(|bob| bob.owner.as_str()), Some("bob"), "letting go took another one's name away");
}

#[test]
fn a_program_that_knows_of_no_lock_is_told_of_as_well() {
    let mut fixture = fixture();
    let other = fixture.raw();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = fixture.apply(&[put(resource("flow/a", "x"))]).unwrap_err();
    assert!(matches!(&error, EnvironmentError::Held { holder: None, .. }), "{error}");
    assert!(error.to_string().contains("another program writes to its store"), "{error}");
    assert!(fixture.environment.list().unwrap().is_empty(), "readers go on");
    drop(other);
    fixture.apply(&[put(resource("flow/a", "x"))]).unwrap();
}

#[test]
fn a_removed_environment_is_made_anew_by_who_waited() {
    let common::Fixture { environment, path, folder: _folder } = fixture();
    drop(environment);
    std::thread::scope(|scope| {
        let remover = scope.spawn(|| while remove("dev", &path).is_err() {});
        for _ in 0..50 {
            let Ok(mut environment) = common::open(&path) else { continue };
            let writes = [put(resource("flow/a", "x"))];
            environment.apply(&Cause::by("bob", NOW, "put"), &writes, &mut |_| ()).unwrap();
            assert_eq!(
                SqliteReader::open("dev", &path).unwrap().list().unwrap().len(),
                1,
                "written into a file that is gone"
            );
        }
        remover.join().unwrap();
    });
}
