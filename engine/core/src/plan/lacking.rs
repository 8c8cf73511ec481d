//! What cannot work yet is not switched on: a resource that needs a secret which is not set arrives switched off.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::{Decision, Planned, Target};
use crate::decode::findings;
use crate::environment::EnvironmentError;
use crate::inspect::{Inspected, inspect};
use crate::model::{Diagnostic, EditOp, Inspection, ResourceId, State, Strength};
use crate::registry::Registry;
use crate::secrets::{mark_set, missing};

/// Keeps those off that need, directly or not, a secret which will not be set after the import.
pub(super) fn keep_off(registry: &Registry, target: &Target, changes: &mut [Planned]) -> Result<(), EnvironmentError> {
    let mut known: HashMap<ResourceId, Arc<Inspection>> = HashMap::new();
    for outcome in changes.iter().filter_map(Planned::outcome) {
        known.insert(outcome.resource.head.id.clone(), Arc::new(outcome.inspection.clone()));
    }
    for change in changes {
        let Decision::Store(outcome) = &mut change.decision else { continue };
        if !outcome.activates {
            continue;
        }
        let id = outcome.resource.head.id.clone();
        let Some((of, label)) = first_missing(target, &mut known, &id)? else { continue };
        let summary = format!("{id} ({}) stays switched off: {of} lacks a secret ({label})", change.target_name);
        let help = format!("flowport secret set {0} '{of}' SLOT, then flowport publish {0} '{id}'", target.name());
        change.diagnostics.push(Diagnostic::warning("P-INACTIVE", summary).about(&id).help(help));
        let Some((handler, _)) = registry.handler(&outcome.resource.head) else { continue };
        let view = Arc::new(outcome.resource.clone());
        match handler.edit(&view, &[EditOp::SetState(State::Draft)]) {
            Ok(edited) => {
                let Inspected { view, mut inspection, .. } = inspect(registry, view.edited(edited));
                inspection.diagnostics.clear();
                let set = outcome.inspection.secrets.iter().filter(|secret| secret.is_set);
                mark_set(&mut inspection, set.map(|secret| secret.slot.as_str()));
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

/// The first secret without a value among all that a resource needs: whose, and what it is.
fn first_missing(
    target: &Target,
    known: &mut HashMap<ResourceId, Arc<Inspection>>,
    id: &ResourceId,
) -> Result<Option<(ResourceId, String)>, EnvironmentError> {
    let mut seen: HashSet<ResourceId> = [id.clone()].into();
    let mut queue: VecDeque<ResourceId> = [id.clone()].into();
    while let Some(id) = queue.pop_front() {
        let inspection = match known.get(&id) {
            Some(inspection) => inspection.clone(),
            None => known.entry(id.clone()).or_insert(Arc::new(target.inspection(&id)?)).clone(),
        };
        if let Some(secret) = missing(&inspection).next() {
            return Ok(Some((id, secret.label.clone())));
        }
        for reference in inspection.references.iter().filter(|reference| reference.strength == Strength::Required) {
            if let Some(needed) = reference.known().filter(|needed| !seen.contains(*needed)) {
                seen.insert(needed.clone());
                queue.push_back(needed.clone());
            }
        }
    }
    Ok(None)
}
