use std::path::Path;
use std::time::Duration;

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
    // Without this, SQLite prepares a cached statement again for each new value of a parameter: five times the time.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.busy_timeout(patience)?;
    Ok(connection)
}

/// Reading, too, keeps a file beside the database, which a read-only folder or medium does not take.
pub(crate) fn needs_a_writable_folder(connection: &Connection) -> bool {
    let looked = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
    let code = looked.err().and_then(|error| error.sqlite_error_code());
    matches!(code, Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

/// True where nothing that was written lies beside the database.
pub(crate) fn is_at_rest(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    match std::fs::metadata(log) {
        Ok(log) => log.len() == 0,
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

/// A database that nobody can write to, read as it lies there.
pub(crate) fn open_at_rest(path: &Path) -> rusqlite::Result<Connection> {
    let mut uri = String::from("file:");
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' => uri.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(uri, flags)?;
    connection.set_prepared_statement_cache_capacity(64);
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
}
