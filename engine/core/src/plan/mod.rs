//! The exact list of changes an import will make. Planning reads and never writes: it gets no more than
//! [`ReadEnvironment`](crate::environment::ReadEnvironment).
//!
//! In order: the settings are matched with the package ([`answers`](crate::answers)), each resource is matched with the target ([`link`]),
//! each is planned by its handler against the linked whole ([`change`]), what the target changed since the last import is merged with
//! that ([`three_way`]), and what cannot go alone is held back ([`blocked`]).

mod blocked;
mod change;
mod gone;
mod inactive;
mod lacking;
mod link;
mod notes;
mod outcome;
mod overlay;
mod planner;
mod said;
mod secret;
mod three_way;
mod version;

pub use inactive::Inactive;
pub(crate) use link::targets;
pub use planner::{Request, plan};

use std::sync::Arc;

use crate::content::Hash;
use crate::diff;
use crate::history::Run;
use crate::merge::Clash;
use crate::model::{Action, Diagnostic, Inspection, Resource, ResourceId, SlotValue};
use crate::plugin::SharedView;

/// The code of the finding that a resource is in conflict.
pub const CONFLICT: &str = "P-CONFLICT";

/// What an import will do, resource by resource, in the package's order.
#[derive(Debug)]
pub struct Plan {
    /// One per resource of the package.
    pub changes: Vec<Planned>,
    /// Findings about the whole: settings that match nothing, and the like.
    pub diagnostics: Vec<Diagnostic>,
}

/// What happens to one resource.
#[derive(Debug, Clone)]
pub struct Planned {
    /// In the package.
    pub source: ResourceId,
    /// Its name in the package.
    pub name: String,
    /// In the target, after the import.
    pub target: ResourceId,
    /// Its name in the target, after the import.
    pub target_name: String,
    /// What was decided.
    pub decision: Decision,
    /// What the package suggests.
    pub suggested: Option<Action>,
    /// From the maker of the package.
    pub comment: Option<String>,
    /// Findings about this resource.
    pub diagnostics: Vec<Diagnostic>,
    /// What it needs, as positions in [`Plan::changes`].
    pub needs: Vec<usize>,
    /// Why it is off after the import, where it is.
    pub inactive: Option<Inactive>,
    /// Where target and package both changed it: what of each is in the outcome.
    pub merged: Option<BothChanged>,
    /// What the environment is to remember as what came, for the next import from the same source. None: nothing new.
    pub coming: Option<Coming>,
}

/// What two changes made one come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BothChanged {
    /// From what was imported last to what the target has: it stays.
    pub kept: Vec<diff::Change>,
    /// From what was imported last to what the package has: it comes.
    pub taken: Vec<diff::Change>,
}

/// What came for a resource of the target.
#[derive(Debug, Clone)]
pub enum Coming {
    /// What is there after the import.
    AsStored,
    /// Something else, and these secrets: the target's own was kept, all of it or some.
    Other(Box<Resource>, Vec<SlotValue>),
}

/// What was decided about one resource.
#[derive(Debug, Clone)]
pub enum Decision {
    /// It will be stored.
    Store(Box<Outcome>),
    /// The target has exactly this already.
    NoChange,
    /// The target changed it since it was imported last, and that stays.
    Kept,
    /// The target's own is used as it is.
    UseExisting,
    /// It is left out.
    Skip,
    /// The user must choose.
    Question(Question),
    /// The target and the package both changed it, and not to the same: the user must choose one of the two.
    Conflict(Box<Conflict>),
    /// Errors, its own or of what it needs, hold it back.
    Blocked,
}

/// What will be stored.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// By which action.
    pub action: Action,
    /// The resource as it will be.
    pub resource: Resource,
    /// What its handler finds in it: becomes the index.
    pub inspection: Inspection,
    /// Declared secrets to keep apart from it: new ones, and those that differ from what is kept already.
    pub secrets: Vec<SlotValue>,
    /// What is there now: none for nothing.
    pub replaces: Option<Existing>,
    /// Switched on by this import.
    pub activates: bool,
}

/// What an outcome replaces.
#[derive(Debug, Clone)]
pub struct Existing {
    /// The resource.
    pub view: SharedView,
    /// Over head and parts, see [`fingerprint`](crate::environment::fingerprint).
    pub fingerprint: Hash,
}

/// What the user must choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Actions to choose among.
    pub allowed: Vec<Action>,
    /// Resources of the target that it may stand for, likely ones first.
    pub candidates: Vec<Candidate>,
    /// Which one of the target is meant is known; only what to do with it is asked.
    pub is_known: bool,
}

/// What target and package both changed since it was imported last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Where, with all three values. Empty where the target took it out.
    pub fields: Vec<Clash>,
    /// Who changed it in the target; none where nobody knows, as where files are edited.
    pub changed: Option<Run>,
    /// True where the target has it no more.
    pub is_gone: bool,
}

/// A resource of the target that may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Which.
    pub id: ResourceId,
    /// What people call it.
    pub name: String,
}

impl Existing {
    fn of(view: &SharedView) -> Existing {
        Existing { view: view.clone(), fingerprint: crate::environment::fingerprint(view) }
    }
}

impl Decision {
    /// True where it is known what becomes of the resource: nothing keeps it from being looked at, and it is neither left out nor used
    /// as it is.
    fn is_settled(&self) -> bool {
        matches!(self, Decision::Store(_) | Decision::NoChange | Decision::Kept | Decision::Conflict(_))
    }
}

impl Planned {
    /// True where it keeps an import from being made as a whole.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        matches!(self.decision, Decision::Question(_) | Decision::Conflict(_) | Decision::Blocked)
    }

    /// What will be stored, if anything.
    #[must_use]
    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.decision {
            Decision::Store(outcome) => Some(outcome),
            _ => None,
        }
    }

    /// What the user must choose, if anything.
    #[must_use]
    pub fn question(&self) -> Option<&Question> {
        match &self.decision {
            Decision::Question(question) => Some(question),
            _ => None,
        }
    }

    /// What the user must resolve, if anything.
    #[must_use]
    pub fn conflict(&self) -> Option<&Conflict> {
        match &self.decision {
            Decision::Conflict(conflict) => Some(conflict),
            _ => None,
        }
    }

    /// The word for the decision in tables and JSON.
    #[must_use]
    pub fn word(&self) -> &str {
        match &self.decision {
            Decision::Store(outcome) => outcome.action.as_str(),
            Decision::NoChange => "no-change",
            Decision::Kept => "kept",
            Decision::UseExisting => "use-existing",
            Decision::Skip => "skip",
            Decision::Question(_) => "question",
            Decision::Conflict(_) => "conflict",
            Decision::Blocked => "blocked",
        }
    }
}

impl Plan {
    /// True where something would be stored.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        self.changes.iter().any(|change| change.outcome().is_some())
    }

    /// True where something is to be remembered, though nothing may be stored.
    #[must_use]
    pub fn is_worth_a_run(&self) -> bool {
        self.changes.iter().any(|change| change.outcome().is_some() || !change.is_blocked() && change.coming.is_some())
    }

    /// True where it cannot be carried out as a whole.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error) || self.changes.iter().any(Planned::is_blocked)
    }

    /// Errors that no answer to a question or conflict mends.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.findings().filter(|finding| finding.is_error() && finding.code != CONFLICT)
    }

    /// All findings: of the whole, then resource by resource.
    pub fn findings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().chain(self.changes.iter().flat_map(|change| &change.diagnostics))
    }
}

/// The environment that planning reads.
pub type Target = Arc<dyn crate::environment::ReadEnvironment>;
