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
    let by_itself: Vec<bool> = changes.iter().map(Planned::is_blocked).collect();
    let mut queue: Vec<usize> = (0..changes.len()).filter(|index| by_itself[*index]).collect();
    // For each that is held back, what it began with and which of its needs it came through.
    let mut reasons: Vec<Option<(usize, usize)>> = vec![None; changes.len()];
    while let Some(index) = queue.pop() {
        let cause = reasons[index].map_or(index, |(cause, _)| cause);
        for dependent in &needed_by[index] {
            let change = &mut changes[*dependent];
            if !change.is_blocked() && !matches!(change.decision, Decision::Skip) {
                reasons[*dependent] = Some((cause, index));
                change.decision = Decision::Blocked;
                queue.push(*dependent);
            }
        }
    }
    for (index, reason) in reasons.into_iter().enumerate() {
        let Some((cause, through)) = reason else { continue };
        let mut direct: Vec<usize> = changes[index].needs.iter().copied().filter(|needed| by_itself[*needed]).collect();
        direct.sort_unstable();
        direct.dedup();
        let diagnostic = waits(&changes[index].source, &direct, cause, through, changes);
        changes[index].diagnostics.push(diagnostic);
    }
}

fn waits(resource: &ResourceId, direct: &[usize], cause: usize, through: usize, changes: &[Planned]) -> Diagnostic {
    let id = |index: usize| &changes[index].source;
    let (summary, help) = match direct {
        [] => (
            format!("{resource} waits for {}, through {}", id(cause), id(through)),
            format!("answer or mend {} first", id(cause)),
        ),
        [only] => (format!("{resource} waits for {}", id(*only)), format!("answer or mend {} first", id(*only))),
        [first, rest @ ..] => (
            format!("{resource} waits for {} and {} more that it needs", id(*first), rest.len()),
            "answer or mend what it needs first".to_owned(),
        ),
    };
    Diagnostic::info("P-WAITS", summary).about(resource).help(help)
}
