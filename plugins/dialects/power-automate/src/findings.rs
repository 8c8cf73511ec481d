//! What one walk over a flow definition finds: uses of connections, values bound to the environment, secrets, other flows.

use std::collections::BTreeSet;

use flowport_plugin::detect::{FoundSecret, Text};
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

impl Uses {
    /// Dozens of actions use the same few.
    fn use_key(&mut self, key: &str) {
        if !self.keys.contains(key) {
            self.keys.insert(key.to_owned());
        }
    }
}

/// Walks a part and adds what it finds to `inspection`; returns which connection references are used.
pub(crate) fn walk(part: &str, root: Value<'_>, inspection: &mut Inspection) -> Uses {
    let mut uses = Uses::default();
    let secrets = Secrets::of(root);
    for value in root.descendants().filter(|value| value.kind() == Kind::String) {
        let Some(text) = value.as_str() else { continue };
        let looked = Text::of(&text);
        let slot = || Slot::new(part, value.pointer());
        connections(value, looked, &slot, inspection, &mut uses);
        let found = secrets.find(value, looked);
        if let Some(secret) = found.first() {
            inspection.found_secret(slot(), &format!("{}: {}", secret.rule, secret.advice));
        }
        let mut seen = BTreeSet::new();
        for literal in literals::find(value, looked) {
            // A literal is shown, so that none may reach into a secret.
            let is_secret = |it: &FoundSecret| it.range.start < literal.range.end && literal.range.start < it.range.end;
            if found.iter().any(is_secret) {
                continue;
            }
            let value = literal.value(&text);
            if !seen.contains(&value) {
                inspection.literal(slot(), literal.class, &value);
                seen.insert(value);
            }
        }
    }
    uses
}

/// References by connection. A string has one slot, so all that is unknowable in it is one reference.
fn connections(
    value: Value<'_>,
    text: Text<'_>,
    slot: &dyn Fn() -> Slot,
    inspection: &mut Inspection,
    uses: &mut Uses,
) {
    let mut computed = Vec::new();
    let is_computed = text.is_computed();
    let text = text.as_str();
    // Every action speaks of `$authentication`; a search for one letter prepares nothing.
    let speaks_of_it = || text.match_indices('$').any(|(at, _)| text[at..].starts_with("$connections"));
    if is_computed && speaks_of_it() {
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
    if names_a_connection && !is_computed {
        uses.use_key(text);
    } else if is_computed && (names_a_connection || key.as_deref().is_some_and(|key| FLOW_PARAMETERS.contains(&key))) {
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
