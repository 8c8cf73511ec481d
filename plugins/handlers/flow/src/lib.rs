//! Handler of flows, in every dialect that has some.

mod neutral;
mod power_automate;

use flowport_plugin::{Action, Change, View};

use neutral::Neutral;
use power_automate::PowerAutomate;

/// What an import can do with a flow, where its product has no rules of its own.
const ACTIONS: [Action; 4] = [Action::Update, Action::Create, Action::UseExisting, Action::Skip];

flowport_plugin::by_dialect! {
    /// Knows flows.
    pub struct Flows {
        flowport_power_automate::DIALECT => PowerAutomate,
        neutral::DIALECT => Neutral,
        flowport_boomi_flow::DIALECT => flowport_boomi_flow::Flows,
        flowport_k2view_dpm::DIALECT => flowport_k2view_dpm::Flows,
        flowport_flowrunner::DIALECT => flowport_flowrunner::Flows,
    }
}

/// The flow that is replaced and stays who it is. A copy is a thing of its own, and another dialect holds its identity
/// elsewhere.
fn replaced<'a>(incoming: &dyn View, existing: Option<&'a dyn View>, change: &Change) -> Option<&'a dyn View> {
    existing
        .filter(|existing| change.action != Some(Action::Create) && existing.head().dialect == incoming.head().dialect)
}

flowport_plugin::register!(handler: Flows);
