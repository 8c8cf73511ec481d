use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use flowport_core::environment::{Environment, EnvironmentError, ReadEnvironment, Referrer, Summary, Write};
use flowport_core::history::{Base, Cause, History, Run, RunChange, RunId};
use flowport_core::model::{Head, Inspection, Resource, ResourceId, SlotValue};
use flowport_secrets::Vault;
use rusqlite::Connection;

use crate::connection::{self, Access};
use crate::error::Place;
use crate::read::SqliteReader;
use crate::{schema, vault, write};

/// An environment to be read and written. Opening it locks nothing; only [`apply`](Environment::apply) does, while it runs.
#[derive(Debug)]
pub struct SqliteEnvironment {
    reader: SqliteReader,
    writer: Mutex<Connection>,
    vault: Option<Arc<Vault>>,
}

impl SqliteEnvironment {
    /// The environment in this file, made now if there is none, with the folders it lies in.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`] for a file that is no environment or one of a newer flowport, or that cannot be written;
    /// [`EnvironmentError::Held`] where it must be made or brought up to date and another one is writing.
    pub fn open(name: &str, path: &Path) -> Result<SqliteEnvironment, EnvironmentError> {
        let place = Place::new(name, path)?;
        if let Some(folder) = place.path.parent() {
            fs::create_dir_all(folder).map_err(|error| place.file_failed("making the folder of", &error))?;
        }
        let failed = |error: rusqlite::Error| place.failed("opening the environment", &error);
        let mut writer = connection::open(&place.path, Access::Create, write::PATIENCE).map_err(failed)?;
        schema::prepare(&place, &mut writer)?;
        write::configure(&writer).map_err(failed)?;
        Ok(SqliteEnvironment { reader: SqliteReader::open(name, path)?, writer: Mutex::new(writer), vault: None })
    }

    /// With the key to its secrets. Without one, an environment keeps none.
    #[must_use]
    pub fn with_vault(mut self, vault: Arc<Vault>) -> SqliteEnvironment {
        self.reader = self.reader.with_vault(vault.clone());
        self.vault = Some(vault);
        self
    }
}

impl Environment for SqliteEnvironment {
    fn apply(
        &mut self,
        cause: &Cause,
        writes: &[Write],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Option<RunId>, EnvironmentError> {
        // A panic of `progress` poisons nothing: the transaction was rolled back when it was dropped.
        let connection = self.writer.get_mut().unwrap_or_else(PoisonError::into_inner);
        let sealed = vault::seal_all(self.vault.as_deref(), writes)
            .map_err(|(id, why)| self.reader.place().error(format!("a secret of {id}: {why}")))?;
        write::apply(self.reader.place(), connection, cause, writes, &sealed, progress)
    }
}

impl History for SqliteEnvironment {
    fn runs(&self) -> Result<Vec<Run>, EnvironmentError> {
        self.reader.runs()
    }

    fn run(&self, id: RunId) -> Result<Option<Run>, EnvironmentError> {
        self.reader.run(id)
    }

    fn changes(&self, run: RunId) -> Result<Vec<RunChange>, EnvironmentError> {
        self.reader.changes(run)
    }

    fn secrets_before(&self, run: RunId, id: &ResourceId) -> Result<Vec<SlotValue>, EnvironmentError> {
        self.reader.secrets_before(run, id)
    }

    fn runs_of(&self, id: &ResourceId) -> Result<Vec<Run>, EnvironmentError> {
        self.reader.runs_of(id)
    }

    fn base(&self, to: &ResourceId, from: &ResourceId, source: &str) -> Result<Option<Base>, EnvironmentError> {
        self.reader.base(to, from, source)
    }
}

impl ReadEnvironment for SqliteEnvironment {
    fn name(&self) -> &str {
        self.reader.name()
    }

    fn list(&self) -> Result<Vec<Summary>, EnvironmentError> {
        self.reader.list()
    }

    fn get(&self, id: &ResourceId) -> Result<Option<Resource>, EnvironmentError> {
        self.reader.get(id)
    }

    fn owners(&self, id: &ResourceId) -> Result<Vec<String>, EnvironmentError> {
        self.reader.owners(id)
    }

    fn find(&self, identity: &str) -> Result<Vec<Head>, EnvironmentError> {
        self.reader.find(identity)
    }

    fn versions(&self, kind: &str, id: &str) -> Result<Vec<String>, EnvironmentError> {
        self.reader.versions(kind, id)
    }

    fn inspection(&self, id: &ResourceId) -> Result<Inspection, EnvironmentError> {
        self.reader.inspection(id)
    }

    fn secrets(&self, id: &ResourceId) -> Result<Vec<SlotValue>, EnvironmentError> {
        self.reader.secrets(id)
    }

    fn referrers(&self, id: &ResourceId) -> Result<Vec<Referrer>, EnvironmentError> {
        self.reader.referrers(id)
    }
}
