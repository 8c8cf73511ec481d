//! An environment whose resources are the files of a tree. What is there is the truth: people edit it, and git brings other
//! people's edits.

mod apply;
mod history;
mod reader;
mod remove;
mod secrets;
mod snapshot;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use flowport_core::content::Hash;
use flowport_core::environment::{Environment, EnvironmentError, ReadEnvironment, Referrer, Summary, Write};
use flowport_core::history::{Base, Cause, History, Run, RunChange, RunId};
use flowport_core::lock::Holder;
use flowport_core::model::{Diagnostic, Head, Inspection, Resource, ResourceId, SlotValue};
use flowport_core::registry::Registry;
use flowport_secrets::Vault;

pub use reader::DirReader;
pub use remove::remove;

use crate::error::{TreeError, about};
use crate::lock::Hold;

/// An environment to be read and written, by nobody else until it is dropped.
pub struct DirEnvironment {
    reader: DirReader,
    hold: Arc<Hold>,
}

impl DirEnvironment {
    /// The environment in this folder, made now if there is none; held by `holder`. `registry` looks at its resources.
    ///
    /// # Errors
    /// [`EnvironmentError::Held`] where another run holds it; [`EnvironmentError::Store`] for something that is no folder, or
    /// cannot be written.
    pub fn open(
        name: &str,
        path: &Path,
        registry: Registry,
        holder: &Holder,
    ) -> Result<DirEnvironment, EnvironmentError> {
        let reader = DirReader::open(name, path, registry)?;
        let held = fs::create_dir_all(&reader.root).map_err(about(&reader.root));
        let hold = held.and_then(|()| Hold::take(&reader.root, holder)).map_err(|error| failed(name, &error))?;
        let hold = Arc::new(hold);
        Ok(DirEnvironment { reader: reader.of_writer(hold.clone()), hold })
    }

    /// Who held it before and ended without letting go; this one took their place.
    #[must_use]
    pub fn replaced(&self) -> Option<&Holder> {
        self.hold.replaced()
    }

    /// With the key to its secrets. Without one, an environment keeps none.
    #[must_use]
    pub fn with_vault(self, vault: Arc<Vault>) -> DirEnvironment {
        DirEnvironment { reader: self.reader.with_vault(vault), ..self }
    }
}

impl Environment for DirEnvironment {
    fn apply(
        &mut self,
        cause: &Cause,
        writes: &[Write],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Option<RunId>, EnvironmentError> {
        if cause.is_nothing(writes) {
            return Ok(None);
        }
        let applied = apply::apply(&self.reader, &self.hold, cause, writes, progress);
        self.reader.forget();
        applied.map(Some)
    }
}

impl History for DirEnvironment {
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

    fn edited_since(&self, id: &ResourceId) -> Result<bool, EnvironmentError> {
        self.reader.edited_since(id)
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

impl ReadEnvironment for DirEnvironment {
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

    fn prepare(&self) -> Result<(), EnvironmentError> {
        self.reader.prepare()
    }

    fn problems(&self) -> Result<Vec<Diagnostic>, EnvironmentError> {
        self.reader.problems()
    }
}

/// As the engine knows it.
fn failed(environment: &str, error: &TreeError) -> EnvironmentError {
    let environment = environment.to_owned();
    match error {
        TreeError::Held { holder, .. } => EnvironmentError::Held { environment, holder: holder.clone() },
        TreeError::Replaced { by, .. } => EnvironmentError::Replaced { environment, by: by.clone() },
        TreeError::Unfinished(_) => EnvironmentError::Unfinished { environment, what: error.to_string() },
        TreeError::Invalid(diagnostics) => {
            let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
            let all: Vec<&str> = errors.map(|diagnostic| diagnostic.summary.as_str()).collect();
            EnvironmentError::Store { environment, what: all.join("; ") }
        }
        other => EnvironmentError::Store { environment, what: other.to_string() },
    }
}
