//! Handler of connectors and connections, in every dialect that has some.

mod neutral;
mod power_automate;

use neutral::Neutral;
use power_automate::PowerAutomate;

flowport_plugin::by_dialect! {
    /// Knows connectors and connections.
    pub struct Connectors {
        flowport_power_automate::DIALECT => PowerAutomate,
        neutral::DIALECT => Neutral,
        flowport_boomi_flow::DIALECT => flowport_boomi_flow::Connectors,
    }
}

flowport_plugin::register!(handler: Connectors);
