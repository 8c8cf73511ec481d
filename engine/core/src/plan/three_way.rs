//! What the target changed since the last import, beside what the package changes now. The last import from the same source is
//! what both began with.

use std::sync::Arc;

use super::change::{Answered, Planning};
use super::link::{Linked, Matching};
use super::{BothChanged, Coming, Conflict, Decision};
use crate::decode::findings;
use crate::environment::EnvironmentError;
use crate::error::Error;
use crate::history::{Base, Run};
use crate::merge::{Merged, merge};
use crate::model::{Diagnostic, EditOp, Head, Resource, ResourceId, State};
use crate::plugin::SharedView;
use crate::settings::Resolve;

/// A resource of the target, and the one of the package that would take its place.
pub(super) struct Meeting<'a> {
    pub(super) linked: &'a Linked,
    pub(super) existing: &'a SharedView,
    /// In the package.
    pub(super) source: &'a ResourceId,
    /// Slots whose change is no change.
    pub(super) volatile: &'a [String],
}

/// What would be stored, and what its handler says of that.
pub(super) struct Offer {
    pub(super) resource: Resource,
    pub(super) found: Vec<Diagnostic>,
}

/// How a resource becomes a decision.
pub(super) struct Means<'m> {
    /// Makes a decision of a resource to store, and says what is worth knowing.
    pub(super) store: &'m dyn Fn(Resource, &mut Vec<Diagnostic>) -> Decision,
    /// The same of what the target has, which stays: of the secrets only those that the user gives by name are set.
    pub(super) keep: &'m dyn Fn(Resource, &mut Vec<Diagnostic>) -> Decision,
    /// Asks its handler again, where something else shall be stored than what it was asked of.
    pub(super) again: &'m dyn Fn(SharedView) -> Result<Offer, Vec<Diagnostic>>,
}

impl Means<'_> {
    pub(super) fn store(&self, offer: Offer, diagnostics: &mut Vec<Diagnostic>) -> Decision {
        diagnostics.extend(offer.found);
        (self.store)(offer.resource, diagnostics)
    }
}

impl Planning<'_> {
    /// Decides what is stored, where that is there already and `theirs` would take its place.
    pub(super) fn settle(
        &self,
        meeting: &Meeting<'_>,
        theirs: Offer,
        means: &Means<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Answered {
        self.try_settle(meeting, theirs, means, diagnostics).unwrap_or_else(|found| {
            diagnostics.extend(found);
            Decision::Blocked.into()
        })
    }

    fn try_settle(
        &self,
        meeting: &Meeting<'_>,
        theirs: Offer,
        means: &Means<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Answered, Vec<Diagnostic>> {
        let unread =
            |error: EnvironmentError| vec![Diagnostic::error("P-TARGET", error.to_string()).about(meeting.source)];
        let Some(mut base) = self.base(meeting).map_err(unread)? else {
            let decision = means.store(theirs, diagnostics);
            if matches!(decision, Decision::Store(_)) {
                diagnostics.push(self.never_came(meeting).map_err(unread)?);
            }
            return Ok(Answered { coming: Some(Coming::AsStored), ..decision.into() });
        };
        let Some(was) = base.resource.take() else {
            return Ok(as_before(theirs, means, diagnostics));
        };
        let state = theirs.resource.head.state;
        let (was, now) = (self.switched_to(&Arc::new(was), state)?, self.switched_to(meeting.existing, state)?);
        let same = |one: &Resource, other: &Resource| one.same_but_for(other, meeting.volatile);
        if same(&was, &now) {
            return Ok(as_before(theirs, means, diagnostics));
        }
        if same(&now, &theirs.resource) {
            return Ok(Answered { coming: Some(Coming::AsStored), ..means.store(theirs, diagnostics).into() });
        }
        let run = self.matching.changed_by(&meeting.existing.head.id, &base).map_err(unread)?;
        let comes_changed = !same(&was, &theirs.resource);
        let other = |came: &Resource| Some(Coming::Other(Box::new(came.clone()), Vec::new()));
        match meeting.linked.resolution.map(|resolution| resolution.resolve) {
            Some(Resolve::Take) => {
                diagnostics.push(self.taken(meeting, run.as_ref()));
                let decision = means.store(theirs, diagnostics);
                return Ok(Answered { coming: Some(Coming::AsStored), is_resolved: true, ..decision.into() });
            }
            Some(Resolve::Keep) => {
                diagnostics.push(self.kept(meeting, run.as_ref(), comes_changed));
                let coming = if comes_changed { other(&theirs.resource) } else { None };
                let decision = kept_or((means.keep)(Resource::clone(meeting.existing), diagnostics));
                return Ok(Answered { coming, is_resolved: true, ..decision.into() });
            }
            None => {}
        }
        // What stays is as it is, on or off, unless it shall be switched on.
        let stays = || Resource::clone(if self.publish { &now } else { meeting.existing });
        if !comes_changed {
            diagnostics.push(self.kept(meeting, run.as_ref(), false));
            return Ok(kept_or((means.store)(stays(), diagnostics)).into());
        }
        let theirs = Arc::new(theirs.resource);
        let apart = || self.matching.target.secrets(&meeting.existing.head.id).unwrap_or_default();
        let merged = merge(self.matching.registry, [&was, &now, &theirs], apart);
        let mut merged = merged.map_err(|error| failed(&error, meeting.source))?;
        diagnostics.extend(merged.doubt.take());
        if !merged.clashes.is_empty() {
            let conflict = Conflict { fields: merged.clashes, changed: run, is_gone: false };
            return Ok(Decision::Conflict(Box::new(conflict)).into());
        }
        let Merged { resource, kept, taken, .. } = merged;
        if same(&now, &resource) {
            diagnostics.push(self.kept(meeting, run.as_ref(), false));
            return Ok(Answered { coming: other(&theirs), ..kept_or((means.store)(stays(), diagnostics)).into() });
        }
        let both = BothChanged { kept, taken };
        diagnostics.push(self.merged(meeting, run.as_ref(), &both));
        let decision = means.store((means.again)(Arc::new(resource))?, diagnostics);
        Ok(Answered { coming: other(&theirs), merged: Some(both), ..decision.into() })
    }

    /// What came for it last from where the package comes from.
    fn base(&self, meeting: &Meeting<'_>) -> Result<Option<Base>, EnvironmentError> {
        self.matching.target.base(&meeting.existing.head.id, meeting.source, self.matching.source)
    }

    /// What is to be remembered of a resource that is there exactly as it comes.
    pub(super) fn unchanged(
        &self,
        meeting: &Meeting<'_>,
        theirs: &Resource,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Answered {
        let is_known =
            |base: &Base| base.resource.as_ref().is_none_or(|was| was.same_but_for(theirs, meeting.volatile));
        match self.base(meeting) {
            Ok(base) => {
                let coming = (!base.as_ref().is_some_and(is_known)).then_some(Coming::AsStored);
                Answered { coming, ..Decision::NoChange.into() }
            }
            Err(error) => {
                diagnostics.push(Diagnostic::error("P-TARGET", error.to_string()).about(meeting.source));
                Decision::Blocked.into()
            }
        }
    }

    /// A resource as it is when it is on or off: its handler may say so in its content.
    fn switched_to(&self, view: &SharedView, state: State) -> Result<SharedView, Vec<Diagnostic>> {
        if view.head.state == state {
            return Ok(view.clone());
        }
        match self.matching.registry.handler(&view.head) {
            Some((handler, _)) => {
                let edited = handler.edit(view, &[EditOp::SetState(state)]);
                Ok(Arc::new(view.edited(edited.map_err(|error| findings(error, &view.head.id))?)))
            }
            None => {
                let head = Head { state, ..view.head.clone() };
                Ok(Arc::new(Resource { head, parts: view.parts.clone() }))
            }
        }
    }
}

/// The target has it as it came last: what comes takes its place.
fn as_before(theirs: Offer, means: &Means<'_>, diagnostics: &mut Vec<Diagnostic>) -> Answered {
    let decision = means.store(theirs, diagnostics);
    let coming = matches!(decision, Decision::Store(_)).then_some(Coming::AsStored);
    Answered { coming, ..decision.into() }
}

/// Nothing to store, as the target's own stays.
fn kept_or(decision: Decision) -> Decision {
    if matches!(decision, Decision::NoChange) { Decision::Kept } else { decision }
}

fn failed(error: &Error, source: &ResourceId) -> Vec<Diagnostic> {
    match error.diagnostics() {
        [] => vec![Diagnostic::error("P-MERGE", format!("{source} cannot be merged: {error}")).about(source)],
        found => found.to_vec(),
    }
}

impl Matching<'_> {
    /// Who made the target's own change: the first run since then, else, where an import since then has kept it, the one before. None
    /// where nobody knows, as where files were edited after the last run.
    pub(super) fn changed_by(&self, id: &ResourceId, base: &Base) -> Result<Option<Run>, EnvironmentError> {
        if self.target.edited_since(id)? {
            return Ok(None);
        }
        let is_other = |run: &Run| run.package.as_ref().is_none_or(|package| package.source != self.source);
        let is_meant = |run: &Run| run.id > base.run.id || base.was_kept && is_other(run);
        Ok(self.target.runs_of(id)?.into_iter().find(is_meant))
    }
}
