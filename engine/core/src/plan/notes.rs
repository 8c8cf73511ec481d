//! What a plan says of a resource beside what it does: what comes along, who else is concerned, what does not fit or is missing.

use std::collections::BTreeSet;

use super::change::Planning;
use super::link::Linked;
use crate::inspect::Inspected;
use crate::model::{Action, Diagnostic, EditOp, Head, ResourceId, Strength};
use crate::plugin::SharedView;
use crate::shell;

impl Planning<'_> {
    /// What comes along from the source environment: values bound to it, and secrets.
    pub(super) fn worth_knowing(&self, inspected: &Inspected, ops: &[EditOp]) -> Vec<Diagnostic> {
        let id = &inspected.view.head.id;
        let changed = |slot: &str, value: &str| {
            ops.iter().any(|op| matches!(op, EditOp::SetLiteral { slot: at, old, .. } if at == slot && old == value))
        };
        let left = inspected.inspection.literals.iter().filter(|literal| !changed(&literal.slot, &literal.value));
        let left: BTreeSet<String> = left.map(|literal| format!("{} {}", literal.class, literal.value)).collect();
        let mut found = Vec::new();
        if !left.is_empty() {
            let shown: Vec<&str> = left.iter().take(3).map(String::as_str).collect();
            let more = if left.len() > 3 { format!(" and {} more", left.len() - 3) } else { String::new() };
            let summary = format!("{id} keeps values of its source environment: {}{more}", shown.join(", "));
            let help = "if they differ in the target, write them under [replace] in a settings file";
            found.push(Diagnostic::info("P-BOUND", summary).about(id).help(help));
        }
        for secret in inspected.inspection.secrets.iter().filter(|secret| !secret.declared && secret.is_set) {
            let summary = format!("{id} ({}) seems to hold a secret: {}", inspected.view.head.name, secret.label);
            found.push(Diagnostic::warning("E-FOUND", summary).about(id).at(&secret.slot));
        }
        found
    }

    /// What of the target uses an existing resource and is not brought along: it gets the changed one as well.
    pub(super) fn also_used(&self, existing: &SharedView) -> Option<Diagnostic> {
        let Head { id, name, .. } = &existing.head;
        let referrers = self.matching.target.referrers(id).unwrap_or_default();
        let others = referrers.into_iter().map(|referrer| referrer.from).filter(|from| !self.touched.contains(from));
        let others: BTreeSet<ResourceId> = others.collect();
        if others.is_empty() {
            return None;
        }
        let mut named: Vec<(bool, String)> = others.iter().map(|other| self.matching.named(other)).collect();
        named.sort();
        let shown: Vec<&str> = named.iter().take(3).map(|(_, named)| named.as_str()).collect();
        let more = if named.len() > 3 { format!(" and {} more", named.len() - 3) } else { String::new() };
        let summary =
            format!("{id} ({name}) is also used by {}{more}, which this import does not bring", shown.join(", "));
        let leave = shell::word(format!("{id}=use-existing"));
        let help = format!("they will use the changed one; to leave it as it is: --setup {leave}");
        Some(Diagnostic::warning("P-SHARED", summary).about(id).help(help))
    }

    /// A stand-in that belongs to something else: the connection of another connector.
    pub(super) fn misfit(&self, linked: &Linked, inspected: &Inspected) -> Option<Diagnostic> {
        let existing = linked.existing.as_ref().filter(|_| linked.action == Some(Action::UseExisting))?;
        let wanted = self.uses(inspected);
        let found = self.matching.uses(&existing.head.id, &wanted);
        let other = found.first().filter(|_| !found.iter().any(|id| wanted.contains(id)))?;
        let (id, stand_in) = (&inspected.view.head.id, &existing.head.id);
        let needed = wanted.iter().find(|id| id.kind == other.kind)?;
        let summary = format!("{stand_in} cannot stand in for {id}: it belongs to {other}, and {needed} is needed");
        Some(Diagnostic::error("P-OTHER", summary).about(id).help(format!("map {id} to one that belongs to {needed}")))
    }
}

pub(super) fn missing(from: &ResourceId, slot: &str, id: &ResourceId, strength: Strength) -> Diagnostic {
    let summary = format!("{from} needs {id}, which is neither in the package nor in the target");
    lacks(strength, summary).about(from).at(slot).help(format!("map it: {}", map(id)))
}

pub(super) fn left_out(from: &ResourceId, slot: &str, id: &ResourceId, strength: Strength) -> Diagnostic {
    let summary = format!("{from} needs {id}, which is left out and not in the target");
    let skip = shell::word(format!("{from}=skip"));
    let help = format!("map it: {}, or leave {from} out too: --setup {skip}", map(id));
    lacks(strength, summary).about(from).at(slot).help(help)
}

fn map(id: &ResourceId) -> String {
    format!("--map {}", shell::word(format!("{id}={}/…", id.kind)))
}

fn lacks(strength: Strength, summary: String) -> Diagnostic {
    match strength {
        Strength::Required => Diagnostic::error("P-MISSING", summary),
        Strength::Optional => Diagnostic::warning("P-MISSING", summary),
    }
}
