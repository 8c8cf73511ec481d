use std::thread;
use std::time::{Duration, Instant};

use flowport_core::environment::EnvironmentError;
use rusqlite::{Connection, TransactionBehavior};

use crate::error::{Place, is_busy};

/// "flwp" in the header of the file: what `file(1)` and we know it by.
const APPLICATION_ID: i32 = 0x666c_7770;

/// Number n takes a database of version n - 1 to version n. Never change one that was released: add another.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/001-resources.sql"),
    include_str!("migrations/002-vault.sql"),
    include_str!("migrations/003-history.sql"),
    include_str!("migrations/004-writer.sql"),
    include_str!("migrations/005-came-from.sql"),
];

/// Contents of a few kilobytes lie together with their row in pages of this size; fixed when the file is made.
const PAGE_SIZE: i64 = 8192;

/// How long an open waits for one that is making or migrating the same file.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is in a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing yet.
    Empty,
    /// An environment of an older version.
    Older(usize),
    /// An environment of this version.
    Current,
}

/// Looks without changing anything.
///
/// # Errors
/// For a file that is not ours, or made by a newer flowport.
pub(crate) fn look(place: &Place, connection: &Connection) -> Result<Found, EnvironmentError> {
    look_for(place, connection, MIGRATIONS.len())
}

fn look_for(place: &Place, connection: &Connection, current: usize) -> Result<Found, EnvironmentError> {
    let query =
        "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version),
                        EXISTS (SELECT 1 FROM sqlite_schema)";
    let (application, version, any): (i32, i64, bool) = connection
        .query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .map_err(|error| place.failed("looking for an environment", &error))?;
    let path = place.path.display();
    match (application, usize::try_from(version)) {
        (0, Ok(0)) if !any => Ok(Found::Empty),
        (APPLICATION_ID, Ok(version)) if version == current => Ok(Found::Current),
        (APPLICATION_ID, Ok(version)) if version < current => Ok(Found::Older(version)),
        (APPLICATION_ID, _) => Err(place.error(format!(
            "{path} was written by a newer flowport: it has version {version}, this one knows versions up to {current}; \
             use the newer flowport, or give the environment another file"
        ))),
        _ => Err(place.error(format!(
            "{path} is another program's SQLite database (application id {application:#x}), nothing was changed in it; give \
             the environment another file"
        ))),
    }
}

/// Makes a new file an environment and brings an older one up to date; nothing else is changed.
///
/// # Errors
/// As [`look`], and [`EnvironmentError::Held`] where another one is writing.
pub(crate) fn prepare(place: &Place, connection: &mut Connection) -> Result<(), EnvironmentError> {
    let deadline = Instant::now() + PATIENCE;
    while look(place, connection)? != Found::Current {
        match upgrade(connection) {
            // SQLite does not wait itself where two that read the file both want it for themselves, to change its mode.
            Err(error) if is_busy(&error) && Instant::now() < deadline => thread::sleep(Duration::from_millis(5)),
            Err(error) if is_busy(&error) => return Err(place.held(None)),
            upgraded => upgraded.map_err(|error| place.failed("preparing the environment", &error))?,
        }
    }
    Ok(())
}

fn upgrade(connection: &mut Connection) -> rusqlite::Result<()> {
    // No effect but on an empty file; the journal mode is kept in the file.
    connection.pragma_update(None, "page_size", PAGE_SIZE)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    migrate(connection, MIGRATIONS)
}

fn migrate(connection: &mut Connection, migrations: &[&str]) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another one may have been faster since the look.
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for (number, sql) in (1_i64..).zip(migrations) {
        if number > version {
            transaction.execute_batch(sql)?;
            transaction.pragma_update(None, "user_version", number)?;
        }
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn version(connection: &Connection) -> i64 {
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    }

    #[test]
    fn migrations_run_once_and_in_order() {
        let mut connection = Connection::open_in_memory().unwrap();
        let first = "CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1)";
        let second = "UPDATE a SET x = x + 1";
        migrate(&mut connection, &[first]).unwrap();
        assert_eq!(version(&connection), 1);
        for _ in 0..2 {
            migrate(&mut connection, &[first, second]).unwrap();
            let x: i64 = connection.query_row("SELECT x FROM a", [], |row| row.get(0)).unwrap();
            assert_eq!((version(&connection), x), (2, 2));
        }
    }

    #[test]
    fn a_migration_that_fails_changes_nothing() {
        let mut connection = Connection::open_in_memory().unwrap();
        let first = "CREATE TABLE a (x INTEGER) STRICT";
        assert!(migrate(&mut connection, &[first, "INSERT INTO nowhere VALUES (1)"]).is_err());
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
        assert_eq!((version(&connection), tables), (0, 0));
    }

    #[test]
    fn who_only_reads_brings_an_older_file_up_to_date_too() {
        use flowport_core::environment::ReadEnvironment as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dev.db");
        for older in 1..MIGRATIONS.len() {
            let mut connection = Connection::open(&path).unwrap();
            connection.pragma_update(None, "journal_mode", "wal").unwrap();
            migrate(&mut connection, &MIGRATIONS[..older]).unwrap();
            let sql = "INSERT INTO resource (kind, id, name, dialect, state, origin, attributes, fingerprint, size, changed, changed_by)
                       VALUES ('flow', 'a', 'A', 'x', 'draft', 'custom', '{}', x'00', 0, '', '')";
            connection.execute_batch(sql).unwrap();
            drop(connection);
            let reader = crate::SqliteReader::open("dev", &path).unwrap();
            assert_eq!(reader.list().unwrap().len(), 1);
            assert_eq!(version(&Connection::open(&path).unwrap()), MIGRATIONS.len() as i64);
            drop(reader);
            std::fs::remove_file(&path).unwrap();
        }
    }

    #[test]
    fn an_older_version_is_told_from_the_current_and_from_a_newer_one() {
        let place = Place::new("dev", Path::new("dev.db")).unwrap();
        let mut connection = Connection::open_in_memory().unwrap();
        assert_eq!(look_for(&place, &connection, 2).unwrap(), Found::Empty);
        migrate(&mut connection, &["CREATE TABLE a (x INTEGER) STRICT"]).unwrap();
        assert_eq!(look_for(&place, &connection, 2).unwrap(), Found::Older(1));
        assert_eq!(look_for(&place, &connection, 1).unwrap(), Found::Current);
        let error = look_for(&place, &connection, 0).unwrap_err().to_string();
        assert!(error.contains("newer flowport"), "{error}");
    }
}
