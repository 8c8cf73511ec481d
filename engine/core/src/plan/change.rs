//! Planning one resource: edit it so that it fits the target, ask its handler, compare with what is there.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::link::{Linked, Matching};
use super::notes::{left_out, missing};
use super::secret::sets_secret;
use super::version;
use super::{Decision, Existing, Outcome, Question};
use crate::decode::findings;
use crate::inspect::{Inspected, inspect};
use crate::model::{
    Action, Change, Diagnostic, EditOp, Edited, Head, KindInfo, Origin, ResourceId, SlotValue, State, Strength,
};
use crate::plugin::{Handler, Reader, SharedView};
use crate::secrets::{keep_places, mark_set};

/// What planning one resource needs to look at.
pub(super) struct Planning<'a> {
    pub(super) matching: &'a Matching<'a>,
    /// The package, in its order, and where each of it goes.
    pub(super) inspected: &'a [Inspected],
    pub(super) linked: &'a [Linked],
    pub(super) positions: &'a HashMap<&'a ResourceId, usize>,
    pub(super) overlay: &'a Arc<dyn Reader>,
    /// Heads of resources outside the package that references lead to, by what they were called in the source.
    pub(super) outside: &'a HashMap<ResourceId, Head>,
    /// What the import may change: the heads after it.
    pub(super) touched: &'a HashSet<&'a ResourceId>,
    pub(super) publish: bool,
}

/// One resource, planned.
pub(super) struct Result {
    pub(super) decision: Decision,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) needs: Vec<usize>,
    /// The one of the target that is this already, where that is another one than it was linked with.
    pub(super) same_as: Option<ResourceId>,
}

impl Planning<'_> {
    pub(super) fn plan(&self, position: usize, inspected: &Inspected) -> Result {
        let linked = &self.linked[position];
        let mut diagnostics = linked.diagnostics.clone();
        diagnostics.extend(inspected.inspection.diagnostics.iter().cloned());
        let mut needs = Vec::new();
        let ops = self.edits(linked, inspected, &mut needs, &mut diagnostics);
        diagnostics.extend(self.misfit(linked, inspected));
        let Some(action) = &linked.action else {
            let decision = linked.question.clone().map_or(Decision::Blocked, Decision::Question);
            return Result { decision, diagnostics, needs, same_as: None };
        };
        diagnostics.extend(self.secret_without_use(position, inspected, action));
        if *action == Action::Skip {
            let diagnostics = linked.diagnostics.clone();
            return Result { decision: Decision::Skip, diagnostics, needs: Vec::new(), same_as: None };
        }
        let mut same_as = None;
        let decision = match self.matching.registry.handler(&inspected.view.head) {
            Some((handler, info)) => {
                let (secrets, kept) = match self.fresh_secrets(linked, inspected) {
                    Ok(secrets) => secrets,
                    Err(error) => {
                        let summary = error.to_string();
                        diagnostics.push(Diagnostic::error("P-SECRETS", summary).about(&inspected.view.head.id));
                        return Result { decision: Decision::Blocked, diagnostics, needs, same_as: None };
                    }
                };
                let asked = Asked { handler, info, action, linked, ops: &ops, secrets: &secrets, kept: &kept };
                self.ask(&asked, inspected, &mut diagnostics, &mut same_as)
            }
            None => self.carry(action, linked, inspected),
        };
        let stopped = diagnostics.iter().any(Diagnostic::is_error);
        if matches!(decision, Decision::Store(_)) {
            diagnostics.extend(self.worth_knowing(inspected, &ops));
        }
        let decision = match decision {
            Decision::Store(_) | Decision::NoChange | Decision::UseExisting if stopped => Decision::Blocked,
            decision => decision,
        };
        if matches!(decision, Decision::UseExisting) {
            // What the target's own resource needs is the target's business.
            needs.clear();
        }
        Result { decision, diagnostics, needs, same_as }
    }

    /// What must change in the resource so that it fits the target.
    fn edits(
        &self,
        linked: &Linked,
        inspected: &Inspected,
        needs: &mut Vec<usize>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<EditOp> {
        let head = &inspected.view.head;
        let mut ops = Vec::new();
        for reference in &inspected.inspection.references {
            let Some(id) = reference.known() else { continue };
            let to = match self.positions.get(id) {
                Some(position) if self.linked[*position].is_left_out() => {
                    diagnostics.push(left_out(&head.id, &reference.slot, id, reference.strength));
                    continue;
                }
                Some(position) => {
                    if reference.strength == Strength::Required && *id != head.id {
                        needs.push(*position);
                    }
                    &self.linked[*position].head
                }
                None => match self.outside.get(id) {
                    Some(head) => head,
                    None => {
                        diagnostics.push(missing(&head.id, &reference.slot, id, reference.strength));
                        continue;
                    }
                },
            };
            let before = self.positions.get(id).map(|position| &self.inspected[*position].view.head);
            let is_other = |before: &Head| before.attributes != to.attributes || before.name != to.name;
            if to.id != *id || before.is_some_and(is_other) {
                ops.push(EditOp::Relink { slot: reference.slot.clone(), to: Box::new(to.clone()) });
            }
        }
        ops.extend(self.matching.answers.replacements(&inspected.inspection.literals));
        if linked.head.name != head.name && linked.renamed {
            ops.push(EditOp::Rename(linked.head.name.clone()));
        }
        // Of kinds with versions the content says which one it is.
        let is_named_within = linked.head.id.version.is_some();
        if (linked.existing.is_none() || is_named_within) && (linked.head.id != head.id || linked.is_copy) {
            ops.push(EditOp::SetId(linked.head.id.clone()));
        }
        ops
    }

    /// Lets the handler plan.
    fn ask(
        &self,
        asked: &Asked<'_>,
        inspected: &Inspected,
        diagnostics: &mut Vec<Diagnostic>,
        same_as: &mut Option<ResourceId>,
    ) -> Decision {
        let id = &inspected.view.head.id;
        let incoming = match asked.edited(&inspected.view) {
            Ok(incoming) => incoming,
            Err(found) => {
                diagnostics.extend(found);
                return Decision::Blocked;
            }
        };
        let existing = asked.linked.existing.as_ref();
        if asked.secrets.is_empty() && existing.is_some_and(|existing| self.is_there(asked, existing, &incoming)) {
            return Decision::NoChange;
        }
        if *asked.action == Action::NewVersion && existing.is_none() {
            match version::same(self.matching.target, asked.handler, asked.info, &incoming) {
                Ok(None) => {}
                Ok(Some(same)) => {
                    let summary = format!("{same} is this already; no further version is made of it");
                    let finding = Diagnostic::info("P-SAME", summary).about(id);
                    diagnostics.push(if self.publish {
                        finding.help(format!("to make it the live one: flowport publish ENV '{same}'"))
                    } else {
                        finding
                    });
                    *same_as = Some(same);
                    return Decision::NoChange;
                }
                Err(found) => {
                    diagnostics.extend(found);
                    return Decision::Blocked;
                }
            }
        }
        let change = match asked.handler.plan(&incoming, existing, Some(asked.action), self.overlay) {
            Ok(change) => change,
            Err(error) => {
                diagnostics.extend(findings(error, id));
                return Decision::Blocked;
            }
        };
        let Change { action, allowed, outcome, diagnostics: mut found } = change;
        answerable(&mut found, &incoming.head.id, id);
        diagnostics.extend(found);
        match (action, outcome) {
            (None, _) if existing.is_some() => {
                Decision::Question(Question { allowed, candidates: Vec::new(), is_known: true })
            }
            (None, _) => Decision::Question(self.question(inspected, allowed)),
            (Some(Action::Skip), _) => Decision::Skip,
            (Some(Action::UseExisting), None) => Decision::UseExisting,
            (Some(_), None) => Decision::NoChange,
            (Some(action), Some(edited)) => {
                let resource = self.switched(asked, incoming.edited(edited), diagnostics);
                self.outcome(asked, action, resource, inspected, diagnostics)
            }
        }
    }

    /// True where the target has exactly what would be stored, so that its handler need not be asked. Most of a second import
    /// is of this kind.
    fn is_there(&self, asked: &Asked<'_>, existing: &SharedView, incoming: &SharedView) -> bool {
        let replaces = matches!(asked.action, Action::Create | Action::Update | Action::Merge | Action::Overwrite);
        let state = existing.head.state;
        let stays = if asked.info.traits.activated {
            !self.publish || state == State::Published
        } else {
            state == incoming.head.state
        };
        replaces && stays && existing.same_but_for(incoming, &asked.info.volatile)
    }

    /// New ones arrive switched off, existing ones as their handler says, `--publish` switches on.
    fn switched(
        &self,
        asked: &Asked<'_>,
        resource: crate::model::Resource,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> crate::model::Resource {
        if !asked.info.traits.activated {
            return resource;
        }
        // What becomes of an existing one its handler has said.
        let unasked = asked.linked.existing.as_ref().map_or(State::Draft, |_| resource.head.state);
        let wanted = if self.publish { State::Published } else { unasked };
        if resource.head.state == wanted {
            return resource;
        }
        let view = Arc::new(resource);
        match asked.handler.edit(&view, &[EditOp::SetState(wanted)]) {
            Ok(edited) => view.edited(edited),
            Err(error) => {
                diagnostics.extend(findings(error, &view.head.id));
                Arc::unwrap_or_clone(view)
            }
        }
    }

    fn outcome(
        &self,
        asked: &Asked<'_>,
        action: Action,
        resource: crate::model::Resource,
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

    fn question(&self, inspected: &Inspected, allowed: Vec<Action>) -> Question {
        let candidates = self.matching.candidates(&inspected.view.head, &self.uses(inspected));
        Question { allowed, candidates, is_known: false }
    }

    /// What a stand-in for this resource must use as well: what its references lead to in the target, or may lead to where that
    /// is still a question.
    pub(super) fn uses(&self, inspected: &Inspected) -> Vec<ResourceId> {
        let references = inspected.inspection.references.iter();
        let known = references.filter(|reference| reference.strength == Strength::Required).filter_map(|it| it.known());
        known
            .flat_map(|id| match self.positions.get(id).map(|position| &self.linked[*position]) {
                None => vec![id.clone()],
                Some(linked) if linked.existing.is_none() && linked.head.origin == Origin::Custom => {
                    let candidates = self.matching.candidates(&linked.head, &[]).into_iter();
                    std::iter::once(linked.head.id.clone()).chain(candidates.map(|candidate| candidate.id)).collect()
                }
                Some(linked) => vec![linked.head.id.clone()],
            })
            .collect()
    }

    /// A kind that no plugin handles is carried untouched: stored as it came.
    fn carry(&self, action: &Action, linked: &Linked, inspected: &Inspected) -> Decision {
        let existing = linked.existing.as_ref();
        match (action, existing) {
            (Action::UseExisting, Some(_)) => Decision::UseExisting,
            (Action::UseExisting, None) => {
                Decision::Question(self.question(inspected, vec![Action::Create, Action::Skip]))
            }
            (_, Some(existing)) if existing.same_content(&inspected.view) => Decision::NoChange,
            _ => {
                let mut resource = crate::model::Resource::clone(&inspected.view);
                if let Some(existing) = existing {
                    resource.head.id = existing.head.id.clone();
                }
                let mut inspection =
                    crate::model::Inspection { diagnostics: Vec::new(), ..inspected.inspection.clone() };
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
    }
}

/// Answers name a resource as the package does, also where its handler saw it under the id that it will have.
fn answerable(found: &mut [Diagnostic], seen: &ResourceId, source: &ResourceId) {
    if seen != source {
        let (seen, source) = (format!("'{seen}="), format!("'{source}="));
        found.iter_mut().filter_map(|it| it.help.as_mut()).for_each(|help| *help = help.replace(&seen, &source));
    }
}

/// What a handler is asked.
struct Asked<'a> {
    handler: &'a Arc<dyn Handler>,
    info: &'a KindInfo,
    action: &'a Action,
    linked: &'a Linked,
    ops: &'a [EditOp],
    /// Secrets that come with it and are not kept in the target already.
    secrets: &'a [SlotValue],
    /// Slots of secrets that the target keeps already.
    kept: &'a [String],
}

impl Asked<'_> {
    /// The incoming resource, made to fit. A resource that is used as it is needs no fitting.
    fn edited(&self, view: &SharedView) -> std::result::Result<SharedView, Vec<Diagnostic>> {
        if self.ops.is_empty() || *self.action == Action::UseExisting {
            return Ok(view.clone());
        }
        let edited: Edited = self.handler.edit(view, self.ops).map_err(|error| findings(error, &view.head.id))?;
        Ok(Arc::new(view.edited(edited)))
    }
}
