//! What cannot work yet is not switched on: a resource that needs a secret which is not set arrives switched off.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Decision, Planned, Target};
use crate::decode::findings;
use crate::environment::EnvironmentError;
use crate::inspect::{Inspected, inspect};
use crate::model::{Diagnostic, EditOp, Inspection, ResourceId, State};
use crate::registry::Registry;
use crate::secrets::{first_missing, mark_set, set_slots};

/// Keeps those off that need, directly or not, a secret which will not be set after the import.
pub(super) fn keep_off(registry: &Registry, target: &Target, changes: &mut [Planned]) -> Result<(), EnvironmentError> {
    let mut known: HashMap<ResourceId, Arc<Inspection>> = HashMap::new();
    for outcome in changes.iter().filter_map(Planned::outcome) {
        known.insert(outcome.resource.head.id.clone(), Arc::new(outcome.inspection.clone()));
    }
    let mut before: HashMap<ResourceId, Arc<Inspection>> = HashMap::new();
    for change in changes {
        let Decision::Store(outcome) = &mut change.decision else { continue };
        let Some((handler, info)) = registry.handler(&outcome.resource.head) else { continue };
        let id = outcome.resource.head.id.clone();
        if !info.traits.activated || outcome.stays_off || outcome.resource.head.state == State::Draft {
            continue;
        }
        let Some(lacked) = first_missing(target.as_ref(), &mut known, &id)? else { continue };
        // What runs without it today goes on: whoever runs it knows better.
        if !outcome.activates && first_missing(target.as_ref(), &mut before, &id)?.is_some() {
            continue;
        }
        let becomes = if outcome.activates { "stays switched off" } else { "is switched off" };
        let summary = format!("{id} ({}) {becomes}: {lacked}", change.target_name);
        let help = format!("{}, then flowport publish {} '{id}'", lacked.help(target.as_ref()), target.name());
        change.diagnostics.push(Diagnostic::warning("P-INACTIVE", summary).about(&id).help(help));
        let view = Arc::new(outcome.resource.clone());
        match handler.edit(&view, &[EditOp::SetState(State::Draft)]) {
            Ok(edited) => {
                let Inspected { view, mut inspection, .. } = inspect(registry, view.edited(edited));
                inspection.diagnostics.clear();
                mark_set(&mut inspection, set_slots(&outcome.inspection));
                outcome.resource = Arc::unwrap_or_clone(view);
                outcome.inspection = inspection;
                outcome.activates = false;
                outcome.stays_off = true;
            }
            Err(error) => {
                change.diagnostics.extend(findings(error, &id));
                change.decision = Decision::Blocked;
            }
        }
    }
    Ok(())
}
