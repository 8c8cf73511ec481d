//! What cannot work yet is not switched on: a resource that needs a secret which is not set, or something that is off, arrives
//! switched off.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Decision, Inactive, Outcome, Planned, Target};
use crate::activation::{After, nearest_off};
use crate::decode::findings;
use crate::environment::EnvironmentError;
use crate::inspect::{Inspected, inspect};
use crate::model::{Diagnostic, EditOp, Inspection, ResourceId, State};
use crate::plugin::SharedView;
use crate::registry::Registry;
use crate::secrets::{mark_set, nearest_missing, set_slots};
use crate::shell;

/// Keeps those off that need, directly or not, a secret which will not be set after the import, or something that will be off.
pub(super) fn keep_off(registry: &Registry, target: &Target, changes: &mut [Planned]) -> Result<(), EnvironmentError> {
    let outcomes = || changes.iter().filter_map(Planned::outcome);
    let after_import = |it: &Outcome| (it.resource.head.id.clone(), Arc::new(it.inspection.clone()));
    let known: HashMap<ResourceId, Arc<Inspection>> = outcomes().map(after_import).collect();
    let lacking = nearest_missing(target.as_ref(), &known, &running(registry, changes, |_| true))?;
    // What runs without it today goes on: whoever runs it knows better.
    let runs_on = running(registry, changes, |it| !it.activates && lacking.contains_key(&it.resource.head.id));
    let lacking_today = nearest_missing(target.as_ref(), &HashMap::new(), &runs_on)?;
    for change in changes.iter_mut() {
        let Some(id) = runs(registry, change).map(|outcome| &outcome.resource.head.id) else { continue };
        let Some(lacked) = lacking.get(id).filter(|_| !lacking_today.contains_key(id)) else { continue };
        let remedy = lacked.help(target.as_ref());
        switch_off(registry, target, change, Inactive::Lacks(lacked.clone()), &remedy);
    }
    let after = |outcome: &Outcome| {
        let head = &outcome.resource.head;
        (head.id.clone(), After::of(registry, head, &outcome.inspection))
    };
    let after: HashMap<ResourceId, After> = changes.iter().filter_map(Planned::outcome).map(after).collect();
    let switched_on = running(registry, changes, |outcome| outcome.activates);
    let off = nearest_off(registry, target.as_ref(), &after, &switched_on)?;
    for change in changes.iter_mut() {
        let Some(outcome) = runs(registry, change).filter(|outcome| outcome.activates) else { continue };
        if let Some(off) = off.get(&outcome.resource.head.id) {
            let remedy = publish(target, off);
            switch_off(registry, target, change, Inactive::Needs(off.clone()), &remedy);
        }
    }
    Ok(())
}

/// What is kept off may be there already, as it stays: no change, and nothing to remember where it is known to have come.
pub(super) fn settle_what_is_there(
    registry: &Registry,
    target: &Target,
    source: &str,
    changes: &mut [Planned],
) -> Result<(), EnvironmentError> {
    for change in changes.iter_mut().filter(|change| change.inactive.is_some()) {
        let Some(outcome) = change.outcome() else { continue };
        let volatile = registry.handler(&outcome.resource.head).map_or(&[][..], |(_, info)| info.volatile.as_slice());
        if is_there(outcome, volatile) {
            let base = target.base(&change.target, &change.source, source)?;
            if base.is_some_and(|base| base.resource.is_none()) {
                change.coming = None;
            }
            change.decision = Decision::NoChange;
        }
    }
    Ok(())
}

fn publish(target: &Target, id: &ResourceId) -> String {
    format!("flowport publish {} {}", target.name(), shell::word(id))
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

/// True where only switching it on would have been a change.
fn is_there(outcome: &Outcome, volatile: &[String]) -> bool {
    let there = outcome.replaces.as_ref().map(|existing| &existing.view);
    let is_same = |there: &SharedView| {
        there.head.state == outcome.resource.head.state && there.same_but_for(&outcome.resource, volatile)
    };
    outcome.secrets.is_empty() && there.is_some_and(is_same)
}

/// What will be stored, where it will be on and can be switched off.
fn runs<'c>(registry: &Registry, change: &'c Planned) -> Option<&'c Outcome> {
    let outcome = change.outcome()?;
    let (_, info) = registry.handler(&outcome.resource.head)?;
    (info.traits.activated && outcome.resource.head.state == State::Published).then_some(outcome)
}

/// Which of those that will be on are meant.
fn running(registry: &Registry, changes: &[Planned], is_meant: impl Fn(&Outcome) -> bool) -> Vec<ResourceId> {
    let running = changes.iter().filter_map(|change| runs(registry, change)).filter(|outcome| is_meant(outcome));
    running.map(|outcome| outcome.resource.head.id.clone()).collect()
}
