use crate::diff::{Change, Shown};
use crate::model::{Diagnostic, Resource};

/// What became of a resource that was changed in the target, and comes otherwise.
#[derive(Debug, Clone)]
pub struct Merged {
    /// Both changes in one. Where they clash, as the target has it.
    pub resource: Resource,
    /// What only the target changed: it stays.
    pub kept: Vec<Change>,
    /// What only the package changed: it comes.
    pub taken: Vec<Change>,
    /// What both changed, and not to the same: the user must choose.
    pub clashes: Vec<Clash>,
    /// Why values were masked though nobody said that they are secrets.
    pub doubt: Option<Diagnostic>,
}

/// One place that is another one on each side. None of the values: there it is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The part; `head` for name, origin and dialect, `attributes` for those.
    pub part: String,
    /// Where in it: an RFC 6901 pointer in the target; in what comes where the target has it no more. Empty for all of it.
    pub path: String,
    /// As it was imported last.
    pub base: Option<Shown>,
    /// As it is in the target.
    pub now: Option<Shown>,
    /// As the package brings it.
    pub comes: Option<Shown>,
}

/// What becomes of one thing, of which each side has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Both sides have the same.
    Same,
    /// Only the target changed it.
    Kept,
    /// Only the package changed it.
    Taken,
    /// Both did.
    Both,
}

impl Verdict {
    pub(super) fn of<T: PartialEq>([base, ours, theirs]: [&T; 3]) -> Verdict {
        if ours == theirs {
            Verdict::Same
        } else if base == theirs {
            Verdict::Kept
        } else if base == ours {
            Verdict::Taken
        } else {
            Verdict::Both
        }
    }
}
