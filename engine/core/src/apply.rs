//! Writing what a plan holds, and nothing else.

use std::collections::HashMap;

use crate::activation::leaves_first;
use crate::environment::{Environment, EnvironmentError, Expected, ReadEnvironment, Write};
use crate::history::{Came, Cause, RunId};
use crate::model::{Inspection, ResourceId};
use crate::plan::{Coming, Outcome, Plan, Planned};

/// What was done.
#[derive(Debug, Default)]
pub struct Applied {
    /// Positions in [`Plan::changes`] of what was stored.
    pub stored: Vec<usize>,
    /// Positions of what was held back; empty unless `keep_going`.
    pub held_back: Vec<usize>,
    /// Positions of what was switched on, in that order.
    pub activated: Vec<usize>,
    /// The run that did it; none where there was nothing to do.
    pub run: Option<RunId>,
}

/// Applies a plan in one transaction, activation last and what is needed before what needs it. A plan that
/// [is blocked](Plan::is_blocked) is applied only with `keep_going`, and then without what is blocked. What came for which resource
/// is added to `cause`.
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
    let (mut writes, mut came) = (Vec::new(), Vec::new());
    for (position, change) in plan.changes.iter().enumerate() {
        if change.is_blocked() {
            applied.held_back.push(position);
        }
        if let Some(coming) = change.coming.as_ref().filter(|_| !change.is_blocked()) {
            came.push(came_for(change, coming));
        }
        let Some(outcome) = change.outcome() else { continue };
        applied.stored.push(position);
        if outcome.activates { applied.activated.push(position) } else { writes.push(write(outcome)) }
    }
    applied.activated = in_order(plan, environment, applied.activated)?;
    writes.extend(applied.activated.iter().filter_map(|position| plan.changes[*position].outcome()).map(write));
    cause.is_partial = !applied.held_back.is_empty();
    if let Some(brought) = &mut cause.brought {
        brought.came.append(&mut came);
    }
    applied.run = environment.apply(&cause, &writes, progress)?;
    Ok(applied)
}

/// Leaves first, by what will be there after the import.
fn in_order(
    plan: &Plan,
    environment: &dyn ReadEnvironment,
    activated: Vec<usize>,
) -> Result<Vec<usize>, EnvironmentError> {
    if activated.len() < 2 {
        return Ok(activated);
    }
    let outcomes = plan.changes.iter().filter_map(|change| change.outcome());
    let after: HashMap<&ResourceId, &Inspection> =
        outcomes.map(|outcome| (&outcome.resource.head.id, &outcome.inspection)).collect();
    let ids: Vec<ResourceId> = activated.iter().map(|position| plan.changes[*position].target.clone()).collect();
    let order = leaves_first(&ids, |id| {
        Ok::<_, EnvironmentError>(match after.get(id) {
            Some(inspection) => inspection.needs().cloned().collect(),
            None => environment.inspection(id)?.needs().cloned().collect(),
        })
    })?;
    Ok(order.into_iter().map(|place| activated[place]).collect())
}

fn came_for(change: &Planned, coming: &Coming) -> Came {
    let (resource, secrets) = match coming {
        Coming::AsStored => (None, Vec::new()),
        Coming::Other(resource, secrets) => (Some(resource.as_ref().clone()), secrets.clone()),
    };
    let to = change.outcome().map_or(&change.target, |outcome| &outcome.resource.head.id);
    Came { to: to.clone(), from: change.source.clone(), resource, secrets }
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
