//! Handler of flows: `flow` in dialects `power-automate` and `flowport`.

mod neutral;

use flowport_plugin::{
    Action, Change, EditOp, Edited, Failure, Handler, Inspection, KindInfo, Reader, SlotValue, Traits, View,
    plan_by_rule,
};
use flowport_power_automate::{DEFINITION, DIALECT, FLOW, flow};

/// Knows flows.
pub struct Flows;

fn is_neutral(subject: &dyn View) -> bool {
    subject.head().dialect == neutral::DIALECT
}

impl Handler for Flows {
    fn kinds() -> Vec<KindInfo> {
        let actions = [Action::Update, Action::Create, Action::UseExisting, Action::Skip];
        let power_automate = KindInfo::new(FLOW, DIALECT)
            .title("flow", "flows")
            .actions(&actions)
            .traits(Traits::OWNED | Traits::ACTIVATED | Traits::GENERATED_IDS)
            .volatile(&format!("{DEFINITION}#/properties/definition/metadata/clientLastModifiedTime"));
        vec![power_automate, neutral::kind(&actions)]
    }

    fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
        if is_neutral(subject) { neutral::inspect(subject) } else { flow::inspect(subject) }
    }

    fn secret_values(subject: &dyn View, slots: &[String]) -> Result<Vec<SlotValue>, Failure> {
        if is_neutral(subject) { neutral::secret_values(subject, slots) } else { flow::secret_values(subject, slots) }
    }

    fn edit(subject: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
        if is_neutral(subject) { neutral::edit(subject, ops) } else { flow::edit(subject, ops) }
    }

    fn plan(
        incoming: &dyn View,
        existing: Option<&dyn View>,
        action: Option<Action>,
        _target: &dyn Reader,
    ) -> Result<Change, Failure> {
        let mut change = plan_by_rule(incoming, existing, action);
        // A copy is a thing of its own, and another dialect holds its identity elsewhere.
        let replaced = existing.filter(|existing| {
            change.action != Some(Action::Create) && existing.head().dialect == incoming.head().dialect
        });
        if let (Some(existing), Some(outcome)) = (replaced, change.outcome.take_if(|_| replaced.is_some())) {
            change.outcome = Some(if is_neutral(incoming) {
                neutral::keep_state(incoming, outcome)?
            } else {
                flow::keep_identity(incoming, existing, outcome)?
            });
        }
        Ok(change)
    }
}

flowport_plugin::register!(handler: Flows);
