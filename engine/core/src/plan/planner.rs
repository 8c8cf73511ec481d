use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::blocked::hold_back;
use super::change::{Answered, Planning};
use super::inactive::explain;
use super::lacking::{keep_off, settle_what_is_there};
use super::link::{Linked, Matching, targets};
use super::overlay::Overlay;
use super::{Decision, Plan, Planned, Target};
use crate::answers::{Place, answers};
use crate::decode::findings;
use crate::environment::EnvironmentError;
use crate::inspect::Inspected;
use crate::model::{Diagnostic, Head, Package, ResourceId, SlotValue};
use crate::plugin::Reader;
use crate::registry::Registry;
use crate::secrets::{Secrets, lift};
use crate::settings::Settings;

/// What to plan.
pub struct Request<'a> {
    /// The package.
    pub package: &'a Package,
    /// Its resources, looked at; in the package's order.
    pub inspected: &'a [Inspected],
    /// What the codec found.
    pub found: &'a [Diagnostic],
    /// The user's answers.
    pub settings: &'a Settings,
    /// Values of the settings' secrets, by their keys: whoever plans has read them from where the settings say.
    pub secrets: &'a [(String, String)],
    /// Secrets that travelled sealed beside the package, opened.
    pub sealed: &'a Secrets,
    /// Where the package comes from, as history knows it: what came from there last is compared with what is there.
    pub source: &'a str,
    /// Switch on what can be switched on.
    pub publish: bool,
}

/// Plans an import of a package into a target. All problems at once; nothing is written.
///
/// # Errors
/// When the target cannot be read.
pub fn plan(
    registry: &Registry,
    target: &Target,
    request: &Request<'_>,
    progress: &(dyn Fn() + Sync),
) -> Result<Plan, EnvironmentError> {
    let there = target.list()?;
    target.prepare()?;
    let lifted = Lifted::of(registry, request);
    let inspected = lifted.inspected.as_ref();
    let mut answers = answers(request.settings, request.secrets, inspected, Place::Environment(&there));
    let mut diagnostics = std::mem::take(&mut answers.diagnostics);
    let matching = Matching::new(registry, target, &there, &answers, request.source);
    let pairs = request.package.resources.par_iter().zip(inspected).zip(&lifted.secrets).enumerate();
    let linked: Vec<Linked> = pairs
        .map(|(position, ((entry, inspected), secrets))| matching.link(position, entry, inspected, secrets))
        .collect::<Result<_, _>>()?;

    let positions = targets(inspected);
    let outside = outside(target, inspected, &positions, &answers.outside)?;
    let mut overlay = Overlay::new(target.clone());
    for (linked, inspected) in linked.iter().zip(inspected) {
        if linked.existing.is_none() {
            overlay.lay(&inspected.view, &linked.head, &inspected.inspection.identities);
        }
    }
    let overlay: Arc<dyn Reader> = Arc::new(overlay);
    let planning = Planning {
        matching: &matching,
        inspected,
        linked: &linked,
        touched: &linked.iter().map(|linked| &linked.head.id).collect(),
        positions: &positions,
        overlay: &overlay,
        outside: &outside,
        publish: request.publish,
    };
    let mut found = by_resource(request.found, &mut diagnostics, &positions);
    let results: Vec<_> = inspected
        .par_iter()
        .enumerate()
        .with_min_len(8)
        .map(|(position, inspected)| {
            let result = planning.plan(position, inspected);
            progress();
            result
        })
        .collect();
    let entries = request.package.resources.iter().zip(results).zip(&linked);
    let mut changes: Vec<Planned> = entries
        .enumerate()
        .map(|(position, ((entry, mut result), linked))| {
            let head = &entry.resource.head;
            let mut own = found.remove(&position).unwrap_or_default();
            if own.iter().any(Diagnostic::is_error) && !matches!(result.answered.decision, Decision::Skip) {
                result.answered.decision = Decision::Blocked;
            }
            own.append(&mut result.diagnostics);
            own.dedup();
            let Answered { decision, same_as, merged, coming, .. } = result.answered;
            Planned {
                source: head.id.clone(),
                name: head.name.clone(),
                target: same_as.unwrap_or_else(|| linked.head.id.clone()),
                target_name: linked.head.name.clone(),
                decision,
                suggested: entry.setup.suggested.clone(),
                comment: entry.setup.comment.clone(),
                diagnostics: own,
                needs: result.needs,
                inactive: None,
                merged,
                coming,
            }
        })
        .collect();
    one_each(&mut changes);
    hold_back(&mut changes);
    explain(registry, &linked, &mut changes);
    keep_off(registry, target, &mut changes)?;
    settle_what_is_there(registry, target, request.source, &mut changes)?;
    Ok(Plan { changes, diagnostics })
}

/// The resources of a package without their declared secrets, and those of each: what stood in it, else what travelled sealed
/// beside it.
struct Lifted<'a> {
    inspected: Cow<'a, [Inspected]>,
    secrets: Vec<Vec<SlotValue>>,
}

impl<'a> Lifted<'a> {
    fn of(registry: &Registry, request: &Request<'a>) -> Lifted<'a> {
        let holds = |it: &Inspected| it.inspection.secrets.iter().any(|secret| secret.declared && secret.is_set);
        let mut inspected = Cow::Borrowed(request.inspected);
        if request.inspected.iter().any(holds) {
            inspected = Cow::Owned(request.inspected.to_vec());
        }
        let mut secrets = Vec::with_capacity(inspected.len());
        for position in 0..inspected.len() {
            let mut own = Vec::new();
            if holds(&inspected[position]) {
                own = take_out(registry, &mut inspected.to_mut()[position]);
            }
            let mut sealed = request.sealed.of(&inspected[position].view.head.id);
            sealed.retain(|sealed| !own.iter().any(|own| own.slot == sealed.slot));
            sealed.append(&mut own);
            secrets.push(sealed);
        }
        Lifted { inspected, secrets }
    }
}

/// Lifts the secrets out of one; where its handler fails, that is a finding that blocks it.
fn take_out(registry: &Registry, inspected: &mut Inspected) -> Vec<SlotValue> {
    match lift(registry, inspected.clone()) {
        Ok((without, secrets)) => {
            *inspected = without;
            secrets
        }
        Err(error) => {
            inspected.inspection.diagnostics.extend(findings(error, &inspected.view.head.id));
            Vec::new()
        }
    }
}

/// The codec's findings by resource; those about none go to the whole.
fn by_resource(
    found: &[Diagnostic],
    whole: &mut Vec<Diagnostic>,
    positions: &HashMap<&ResourceId, usize>,
) -> HashMap<usize, Vec<Diagnostic>> {
    let mut sorted: HashMap<usize, Vec<Diagnostic>> = HashMap::new();
    for diagnostic in found {
        match diagnostic.resource.as_ref().and_then(|id| positions.get(id)) {
            Some(position) => sorted.entry(*position).or_default().push(diagnostic.clone()),
            None => whole.push(diagnostic.clone()),
        }
    }
    sorted
}

/// Where references lead that leave the package: to what the user mapped, else to the same id in the target.
fn outside(
    target: &Target,
    inspected: &[Inspected],
    positions: &HashMap<&ResourceId, usize>,
    mapped: &HashMap<ResourceId, ResourceId>,
) -> Result<HashMap<ResourceId, Head>, EnvironmentError> {
    let mut heads = HashMap::new();
    let references = inspected.iter().flat_map(|entry| &entry.inspection.references);
    for id in references.filter_map(|reference| reference.known()).filter(|id| !positions.contains_key(*id)) {
        if heads.contains_key(id) {
            continue;
        }
        if let Some(resource) = target.get(mapped.get(id).unwrap_or(id))? {
            heads.insert(id.clone(), resource.head);
        }
    }
    Ok(heads)
}

/// Two resources of the package cannot both be stored as one of the target.
fn one_each(changes: &mut [Planned]) {
    let mut taken: HashMap<ResourceId, ResourceId> = HashMap::new();
    for change in changes {
        let Some(outcome) = change.outcome() else { continue };
        let id = outcome.resource.head.id.clone();
        if let Some(first) = taken.get(&id) {
            let summary = format!("{} and {first} would both be stored as {id}", change.source);
            let help = "give one of them another target, or skip it, with --setup";
            change.diagnostics.push(Diagnostic::error("P-TWICE", summary).about(&change.source).help(help));
            change.decision = Decision::Blocked;
        } else {
            taken.insert(id, change.source.clone());
        }
    }
}
