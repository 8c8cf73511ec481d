//! `definition.json`, read: who the flow is and what its connection references say.

use std::borrow::Cow;

use flowport_plugin::json::{Document, Kind, Value, pointer};
use flowport_plugin::{Diagnostic, ResourceId};

/// One entry of `properties.connectionReferences`.
pub struct ConnectionReference<'d> {
    /// `shared_x`, `shared_x_1`, `shared_x-1` …: never parsed, only compared.
    pub key: Cow<'d, str>,
    /// `/providers/Microsoft.PowerApps/apis/shared_x`.
    pub api_id: Option<Cow<'d, str>>,
    /// The connection's id in the source environment.
    pub connection_name: Option<Cow<'d, str>>,
}

/// A flow definition with its place in the document.
pub struct Definition<'d> {
    /// The whole document.
    pub document: &'d Document,
    /// The source flow's id; differs from the resource id in every real package.
    pub name: Cow<'d, str>,
    /// The flow's name for people.
    pub display_name: Option<Cow<'d, str>>,
    /// In the order of the file.
    pub references: Vec<ConnectionReference<'d>>,
}

/// The pointer of a connection reference, or of one of its members.
#[must_use]
pub fn reference_pointer(key: &str, member: Option<&str>) -> String {
    let base = pointer::join("/properties/connectionReferences", key);
    member.map_or(base.clone(), |member| pointer::join(&base, member))
}

impl<'d> Definition<'d> {
    /// Reads what every flow definition has.
    ///
    /// # Errors
    /// All that is missing, at once.
    pub fn of(document: &'d Document, flow: &ResourceId) -> Result<Definition<'d>, Vec<Diagnostic>> {
        let root = document.root();
        let wrong = |slot: &str, what: &str| {
            Diagnostic::error("PA0301", format!("definition.json: {what}"))
                .subject(flow.clone())
                .at(format!("{}#{slot}", crate::DEFINITION))
                .help(crate::EXPORT_AGAIN)
        };
        if root.get("schemaVersion").is_some() && root.get("name").is_none() {
            let diagnostic = wrong("/schemaVersion", "this is a flow of a Dataverse solution, not of a package")
                .help("import it with its solution, or export the flow again as Package (.zip)");
            return Err(vec![diagnostic]);
        }
        let mut problems = Vec::new();
        let name = root.get("name").and_then(Value::as_str);
        if name.is_none() {
            problems.push(wrong("/name", "the flow's id, name, is missing"));
        }
        let properties = root.get("properties").filter(|value| value.kind() == Kind::Object);
        let references = properties.and_then(|properties| properties.get("connectionReferences"));
        match properties {
            None => problems.push(wrong("/properties", "properties is missing or no object")),
            Some(properties) => {
                if properties.get("definition").is_none_or(|value| value.kind() != Kind::Object) {
                    problems.push(wrong("/properties/definition", "properties.definition is missing or no object"));
                }
                if references.is_none_or(|value| value.kind() != Kind::Object) {
                    problems.push(wrong(
                        "/properties/connectionReferences",
                        "properties.connectionReferences is missing or no object",
                    ));
                }
            }
        }
        let Some(name) = name.filter(|_| problems.is_empty()) else { return Err(problems) };
        let reference = |(key, value): (flowport_plugin::json::Key<'d>, Value<'d>)| ConnectionReference {
            key: key.name(),
            api_id: value.get("id").and_then(Value::as_str),
            connection_name: value.get("connectionName").and_then(Value::as_str),
        };
        Ok(Definition {
            document,
            name,
            display_name: properties.and_then(|properties| properties.get("displayName")).and_then(Value::as_str),
            references: references.into_iter().flat_map(Value::members).map(reference).collect(),
        })
    }
}

/// The entries of one of the two maps: key and manifest id, in the order of the file.
pub type MapEntries<'d> = Vec<(Cow<'d, str>, Cow<'d, str>)>;

/// One of the two maps.
///
/// # Errors
/// What is wrong with it.
pub fn map_entries<'d>(document: &'d Document, part: &str, flow: &ResourceId) -> Result<MapEntries<'d>, Diagnostic> {
    let wrong = |slot: String, what: String| {
        Diagnostic::error("PA0302", format!("{part}: {what}"))
            .subject(flow.clone())
            .at(format!("{part}#{slot}"))
            .help(crate::EXPORT_AGAIN)
    };
    if document.root().kind() != Kind::Object {
        return Err(wrong(String::new(), "this is no JSON object".to_owned()));
    }
    let entry = |(key, value): (flowport_plugin::json::Key<'d>, Value<'d>)| match value.as_str() {
        Some(id) => Ok((key.name(), id)),
        None => Err(wrong(value.pointer(), format!("{} is mapped to no text", key.name()))),
    };
    document.root().members().map(entry).collect()
}
