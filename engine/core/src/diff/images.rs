//! What a run changed, as a comparison of what was with what came.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::compare::{Options, SECRETS, resource};
use super::model::{Change, Diff, ResourceDiff, Shown, Status, What};
use crate::error::Error;
use crate::history::RunChange;
use crate::model::Diagnostic;
use crate::registry::Registry;

/// Declared secrets that are kept apart: that one was set, replaced or forgotten, and no more.
fn secrets(change: &RunChange) -> Vec<Change> {
    let [before, after] = [&change.before, &change.after].map(|image| image.as_ref().map(|image| &image.kept));
    let (Some(before), Some(after)) = (before, after) else { return Vec::new() };
    let slots: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let what = |slot: &String| match (before.get(slot), after.get(slot)) {
        (None, Some(_)) => Some(What::Added(Shown::Secret)),
        (Some(_), None) => Some(What::Removed(Shown::Secret)),
        (Some(was), Some(is)) if was != is => Some(What::Changed { from: Shown::Secret, to: Shown::Secret }),
        _ => None,
    };
    let change = |slot: &String| Some(Change { part: SECRETS.to_owned(), path: slot.clone(), what: what(slot)? });
    slots.into_iter().filter_map(change).collect()
}

/// How resources differ from what they were before a run, in the order of the run. One that was written as it was is the same.
///
/// # Errors
/// When a part cannot be read.
pub fn images(registry: &Registry, changes: &[RunChange], options: &Options) -> Result<Diff, Error> {
    let compare = |change: &RunChange| -> Result<Option<(ResourceDiff, Option<Diagnostic>)>, Error> {
        let (status, differences, doubt) = match (&change.before, &change.after) {
            (Some(before), Some(after)) => {
                let [before, after] = [before, after].map(|image| Arc::new(image.resource.clone()));
                let (mut differences, doubt) = resource(registry, &before, &after, options)?;
                differences.extend(secrets(change));
                (Status::Changed, differences, doubt)
            }
            (Some(_), None) => (Status::Removed, Vec::new(), None),
            (None, _) => (Status::Added, Vec::new(), None),
        };
        if status == Status::Changed && differences.is_empty() {
            return Ok(None);
        }
        let image = change.after.as_ref().or(change.before.as_ref());
        let name = image.map(|image| image.resource.head.name.clone()).unwrap_or_default();
        let difference = ResourceDiff { id: change.id.clone(), becomes: None, name, status, changes: differences };
        Ok(Some((difference, doubt)))
    };
    let mut diff = Diff::default();
    for found in changes.par_iter().map(compare).collect::<Result<Vec<_>, _>>()? {
        match found {
            None => diff.same += 1,
            Some((resource, doubt)) => {
                diff.resources.push(resource);
                diff.diagnostics.extend(doubt);
            }
        }
    }
    Ok(diff)
}
