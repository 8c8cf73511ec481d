//! What an import leaves to do by hand.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;

use flowport_core::activation::leaves_first;
use flowport_core::model::ResourceId;
use flowport_core::plan::{Inactive, Plan, Planned};
use flowport_core::secrets::missing;

use super::plan::inactive;
use crate::render;
use crate::text::shell;

/// What flowport cannot do for the user, in an order in which it can be done: secrets first, then what is switched on, and what is
/// needed before what needs it. Nothing stands there twice.
pub(super) fn to_do(environment: &str, plan: &Plan) -> Vec<String> {
    let mut lines = secrets(environment, plan);
    lines.extend(in_order(plan).into_iter().map(|(change, why)| inactive::to_do(environment, change, why)));
    lines
}

fn secrets(environment: &str, plan: &Plan) -> Vec<String> {
    let mut seen: HashSet<(&ResourceId, &str)> = HashSet::new();
    let mut lines = Vec::new();
    let mut line = |of: &ResourceId, named: &str, label: &str, slot: &str| {
        let set = format!("flowport secret set {environment} {} {}", shell(&of.to_string()), shell(slot));
        lines.push(format!("{of}{named} lacks a secret, {label}: {set}"));
    };
    for change in &plan.changes {
        let Some(inspection) = change.outcome().map(|outcome| &outcome.inspection) else { continue };
        let new = missing(inspection).filter(|secret| seen.insert((&change.target, &secret.slot)));
        new.for_each(|secret| {
            let slot = render::secret_name(&inspection.secrets, secret);
            line(&change.target, &format!(" ({})", change.target_name), &secret.label, slot);
        });
    }
    // What is there already may lack one as well, and keep off what came.
    for change in &plan.changes {
        if let Some(Inactive::Lacks(lacked)) = &change.inactive
            && seen.insert((&lacked.of, &lacked.secret.slot))
        {
            line(&lacked.of, "", &lacked.secret.label, &lacked.secret.slot);
        }
    }
    lines
}

/// What is off, each thing once, leaves first.
fn in_order(plan: &Plan) -> Vec<(&Planned, &Inactive)> {
    let mut seen = HashSet::new();
    let off = plan.changes.iter().filter_map(|change| Some((change, change.inactive.as_ref()?)));
    let off: Vec<(&Planned, &Inactive)> = off.filter(|(change, _)| seen.insert(&change.target)).collect();
    let mut needs: HashMap<&ResourceId, Vec<ResourceId>> = HashMap::new();
    for change in &plan.changes {
        let needed = change.needs.iter().map(|position| plan.changes[*position].target.clone());
        needs.entry(&change.target).or_default().extend(needed);
    }
    let ids: Vec<ResourceId> = off.iter().map(|(change, _)| change.target.clone()).collect();
    let Ok(order) = leaves_first(&ids, |id| Ok::<_, Infallible>(needs.get(id).cloned().unwrap_or_default()));
    order.into_iter().map(|position| off[position]).collect()
}
