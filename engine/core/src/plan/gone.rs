//! What was imported once and is not in the target any more: somebody took it out.

use super::change::{Answered, Planning};
use super::link::{Linked, Matching};
use super::said::{by, resolve};
use super::{CONFLICT, Coming, Conflict, Decision};
use crate::answers::Answer;
use crate::environment::EnvironmentError;
use crate::history::{Base, Run};
use crate::inspect::Inspected;
use crate::model::{Action, Diagnostic, EditOp, Head, ResourceId};
use crate::settings::Resolve;

/// A resource that was taken out of the target since it was imported last.
#[derive(Debug)]
pub(super) struct Gone {
    /// Its id while it was there: it may come with another one.
    id: ResourceId,
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
        let Some((id, base)) = self.came_before(&linked.head.id, &source.id)? else { return Ok(()) };
        let runs = self.target.runs_of(&id)?;
        let is_settled = base.was_kept && runs.first().is_none_or(|last| last.id < base.run.id);
        let resolve = linked.resolution.map(|resolution| resolution.resolve);
        if resolve == Some(Resolve::Keep) || is_settled && resolve.is_none() {
            linked.action = Some(Action::Skip);
            linked.head.id = id.clone();
        }
        linked.gone = Some(Gone { by: self.changed_by(&id, &base)?, id, is_settled });
        Ok(())
    }

    /// What came last for a resource that the target does not have: under the id that it would have, else under the one that it had.
    fn came_before(
        &self,
        wanted: &ResourceId,
        source: &ResourceId,
    ) -> Result<Option<(ResourceId, Base)>, EnvironmentError> {
        let base = |id: ResourceId| {
            let base = self.target.base(&id, source, self.source)?;
            Ok(base.map(|base| (id, base)))
        };
        if let Some(found) = base(wanted.clone())? {
            return Ok(Some(found));
        }
        match self.target.came_as(source, self.source)? {
            Some(id) if !self.is_there(&id) => base(id),
            _ => Ok(None),
        }
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
        let Gone { id: was, by: run, is_settled } = linked.gone.as_ref()?;
        let Head { id, name, .. } = &inspected.view.head;
        let environment = self.matching.target.name();
        let taken_out = format!("{was} ({name}) was taken out of {environment} {}", by(environment, run.as_ref()));
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
        Coming::Other(Box::new(resource), linked.secrets.clone())
    }
}
