use flowport_plugin::{
    Action, Change, EditOp, Edited, Failure, Handler, Inspection, KindInfo, Reader, SlotValue, State, Traits, View,
};

use super::{ACTIONS, with_volatile_contents};
use crate::kinds::{ELEMENT_KINDS, MAP_IDS};
use crate::names::{DIALECT, FLOW, FLOW_PART, MAPS_PART};

/// Knows flows of Boomi Flow.
pub struct Flows;

impl Handler for Flows {
    fn kinds() -> Vec<KindInfo> {
        let info = KindInfo::new(FLOW, DIALECT)
            .title("flow", "flows")
            .actions(&ACTIONS)
            .traits(Traits::ACTIVATED | Traits::DRAFTS | Traits::GENERATED_IDS)
            .volatile(&format!("{FLOW_PART}#/compositeId/versionId"))
            .volatile(&format!("{FLOW_PART}#/dateModified"))
            .volatile(&format!("{FLOW_PART}#/userModified"));
        let lists = ELEMENT_KINDS.iter().map(|kind| kind.ids).chain([MAP_IDS]);
        let info = lists.fold(info, |info, list| info.volatile(&format!("{FLOW_PART}#/{list}/*/versionId")));
        let info = ["compositeId/versionId", "dateModified", "userModified"]
            .into_iter()
            .fold(info, |info, member| info.volatile(&format!("{MAPS_PART}#/*/{member}")));
        let info = info.key(MAPS_PART, "/*/outcomes", "guid").key(crate::names::CONTENTS_PART, "", "elementId");
        vec![with_volatile_contents(info)]
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
        // An import leaves what is modelled: what runs is a snapshot, which is made and activated in a step of its own.
        if let Some(outcome) = &mut change.outcome {
            outcome.head.state = State::Draft;
        }
        Ok(change)
    }
}
