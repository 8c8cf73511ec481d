//! What cannot work yet is not switched on: a resource that needs a secret which is not set, or something that is off, arrives
//! switched off.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Decision, Inactive, Outcome, Planned, Target};
use crate::activation::{After, first_off};
use crate::decode::findings;
use crate::environment::EnvironmentError;
use crate::inspect::{Inspected, inspect};
use crate::model::{Diagnostic, EditOp, Inspection, ResourceId, State};
use crate::registry::Registry;
use crate::secrets::{first_missing, mark_set, set_slots};

/// Keeps those off that need, directly or not, a secret which will not be set after the import, or something that will be off.
pub(super) fn keep_off(registry: &Registry, target: &Target, changes: &mut [Planned]) -> Result<(), EnvironmentError> {
    let mut known: HashMap<ResourceId, Arc<Inspection>> = HashMap::new();
    for outcome in changes.iter().filter_map(Planned::outcome) {
        known.insert(outcome.resource.head.id.clone(), Arc::new(outcome.inspection.clone()));
    }
    let mut before: HashMap<ResourceId, Arc<Inspection>> = HashMap::new();
    for change in changes.iter_mut() {
        let Some((id, activates)) = runs(registry, change) else { continue };
        let Some(lacked) = first_missing(target.as_ref(), &mut known, &id)? else { continue };
        // What runs without it today goes on: whoever runs it knows better.
        if !activates && first_missing(target.as_ref(), &mut before, &id)?.is_some() {
            continue;
        }
        let remedy = lacked.help(target.as_ref());
        switch_off(registry, target, change, Inactive::Lacks(lacked), &remedy);
    }
    if !changes.iter().filter_map(Planned::outcome).any(|outcome| outcome.activates) {
        return Ok(());
    }
    let after = |outcome: &Outcome| {
        let head = &outcome.resource.head;
        (head.id.clone(), After::of(registry, head, &outcome.inspection))
    };
    let mut after: HashMap<ResourceId, After> = changes.iter().filter_map(Planned::outcome).map(after).collect();
    // Each looks through all that it needs, so that it does not matter which of them is looked at first.
    for change in changes.iter_mut() {
        let Some((id, true)) = runs(registry, change) else { continue };
        if let Some(off) = first_off(registry, target.as_ref(), &mut after, &id)? {
            let remedy = publish(target, &off);
            switch_off(registry, target, change, Inactive::Needs(off), &remedy);
        }
    }
    Ok(())
}

fn publish(target: &Target, id: &ResourceId) -> String {
    format!("flowport publish {} '{id}'", target.name())
}

/// Where its handler cannot, it is held back.
fn switch_off(registry: &Registry, target: &Target, change: &mut Planned, why: Inactive, remedy: &str) {
    let Decision::Store(outcome) = &mut change.decision else { return };
    let Some((handler, _)) = registry.handler(&outcome.resource.head) else { return };
    let becomes = if outcome.activates { "stays switched off" } else { "is switched off" };
    let id = &outcome.resource.head.id.clone();
    let summary = format!("{id} ({}) {becomes}: {why}", change.target_name);
    let help = format!("{remedy}, then {}", publish(target, id));
    change.diagnostics.push(Diagnostic::warning("P-INACTIVE", summary).about(id).help(help));
    let view = Arc::new(outcome.resource.clone());
    match handler.edit(&view, &[EditOp::SetState(State::Draft)]) {
        Ok(edited) => {
            let Inspected { view, mut inspection, .. } = inspect(registry, view.edited(edited));
            inspection.diagnostics.clear();
            mark_set(&mut inspection, set_slots(&outcome.inspection));
            outcome.resource = Arc::unwrap_or_clone(view);
            outcome.inspection = inspection;
            outcome.activates = false;
            change.inactive = Some(why);
        }
        Err(error) => {
            change.diagnostics.extend(findings(error, id));
            change.decision = Decision::Blocked;
        }
    }
}

/// Its id, where it will be on and can be switched off, and whether this import switches it on.
fn runs(registry: &Registry, change: &Planned) -> Option<(ResourceId, bool)> {
    let outcome = change.outcome()?;
    let (_, info) = registry.handler(&outcome.resource.head)?;
    let is_on = info.traits.activated && outcome.resource.head.state == State::Published;
    is_on.then(|| (outcome.resource.head.id.clone(), outcome.activates))
}
