use flowport_plugin::json::{Kind, Value};

use crate::content::ELEMENTS;
use crate::identity::NAMES;

/// How much an object looks like an exported version of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// It has what only such a file is known to have together.
    Flow,
    /// It may be one: its keys fit, but others use them as well.
    Likely,
    /// Something else.
    Other,
}

/// Keys beside name and elements that belong to a version of a flow.
const OWN: [&str; 7] = ["flowId", "version", "versionNumber", "schedule", "slaGoals", "subflows", "subFlows"];
/// Keys that show that a file is of another product: n8n, Logic Apps, Boomi Flow, K2view DPM, flowport itself,
/// Excalidraw, and whatever names its own schema.
const OF_OTHERS: [&[&str]; 10] = [
    &["nodes"],
    &["definition"],
    &["flowConfiguration"],
    &["FLOW_NAME"],
    &["format"],
    &["resources"],
    &["appState"],
    &["$schema"],
    &["kind", "id"],
    &["dialect", "parts"],
];

/// Looks at the keys of a document's root.
#[must_use]
pub fn shape(root: Value<'_>) -> Shape {
    let has = |name: &str| root.get(name).is_some();
    let Some(elements) = root.get(ELEMENTS) else { return Shape::Other };
    if OF_OTHERS.iter().any(|keys| keys.iter().all(|key| has(key))) {
        return Shape::Other;
    }
    let has_name = NAMES.iter().any(|name| has(name));
    let is_whole = has_name && OWN.iter().any(|key| has(key));
    match elements.kind() {
        Kind::Array if is_whole => Shape::Flow,
        Kind::Array if has_name || has("flowId") => Shape::Likely,
        // Wrong, and worth saying so, but only where it is clear whose file it is.
        _ if is_whole => Shape::Likely,
        _ => Shape::Other,
    }
}
