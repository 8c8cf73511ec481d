//! Connectors and connections in flowport's own dialect, described by docs/formats/connector.md and the schemas beside this
//! file. Their secrets are declared: they stand in members of their own and never travel unasked.

mod check;
mod codes;
mod content;
mod edit;
mod inspect;
mod kind;
mod part;

use flowport_plugin::{
    Action, Change, EditOp, Edited, Failure, Handler, Inspection, KindInfo, Reader, SlotValue, View, plan_by_rule,
};

pub(crate) use kind::DIALECT;
use kind::NeutralKind;

/// Connectors and connections in flowport's own dialect.
pub(crate) struct Neutral;

impl Handler for Neutral {
    fn kinds() -> Vec<KindInfo> {
        vec![NeutralKind::Connector.info(), NeutralKind::Connection.info()]
    }

    fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
        inspect::inspect(subject)
    }

    fn secret_values(subject: &dyn View, slots: &[String]) -> Result<Vec<SlotValue>, Failure> {
        inspect::secret_values(subject, slots)
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
        let default = NeutralKind::of(&incoming.head())?.actions().first();
        Ok(plan_by_rule(incoming, existing, action.or_else(|| default.cloned())))
    }
}
