//! The file of a run: three lines, each a JSON object, so that nobody reads more than is asked for. Version 1 had all of it in one line,
//! which each of the three is read from as well.

use flowport_core::content::Hash;
use flowport_core::history::{Package, Run, RunId};
use flowport_core::model::{Head, InvalidId, Origin, ResourceId, State};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

/// The version that is written. Version 1 is read, too.
pub(super) const VERSION: u32 = 2;
/// All in one line.
pub(super) const ONE_LINE: u32 = 1;

/// The first line: what a list shows.
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
    pub(super) changes: Count,
}

/// How many resources a run changed.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Count {
    Number(u64),
    /// Version 1 has the changes themselves here.
    #[serde(skip_serializing)]
    Each(Vec<IgnoredAny>),
}

#[derive(Serialize, Deserialize)]
pub(super) struct PackageRecord {
    pub(super) name: String,
    pub(super) hash: Hash,
    pub(super) source: String,
}

/// The second line: which resources a run was about.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct TouchedRecord {
    pub(super) changes: Vec<ChangeRecord>,
    pub(super) came: Vec<CameRecord>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ChangeRecord {
    pub(super) resource: IdRecord,
    /// As it was called last. None in version 1, where only the images know.
    pub(super) name: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct CameRecord {
    pub(super) to: IdRecord,
    pub(super) from: IdRecord,
    /// Something else was left there: the target's own was kept, all of it or some.
    pub(super) kept: bool,
}

/// The third line: what was there, in the order of the second.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct ImagesRecord {
    pub(super) changes: Vec<BothRecord>,
    pub(super) came: Vec<CameImageRecord>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct BothRecord {
    pub(super) before: Option<ImageRecord>,
    pub(super) after: Option<ImageRecord>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct CameImageRecord {
    /// As it came. None: what the run wrote.
    pub(super) image: Option<ImageRecord>,
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

impl BothRecord {
    /// As it was called last.
    pub(super) fn name(&self) -> Option<&str> {
        self.after.as_ref().or(self.before.as_ref()).map(|image| image.name.as_str())
    }
}

impl Count {
    fn number(&self) -> u64 {
        match self {
            Count::Number(number) => *number,
            Count::Each(changes) => changes.len() as u64,
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
            changes: self.changes.number(),
        }
    }
}
