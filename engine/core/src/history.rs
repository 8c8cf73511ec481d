//! What was done to an environment. Every write is a run: who, when, by which command, and each resource as it was before and
//! after. Runs can be undone, and the next import from the same source is compared with what came from there last.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::content::Hash;
use crate::environment::{EnvironmentError, Write};
use crate::model::{Resource, ResourceId, SlotValue};

/// The number of a run within its environment, from 1; never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RunId(pub u64);

impl fmt::Display for RunId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl FromStr for RunId {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<RunId, Self::Err> {
        text.parse().map(RunId)
    }
}

/// Why an environment is written to: what its run says of itself.
#[derive(Debug, Clone)]
pub struct Cause {
    /// Who.
    pub actor: String,
    /// When: RFC 3339, UTC.
    pub at: String,
    /// By which command, as users write it.
    pub command: String,
    /// The package that was imported.
    pub brought: Option<Brought>,
    /// The saved plan that is carried out. An environment takes one only once.
    pub plan: Option<Hash>,
    /// The run that this one takes back.
    pub undoes: Option<RunId>,
    /// True where some of what was wanted is held back.
    pub is_partial: bool,
}

impl Cause {
    /// A change by hand.
    #[must_use]
    pub fn by(actor: impl Into<String>, at: impl Into<String>, command: impl Into<String>) -> Cause {
        Cause {
            actor: actor.into(),
            at: at.into(),
            command: command.into(),
            brought: None,
            plan: None,
            undoes: None,
            is_partial: false,
        }
    }

    /// What came for which resource; nothing for a change by hand.
    #[must_use]
    pub fn came(&self) -> &[Came] {
        self.brought.as_ref().map_or(&[], |brought| &brought.came)
    }

    /// True where there is nothing to remember: no writes, nothing that came, no run to take back.
    #[must_use]
    pub fn is_nothing(&self, writes: &[Write]) -> bool {
        writes.is_empty() && self.came().is_empty() && self.undoes.is_none()
    }
}

/// A package that is imported.
#[derive(Debug, Clone)]
pub struct Brought {
    /// What it is called.
    pub package: Package,
    /// What came for which resource, also where nothing is stored.
    pub came: Vec<Came>,
}

/// A package, as history knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Package {
    /// What people call it; may be empty.
    pub name: String,
    /// Of its file, or of what is in it where there is none.
    pub hash: Hash,
    /// Where it came from, as it says itself; may be empty.
    pub source: String,
}

/// What came from a source for one resource.
#[derive(Debug, Clone)]
pub struct Came {
    /// In the environment.
    pub to: ResourceId,
    /// In the package.
    pub from: ResourceId,
    /// As it came, made to fit; none where that is what is stored after this run.
    pub resource: Option<Resource>,
    /// The declared secrets that came with it, raw JSON text by slot, where `resource` is one; those that did not come are as they came
    /// last from there. Without `resource` they are those that are kept after this run.
    pub secrets: Vec<SlotValue>,
}

/// A run that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Which.
    pub id: RunId,
    /// Who.
    pub actor: String,
    /// When: RFC 3339, UTC.
    pub at: String,
    /// By which command.
    pub command: String,
    /// What was imported.
    pub package: Option<Package>,
    /// The saved plan that was carried out.
    pub plan: Option<Hash>,
    /// The run that it took back.
    pub undoes: Option<RunId>,
    /// The run that took it back.
    pub undone_by: Option<RunId>,
    /// True where some of what was wanted was held back.
    pub is_partial: bool,
    /// How many resources it changed.
    pub changes: u64,
}

impl Run {
    /// True where what it did is still done, by itself: it was not taken back, and took nothing back.
    #[must_use]
    pub fn is_effective(&self) -> bool {
        self.undoes.is_none() && self.undone_by.is_none()
    }
}

/// What a run did to one resource.
#[derive(Debug, Clone)]
pub struct RunChange {
    /// Which.
    pub id: ResourceId,
    /// As it was; none where it was not there.
    pub before: Option<Image>,
    /// As the run left it; none where it took it out.
    pub after: Option<Image>,
}

/// A resource as it was at some time. Its declared secrets are apart, see [`History::secrets_before`].
#[derive(Debug, Clone)]
pub struct Image {
    /// Head and parts.
    pub resource: Resource,
    /// The owner first, then the co-owners.
    pub owners: Vec<String>,
    /// Of the declared secrets that were kept for it, by slot, a hash of each as it was sealed: equal for one that nobody touched.
    /// It says nothing of the value.
    pub kept: BTreeMap<String, Hash>,
}

/// What came last from a source for a resource.
#[derive(Debug, Clone)]
pub struct Base {
    /// The run that brought it.
    pub run: Run,
    /// As it came; none where exactly that is there, and nobody has written to it since.
    pub resource: Option<Resource>,
    /// True where something else was stored than came: the target's own was kept, all of it or some.
    pub was_kept: bool,
}

/// What an environment remembers.
pub trait History {
    /// All runs, the last one first.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`].
    fn runs(&self) -> Result<Vec<Run>, EnvironmentError>;

    /// One run.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`].
    fn run(&self, id: RunId) -> Result<Option<Run>, EnvironmentError>;

    /// What a run did, in the order in which it was done; nothing where there is no such run.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`].
    fn changes(&self, run: RunId) -> Result<Vec<RunChange>, EnvironmentError>;

    /// The declared secrets that were kept for a resource before a run changed it: raw JSON text by slot. Never shown.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`], also where they cannot be opened.
    fn secrets_before(&self, run: RunId, id: &ResourceId) -> Result<Vec<SlotValue>, EnvironmentError>;

    /// The runs that changed a resource, the last one first.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`].
    fn runs_of(&self, id: &ResourceId) -> Result<Vec<Run>, EnvironmentError>;

    /// Whether a resource is another one than its last run left, or one that no run brought: somebody changed it in what the environment
    /// is kept in, with tools of their own, and nobody knows who. Never so where there is no other way to write than a run.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`].
    fn edited_since(&self, id: &ResourceId) -> Result<bool, EnvironmentError> {
        let _ = id;
        Ok(false)
    }

    /// What was there once and is not now, each with the name that it had last.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`].
    fn gone(&self) -> Result<Vec<(ResourceId, String)>, EnvironmentError>;

    /// What came last for the resource `to` from the resource `from` of packages of that source. What was undone never came.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`].
    fn base(&self, to: &ResourceId, from: &ResourceId, source: &str) -> Result<Option<Base>, EnvironmentError>;

    /// The declared secrets that came with what [`base`](History::base) tells: raw JSON text by slot. Never shown.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`], also where they cannot be opened.
    fn secrets_came(
        &self,
        to: &ResourceId,
        from: &ResourceId,
        source: &str,
    ) -> Result<Vec<SlotValue>, EnvironmentError>;

    /// For which resource the resource `from` of packages of that source came last. What was undone never came.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`].
    fn came_as(&self, from: &ResourceId, source: &str) -> Result<Option<ResourceId>, EnvironmentError>;
}

/// How a resource became what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LastChange {
    /// By this run.
    Run(Box<Run>),
    /// Without one, see [`History::edited_since`].
    Edit,
}

/// Who changed a resource last; none where the environment does not know.
///
/// # Errors
/// [`EnvironmentError::Store`].
pub fn last_change(environment: &dyn History, id: &ResourceId) -> Result<Option<LastChange>, EnvironmentError> {
    if environment.edited_since(id)? {
        return Ok(Some(LastChange::Edit));
    }
    Ok(environment.runs_of(id)?.into_iter().next().map(|run| LastChange::Run(Box::new(run))))
}
