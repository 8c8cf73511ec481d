//! Names that the format fixes.

/// The dialect of everything here.
pub const DIALECT: &str = "power-automate";

/// Kind of a flow.
pub const FLOW: &str = "flow";
/// Kind of a connector: `Microsoft.PowerApps/apis`.
pub const CONNECTOR: &str = "connector";
/// Kind of a connection.
pub const CONNECTION: &str = "connection";
/// Kind of a canvas app.
pub const APP: &str = "app";

/// The manifest's type of a flow.
pub const FLOW_TYPE: &str = "Microsoft.Flow/flows";
/// The manifest's type of a connector.
pub const CONNECTOR_TYPE: &str = "Microsoft.PowerApps/apis";
/// The manifest's type of a connection.
pub const CONNECTION_TYPE: &str = "Microsoft.PowerApps/apis/connections";
/// The manifest's type of an app.
pub const APP_TYPE: &str = "Microsoft.PowerApps/apps";

/// The part of a flow that holds its logic.
pub const DEFINITION: &str = "definition.json";
/// The part of a flow that maps reference keys to connectors.
pub const APIS_MAP: &str = "apisMap.json";
/// The part of a flow that maps reference keys to connections.
pub const CONNECTIONS_MAP: &str = "connectionsMap.json";

/// Attribute that flowport adds to connections and custom connectors: the connector's id in the environment, as flows name it.
/// Never written to a manifest.
pub const API_ID: &str = "apiId";
/// Attribute that flowport adds to connections: its name in the environment, as flows name it. Never written to a manifest.
pub const CONNECTION_NAME: &str = "connectionName";

/// What to do about a flow that breaks the exporter's rules.
pub const EXPORT_AGAIN: &str = "the package was edited by hand or made by another tool: export the flow again from Power Automate as Package (.zip)";

/// The kind of a manifest resource type.
#[must_use]
pub fn kind_of(resource_type: &str) -> Option<&'static str> {
    match resource_type {
        FLOW_TYPE => Some(FLOW),
        CONNECTOR_TYPE => Some(CONNECTOR),
        CONNECTION_TYPE => Some(CONNECTION),
        APP_TYPE => Some(APP),
        _ => None,
    }
}

/// The manifest resource type of a kind.
#[must_use]
pub fn type_of(kind: &str) -> Option<&'static str> {
    match kind {
        FLOW => Some(FLOW_TYPE),
        CONNECTOR => Some(CONNECTOR_TYPE),
        CONNECTION => Some(CONNECTION_TYPE),
        APP => Some(APP_TYPE),
        _ => None,
    }
}
