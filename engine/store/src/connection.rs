use std::path::Path;
use std::time::{Duration, SystemTime};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

/// What a connection may do with the file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Nothing but read.
    Read,
    /// Write, where there is a file.
    Write,
    /// Make the file, too.
    Create,
}

/// Makes the file for its owner alone, if it is not there: what is in an environment may hold secrets. SQLite gives the files
/// beside it the same rights. Where this fails, opening the file says why.
fn make_private(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    // Never one that is there: closing it again would take away the locks that SQLite holds on it.
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // Only the rights matter here: opening it, next, says what is wrong.
    drop(options.open(path));
}

/// `patience`: how long it waits for others.
pub(crate) fn open(path: &Path, access: Access, patience: Duration) -> rusqlite::Result<Connection> {
    // Never used by two threads at once: the compiler sees to that.
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if access == Access::Create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
        make_private(path);
    }
    let connection = Connection::open_with_flags(path, flags)?;
    // Not SQLITE_OPEN_READ_ONLY: such a connection cannot take away the -wal and -shm files that reading needs.
    connection.pragma_update(None, "query_only", access == Access::Read)?;
    configure(&connection)?;
    connection.busy_timeout(patience)?;
    Ok(connection)
}

fn configure(connection: &Connection) -> rusqlite::Result<()> {
    // Without this, SQLite prepares a cached statement again for each new value of a parameter: five times the time.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// Reading, too, keeps a file beside the database, which a read-only folder or medium does not take.
pub(crate) fn needs_a_writable_folder(connection: &Connection) -> bool {
    let looked = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
    let code = looked.err().and_then(|error| error.sqlite_error_code());
    matches!(code, Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

/// A database as it lies there while nobody writes to it: its length and when it was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AtRest {
    len: u64,
    changed: Option<SystemTime>,
}

impl AtRest {
    /// None where what was written lies beside the database, and not in it.
    pub(crate) fn of(path: &Path) -> Option<AtRest> {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let is_empty = match std::fs::metadata(log) {
            Ok(log) => log.len() == 0,
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        };
        let file = std::fs::metadata(path).ok().filter(|_| is_empty)?;
        Some(AtRest { len: file.len(), changed: file.modified().ok() })
    }
}

/// A database that this process cannot write to, read without the locks that keep writers of other processes away: whoever
/// reads compares [`AtRest`] before and after.
pub(crate) fn open_at_rest(path: &Path) -> rusqlite::Result<Connection> {
    let mut uri = String::from("file://");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' => uri.push(char::from(*byte)),
            b'\\' if cfg!(windows) => uri.push('/'),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(*byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    // A drive of Windows stands behind a third slash, where paths elsewhere begin with it.
    if !uri.starts_with("file:///") {
        uri.insert(7, '/');
    }
    uri.push_str("?immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(uri, flags)?;
    configure(&connection)?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_only_read_cannot_write_and_only_who_may_make_the_file_does() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dev.db");
        let open = |access| open(&path, access, Duration::ZERO);
        assert!(open(Access::Read).is_err() && open(Access::Write).is_err());
        open(Access::Create).unwrap().execute_batch("CREATE TABLE a (x)").unwrap();
        assert!(open(Access::Read).unwrap().execute_batch("INSERT INTO a VALUES (1)").is_err());
        open(Access::Write).unwrap().execute_batch("INSERT INTO a VALUES (1)").unwrap();
    }

    #[test]
    fn at_rest_it_is_read_without_a_file_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a ?#%ü.db");
        let writer = open(&path, Access::Create, Duration::ZERO).unwrap();
        writer.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE a (x); INSERT INTO a VALUES (7)").unwrap();
        assert_eq!(AtRest::of(&path), None, "the log holds what was written");
        drop(writer);
        let before = AtRest::of(&path).unwrap();
        let reader = open_at_rest(&path).unwrap();
        assert_eq!(reader.query_row("SELECT x FROM a", [], |row| row.get::<_, i64>(0)), Ok(7));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(!needs_a_writable_folder(&reader));
        let writer = open(&path, Access::Write, Duration::ZERO).unwrap();
        writer.execute_batch("CREATE TABLE b (x)").unwrap();
        drop(writer);
        assert_ne!(AtRest::of(&path).as_ref(), Some(&before));
    }
}
