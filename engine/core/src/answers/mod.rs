//! The user's answers, matched with the package and with where it goes. An answer that matches nothing is an error that names
//! the nearest match; all such errors are found before anything else happens.

mod check;
mod matching;
mod replace;

use std::collections::HashMap;

use crate::environment::Summary;
use crate::inspect::Inspected;
use crate::model::{Action, Diagnostic, EditOp, Literal, ResourceId, SlotValue};
use crate::settings::{Resolve, Settings, SetupEntry};
use matching::Matching;
use replace::replaced;

pub(crate) use check::{NEXT, supported, wrong_action, wrong_version, wrong_word};

/// What the user said of one resource of the package.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    pub(crate) action: Option<Action>,
    pub(crate) target: Option<ResourceId>,
    pub(crate) name: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) resolve: Option<Resolution>,
    /// Slot and raw JSON text.
    pub(crate) secrets: Vec<SlotValue>,
}

/// What becomes of a resource that the target changed too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Resolution {
    pub(crate) resolve: Resolve,
    /// Said of this resource by its name, not of many at once.
    pub(crate) is_by_name: bool,
}

impl Answer {
    /// True where it says more than which other resource is meant.
    pub(crate) fn says_more(&self) -> bool {
        self.action.is_some() || self.name.is_some() || self.version.is_some() || !self.secrets.is_empty()
    }

    /// True where both say something about the same.
    fn contradicts(&self, entry: &SetupEntry) -> bool {
        let both = |mine: bool, theirs: bool| mine && theirs;
        both(self.action.is_some() || self.target.is_some(), entry.action.is_some() || entry.target.is_some())
            || both(self.name.is_some(), entry.name.is_some())
            || both(self.version.is_some(), entry.version.is_some())
    }
}

/// Where a package goes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a> {
    /// To an environment that has these.
    Environment(&'a [Summary]),
    /// To one that nobody can look into.
    Unknown,
}

/// All answers, by position in the package and by outside reference.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    pub(crate) of: HashMap<usize, Answer>,
    pub(crate) outside: HashMap<ResourceId, ResourceId>,
    pub(crate) replace: Vec<(String, String)>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Answers {
    /// What becomes of these literals.
    pub(crate) fn replacements(&self, literals: &[Literal]) -> Vec<EditOp> {
        let mut ops = Vec::new();
        for literal in literals {
            let new = self.replace.iter().find_map(|(old, new)| replaced(&literal.value, old, new));
            if let Some(new) = new {
                ops.push(EditOp::SetLiteral { slot: literal.slot.clone(), old: literal.value.clone(), new });
            }
        }
        ops
    }
}

/// Matches settings with what there is.
pub(crate) fn answers(
    settings: &Settings,
    secrets: &[(String, String)],
    package: &[Inspected],
    place: Place<'_>,
) -> Answers {
    let mut matching = Matching::new(package, place);
    for (text, entry) in &settings.setup {
        matching.setup(text, entry);
    }
    for (from, to) in &settings.map {
        matching.map(from, to);
    }
    matching.replace(&settings.replace);
    for (text, resolve) in &settings.resolve {
        matching.resolve(text, *resolve);
    }
    for (key, value) in secrets {
        matching.secret(key, value);
    }
    matching.answers
}
