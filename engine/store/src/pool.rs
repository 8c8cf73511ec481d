use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use flowport_core::environment::EnvironmentError;
use rusqlite::{Connection, TransactionBehavior};

use crate::connection::{self, Access};
use crate::error::Place;
use crate::schema::{self, Found};

/// Readers wait for nobody but one that repairs the log of a killed process, which is quick.
const PATIENCE: Duration = Duration::from_secs(5);

/// More threads than this may read at the same time; their connections are not kept afterwards.
const KEPT: usize = 16;

/// Read-only connections to one file, one for each thread that reads at the moment.
#[derive(Debug)]
pub(crate) struct Pool {
    place: Place,
    idle: Mutex<Vec<Connection>>,
}

impl Pool {
    pub(crate) fn new(place: Place) -> Pool {
        Pool { place, idle: Mutex::default() }
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// Opens the file now, so that a wrong one is refused at once.
    pub(crate) fn check(&self) -> Result<(), EnvironmentError> {
        if let Some(connection) = self.take()? {
            self.give(connection);
        }
        Ok(())
    }

    /// Does `work` on one state of the database, whatever is written meanwhile. A database that is not there is empty:
    /// that is what the default must mean.
    pub(crate) fn read<T: Default>(
        &self,
        doing: impl Fn() -> String,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, EnvironmentError> {
        let Some(mut connection) = self.take()? else { return Ok(T::default()) };
        let result = connection
            .transaction_with_behavior(TransactionBehavior::Deferred)
            .and_then(|transaction| work(&transaction));
        self.give(connection);
        result.map_err(|error| self.place.failed(&doing(), &error))
    }

    fn take(&self) -> Result<Option<Connection>, EnvironmentError> {
        if let Some(connection) = self.lock().pop() {
            return Ok(Some(connection));
        }
        match self.place.path.try_exists() {
            Ok(true) => self.open(),
            Ok(false) => Ok(None),
            Err(error) => Err(self.place.file_failed("looking for", &error)),
        }
    }

    fn open(&self) -> Result<Option<Connection>, EnvironmentError> {
        let failed = |error: rusqlite::Error| self.place.failed("looking for an environment", &error);
        let mut connection = connection::open(&self.place.path, Access::Read, PATIENCE).map_err(failed)?;
        if connection::needs_a_writable_folder(&connection) && connection::is_at_rest(&self.place.path) {
            connection = connection::open_at_rest(&self.place.path).map_err(failed)?;
        }
        match schema::look(&self.place, &connection)? {
            Found::Empty => Ok(None),
            Found::Current => Ok(Some(connection)),
            Found::Older(_) => Err(self.place.error(format!(
                "{} was written by an older flowport; the first command that writes to {} brings it up to date",
                self.place.path.display(),
                self.place.environment
            ))),
        }
    }

    fn give(&self, connection: Connection) {
        let mut idle = self.lock();
        if idle.len() < KEPT {
            idle.push(connection);
        }
    }

    /// A thread that panicked while it held the lock left the list whole: it is only pushed to and popped from.
    fn lock(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
