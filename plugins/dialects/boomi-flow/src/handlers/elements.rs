use flowport_plugin::{
    Action, Change, EditOp, Edited, Failure, Handler, Inspection, KindInfo, Reader, SlotValue, View,
};

use crate::kinds::ELEMENT_KINDS;
use crate::names::{CONNECTOR, ELEMENT_PART, PAGE, TYPE};

/// Knows the elements that flows share, connectors aside: those have a handler of their own,
/// [`Connectors`](super::Connectors).
pub struct Elements;

impl Handler for Elements {
    fn kinds() -> Vec<KindInfo> {
        let kinds = ELEMENT_KINDS.iter().filter(|kind| kind.kind != CONNECTOR);
        kinds
            .map(|kind| {
                let info = super::element_info(kind.kind, kind.titles);
                match kind.kind {
                    TYPE => info.key(ELEMENT_PART, "/properties", "guid").key(ELEMENT_PART, "/bindings", "guid"),
                    PAGE => info.key(ELEMENT_PART, "/pageComponents", "guid"),
                    _ => info,
                }
            })
            .collect()
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
        super::plan(incoming, existing, action)
    }
}
