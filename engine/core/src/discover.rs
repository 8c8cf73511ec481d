//! What a selection needs: the closure over references, from the store's index and without parsing anything again.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::environment::{EnvironmentError, ReadEnvironment};
use crate::model::{Inspection, Reference, ResourceId, Strength, Target};

/// Why a related resource is in a closure: the first reference that led to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Because {
    /// Who needs it.
    pub from: ResourceId,
    /// Where.
    pub slot: String,
    /// How much.
    pub strength: Strength,
}

/// A selection with everything it needs.
#[derive(Debug, Default)]
pub struct Closure {
    /// Selected first, then related ones in the order in which they were found.
    pub resources: Vec<ResourceId>,
    /// Why the related ones are there.
    pub because: HashMap<ResourceId, Because>,
    /// References to what the environment does not have.
    pub dangling: Vec<(ResourceId, Reference)>,
    /// References that an expression decides at run time.
    pub unknowable: Vec<(ResourceId, Reference)>,
    /// References to what was excluded.
    pub excluded: Vec<(ResourceId, Reference)>,
}

/// Follows references from `roots`, cycles and references to oneself included. Without `related` only the roots are taken.
///
/// # Errors
/// When the environment cannot be read.
pub fn closure(
    environment: &dyn ReadEnvironment,
    roots: &[ResourceId],
    related: bool,
    excluded: &HashSet<ResourceId>,
) -> Result<Closure, EnvironmentError> {
    let known: HashSet<ResourceId> = environment.list()?.into_iter().map(|summary| summary.head.id).collect();
    let mut closure = Closure::default();
    let mut seen: HashSet<ResourceId> = roots.iter().cloned().collect();
    let mut queue: VecDeque<ResourceId> = roots.iter().cloned().collect();
    while let Some(id) = queue.pop_front() {
        let Inspection { references, .. } = environment.inspection(&id)?;
        closure.resources.push(id.clone());
        for reference in references {
            let Target::Known(target) = &reference.target else {
                closure.unknowable.push((id.clone(), reference));
                continue;
            };
            if excluded.contains(target) {
                closure.excluded.push((id.clone(), reference));
            } else if !known.contains(target) {
                closure.dangling.push((id.clone(), reference));
            } else if related && seen.insert(target.clone()) {
                let because = Because { from: id.clone(), slot: reference.slot.clone(), strength: reference.strength };
                closure.because.insert(target.clone(), because);
                queue.push_back(target.clone());
            }
        }
    }
    Ok(closure)
}
