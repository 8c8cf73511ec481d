use flowport_plugin::{
    Action, Change, EditOp, Edited, Failure, Handler, Inspection, KindInfo, Reader, SlotValue, State, View,
};

use crate::inspect::needs_update;
use crate::names::{CONNECTOR, ELEMENT_PART};

/// Knows connectors of Boomi Flow. One that an import brings is a draft until somebody has updated it in the product.
pub struct Connectors;

impl Handler for Connectors {
    fn kinds() -> Vec<KindInfo> {
        let info = super::element_info(CONNECTOR, ("connector", "connectors"));
        vec![info.key(ELEMENT_PART, "/actions", "id").key(ELEMENT_PART, "/configurationValues", "id")]
    }

    fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
        crate::inspect(subject)
    }

    fn secret_values(subject: &dyn View, slots: &[String]) -> Result<Vec<SlotValue>, Failure> {
        crate::secret_values(subject, slots)
    }

    fn edit(subject: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
        crate::edit(subject, ops)
    }

    fn plan(
        incoming: &dyn View,
        existing: Option<&dyn View>,
        action: Option<Action>,
        _target: &dyn Reader,
    ) -> Result<Change, Failure> {
        let mut change = super::plan(incoming, existing, action)?;
        if let Some(outcome) = &mut change.outcome {
            outcome.head.state = State::Draft;
            let finding = needs_update(&outcome.head.id, &outcome.head.name);
            change.diagnostics.push(finding);
        }
        Ok(change)
    }
}
