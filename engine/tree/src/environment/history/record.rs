//! The file of a run.

use flowport_core::content::Hash;
use flowport_core::history::{Package, Run, RunId};
use flowport_core::model::{Head, InvalidId, Origin, ResourceId, State};
use serde::{Deserialize, Serialize};

/// The only version there is.
pub(super) const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
pub(super) struct RunRecord {
    pub(super) version: u32,
    pub(super) number: u64,
    pub(super) actor: String,
    pub(super) at: String,
    pub(super) command: String,
    pub(super) package: Option<PackageRecord>,
    /// Of the saved plan.
    pub(super) plan: Option<Hash>,
    pub(super) undoes: Option<u64>,
    pub(super) partial: bool,
    pub(super) changes: Vec<ChangeRecord>,
    pub(super) came: Vec<CameRecord>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct PackageRecord {
    pub(super) name: String,
    pub(super) hash: Hash,
    pub(super) source: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ChangeRecord {
    pub(super) resource: IdRecord,
    pub(super) before: Option<ImageRecord>,
    pub(super) after: Option<ImageRecord>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct CameRecord {
    pub(super) to: IdRecord,
    pub(super) from: IdRecord,
    /// As it came. None: what the run wrote.
    pub(super) image: Option<ImageRecord>,
    /// Something else was left there: the target's own was kept, all of it or some.
    pub(super) kept: bool,
}

#[derive(Serialize, Deserialize)]
pub(super) struct IdRecord {
    pub(super) kind: String,
    pub(super) id: String,
    pub(super) version: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ImageRecord {
    pub(super) name: String,
    pub(super) dialect: String,
    pub(super) state: State,
    pub(super) origin: Origin,
    pub(super) attributes: String,
    pub(super) owners: Vec<String>,
    pub(super) parts: Vec<PartRecord>,
    /// Sealed.
    pub(super) secrets: Vec<SecretRecord>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct PartRecord {
    pub(super) name: String,
    pub(super) media_type: String,
    pub(super) hash: Hash,
    /// In the file of the run's bytes.
    pub(super) start: u64,
    pub(super) len: u64,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct SecretRecord {
    pub(super) slot: String,
    /// In hexadecimal digits.
    pub(super) sealed: String,
}

impl IdRecord {
    pub(super) fn of(id: &ResourceId) -> IdRecord {
        IdRecord { kind: id.kind.to_string(), id: id.id.to_string(), version: id.version.as_deref().map(str::to_owned) }
    }

    pub(super) fn id(&self) -> Result<ResourceId, InvalidId> {
        ResourceId::new(&self.kind, &self.id, self.version.as_deref())
    }
}

impl ImageRecord {
    pub(super) fn head(&self, id: &ResourceId) -> Head {
        Head {
            id: id.clone(),
            name: self.name.clone(),
            dialect: self.dialect.clone(),
            state: self.state,
            origin: self.origin,
            attributes: self.attributes.as_str().into(),
        }
    }
}

impl RunRecord {
    pub(super) fn run(&self, undone_by: Option<RunId>) -> Run {
        let package = self.package.as_ref().map(|package| Package {
            name: package.name.clone(),
            hash: package.hash,
            source: package.source.clone(),
        });
        Run {
            id: RunId(self.number),
            actor: self.actor.clone(),
            at: self.at.clone(),
            command: self.command.clone(),
            package,
            plan: self.plan,
            undoes: self.undoes.map(RunId),
            undone_by,
            is_partial: self.partial,
            changes: self.changes.len() as u64,
        }
    }
}
