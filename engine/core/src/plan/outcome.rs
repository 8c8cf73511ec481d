//! What will be stored, and what is asked before.

use std::sync::Arc;

use super::change::Planning;
use super::link::Linked;
use super::secret::sets_secret;
use super::version;
use super::{Decision, Existing, Outcome, Question};
use crate::decode::findings;
use crate::inspect::{Inspected, inspect};
use crate::model::{Action, Diagnostic, EditOp, Edited, Inspection, KindInfo, Resource, ResourceId, SlotValue, State};
use crate::plugin::{Handler, SharedView};
use crate::secrets::{keep_places, mark_set};
use crate::shell;

/// What a handler is asked.
pub(super) struct Asked<'a> {
    pub(super) handler: &'a Arc<dyn Handler>,
    pub(super) info: &'a KindInfo,
    pub(super) action: &'a Action,
    pub(super) linked: &'a Linked,
    pub(super) ops: &'a [EditOp],
    /// Secrets that come with it and are not kept in the target already.
    pub(super) secrets: &'a [SlotValue],
    /// Of those the ones that the user gives by name.
    pub(super) given: &'a [SlotValue],
    /// Slots of secrets that the target keeps already.
    pub(super) kept: &'a [String],
}

impl Asked<'_> {
    /// The incoming resource, made to fit. A resource that is used as it is needs no fitting.
    pub(super) fn edited(&self, view: &SharedView) -> Result<SharedView, Vec<Diagnostic>> {
        if self.ops.is_empty() || *self.action == Action::UseExisting {
            return Ok(view.clone());
        }
        let edited: Edited = self.handler.edit(view, self.ops).map_err(|error| findings(error, &view.head.id))?;
        Ok(Arc::new(view.edited(edited)))
    }
}

impl Planning<'_> {
    /// A resource as it will be; no change where the target has exactly that already.
    pub(super) fn outcome(
        &self,
        asked: &Asked<'_>,
        action: Action,
        resource: Resource,
        source: &Inspected,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Decision {
        let existing = asked.linked.existing.as_ref();
        let same = existing.is_some_and(|existing| existing.same_but_for(&resource, &asked.info.volatile));
        if same && asked.secrets.is_empty() && existing.is_some_and(|it| it.head.state == resource.head.state) {
            return Decision::NoChange;
        }
        if let Some(existing) = existing.filter(|_| !same || !asked.secrets.is_empty()) {
            diagnostics.extend(self.also_used(existing));
        }
        diagnostics.extend(asked.secrets.iter().map(|secret| sets_secret(asked.kept, &resource.head.id, secret)));
        let untouched = resource.same_content(&source.view);
        let inspected = if untouched { source.clone() } else { inspect(self.matching.registry, resource.clone()) };
        if !untouched {
            // What is wrong with the outcome and was not with the source.
            let fresh = inspected
                .inspection
                .diagnostics
                .iter()
                .filter(|diagnostic| diagnostic.is_error() && !diagnostics.contains(diagnostic));
            let fresh: Vec<Diagnostic> = fresh.cloned().collect();
            diagnostics.extend(fresh);
        }
        let was_on = existing.is_some_and(|existing| existing.head.state == State::Published);
        let is_on = resource.head.state == State::Published;
        let activated = asked.info.traits.activated;
        let mut inspection = inspected.inspection;
        inspection.diagnostics.clear();
        mark_set(&mut inspection, asked.secrets.iter().map(|secret| secret.slot.as_str()));
        mark_set(&mut inspection, asked.kept.iter().map(String::as_str));
        if activated && is_on && !was_on {
            diagnostics.extend(version::other_live(self.matching.target, asked.info, &resource.head.id));
        }
        Decision::Store(Box::new(Outcome {
            action: if existing.is_some() || action == Action::NewVersion { action } else { Action::Create },
            resource,
            inspection,
            secrets: asked.secrets.to_vec(),
            replaces: existing.map(Existing::of),
            activates: activated && is_on && !was_on,
        }))
    }

    pub(super) fn question(&self, inspected: &Inspected, allowed: Vec<Action>) -> Question {
        let candidates = self.matching.candidates(&inspected.view.head, &self.uses(inspected));
        Question { allowed, candidates, is_known: false }
    }

    /// Of a kind that no plugin handles: stored as it is.
    pub(super) fn carried(&self, resource: Resource, linked: &Linked, inspected: &Inspected) -> Decision {
        let existing = linked.existing.as_ref();
        if existing.is_some_and(|existing| existing.same_content(&resource)) {
            return Decision::NoChange;
        }
        let mut inspection = Inspection { diagnostics: Vec::new(), ..inspected.inspection.clone() };
        if let Some(known) = existing.and_then(|it| self.matching.target.inspection(&it.head.id).ok()) {
            keep_places(&mut inspection, known);
        }
        Decision::Store(Box::new(Outcome {
            action: if existing.is_some() { Action::Overwrite } else { Action::Create },
            inspection,
            resource,
            secrets: Vec::new(),
            replaces: existing.map(Existing::of),
            activates: false,
        }))
    }
}

/// Answers name a resource as the package does, also where its handler saw it under the id that it will have.
pub(super) fn answerable(found: &mut [Diagnostic], seen: &ResourceId, source: &ResourceId) {
    if seen != source {
        let begun = |id: &ResourceId| shell::word(format!("{id}=")).trim_end_matches('\'').to_owned();
        let (seen, source) = (begun(seen), begun(source));
        found.iter_mut().filter_map(|it| it.help.as_mut()).for_each(|help| *help = help.replace(&seen, &source));
    }
}
