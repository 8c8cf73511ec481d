//! What a run changed, as a comparison of what was with what came.

use std::sync::Arc;

use rayon::prelude::*;

use super::compare::{Options, resource};
use super::model::{Diff, ResourceDiff, Status};
use crate::error::Error;
use crate::history::RunChange;
use crate::model::Diagnostic;
use crate::registry::Registry;

/// How resources differ from what they were before a run, in the order of the run. One that was written as it was is the same.
///
/// # Errors
/// When a part cannot be read.
pub fn images(registry: &Registry, changes: &[RunChange], options: &Options) -> Result<Diff, Error> {
    let compare = |change: &RunChange| -> Result<Option<(ResourceDiff, Option<Diagnostic>)>, Error> {
        let (status, differences, doubt) = match (&change.before, &change.after) {
            (Some(before), Some(after)) => {
                let [before, after] = [before, after].map(|image| Arc::new(image.resource.clone()));
                let (differences, doubt) = resource(registry, &before, &after, options)?;
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
