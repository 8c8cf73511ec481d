//! One writer at a time: a lock beside the database keeps the others out, a row in it says who that is and fences off who comes late.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use flowport_core::environment::EnvironmentError;
use flowport_core::lock::{Holder, Lock, LockError};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::connection::{self, Access};
use crate::error::{Place, is_busy};
use crate::write;

/// The lock of an environment, from before its database is opened.
#[derive(Debug)]
pub(crate) struct Locked(Lock);

/// The right to write to an environment, and the connection that does.
#[derive(Debug)]
pub(crate) struct Hold {
    connection: Mutex<Connection>,
    number: i64,
    holder: Holder,
    replaced: Option<Holder>,
    /// The last one: let go of when the database is closed.
    lock: Lock,
}

impl Locked {
    /// # Errors
    /// [`EnvironmentError::Held`] where somebody has it, [`EnvironmentError::Store`] where there can be no lock.
    pub(crate) fn take(place: &Place) -> Result<Locked, EnvironmentError> {
        let lock = Lock::take(&lock_file(place), || named(place));
        lock.map(Locked).map_err(|error| match error {
            LockError::Held(holder) => place.held(holder),
            LockError::File { .. } => place.error(error.to_string()),
        })
    }

    /// Says in the database who has it from now on. Who stands there still has ended without letting go.
    ///
    /// # Errors
    /// [`EnvironmentError::Held`] where a program writes that does not know of the lock, [`EnvironmentError::Store`].
    pub(crate) fn hold(self, place: &Place, connection: Connection, holder: &Holder) -> Result<Hold, EnvironmentError> {
        let write = || -> rusqlite::Result<_> {
            // A power failure may take it back, and then nobody holds anything: it need not reach the disk.
            let transaction = begin(&connection, "normal")?;
            let (before, replaced) = last(&transaction)?;
            let sql = "INSERT OR REPLACE INTO writer (only, number, owner, host, process, since) VALUES (1, ?1, ?2, ?3, ?4, ?5)";
            let Holder { owner, host, process, since } = holder;
            transaction.execute(sql, params![before + 1, owner, host, process, since])?;
            transaction.commit()?;
            Ok((before + 1, replaced))
        };
        let (number, replaced) = write().map_err(|error| not_begun(place, &error))?;
        let connection = Mutex::new(connection);
        Ok(Hold { connection, number, holder: holder.clone(), replaced, lock: self.0 })
    }

    /// Takes away the file that is locked, while it is.
    pub(crate) fn remove(self) -> std::io::Result<()> {
        self.0.remove()
    }
}

impl Hold {
    /// Who had it before and ended without letting go.
    pub(crate) fn replaced(&self) -> Option<&Holder> {
        self.replaced.as_ref()
    }

    /// Begins a transaction of the one who holds the environment, and of nobody else.
    ///
    /// # Errors
    /// [`EnvironmentError::Replaced`] where somebody came since; [`EnvironmentError::Held`] where a program writes that does not
    /// know of the lock; [`EnvironmentError::Store`].
    pub(crate) fn begin(&mut self, place: &Place) -> Result<Transaction<'_>, EnvironmentError> {
        // Who panicked while writing poisoned nothing: the transaction was rolled back when it was dropped.
        let connection = self.connection.get_mut().unwrap_or_else(PoisonError::into_inner);
        let transaction = begin(connection, "full").map_err(|error| not_begun(place, &error))?;
        let (number, holder) = last(&transaction).map_err(|error| not_begun(place, &error))?;
        let is_ours = number == self.number && holder.as_ref() == Some(&self.holder);
        if is_ours && self.lock.is_in_place() {
            return Ok(transaction);
        }
        let by = holder.filter(|_| !is_ours).map(Box::new);
        Err(EnvironmentError::Replaced { environment: place.environment.clone(), by })
    }
}

impl Hold {
    /// What a commit that failed leaves. It may stand whole in SQLite's log all the same, and who recovers that would take it for
    /// made; once something is written over it, it is gone.
    pub(crate) fn not_committed(&mut self, place: &Place, error: &rusqlite::Error) -> EnvironmentError {
        let failed = place.failed("committing the changes", error);
        let connection = self.connection.get_mut().unwrap_or_else(PoisonError::into_inner);
        let written_over = begin(connection, "normal").and_then(|transaction| {
            // SQLite writes nothing where all stays equal.
            transaction.execute("UPDATE writer SET number = ?1", [self.number + 1])?;
            transaction.commit()
        });
        match (written_over, failed) {
            (Err(_), EnvironmentError::Store { environment, what }) => {
                EnvironmentError::Undecided { environment, what }
            }
            (_, failed) => {
                self.number += 1;
                failed
            }
        }
    }
}

impl Drop for Hold {
    /// Takes the name away again; who came in its place keeps theirs.
    fn drop(&mut self) {
        let connection = self.connection.get_mut().unwrap_or_else(PoisonError::into_inner);
        let sql = "UPDATE writer SET owner = NULL, host = NULL, process = NULL, since = NULL WHERE number = ?1 AND since = ?2";
        // Where it stays, the next one takes it for that of a dead process, which this will be.
        let _ = begin(connection, "normal").and_then(|transaction| {
            transaction.execute(sql, params![self.number, self.holder.since])?;
            transaction.commit()
        });
    }
}

/// What is locked: a file of its own, because SQLite's locks do not outlive a transaction.
fn lock_file(place: &Place) -> PathBuf {
    let mut name = place.path.as_os_str().to_owned();
    name.push("-lock");
    name.into()
}

/// Who holds the environment, as far as its database says.
fn named(place: &Place) -> Option<Holder> {
    let connection =
        place.path.exists().then(|| connection::open(&place.path, Access::Read, write::PATIENCE).ok())??;
    last(&connection).ok()?.1
}

/// How many have held it so far, and who does.
fn last(connection: &Connection) -> rusqlite::Result<(i64, Option<Holder>)> {
    let sql = "SELECT number, owner, host, process, since FROM writer";
    let found = connection.query_row(sql, [], |row| {
        let holder = |owner| -> rusqlite::Result<Holder> {
            Ok(Holder { owner, host: row.get(2)?, process: row.get(3)?, since: row.get(4)? })
        };
        Ok((row.get(0)?, row.get::<_, Option<String>>(1)?.map(holder).transpose()?))
    });
    Ok(found.optional()?.unwrap_or_default())
}

fn begin<'c>(connection: &'c Connection, synchronous: &str) -> rusqlite::Result<Transaction<'c>> {
    connection.pragma_update(None, "synchronous", synchronous)?;
    Transaction::new_unchecked(connection, TransactionBehavior::Immediate)
}

fn not_begun(place: &Place, error: &rusqlite::Error) -> EnvironmentError {
    if is_busy(error) { place.held(None) } else { place.failed("beginning to write", error) }
}
