//! Writing what a plan holds, and nothing else.

use crate::environment::{Environment, EnvironmentError, Expected, Write};
use crate::history::{Came, Cause, RunId};
use crate::plan::{Outcome, Plan};

/// What was done.
#[derive(Debug, Default)]
pub struct Applied {
    /// Positions in [`Plan::changes`] of what was stored.
    pub stored: Vec<usize>,
    /// Positions of what was held back; empty unless `keep_going`.
    pub held_back: Vec<usize>,
    /// The run that did it; none where there was nothing to do.
    pub run: Option<RunId>,
}

/// Applies a plan in one transaction, activation last. A plan that [is blocked](Plan::is_blocked) is applied only with
/// `keep_going`, and then without what is blocked. What came for which resource is added to `cause`.
///
/// # Errors
/// [`EnvironmentError`]; then nothing was written, but after [`EnvironmentError::Unfinished`] all of it will be.
/// [`EnvironmentError::Stale`] where the target is no longer what was planned against.
pub fn apply(
    plan: &Plan,
    environment: &mut dyn Environment,
    mut cause: Cause,
    progress: &mut dyn FnMut(usize),
) -> Result<Applied, EnvironmentError> {
    let mut applied = Applied::default();
    let (mut first, mut last) = (Vec::new(), Vec::new());
    let mut came = Vec::new();
    for (position, change) in plan.changes.iter().enumerate() {
        if change.is_blocked() {
            applied.held_back.push(position);
        }
        let Some(outcome) = change.outcome() else { continue };
        applied.stored.push(position);
        let to = outcome.resource.head.id.clone();
        came.push(Came { to, from: change.source.clone(), resource: None });
        if outcome.activates { last.push(write(outcome)) } else { first.push(write(outcome)) }
    }
    first.append(&mut last);
    cause.is_partial = !applied.held_back.is_empty();
    if let Some(brought) = &mut cause.brought {
        brought.came.append(&mut came);
    }
    applied.run = environment.apply(&cause, &first, progress)?;
    Ok(applied)
}

fn write(outcome: &Outcome) -> Write {
    Write::Put {
        resource: outcome.resource.clone(),
        inspection: outcome.inspection.clone(),
        owners: None,
        secrets: outcome.secrets.clone(),
        expected: outcome
            .replaces
            .as_ref()
            .map_or(Expected::Absent, |existing| Expected::Fingerprint(existing.fingerprint)),
    }
}
