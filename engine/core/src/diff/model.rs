use crate::content::Hash;
use crate::model::{Diagnostic, ResourceId};

/// How two packages or environments differ: the left one is what was, the right one what comes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diff {
    /// Of the packages as such: name, description and the like. None where one of the sides is an environment.
    pub package: Vec<Change>,
    /// Only those that differ: removed and changed ones in the order of the left side, then added ones in that of the right.
    pub resources: Vec<ResourceDiff>,
    /// How many are the same on both sides.
    pub same: usize,
    /// Why texts of a resource are not shown: nobody can say which of them are secrets.
    pub diagnostics: Vec<Diagnostic>,
}

impl Diff {
    /// True where nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.package.is_empty() && self.resources.is_empty()
    }

    /// How many resources have this status.
    #[must_use]
    pub fn count(&self, status: Status) -> usize {
        self.resources.iter().filter(|resource| resource.status == status).count()
    }
}

/// How one resource differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceDiff {
    /// On the left; where it is not there, on the right.
    pub id: ResourceId,
    /// On the right, where that is another id for the same thing.
    pub becomes: Option<ResourceId>,
    /// Its name on the right; where it is not there, on the left.
    pub name: String,
    /// Whether it is on both sides.
    pub status: Status,
    /// What differs, in the order of the resource: head, setup, attributes, parts. Empty for what is on one side only.
    pub changes: Vec<Change>,
}

/// On which sides a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// On the right only.
    Added,
    /// On the left only.
    Removed,
    /// On both, and not the same.
    Changed,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The part; `head` for name, state and the like, `setup` for what an import shall do, `attributes` for those, `package` for
    /// what is said of a package, `secrets` for declared secrets that are kept apart.
    pub part: String,
    /// Where in it: an RFC 6901 pointer on the right side, on the left for what is removed. Empty for all of it. Of `secrets` the
    /// slot.
    pub path: String,
    /// What is different there.
    pub what: What,
}

/// What is different at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It is new.
    Added(Shown),
    /// It is gone.
    Removed(Shown),
    /// It is another value.
    Changed {
        /// What was there.
        from: Shown,
        /// What is there.
        to: Shown,
    },
    /// It stood elsewhere, and is the same.
    Moved {
        /// Where: a pointer on the left side.
        from: String,
    },
    /// It means the same and is spelled otherwise: white space, order of members, escapes. Only where bytes are compared.
    Spelling,
}

/// A value as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// JSON text on one line.
    Json(String),
    /// Text that is no JSON.
    Text(String),
    /// Too much, or no text.
    Bytes {
        /// How many.
        len: u64,
        /// Which.
        hash: Hash,
    },
    /// A secret: that it differs is said, never what it is.
    Secret,
}
