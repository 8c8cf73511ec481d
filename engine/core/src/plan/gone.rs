//! What was imported once and is not in the target any more: somebody took it out.

use super::change::{Answered, Planning};
use super::link::{Linked, Matching};
use super::said::{by, resolve};
use super::three_way::changed;
use super::{CONFLICT, Coming, Conflict, Decision};
use crate::answers::Answer;
use crate::environment::EnvironmentError;
use crate::history::Run;
use crate::inspect::Inspected;
use crate::model::{Action, Diagnostic, EditOp, Head};
use crate::settings::Resolve;

/// A resource that was taken out of the target since it was imported last.
#[derive(Debug)]
pub(super) struct Gone {
    /// By which run; none where nobody knows.
    by: Option<Run>,
    /// An import since then was told to leave it out.
    is_settled: bool,
}

impl Matching<'_> {
    /// Looks whether a resource that the target does not have came before. What its user said of it counts: whoever wants one made
    /// gets one made. What stays out is left out, so that nothing will refer to it.
    pub(super) fn find_gone(
        &self,
        linked: &mut Linked,
        source: &Head,
        answer: &Answer,
    ) -> Result<(), EnvironmentError> {
        let is_open = answer.action.as_ref().is_none_or(Action::changes_existing);
        let comes = linked.action.as_ref().is_some_and(|action| *action != Action::Skip);
        if linked.existing.is_some() || !is_open || !comes {
            return Ok(());
        }
        let id = &linked.head.id;
        let Some(base) = self.target.base(id, &source.id, self.source)? else { return Ok(()) };
        let runs = self.target.runs_of(id)?;
        let is_settled = base.was_kept && runs.first().is_none_or(|last| last.id < base.run.id);
        let resolve = linked.resolution.map(|resolution| resolution.resolve);
        if resolve == Some(Resolve::Keep) || is_settled && resolve.is_none() {
            linked.action = Some(Action::Skip);
        }
        linked.gone = Some(Gone { by: changed(runs, &base, self.source), is_settled });
        Ok(())
    }
}

impl Planning<'_> {
    /// What becomes of a resource that was taken out of the target; none where it is made again.
    pub(super) fn gone(
        &self,
        linked: &Linked,
        inspected: &Inspected,
        ops: &[EditOp],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Answered> {
        let Gone { by: run, is_settled } = linked.gone.as_ref()?;
        let Head { id, name, .. } = &inspected.view.head;
        let environment = self.matching.target.name();
        let taken_out = format!("{id} ({name}) was taken out of {environment} {}", by(environment, run.as_ref()));
        if linked.action == Some(Action::Skip) {
            let help = format!("to have it made again: {}", resolve(id, Resolve::Take));
            let summary = format!("{taken_out}, and stays out");
            *diagnostics = vec![Diagnostic::info("P-KEPT", summary).about(id).help(help)];
            let coming = (!is_settled).then(|| self.as_it_comes(linked, inspected, ops));
            return Some(Answered { coming, is_resolved: true, ..Decision::Kept.into() });
        }
        if linked.resolution.is_some() {
            let summary = format!("{taken_out}; it is made again");
            diagnostics.push(Diagnostic::info("P-TAKEN", summary).about(id));
            return None;
        }
        let (keep, take) = (resolve(id, Resolve::Keep), resolve(id, Resolve::Take));
        let help = format!("{keep} leaves it out, {take} makes it again");
        let summary = format!("{taken_out} after it was imported, and comes again");
        diagnostics.push(Diagnostic::error(CONFLICT, summary).about(id).help(help));
        let conflict = Conflict { fields: Vec::new(), changed: run.clone(), is_gone: true };
        Some(Decision::Conflict(Box::new(conflict)).into())
    }

    /// What came, to be remembered though none of it is stored: made to fit as far as its handler can.
    fn as_it_comes(&self, linked: &Linked, inspected: &Inspected, ops: &[EditOp]) -> Coming {
        let view = &inspected.view;
        let handler = self.matching.registry.handler(&view.head).filter(|_| !ops.is_empty());
        let edited = handler.and_then(|(handler, _)| handler.edit(view, ops).ok());
        let mut resource = edited.map_or_else(|| view.as_ref().clone(), |edited| view.edited(edited));
        resource.head.id = linked.head.id.clone();
        Coming::Other(Box::new(resource))
    }
}
