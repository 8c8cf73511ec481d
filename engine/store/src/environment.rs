use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use flowport_core::content::Hash;
use flowport_core::environment::{Environment, EnvironmentError, ReadEnvironment, Referrer, Summary, Write};
use flowport_core::history::{Base, Cause, History, Run, RunChange, RunId};
use flowport_core::lock::Holder;
use flowport_core::model::{Head, Inspection, Resource, ResourceId, SlotValue};
use flowport_secrets::Vault;

use crate::connection::{self, Access};
use crate::error::Place;
use crate::hold::{Hold, Locked};
use crate::read::SqliteReader;
use crate::{schema, vault, write};

/// An environment to be read and written, by nobody else until it is dropped.
#[derive(Debug)]
pub struct SqliteEnvironment {
    reader: SqliteReader,
    hold: Hold,
    vault: Option<Arc<Vault>>,
}

impl SqliteEnvironment {
    /// The environment in this file, made now if there is none, with the folders it lies in; held by `holder`.
    ///
    /// # Errors
    /// [`EnvironmentError::Held`] where another run holds it; [`EnvironmentError::Store`] for a file that is no environment or one
    /// of a newer flowport, or that cannot be written.
    pub fn open(name: &str, path: &Path, holder: &Holder) -> Result<SqliteEnvironment, EnvironmentError> {
        let place = Place::new(name, path)?;
        if let Some(folder) = place.path.parent() {
            fs::create_dir_all(folder).map_err(|error| place.file_failed("making the folder of", &error))?;
        }
        // Before the database: who holds the lock may be taking it away.
        let locked = Locked::take(&place)?;
        let failed = |error: rusqlite::Error| place.failed("opening the environment", &error);
        let mut writer = connection::open(&place.path, Access::Create, write::PATIENCE).map_err(failed)?;
        schema::prepare(&place, &mut writer)?;
        write::configure(&writer).map_err(failed)?;
        let hold = locked.hold(&place, writer, holder)?;
        let reader = SqliteReader::open(name, path)?;
        Ok(SqliteEnvironment { reader, hold, vault: None })
    }

    /// Who held it before and ended without letting go; this one took their place.
    #[must_use]
    pub fn replaced(&self) -> Option<&Holder> {
        self.hold.replaced()
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
        if cause.is_nothing(writes) {
            return Ok(None);
        }
        let sealed = vault::seal_all(self.vault.as_deref(), cause, writes)
            .map_err(|(id, why)| self.reader.place().error(format!("a secret of {id}: {why}")))?;
        let place = self.reader.place();
        let transaction = self.hold.begin(place)?;
        let run = write::apply(place, &transaction, cause, writes, &sealed, progress)?;
        match transaction.commit() {
            Ok(()) => Ok(Some(run)),
            Err(error) => Err(self.hold.not_committed(place, &error)),
        }
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

    fn gone(&self) -> Result<Vec<(ResourceId, String)>, EnvironmentError> {
        self.reader.gone()
    }

    fn base(&self, to: &ResourceId, from: &ResourceId, source: &str) -> Result<Option<Base>, EnvironmentError> {
        self.reader.base(to, from, source)
    }

    fn secrets_came(
        &self,
        to: &ResourceId,
        from: &ResourceId,
        source: &str,
    ) -> Result<Vec<SlotValue>, EnvironmentError> {
        self.reader.secrets_came(to, from, source)
    }

    fn came_as(&self, from: &ResourceId, source: &str) -> Result<Option<ResourceId>, EnvironmentError> {
        self.reader.came_as(from, source)
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

    fn kept(&self, id: &ResourceId) -> Result<BTreeMap<String, Option<Hash>>, EnvironmentError> {
        self.reader.kept(id)
    }

    fn referrers(&self, id: &ResourceId) -> Result<Vec<Referrer>, EnvironmentError> {
        self.reader.referrers(id)
    }
}
