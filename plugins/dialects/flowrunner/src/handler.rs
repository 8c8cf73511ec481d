use flowport_plugin::{
    Action, Change, EditOp, Edited, Failure, Handler, Inspection, KindInfo, Reader, SlotValue, Traits, View,
};

use crate::{DIALECT, FLOW, PART, edit, inspect, plan};

/// Knows the flows of Backendless FlowRunner.
pub struct Flows;

impl Handler for Flows {
    fn kinds() -> Vec<KindInfo> {
        let actions = [Action::Create, Action::NewVersion, Action::UseExisting, Action::Skip];
        let flow = KindInfo::new(FLOW, DIALECT)
            .title("flow", "flows")
            .actions(&actions)
            .traits(Traits::VERSIONED | Traits::ACTIVATED)
            .key(PART, "/elements", "id")
            .key(PART, "/subflows/*/elements", "id")
            .key(PART, "/subFlows/*/elements", "id");
        vec![flow]
    }

    fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
        inspect::inspect(subject)
    }

    fn secret_values(subject: &dyn View, slots: &[String]) -> Result<Vec<SlotValue>, Failure> {
        edit::secret_values(subject, slots)
    }

    fn edit(subject: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
        edit::edit(subject, ops)
    }

    fn plan(
        incoming: &dyn View,
        existing: Option<&dyn View>,
        action: Option<Action>,
        _target: &dyn Reader,
    ) -> Result<Change, Failure> {
        Ok(plan::plan(incoming, existing, action))
    }
}
