//! Writing what a plan holds, and nothing else.

use crate::environment::{Environment, EnvironmentError, Expected, Write};
use crate::plan::{Outcome, Plan};

/// What was done.
#[derive(Debug, Default)]
pub struct Applied {
    /// Positions in [`Plan::changes`] of what was stored.
    pub stored: Vec<usize>,
    /// Positions of what was held back; empty unless `keep_going`.
    pub held_back: Vec<usize>,
}

/// Applies a plan in one transaction, activation last. A plan that [is blocked](Plan::is_blocked) is applied only with
/// `keep_going`, and then without what is blocked.
///
/// # Errors
/// [`EnvironmentError`]; then nothing was written, but after [`EnvironmentError::Unfinished`] all of it will be.
/// [`EnvironmentError::Stale`] where the target is no longer what was planned against.
pub fn apply(
    plan: &Plan,
    environment: &mut dyn Environment,
    actor: &str,
    now: &str,
    progress: &mut dyn FnMut(usize),
) -> Result<Applied, EnvironmentError> {
    let mut applied = Applied::default();
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for (position, change) in plan.changes.iter().enumerate() {
        if change.is_blocked() {
            applied.held_back.push(position);
        }
        let Some(outcome) = change.outcome() else { continue };
        applied.stored.push(position);
        if outcome.activates { last.push(write(outcome)) } else { first.push(write(outcome)) }
    }
    first.append(&mut last);
    if !first.is_empty() {
        environment.apply(actor, now, &first, progress)?;
    }
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
