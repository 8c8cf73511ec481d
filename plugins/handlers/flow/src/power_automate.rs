//! Flows of Power Automate.

use flowport_plugin::{
    Action, Change, EditOp, Edited, Failure, Handler, Inspection, KindInfo, Reader, SlotValue, Traits, View,
    plan_by_rule,
};
use flowport_power_automate::{DEFINITION, DIALECT, FLOW, flow};

use crate::{ACTIONS, replaced};

pub(crate) struct PowerAutomate;

impl Handler for PowerAutomate {
    fn kinds() -> Vec<KindInfo> {
        let kind = KindInfo::new(FLOW, DIALECT)
            .title("flow", "flows")
            .actions(&ACTIONS)
            .traits(Traits::OWNED | Traits::ACTIVATED | Traits::GENERATED_IDS)
            .volatile(&format!("{DEFINITION}#/properties/definition/metadata/clientLastModifiedTime"));
        vec![kind]
    }

    fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
        flow::inspect(subject)
    }

    fn secret_values(subject: &dyn View, slots: &[String]) -> Result<Vec<SlotValue>, Failure> {
        flow::secret_values(subject, slots)
    }

    fn edit(subject: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
        flow::edit(subject, ops)
    }

    fn plan(
        incoming: &dyn View,
        existing: Option<&dyn View>,
        action: Option<Action>,
        _target: &dyn Reader,
    ) -> Result<Change, Failure> {
        let mut change = plan_by_rule(incoming, existing, action);
        if let Some(existing) = replaced(incoming, existing, &change)
            && let Some(outcome) = change.outcome.take()
        {
            change.outcome = Some(flow::keep_identity(incoming, existing, outcome)?);
        }
        Ok(change)
    }
}
