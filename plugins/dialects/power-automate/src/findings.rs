//! What one walk over a flow definition finds: uses of connections, values bound to the environment, secrets, other flows.

use std::collections::BTreeSet;

use flowport_plugin::detect;
use flowport_plugin::json::{Kind, Value};
use flowport_plugin::{Inspection, Slot};

use crate::expression::{ConnectionUse, connection_uses};
use crate::literals::{self, FLOW_PARAMETERS};
use crate::secrets::Secrets;

/// What the walk found beside the inspection.
#[derive(Default)]
pub(crate) struct Uses {
    /// Keys of connection references that actions and triggers use.
    pub(crate) keys: BTreeSet<String>,
}

/// Walks a part and adds what it finds to `inspection`; returns which connection references are used.
pub(crate) fn walk(part: &str, root: Value<'_>, inspection: &mut Inspection) -> Uses {
    let mut uses = Uses::default();
    let secrets = Secrets::of(root);
    for value in root.descendants().filter(|value| value.kind() == Kind::String) {
        let Some(text) = value.as_str() else { continue };
        let slot = || Slot::new(part, value.pointer());
        connections(value, &text, &slot, inspection, &mut uses);
        if let Some(secret) = secrets.find(value, &text).first() {
            inspection.found_secret(slot(), &format!("{}: {}", secret.rule, secret.advice));
        }
        let mut seen = BTreeSet::new();
        for literal in literals::find(value, &text) {
            let literal_text = &text[literal.range];
            if seen.insert(literal_text) {
                inspection.literal(slot(), literal.class, literal_text);
            }
        }
    }
    uses
}

/// References by connection. A string has one slot, so all that is unknowable in it is one reference.
fn connections(value: Value<'_>, text: &str, slot: &dyn Fn() -> Slot, inspection: &mut Inspection, uses: &mut Uses) {
    let mut computed = Vec::new();
    if text.contains('$') && text.contains("$connections") {
        for found in connection_uses(text) {
            match found {
                ConnectionUse::Key(name) => {
                    uses.keys.insert(name);
                }
                ConnectionUse::Computed(expression) => computed.push(expression),
            }
        }
    }
    let key = value.key().map(|key| key.name());
    let names_a_connection = matches!(key.as_deref(), Some("connectionName" | "connectionReferenceName"))
        && value.parent().is_some_and(is_host);
    let names_a_flow = key.as_deref().is_some_and(|key| FLOW_PARAMETERS.contains(&key));
    if names_a_connection && !detect::is_computed(text) {
        uses.keys.insert(text.to_owned());
    } else if (names_a_connection || names_a_flow) && detect::is_computed(text) {
        computed.push(text.to_owned());
    }
    if !computed.is_empty() {
        inspection.unknowable(slot(), &computed.join("; "));
    }
}

/// `inputs.host`: only there does `connectionName` name a key.
pub(crate) fn is_host(value: Value<'_>) -> bool {
    let parent = value.parent().and_then(Value::key);
    value.key().is_some_and(|key| key.is("host")) && parent.is_some_and(|key| key.is("inputs"))
}
