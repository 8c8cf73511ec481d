//! What cannot go alone is held back: said once where it begins, and shortly wherever it leads.

use super::{Decision, Planned};
use crate::model::{Diagnostic, ResourceId};

/// Blocks every resource that needs a blocked or unanswered one, directly or not.
pub(super) fn hold_back(changes: &mut [Planned]) {
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); changes.len()];
    for (index, change) in changes.iter().enumerate() {
        for needed in &change.needs {
            needed_by[*needed].push(index);
        }
    }
    let stops = |change: &Planned| change.is_blocked();
    let mut queue: Vec<usize> = (0..changes.len()).filter(|index| stops(&changes[*index])).collect();
    let mut reason: Vec<Option<ResourceId>> = vec![None; changes.len()];
    while let Some(index) = queue.pop() {
        let cause = reason[index].clone().unwrap_or_else(|| changes[index].source.clone());
        for dependent in needed_by[index].clone() {
            if !stops(&changes[dependent]) && !matches!(changes[dependent].decision, Decision::Skip) {
                reason[dependent] = Some(cause.clone());
                changes[dependent].decision = Decision::Blocked;
                changes[dependent].diagnostics.push(upstream(
                    &changes[dependent].source,
                    &changes[index].source,
                    &cause,
                ));
                queue.push(dependent);
            }
        }
    }
}

fn upstream(resource: &ResourceId, needed: &ResourceId, cause: &ResourceId) -> Diagnostic {
    let summary = if needed == cause {
        format!("{resource} waits for {cause}")
    } else {
        format!("{resource} waits for {cause}, through {needed}")
    };
    Diagnostic::info("P-WAITS", summary).about(resource).help(format!("answer or mend {cause} first"))
}
