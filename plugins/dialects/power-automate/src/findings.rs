//! What one walk over a flow definition finds: uses of connections, values bound to the environment, secrets, other flows.

use std::borrow::Cow;
use std::collections::BTreeSet;

use flowport_plugin::detect;
use flowport_plugin::json::{Kind, Value};
use flowport_plugin::{Inspection, Slot};

use crate::expression::{ConnectionUse, connection_uses};

/// Parameters of actions that name a thing of one environment; an expression there is reported nowhere, as its parts are.
const BOUND_PARAMETERS: [(&str, &str); 14] = [
    ("table", "list"),
    ("view", "list-view"),
    ("drive", "drive"),
    ("file", "file"),
    ("teamId", "team"),
    ("groupId", "group"),
    ("channelId", "channel"),
    ("chatId", "chat"),
    ("planId", "plan"),
    ("bucketId", "bucket"),
    ("environment", "environment"),
    ("environmentName", "environment"),
    ("organization", "dataverse-org"),
    ("siteId", "sharepoint-site"),
];

/// Parameters that name another flow.
const FLOW_PARAMETERS: [&str; 3] = ["flowName", "uiFlowId", "workflowReferenceName"];

/// What the walk found beside the inspection.
#[derive(Default)]
pub struct Uses {
    /// Keys of connection references that actions and triggers use.
    pub keys: BTreeSet<String>,
}

/// Walks a part and adds what it finds to `inspection`; returns which connection references are used.
pub fn walk(part: &str, root: Value<'_>, inspection: &mut Inspection) -> Uses {
    let mut uses = Uses::default();
    for value in root.descendants() {
        if value.kind() != Kind::String {
            continue;
        }
        let raw = value.raw();
        if raw.len() <= 4 {
            continue;
        }
        let Some(text) = value.as_str() else { continue };
        look_at(part, value, &text, inspection, &mut uses);
    }
    uses
}

fn look_at(part: &str, value: Value<'_>, text: &str, inspection: &mut Inspection, uses: &mut Uses) {
    let key = value.key().map(|key| key.name());
    let key = key.as_deref();
    let slot = || Slot::new(part, value.pointer());
    if text.contains("$connections") {
        for found in connection_uses(text) {
            match found {
                ConnectionUse::Key(name) => {
                    uses.keys.insert(name);
                }
                ConnectionUse::Computed(expression) => inspection.unknowable(slot(), &expression),
            }
        }
    }
    if matches!(key, Some("connectionName" | "connectionReferenceName")) && is_host(value) {
        if detect::is_expression(text) {
            inspection.unknowable(slot(), text);
        } else {
            uses.keys.insert(text.to_owned());
        }
    }
    let found = detect::secrets(key, text);
    if let Some(secret) = found.first() {
        inspection.found_secret(slot(), &format!("{}: {}", secret.rule, secret.advice));
    }
    for literal in literals(key, value, text) {
        inspection.literal(slot(), literal.0, &literal.1);
    }
    if let Some(name) = key
        && FLOW_PARAMETERS.contains(&name)
        && is_parameter(value)
    {
        if detect::is_expression(text) {
            inspection.unknowable(slot(), text);
        } else {
            inspection.literal(slot(), "flow", text);
        }
    }
}

/// `inputs.host`: only there does `connectionName` name a key.
fn is_host(value: Value<'_>) -> bool {
    value.parent().and_then(Value::key).is_some_and(|key| key.name() == "host")
}

/// A value directly below `parameters`, `host` or `body`.
fn is_parameter(value: Value<'_>) -> bool {
    let parent = value.parent().and_then(Value::key).map(|key| key.name());
    matches!(parent.as_deref(), Some("parameters" | "host" | "body" | "queries"))
}

fn literals<'t>(key: Option<&str>, value: Value<'_>, text: &'t str) -> Vec<(&'static str, Cow<'t, str>)> {
    let mut found: Vec<(&'static str, Cow<'t, str>)> = Vec::new();
    match key {
        Some("tenantId") if detect::is_guid(text) => found.push(("tenant", text.into())),
        // Icons and schemas come with the product; the source's own ids are handled with the flow.
        Some("$schema" | "iconUri" | "swagger") => return found,
        _ => {}
    }
    let literals = detect::literals(text).into_iter();
    found.extend(literals.map(|literal| (literal.class, Cow::Borrowed(&text[literal.range]))));
    if let Some(name) = key
        && found.is_empty()
        && !detect::is_expression(text)
        && !text.contains("@{")
        && is_parameter(value)
    {
        let class = BOUND_PARAMETERS
            .iter()
            .find(|(parameter, _)| *parameter == name || name.ends_with(&format!("/{parameter}")));
        if let Some((_, class)) = class {
            found.push((class, text.into()));
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|(_, value)| seen.insert(value.to_string()));
    found
}
