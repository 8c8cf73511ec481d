//! What a plan does with the secrets of one resource.

use super::change::Planning;
use super::link::Linked;
use crate::environment::EnvironmentError;
use crate::inspect::Inspected;
use crate::model::{Action, Diagnostic, ResourceId, SlotValue};
use crate::secrets::set_slots;

impl Planning<'_> {
    /// The secrets that come with a resource and are not kept already, and the slots of those that are kept.
    pub(super) fn fresh_secrets(
        &self,
        linked: &Linked,
        inspected: &Inspected,
    ) -> Result<(Vec<SlotValue>, Vec<String>), EnvironmentError> {
        let declares = inspected.inspection.secrets.iter().any(|secret| secret.declared);
        let Some(existing) = linked.existing.as_ref().filter(|_| declares) else {
            return Ok((linked.secrets.clone(), Vec::new()));
        };
        let known = self.matching.target.inspection(&existing.head.id)?;
        let kept: Vec<String> = set_slots(&known).map(str::to_owned).collect();
        if linked.secrets.is_empty() || linked.action == Some(Action::UseExisting) {
            return Ok((Vec::new(), kept));
        }
        let values = self.matching.target.secrets(&existing.head.id)?;
        Ok((linked.secrets.iter().filter(|secret| !values.contains(secret)).cloned().collect(), kept))
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

/// A plan shows that a secret is written, and never which.
pub(super) fn sets_secret(kept: &[String], id: &ResourceId, secret: &SlotValue) -> Diagnostic {
    let what = if kept.contains(&secret.slot) { "replaces a secret that is kept for it" } else { "brings a secret" };
    Diagnostic::info("P-SECRET", format!("{id}: the import {what}")).about(id).at(&secret.slot)
}
