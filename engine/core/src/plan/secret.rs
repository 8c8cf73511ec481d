//! What a plan does with the secrets of one resource. They are kept apart from it, and merge as its fields do: what was set in the
//! target since they came last stays, unless another one comes; then the user must choose. No value is shown.

use super::change::{Answered, Planning};
use super::link::Linked;
use super::said::Stays;
use super::{Coming, Conflict, Decision};
use crate::diff::Shown;
use crate::environment::EnvironmentError;
use crate::history::Run;
use crate::inspect::Inspected;
use crate::merge::Clash;
use crate::model::{Action, Diagnostic, Resource, ResourceId, SlotValue};
use crate::plugin::SharedView;
use crate::secrets::set_slots;
use crate::settings::Resolve;

/// The secrets of a resource that comes.
#[derive(Debug, Default)]
pub(super) struct Incoming {
    /// Those to be set: they are not kept in the target already.
    pub(super) fresh: Vec<SlotValue>,
    /// Slots of those that the target keeps.
    pub(super) kept: Vec<String>,
    /// Of those the ones that the user gives by name: they are set whatever the target has.
    pub(super) given: Vec<SlotValue>,
    /// All that come: what is to be remembered where something else is kept.
    came: Vec<SlotValue>,
    /// The resource as it came last, where that is not what is there.
    base: Option<Resource>,
    /// The target may have changed some that do not come: what came last of them is to be remembered.
    others_stay: bool,
    own: Own,
}

/// Secrets that the target changed since they came last, where others come.
#[derive(Debug, Default)]
struct Own {
    /// Who changed them; none where nobody knows.
    by: Option<Run>,
    /// Slots of those that stay.
    stay: Vec<String>,
    /// Slots of those that the package's take the place of.
    go: Vec<String>,
    /// Both sides changed them, and the user says nothing of it.
    clashes: Vec<Clash>,
    /// What the user says decided it.
    is_resolved: bool,
}

impl Planning<'_> {
    /// What becomes of the secrets that come with a resource.
    pub(super) fn incoming_secrets(
        &self,
        position: usize,
        linked: &Linked,
        inspected: &Inspected,
    ) -> Result<Incoming, EnvironmentError> {
        let target = self.matching.target;
        let mut incoming = Incoming { came: linked.secrets.clone(), ..Incoming::default() };
        let declares = inspected.inspection.secrets.iter().any(|secret| secret.declared);
        let Some(existing) = linked.existing.as_ref().filter(|_| declares) else {
            incoming.fresh = linked.secrets.clone();
            return Ok(incoming);
        };
        let id = &existing.head.id;
        incoming.kept = set_slots(&target.inspection(id)?).map(str::to_owned).collect();
        if linked.action == Some(Action::UseExisting) {
            return Ok(incoming);
        }
        let now = if linked.secrets.is_empty() { Vec::new() } else { target.secrets(id)? };
        incoming.fresh = linked.secrets.iter().filter(|secret| !now.contains(secret)).cloned().collect();
        let given = self.matching.answers.of.get(&position).map_or(&[][..], |answer| answer.secrets.as_slice());
        let is_given = |secret: &SlotValue| value(given, &secret.slot).is_some();
        incoming.given = incoming.fresh.iter().filter(|secret| is_given(secret)).cloned().collect();
        let (source, from) = (&inspected.view.head.id, self.matching.source);
        let Some(mut base) = target.base(id, source, from)?.filter(|base| base.resource.is_some()) else {
            return Ok(incoming);
        };
        incoming.base = base.resource.take();
        incoming.others_stay = incoming.kept.iter().any(|slot| value(&linked.secrets, slot).is_none());
        if incoming.fresh.iter().all(is_given) {
            return Ok(incoming);
        }
        let before = target.secrets_came(id, source, from)?;
        let is_own =
            |secret: &mut SlotValue| !is_given(secret) && value(&now, &secret.slot) != value(&before, &secret.slot);
        let others: Vec<SlotValue> = incoming.fresh.extract_if(.., is_own).collect();
        if others.is_empty() {
            return Ok(incoming);
        }
        let own = &mut incoming.own;
        own.by = self.matching.changed_by(id, &base)?;
        let resolve = linked.resolution.map(|resolution| resolution.resolve);
        own.is_resolved = resolve.is_some();
        for secret in others {
            let slot = secret.slot.clone();
            let comes_changed = value(&before, &slot) != secret.value.as_deref();
            match resolve {
                Some(Resolve::Take) => {
                    own.go.push(slot);
                    incoming.fresh.push(secret);
                }
                None if comes_changed => own.clashes.push(clash(slot, &before, &now)),
                Some(Resolve::Keep) | None => own.stay.push(slot),
            }
        }
        Ok(incoming)
    }

    /// What becomes of a resource together with its secrets.
    pub(super) fn with_secrets(
        &self,
        mut answered: Answered,
        linked: &Linked,
        source: &ResourceId,
        incoming: Incoming,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Answered {
        let Incoming { fresh, kept, came, base, others_stay, own, .. } = incoming;
        let Some(existing) = linked.existing.as_ref().filter(|_| answered.decision.is_settled()) else {
            return answered;
        };
        if !own.clashes.is_empty() {
            return in_conflict(answered.decision, own).into();
        }
        // Fields stay as they are, and what was to be set is not, or is: either way it came.
        let is_left = matches!(answered.decision, Decision::Kept) && !fresh.is_empty();
        let is_set = matches!(answered.decision, Decision::Store(_)) && !fresh.is_empty();
        let otherwise = !own.stay.is_empty() || is_left || others_stay;
        answered.coming = match answered.coming {
            Some(Coming::Other(resource, _)) => Some(Coming::Other(resource, came)),
            Some(Coming::AsStored) if otherwise => {
                Some(Coming::Other(Box::new(as_stored(&answered.decision, existing)), came))
            }
            None if is_left || is_set || !own.stay.is_empty() && own.is_resolved => {
                Some(Coming::Other(Box::new(base.unwrap_or_else(|| Resource::clone(existing))), came))
            }
            coming => coming,
        };
        if !own.stay.is_empty() {
            if matches!(answered.decision, Decision::NoChange) {
                answered.decision = Decision::Kept;
            }
            let unset = own.stay.iter().find(|slot| !kept.contains(slot)).map(String::as_str);
            let stays = Stays { by: own.by.as_ref(), is_resolved: own.is_resolved, unset };
            diagnostics.push(self.secret_stays(existing, source, &stays));
        }
        if !own.go.is_empty() {
            diagnostics.push(self.secret_goes(existing, source, own.by.as_ref()));
        }
        Answered { is_resolved: answered.is_resolved || own.is_resolved, ..answered }
    }

    /// A secret that the user gives to what is used as it is.
    pub(super) fn secret_without_use(
        &self,
        position: usize,
        inspected: &Inspected,
        action: &Action,
    ) -> Option<Diagnostic> {
        let given = self.matching.answers.of.get(&position).is_some_and(|answer| !answer.secrets.is_empty());
        if *action != Action::UseExisting || !given {
            return None;
        }
        let id = &inspected.view.head.id;
        let summary = format!("{id} is used as it is in the target, so that no secret of it is set");
        let help = "set it with `flowport secret set`, or choose another action";
        Some(Diagnostic::error("S-SECRET", summary).about(id).help(help))
    }
}

/// The raw text of the secret in a slot, where there is one.
fn value<'s>(secrets: &'s [SlotValue], slot: &str) -> Option<&'s str> {
    secrets.iter().find(|secret| secret.slot == slot)?.value.as_deref()
}

fn clash(slot: String, before: &[SlotValue], now: &[SlotValue]) -> Clash {
    let shown = |secrets: &[SlotValue]| value(secrets, &slot).map(|_| Shown::Secret);
    let (base, now) = (shown(before), shown(now));
    Clash { part: "secrets".to_owned(), path: slot, base, now, comes: Some(Shown::Secret) }
}

/// Fields and secrets are one conflict.
fn in_conflict(decision: Decision, own: Own) -> Decision {
    let mut conflict = match decision {
        Decision::Conflict(conflict) => *conflict,
        _ => Conflict { fields: Vec::new(), changed: own.by, is_gone: false },
    };
    conflict.fields.extend(own.clashes);
    Decision::Conflict(Box::new(conflict))
}

/// What is there after the import.
fn as_stored(decision: &Decision, existing: &SharedView) -> Resource {
    match decision {
        Decision::Store(outcome) => outcome.resource.clone(),
        _ => Resource::clone(existing),
    }
}

/// A plan shows that a secret is written, and never which.
pub(super) fn sets_secret(kept: &[String], id: &ResourceId, secret: &SlotValue) -> Diagnostic {
    let what = if kept.contains(&secret.slot) { "replaces a secret that is kept for it" } else { "brings a secret" };
    Diagnostic::info("P-SECRET", format!("{id}: the import {what}")).about(id).at(&secret.slot)
}
