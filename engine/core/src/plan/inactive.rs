//! Why something is off after an import.

use std::fmt;

use super::link::Linked;
use super::{Decision, Planned};
use crate::model::{Head, ResourceId, State};
use crate::registry::Registry;
use crate::secrets::Lacked;

/// Why something is off after an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inactive {
    /// New ones arrive switched off, unless the user wants them on.
    Arrives,
    /// It was off in the target before, and nobody asked for more.
    WasOff,
    /// It was on, and its product switches off what changes.
    Changed,
    /// It needs a secret that is not set.
    Lacks(Lacked),
    /// It needs this, which is off.
    Needs(ResourceId),
    /// Its kind is not switched on: it must be set up in the product.
    Setup,
}

impl Inactive {
    /// Stable, for scripts.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Inactive::Arrives => "arrives-off",
            Inactive::WasOff => "was-off",
            Inactive::Changed => "changed",
            Inactive::Lacks(_) => "lacks-secret",
            Inactive::Needs(_) => "needs-inactive",
            Inactive::Setup => "needs-setup",
        }
    }
}

impl fmt::Display for Inactive {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Inactive::Arrives => formatter.write_str("new ones arrive switched off"),
            Inactive::WasOff => formatter.write_str("it was off before"),
            Inactive::Changed => formatter.write_str("a change switches it off"),
            Inactive::Lacks(lacked) => lacked.fmt(formatter),
            Inactive::Needs(id) => write!(formatter, "it needs {id}, which is off"),
            Inactive::Setup => formatter.write_str("it needs setup"),
        }
    }
}

/// Says of each that will be off why, but for what is [kept off](super::lacking).
pub(super) fn explain(registry: &Registry, linked: &[Linked], changes: &mut [Planned]) {
    for (change, linked) in changes.iter_mut().zip(linked) {
        let existing = linked.existing.as_ref().map(|existing| &existing.head);
        let after = match &change.decision {
            Decision::Store(outcome) => &outcome.resource.head,
            Decision::NoChange | Decision::UseExisting => match existing {
                Some(existing) => existing,
                None => continue,
            },
            Decision::Skip | Decision::Question(_) | Decision::Blocked => continue,
        };
        change.inactive = why(registry, existing, after);
    }
}

fn why(registry: &Registry, before: Option<&Head>, after: &Head) -> Option<Inactive> {
    let (_, info) = registry.handler(after).filter(|_| after.state == State::Draft)?;
    Some(match before.map(|before| before.state) {
        _ if !info.traits.activated => Inactive::Setup,
        None => Inactive::Arrives,
        Some(State::Draft) => Inactive::WasOff,
        Some(State::Published) => Inactive::Changed,
    })
}
