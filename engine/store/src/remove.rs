use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;

use flowport_core::environment::EnvironmentError;
use rusqlite::{Transaction, TransactionBehavior};

use crate::connection::{self, Access};
use crate::error::{Place, is_busy};
use crate::hold::Locked;
use crate::{schema, write};

/// Deletes the environment in this file with all that SQLite keeps beside it; none there is fine. The folder stays.
///
/// # Errors
/// [`EnvironmentError::Held`] while somebody holds it; [`EnvironmentError::Store`] for a file that is no environment, which
/// stays, and for one that cannot be deleted.
pub fn remove(name: &str, path: &Path) -> Result<(), EnvironmentError> {
    let place = Place::new(name, path)?;
    let missing = |error| place.file_failed("looking for", &error);
    let is_there = place.path.try_exists().map_err(missing)?;
    if !place.path.parent().is_some_and(Path::is_dir) {
        return Ok(());
    }
    let locked = Locked::take(&place)?;
    if is_there {
        check(&place)?;
    }
    // The database first: SQLite never takes a log that lies beside an empty database for its own.
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut file = OsString::from(&place.path);
        file.push(suffix);
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(place.file_failed("deleting", &error)),
            _ => {}
        }
    }
    // The lock last: who waits for it finds another file there, or none, and looks again.
    locked.remove().map_err(|error| place.file_failed("deleting the lock of", &error))
}

/// It is ours, and no program writes that does not know of the lock.
fn check(place: &Place) -> Result<(), EnvironmentError> {
    let failed = |error: rusqlite::Error| place.failed("removing the environment", &error);
    let connection = connection::open(&place.path, Access::Write, write::PATIENCE).map_err(failed)?;
    schema::look(place, &connection)?;
    let lock = Transaction::new_unchecked(&connection, TransactionBehavior::Immediate).and_then(Transaction::rollback);
    lock.map_err(|error| if is_busy(&error) { place.held(None) } else { failed(error) })
}
