//! Invariants 2 to 4 of a flow: its maps against the manifest.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use flowport_plugin::{Diagnostic, Slot};
use flowport_power_automate::definition::{Definition, reference_pointer};
use flowport_power_automate::{APIS_MAP, CONNECTION, CONNECTIONS_MAP, CONNECTOR, DEFINITION, EXPORT_AGAIN};

use crate::manifest::{Entry, Manifest};

type Map<'d> = [(Cow<'d, str>, Cow<'d, str>)];

/// A flow beside the manifest that declares it.
pub(crate) struct Comparison<'a, 'd> {
    flow: &'a Entry<'d>,
    manifest: &'a Manifest<'d>,
    apis: &'a Map<'a>,
    connections: &'a Map<'a>,
    api_of: HashMap<&'a str, &'a str>,
    connection_of: HashMap<&'a str, &'a str>,
    /// The connector that the definition states, by reference key.
    stated: HashMap<&'a str, &'a str>,
}

fn by_key<'a>(map: &'a Map<'a>) -> HashMap<&'a str, &'a str> {
    map.iter().map(|(key, id)| (key.as_ref(), id.as_ref())).collect()
}

impl<'a, 'd> Comparison<'a, 'd> {
    pub(crate) fn new(
        flow: &'a Entry<'d>,
        manifest: &'a Manifest<'d>,
        definition: &'a Definition<'a>,
        apis: &'a Map<'a>,
        connections: &'a Map<'a>,
    ) -> Comparison<'a, 'd> {
        let stated = definition.references.iter();
        let stated = stated.filter_map(|reference| Some((reference.key.as_ref(), reference.api_id.as_deref()?)));
        Comparison {
            flow,
            manifest,
            apis,
            connections,
            api_of: by_key(apis),
            connection_of: by_key(connections),
            stated: stated.collect(),
        }
    }

    /// The manifest id of the connector that a key is mapped to.
    pub(crate) fn api_of(&self, key: &str) -> Option<&'a str> {
        self.api_of.get(key).copied()
    }

    /// The manifest id of the connection that a key is mapped to.
    pub(crate) fn connection_of(&self, key: &str) -> Option<&'a str> {
        self.connection_of.get(key).copied()
    }

    pub(crate) fn check(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        found.extend(self.apis.iter().filter_map(|(key, id)| self.connector(key, id)));
        found.extend(self.connections.iter().filter_map(|(key, id)| self.connection(key, id)));
        found.extend(self.dependencies());
        found
    }

    fn error(&self, code: &str, slot: String, summary: String) -> Diagnostic {
        Diagnostic::error(code, format!("the flow {}: {summary}", self.flow.id))
            .subject(self.flow.resource_id())
            .at(slot)
            .help(EXPORT_AGAIN)
    }

    fn connector(&self, key: &str, id: &str) -> Option<Diagnostic> {
        let Some(connector) = self.manifest.get(id).filter(|entry| entry.kind == CONNECTOR) else {
            let summary = format!("{APIS_MAP} maps {key} to {id}, which is no connector of the package");
            return Some(self.error("PA0312", Slot::of(APIS_MAP, &[key]).to_string(), summary));
        };
        // Custom connectors carry no id in the manifest.
        let (listed, stated) = (connector.string("id")?, *self.stated.get(key)?);
        if listed == stated {
            return None;
        }
        let slot = format!("{DEFINITION}#{}", reference_pointer(key, Some("id")));
        let summary = format!("the reference {key} uses {stated}, but {APIS_MAP} maps it to {listed}");
        Some(self.error("PA0312", slot, summary))
    }

    fn connection(&self, key: &str, id: &str) -> Option<Diagnostic> {
        let slot = || Slot::of(CONNECTIONS_MAP, &[key]).into();
        let Some(connection) = self.manifest.get(id).filter(|entry| entry.kind == CONNECTION) else {
            let summary = format!("{CONNECTIONS_MAP} maps {key} to {id}, which is no connection of the package");
            return Some(self.error("PA0313", slot(), summary));
        };
        let api = self.api_of(key)?;
        if connection.depends_on.iter().all(|id| id == api) && !connection.depends_on.is_empty() {
            return None;
        }
        let summary = format!("the connection {id} of {key} belongs to another connector than {APIS_MAP} says");
        Some(self.error("PA0313", slot(), summary))
    }

    fn dependencies(&self) -> Option<Diagnostic> {
        let mapped: BTreeSet<&str> = self.apis.iter().chain(self.connections).map(|(_, id)| id.as_ref()).collect();
        let stated: BTreeSet<&str> = self.flow.depends_on.iter().map(String::as_str).collect();
        if mapped == stated {
            return None;
        }
        let list = |what: &str, ids: Vec<&str>| {
            if ids.is_empty() { String::new() } else { format!("; {what} {}", ids.join(", ")) }
        };
        let missing = list("it lacks", mapped.difference(&stated).copied().collect());
        let extra = list("it adds", stated.difference(&mapped).copied().collect());
        let summary = format!("dependsOn is not what the two maps say{missing}{extra}");
        Some(self.error("PA0314", self.flow.slot("/dependsOn"), summary))
    }
}
