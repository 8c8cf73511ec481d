use std::collections::BTreeSet;

use flowport_plugin::json::{Document, Limits, Value};
use flowport_plugin::{Diagnostic, Failure, View, detect, read_part};

use crate::{CONNECTION, CONNECTOR, FLOW};

/// Where an app's connection references stand in its JSON file.
const REFERENCES: &str = "/appDefinitionTemplate/properties/connectionReferences";

/// The app's JSON part, `<number>.json`: the only JSON file whose name is a number.
#[must_use]
pub fn json_part(subject: &dyn View) -> Option<String> {
    let is_number = |name: &str| {
        name.strip_suffix(".json")
            .is_some_and(|stem| !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_digit()))
    };
    subject.parts().into_iter().map(|part| part.name).find(|name| is_number(name))
}

pub(super) fn parse(subject: &dyn View) -> Result<(String, Document), Failure> {
    let id = subject.head().id;
    let part = json_part(subject).ok_or_else(|| {
        Failure::from(
            Diagnostic::error("PA0400", "the app's JSON file, <number>.json, is missing")
                .subject(id.clone())
                .help("export the app again from Power Apps"),
        )
    })?;
    let text = read_part(subject, &part, Limits::default().max_bytes as u64)?;
    let document = Document::parse(text).map_err(|error| {
        Failure::from(
            Diagnostic::error("PA0401", format!("{part}: {error}"))
                .subject(id)
                .at(format!("{part}#"))
                .help("export the app again from Power Apps"),
        )
    })?;
    Ok((part, document))
}

/// A reference in the app's JSON: where, and what kind of resource.
pub(super) struct Found {
    pub(super) pointer: String,
    pub(super) kind: &'static str,
    pub(super) id: String,
}

/// Manifest ids stand in `.id` (connector), `.sharedConnectionId` (connection) and below `.parameterHints` and
/// `.parameterHintsV2` in `workflowName` (flow).
pub(super) fn references(document: &Document) -> Vec<Found> {
    let mut found = Vec::new();
    let mut push = |value: Option<Value<'_>>, kind: &'static str| {
        if let Some(value) = value
            && let Some(id) = value.as_str()
        {
            found.push(Found { pointer: value.pointer(), kind, id: id.into_owned() });
        }
    };
    let Some(references) = document.at(REFERENCES) else { return found };
    for (_, reference) in references.members() {
        push(reference.get("id"), CONNECTOR);
        push(reference.get("sharedConnectionId"), CONNECTION);
        for hints in ["parameterHints", "parameterHintsV2"] {
            let hint = reference.get(hints).and_then(|hints| hints.get("workflowName"));
            push(hint.and_then(|hint| hint.get("value")), FLOW);
        }
    }
    found
}

/// A value bound to one environment.
pub(super) struct Bound<'d> {
    /// The string that holds it, or the value of the member whose name it is.
    pub(super) at: Value<'d>,
    pub(super) class: &'static str,
    pub(super) text: String,
    pub(super) is_name: bool,
}

/// What in the app's JSON is bound to one environment: literals in strings, and in `dataSets` the names of the members, which
/// are site URLs [68 of 104 apps], with the ids of the lists below them.
pub(super) fn bound(document: &Document) -> Vec<Bound<'_>> {
    let mut found = Vec::new();
    for value in document.walk() {
        if is_data_set(value)
            && let Some(name) = value.key().map(|key| key.name())
        {
            for literal in detect::literals(&name).into_iter().take(1) {
                let text = literal.value(&name).into_owned();
                found.push(Bound { at: value, class: literal.class, text, is_name: true });
            }
        }
        let Some(text) = value.as_str() else { continue };
        // An element of an array stands under the key of the array.
        let holder = if value.key().is_some() { Some(value) } else { value.parent() };
        let key = holder.and_then(Value::key).map(|key| key.name());
        if matches!(key.as_deref(), Some("iconUri" | "backgroundImageUri" | "primaryRuntimeUrls")) {
            continue;
        }
        if key.as_deref() == Some("tableName") && in_a_site(value) && !text.is_empty() {
            found.push(Bound { at: value, class: "list", text: text.into_owned(), is_name: false });
            continue;
        }
        let mut seen = BTreeSet::new();
        for literal in detect::literals(&text) {
            let literal_text = literal.value(&text).into_owned();
            if seen.insert(literal_text.clone()) {
                found.push(Bound { at: value, class: literal.class, text: literal_text, is_name: false });
            }
        }
    }
    found
}

fn is_data_set(value: Value<'_>) -> bool {
    value.parent().and_then(Value::key).is_some_and(|key| key.is("dataSets"))
}

/// `dataSets.<site>.dataSources.<name>.tableName`; below `default.cds` stand tables of Dataverse.
fn in_a_site(value: Value<'_>) -> bool {
    let data_set =
        std::iter::successors(value.parent(), |value| value.parent()).take(4).find(|value| is_data_set(*value));
    data_set.and_then(Value::key).is_some_and(|key| key.name().contains("://"))
}
