//! `deploymentSettings.json`, as the command line of Power Platform writes it for solutions: which connection of the target
//! stands behind each connection reference. Flows of a legacy package have connections in their place.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use flowport_core::Error;
use flowport_core::inspect::Inspected;
use flowport_core::model::{Diagnostic, Origin, ResourceId};
use flowport_core::select::Names;
use serde::Deserialize;

use crate::text::shell;

const DIALECT: &str = "power-automate";
const CONNECTION: &str = "connection";
/// The part of a flow that maps its reference keys to connections.
const CONNECTIONS_MAP: &str = "connectionsMap.json";
const CODE: &str = "S-DEPLOYMENT";

/// The file.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeploymentSettings {
    environment_variables: Option<Vec<serde::de::IgnoredAny>>,
    connection_references: Option<Vec<Entry>>,
}

/// One connection reference.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    logical_name: String,
    /// Empty as the tool writes it, until somebody fills it in.
    #[serde(default)]
    connection_id: Option<String>,
    #[serde(default)]
    connector_id: Option<String>,
}

/// A connection of the package.
struct Connection<'a> {
    id: &'a ResourceId,
    name: &'a str,
    /// By which keys flows refer to it.
    keys: BTreeSet<String>,
    connector: Option<&'a Inspected>,
    api: Option<String>,
}

/// What to map, and what is worth saying.
pub(crate) type Maps = (BTreeMap<String, String>, Vec<Diagnostic>);

impl DeploymentSettings {
    /// Reads the file. Its values are never repeated: one may be a secret.
    pub(crate) fn parse(text: &str, path: &Path) -> Result<DeploymentSettings, Error> {
        let wrong = |what: String| {
            let help = "a settings file is TOML, see docs/guide.md; of JSON flowport knows {\"EnvironmentVariables\":[…],\"ConnectionReferences\":[{\"LogicalName\":…,\"ConnectionId\":…,\"ConnectorId\":…}]}";
            Error::Invalid(vec![Diagnostic::error("S-SYNTAX", format!("{}{what}", path.display())).help(help)])
        };
        let parsed: DeploymentSettings = serde_json::from_str(text).map_err(|error| {
            let why = if error.is_data() { "this is not laid out as deployment settings" } else { "this is no JSON" };
            wrong(format!(" at line {}, column {}: {why}", error.line(), error.column()))
        })?;
        if parsed.environment_variables.is_none() && parsed.connection_references.is_none() {
            return Err(wrong(": this JSON holds no deployment settings".to_owned()));
        }
        Ok(parsed)
    }

    /// The entries as answers for this package. What `mapped` answers already, by flags, goes over them.
    pub(crate) fn maps(&self, package: &[Inspected], mapped: &BTreeMap<String, String>) -> Result<Maps, Error> {
        let connections = connections(package);
        let names = Names::new("the package", package.iter().map(|it| (&it.view.head.id, it.view.head.name.as_str())));
        let answered: BTreeSet<&ResourceId> = mapped.keys().filter_map(|from| names.one(from).ok()).collect();
        let (mut maps, mut found) = (BTreeMap::new(), Vec::new());
        if self.environment_variables.as_ref().is_some_and(|variables| !variables.is_empty()) {
            let summary =
                "legacy packages have no environment variables; those of the deployment settings change nothing";
            let help = "`flowport inspect` lists the values bound to an environment; write them under [replace] in a settings file";
            found.push(Diagnostic::warning(CODE, summary).help(help));
        }
        for entry in self.connection_references.iter().flatten() {
            let Some(key) = entry.connection_id.as_deref().filter(|key| !key.trim().is_empty()) else {
                let summary = format!("{} has no ConnectionId: that connection stays as it is", entry.logical_name);
                found.push(Diagnostic::info(CODE, summary));
                continue;
            };
            let answer = entry.connection(&connections, &answered, key).and_then(|connection| {
                let Some(connection) = connection else { return Ok(()) };
                let answers = entry.answers(connection, key)?;
                answers.into_iter().try_for_each(|(from, to)| match maps.insert(from.clone(), to.clone()) {
                    Some(before) if before != to => {
                        Err(entry.problem(format!("{from} has an answer already: {before}"), "keep one of the two"))
                    }
                    _ => Ok(()),
                })
            });
            found.extend(answer.err());
        }
        if found.iter().any(Diagnostic::is_error) { Err(Error::Invalid(found)) } else { Ok((maps, found)) }
    }
}

impl Entry {
    fn problem(&self, what: String, help: impl Into<String>) -> Diagnostic {
        Diagnostic::error(CODE, format!("{}: {what}", self.logical_name)).help(help)
    }

    fn is_of(&self, connection: &Connection<'_>) -> bool {
        let wanted = self.connector_id.as_deref().unwrap_or_default();
        connection.api.as_deref().is_some_and(|api| api.eq_ignore_ascii_case(wanted))
    }

    /// The connection that is meant: by the key of a reference, by id or name, or as the only one of its connector. None where
    /// another answer goes over this one.
    fn connection<'c, 'a>(
        &self,
        connections: &'c [Connection<'a>],
        answered: &BTreeSet<&ResourceId>,
        key: &str,
    ) -> Result<Option<&'c Connection<'a>>, Diagnostic> {
        let name = self.logical_name.as_str();
        let by = |is_meant: &dyn Fn(&Connection<'_>) -> bool| -> Vec<&'c Connection<'a>> {
            connections.iter().filter(|connection| is_meant(connection)).collect()
        };
        let mut meant = by(&|it| it.keys.contains(name));
        if meant.is_empty() {
            meant = by(&|it| *it.id.id == *name || it.name == name);
        }
        if meant.len() > 1 && meant.iter().any(|it| self.is_of(it)) {
            meant.retain(|it| self.is_of(it));
        }
        if meant.is_empty() {
            meant = by(&|it| self.is_of(it));
        }
        if meant.is_empty() {
            let connector = self.connector_id.as_deref().unwrap_or("any connector that it names");
            let what = format!(
                "no connection of the package is meant by it: none has this key, id or name, or belongs to {connector}"
            );
            return Err(
                self.problem(what, "`flowport inspect` lists the connections; take the entry out, or name one of them")
            );
        }
        meant.retain(|it| !answered.contains(it.id));
        match meant.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(only)),
            several => {
                let named = |it: &&Connection<'_>| format!("{} ({})", it.id, it.name);
                let flag = |it: &&Connection<'_>| format!("--map {}", shell(&format!("{}={CONNECTION}/{key}", it.id)));
                let what = format!("this may be any of {}", several.iter().map(named).collect::<Vec<_>>().join(", "));
                let flags: Vec<String> = several.iter().map(flag).collect();
                Err(self.problem(what, format!("map each by hand, and take the entry out: {}", flags.join(" or "))))
            }
        }
    }

    /// The connection's key, and that of its connector where the target knows it by another one.
    fn answers(&self, connection: &Connection<'_>, key: &str) -> Result<Vec<(String, String)>, Diagnostic> {
        let mut answers = vec![(connection.id.to_string(), format!("{CONNECTION}/{key}"))];
        let wanted = self.connector_id.as_deref().filter(|wanted| !wanted.is_empty() && !self.is_of(connection));
        let (Some(wanted), Some(connector)) = (wanted, connection.connector) else { return Ok(answers) };
        let head = &connector.view.head;
        if head.origin == Origin::Standard {
            let what = format!(
                "{} ({}) belongs to {}, and the entry is for {wanted}",
                connection.id, connection.name, head.name
            );
            return Err(self.problem(what, "name a connection of that connector"));
        }
        let name = wanted.rsplit('/').next().unwrap_or(wanted);
        answers.push((head.id.to_string(), format!("{}/{name}", head.id.kind)));
        Ok(answers)
    }
}

fn connections<'a>(package: &'a [Inspected]) -> Vec<Connection<'a>> {
    let attribute = |entry: &Inspected, name: &str| {
        let attributes: Option<serde_json::Value> = serde_json::from_str(&entry.view.head.attributes).ok();
        attributes.and_then(|attributes| attributes.get(name)?.as_str().map(str::to_owned))
    };
    let mut keys: BTreeMap<&ResourceId, BTreeSet<String>> = BTreeMap::new();
    for reference in package.iter().flat_map(|entry| &entry.inspection.references) {
        let pointer = reference.slot.strip_prefix(CONNECTIONS_MAP).and_then(|slot| slot.strip_prefix('#'));
        let key = pointer.and_then(|pointer| flowport_json::pointer::tokens(pointer).last());
        if let (Some(id), Some(key)) = (reference.known(), key) {
            keys.entry(id).or_default().insert(key.into_owned());
        }
    }
    let is_connection =
        |entry: &&Inspected| entry.view.head.id.kind.as_str() == CONNECTION && entry.view.head.dialect == DIALECT;
    let connection = |entry: &'a Inspected| {
        let Inspected { view, inspection, .. } = entry;
        let needs = inspection.references.iter().find_map(|reference| reference.known());
        let connector = package.iter().find(|other| Some(&other.view.head.id) == needs);
        let of_connector = |name| connector.and_then(|connector| attribute(connector, name));
        Connection {
            id: &view.head.id,
            name: &view.head.name,
            keys: keys.get(&view.head.id).cloned().unwrap_or_default(),
            connector,
            api: attribute(entry, "apiId").or_else(|| of_connector("apiId")).or_else(|| of_connector("id")),
        }
    };
    package.iter().filter(is_connection).map(connection).collect()
}
