//! Planning one resource: edit it so that it fits the target, ask its handler, compare with what is there.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::link::{Linked, Matching};
use super::notes::{left_out, missing};
use super::outcome::{Asked, answerable};
use super::said::nothing_to_resolve;
use super::three_way::{Means, Meeting, Offer};
use super::version;
use super::{BothChanged, Coming, Decision, Question};
use crate::decode::findings;
use crate::inspect::Inspected;
use crate::model::{Action, Change, Diagnostic, EditOp, Edited, Head, Origin, Resource, ResourceId, State, Strength};
use crate::plugin::{Reader, SharedView};
use crate::shell;

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
    pub(super) answered: Answered,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) needs: Vec<usize>,
}

/// What becomes of a resource.
pub(super) struct Answered {
    pub(super) decision: Decision,
    /// The one of the target that is this already, where that is another one than it was linked with.
    pub(super) same_as: Option<ResourceId>,
    pub(super) merged: Option<BothChanged>,
    pub(super) coming: Option<Coming>,
    /// What the user said of a conflict decided it.
    pub(super) is_resolved: bool,
}

impl From<Decision> for Answered {
    fn from(decision: Decision) -> Answered {
        Answered { decision, same_as: None, merged: None, coming: None, is_resolved: false }
    }
}

impl Planning<'_> {
    pub(super) fn plan(&self, position: usize, inspected: &Inspected) -> Result {
        let linked = &self.linked[position];
        let mut diagnostics = linked.diagnostics.clone();
        diagnostics.extend(inspected.inspection.diagnostics.iter().cloned());
        let mut needs = Vec::new();
        let ops = self.edits(linked, inspected, &mut needs, &mut diagnostics);
        diagnostics.extend(self.misfit(linked, inspected));
        let answered = self.answer(position, inspected, &ops, &mut diagnostics);
        if let (Decision::Conflict(conflict), Some(existing)) = (&answered.decision, &linked.existing) {
            diagnostics.push(self.in_conflict(existing, &inspected.view.head.id, conflict));
        }
        let stopped = diagnostics.iter().any(Diagnostic::is_error);
        if matches!(answered.decision, Decision::Store(_)) {
            diagnostics.extend(self.worth_knowing(inspected, &ops));
        }
        let is_asked = linked.gone.is_some() || matches!(answered.decision, Decision::Conflict(_));
        if !answered.is_resolved && !is_asked {
            diagnostics.extend(nothing_to_resolve(&inspected.view.head.id, linked.resolution));
        }
        let decision = match answered.decision {
            Decision::Store(_) | Decision::NoChange | Decision::Kept | Decision::UseExisting if stopped => {
                Decision::Blocked
            }
            decision => decision,
        };
        if matches!(decision, Decision::UseExisting | Decision::Kept | Decision::Skip) {
            // What the target's own resource needs is the target's business.
            needs.clear();
        }
        Result { answered: Answered { decision, ..answered }, diagnostics, needs }
    }

    /// What becomes of it.
    fn answer(
        &self,
        position: usize,
        inspected: &Inspected,
        ops: &[EditOp],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Answered {
        let linked = &self.linked[position];
        let Some(action) = &linked.action else {
            return linked.question.clone().map_or(Decision::Blocked, Decision::Question).into();
        };
        if let Some(answered) = self.gone(linked, inspected, ops, diagnostics) {
            return answered;
        }
        diagnostics.extend(self.secret_without_use(position, inspected, action));
        if *action == Action::Skip {
            diagnostics.clone_from(&linked.diagnostics);
            return Decision::Skip.into();
        }
        let Some((handler, info)) = self.matching.registry.handler(&inspected.view.head) else {
            return self.carry(action, linked, inspected, diagnostics);
        };
        match self.incoming_secrets(position, linked, inspected) {
            Ok(incoming) => {
                let (secrets, given, kept) = (&incoming.fresh, &incoming.given, &incoming.kept);
                let asked = Asked { handler, info, action, linked, ops, secrets, given, kept };
                let answered = self.ask(&asked, inspected, diagnostics);
                self.with_secrets(answered, linked, &inspected.view.head.id, incoming, diagnostics)
            }
            Err(error) => {
                diagnostics.push(Diagnostic::error("P-SECRETS", error.to_string()).about(&inspected.view.head.id));
                Decision::Blocked.into()
            }
        }
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
    fn ask(&self, asked: &Asked<'_>, inspected: &Inspected, diagnostics: &mut Vec<Diagnostic>) -> Answered {
        let id = &inspected.view.head.id;
        let incoming = match asked.edited(&inspected.view) {
            Ok(incoming) => incoming,
            Err(found) => {
                diagnostics.extend(found);
                return Decision::Blocked.into();
            }
        };
        let existing = asked.linked.existing.as_ref();
        let meeting = existing.map(|existing| Meeting {
            linked: asked.linked,
            existing,
            source: id,
            volatile: &asked.info.volatile,
        });
        if let Some(meeting) = meeting.as_ref().filter(|_| asked.secrets.is_empty())
            && self.is_there(asked, meeting.existing, &incoming)
        {
            return self.unchanged(meeting, &incoming, diagnostics);
        }
        if *asked.action == Action::NewVersion && existing.is_none() {
            match version::same(self.matching.target, asked.handler, asked.info, &incoming) {
                Ok(None) => {}
                Ok(Some(same)) => {
                    let summary = format!("{same} is this already; no further version is made of it");
                    let finding = Diagnostic::info("P-SAME", summary).about(id);
                    diagnostics.push(if self.publish {
                        finding.help(format!("to make it the live one: flowport publish ENV {}", shell::word(&same)))
                    } else {
                        finding
                    });
                    return Answered { same_as: Some(same), ..Decision::NoChange.into() };
                }
                Err(found) => {
                    diagnostics.extend(found);
                    return Decision::Blocked.into();
                }
            }
        }
        let Change { action, allowed, outcome, diagnostics: found } = match self.change(asked, &incoming, id) {
            Ok(change) => change,
            Err(found) => {
                diagnostics.extend(found);
                return Decision::Blocked.into();
            }
        };
        if let (Some(action), Some(edited)) = (&action, &outcome)
            && *action != Action::Skip
        {
            let offer = self.offer(asked, &incoming, edited.clone(), found);
            let given = Asked { secrets: asked.given, ..*asked };
            let means = Means {
                store: &|resource, diagnostics| self.outcome(asked, action.clone(), resource, inspected, diagnostics),
                keep: &|resource, diagnostics| self.outcome(&given, action.clone(), resource, inspected, diagnostics),
                again: &|merged| match self.change(asked, &merged, id)? {
                    Change { outcome: Some(edited), diagnostics: found, .. } => {
                        Ok(self.offer(asked, &merged, edited, found))
                    }
                    Change { diagnostics: found, .. } => Ok(Offer { resource: Arc::unwrap_or_clone(merged), found }),
                },
            };
            return self.take(meeting.as_ref(), offer, &means, diagnostics);
        }
        diagnostics.extend(found);
        let decision = match (action, outcome) {
            (None, _) if existing.is_some() => {
                Decision::Question(Question { allowed, candidates: Vec::new(), is_known: true })
            }
            (None, _) => Decision::Question(self.question(inspected, allowed)),
            (Some(Action::Skip), _) => Decision::Skip,
            (Some(Action::UseExisting), None) => Decision::UseExisting,
            (Some(_), _) => match &meeting {
                Some(meeting) => return self.unchanged(meeting, meeting.existing, diagnostics),
                None => Decision::NoChange,
            },
        };
        decision.into()
    }

    /// What its handler says of a resource that comes in.
    fn change(
        &self,
        asked: &Asked<'_>,
        incoming: &SharedView,
        source: &ResourceId,
    ) -> std::result::Result<Change, Vec<Diagnostic>> {
        let existing = asked.linked.existing.as_ref();
        let change = asked.handler.plan(incoming, existing, Some(asked.action), self.overlay);
        let mut change = change.map_err(|error| findings(error, source))?;
        answerable(&mut change.diagnostics, &incoming.head.id, source);
        Ok(change)
    }

    fn offer(&self, asked: &Asked<'_>, incoming: &SharedView, edited: Edited, mut found: Vec<Diagnostic>) -> Offer {
        let resource = self.switched(asked, incoming.edited(edited), &mut found);
        Offer { resource, found }
    }

    /// A kind that no plugin handles is carried untouched: stored as it came.
    fn carry(
        &self,
        action: &Action,
        linked: &Linked,
        inspected: &Inspected,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Answered {
        let existing = linked.existing.as_ref();
        match (action, existing) {
            (Action::UseExisting, Some(_)) => return Decision::UseExisting.into(),
            (Action::UseExisting, None) => {
                return Decision::Question(self.question(inspected, vec![Action::Create, Action::Skip])).into();
            }
            _ => {}
        }
        let mut resource = Resource::clone(&inspected.view);
        if let Some(existing) = existing {
            resource.head.id = existing.head.id.clone();
        }
        let source = &inspected.view.head.id;
        let meeting = existing.map(|existing| Meeting { linked, existing, source, volatile: &[] });
        let means = Means {
            store: &|resource, _| self.carried(resource, linked, inspected),
            keep: &|_, _| Decision::Kept,
            again: &|merged| Ok(Offer { resource: Arc::unwrap_or_clone(merged), found: Vec::new() }),
        };
        self.take(meeting.as_ref(), Offer { resource, found: Vec::new() }, &means, diagnostics)
    }

    /// Takes what is new as it comes, and settles what is there with it.
    fn take(
        &self,
        meeting: Option<&Meeting<'_>>,
        offer: Offer,
        means: &Means<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Answered {
        match meeting {
            Some(meeting) => self.settle(meeting, offer, means, diagnostics),
            None => Answered { coming: Some(Coming::AsStored), ..means.store(offer, diagnostics).into() },
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
    fn switched(&self, asked: &Asked<'_>, resource: Resource, diagnostics: &mut Vec<Diagnostic>) -> Resource {
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
}
