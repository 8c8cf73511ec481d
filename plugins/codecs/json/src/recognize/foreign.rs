//! JSON of other products that people confuse with a package: what it is, and where it belongs.

use flowport_plugin::Diagnostic;
use flowport_plugin::json::{Kind, Value};

use crate::codes;

/// Node-RED writes one list with many nodes; a few are enough to tell.
const ELEMENTS_TO_LOOK_AT: usize = 32;

/// What the document is, where it is known.
pub(super) fn name(root: Value<'_>) -> Option<Diagnostic> {
    match root.kind() {
        Kind::Object => object(root),
        Kind::Array => list(root),
        _ => None,
    }
}

fn object(root: Value<'_>) -> Option<Diagnostic> {
    let has = |name: &str| root.get(name).is_some();
    let schema = root.get("$schema").and_then(Value::as_str).unwrap_or_default();
    let is = |name: &str, kind: Kind| root.get(name).is_some_and(|value| value.kind() == kind);
    if is("nodes", Kind::Array) && is("connections", Kind::Object) {
        return Some(n8n());
    }
    let has_definition = root.get("properties").is_some_and(|properties| properties.get("definition").is_some());
    // The definition in a package has an id of its own.
    if has("schemaVersion") && (has_runtime_source(root) || has_definition && !has("id")) {
        return Some(found(
            codes::SOLUTION_WORKFLOW,
            "this is a workflow from a Dataverse solution",
            "import the solution it came from under Solutions, or export the flow as Package (.zip) instead",
        ));
    }
    if has_definition || schema.contains("/workflowdefinition.json") {
        return Some(found(
            codes::LOGIC_APPS,
            "this is the definition of a Power Automate flow or a Logic App without its package",
            "give the whole Package (.zip); or, for `flowport put`, make it the part definition.json of a resource",
        ));
    }
    if has("schema") && is("details", Kind::Object) && is("resources", Kind::Object) {
        return Some(found(
            codes::PACKAGE_MANIFEST,
            "this is the manifest.json of an unpacked Power Automate package",
            "give the whole Package (.zip), not a file from it",
        ));
    }
    if is_teams(root, &schema) {
        return Some(found(
            codes::TEAMS,
            "this is the manifest of a Microsoft Teams app",
            "upload the app it belongs to in Teams, under Apps",
        ));
    }
    None
}

/// Connection references of a solution name where the connection is taken from at run time; those of packages do not.
fn has_runtime_source(root: Value<'_>) -> bool {
    let references = root.get("properties").and_then(|properties| properties.get("connectionReferences"));
    let mut members = references.into_iter().flat_map(Value::members);
    members.any(|(_, reference)| reference.get("runtimeSource").is_some())
}

fn is_teams(root: Value<'_>, schema: &str) -> bool {
    let has = |name: &&str| root.get(name).is_some();
    let parts = ["bots", "staticTabs", "configurableTabs", "composeExtensions", "accentColor"];
    has(&"manifestVersion") && (schema.to_lowercase().contains("teams") || parts.iter().any(has))
}

fn list(root: Value<'_>) -> Option<Diagnostic> {
    let is_node = |value: Value<'_>| {
        let has = |name: &str| value.get(name).is_some();
        has("id") && has("type") && (has("z") || has("wires"))
    };
    let is_workflow = |value: Value<'_>| value.get("nodes").is_some() && value.get("connections").is_some();
    let mut elements = root.elements().take(ELEMENTS_TO_LOOK_AT);
    if elements.clone().any(is_node) {
        return Some(found(
            codes::NODE_RED,
            "this is a Node-RED flow",
            "import it in the Node-RED editor: menu, Import",
        ));
    }
    elements.any(is_workflow).then(n8n)
}

fn n8n() -> Diagnostic {
    found(codes::N8N, "this is an n8n workflow", "import it in n8n: open a workflow, menu, Import from file")
}

fn found(code: &str, what: &str, help: &str) -> Diagnostic {
    Diagnostic::error(code, format!("{what}, not flowport JSON")).help(help)
}
