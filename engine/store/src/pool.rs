use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use flowport_core::environment::EnvironmentError;
use rusqlite::{Connection, TransactionBehavior};

use crate::connection::{self, Access, AtRest};
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
    idle: Mutex<Vec<Reading>>,
}

/// A connection that reads; without locks where its folder cannot be written to.
#[derive(Debug)]
struct Reading {
    connection: Connection,
    at_rest: Option<AtRest>,
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
        if let Some(reading) = self.take()? {
            self.give(reading);
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
        let Some(mut reading) = self.take()? else { return Ok(T::default()) };
        let result = reading
            .connection
            .transaction_with_behavior(TransactionBehavior::Deferred)
            .and_then(|transaction| work(&transaction));
        if reading.at_rest.is_some() && reading.at_rest != AtRest::of(&self.place.path) {
            let path = self.place.path.display();
            return Err(self.place.error(format!("{path} was written to while it was read; run the command again")));
        }
        self.give(reading);
        result.map_err(|error| self.place.failed(&doing(), &error))
    }

    fn take(&self) -> Result<Option<Reading>, EnvironmentError> {
        if let Some(reading) = self.lock().pop() {
            return Ok(Some(reading));
        }
        match self.place.path.try_exists() {
            Ok(true) => self.open(),
            Ok(false) => Ok(None),
            Err(error) => Err(self.place.file_failed("looking for", &error)),
        }
    }

    fn open(&self) -> Result<Option<Reading>, EnvironmentError> {
        let failed = |error: rusqlite::Error| self.place.failed("looking for an environment", &error);
        let mut connection = connection::open(&self.place.path, Access::Read, PATIENCE).map_err(failed)?;
        let mut at_rest = None;
        if connection::needs_a_writable_folder(&connection) {
            at_rest = AtRest::of(&self.place.path);
            if at_rest.is_some() {
                connection = connection::open_at_rest(&self.place.path).map_err(failed)?;
            }
        }
        match schema::look(&self.place, &connection)? {
            Found::Empty => Ok(None),
            Found::Current => Ok(Some(Reading { connection, at_rest })),
            Found::Older(_) => {
                drop(connection);
                self.upgrade()?;
                self.open()
            }
        }
    }

    /// Brings a file of an older flowport up to date; what is in it stays as it is.
    fn upgrade(&self) -> Result<(), EnvironmentError> {
        let upgraded = connection::open(&self.place.path, Access::Write, PATIENCE)
            .map_err(|error| self.place.failed("bringing the environment up to date", &error))
            .and_then(|mut connection| schema::prepare(&self.place, &mut connection));
        upgraded.map_err(|why| {
            let (path, environment) = (self.place.path.display(), &self.place.environment);
            self.place.error(format!(
                "{path} was written by an older flowport and must be brought up to date, which fails ({why}); run a command on \
                 {environment} as somebody who may write there"
            ))
        })
    }

    fn give(&self, reading: Reading) {
        let mut idle = self.lock();
        if idle.len() < KEPT {
            idle.push(reading);
        }
    }

    /// A thread that panicked while it held the lock left the list whole: it is only pushed to and popped from.
    fn lock(&self) -> MutexGuard<'_, Vec<Reading>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
