use std::collections::BTreeSet;

use flowport_plugin::json::Value;
use flowport_plugin::{Failure, Inspection, ResourceId, Slot, SlotValue, View};

use super::check::check;
use super::content::Content;
use super::kind::NeutralKind;
use super::part::{Part, Place};

/// All that there is to know of a connector or connection.
pub(super) fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
    let part = Part::read(subject)?;
    let mut inspection = Inspection::new();
    inspection.identities = part.kind.identities(&part.head.id.id);
    inspection.diagnostics = check(&part);
    for (value, place) in part.places() {
        match place {
            Place::Connector(id) => {
                inspection.require(part.slot(value), ResourceId::new(NeutralKind::Connector.word(), &id));
            }
            Place::Secret(name) => inspection.declared_secret(part.slot(value), &name, is_set(value)),
            Place::Text(content) => find(&content, || part.slot(value), &mut inspection),
        }
    }
    Ok(inspection)
}

/// What is no string is an error instead: it is not lifted, so that it stays one.
fn is_set(secret: Value<'_>) -> bool {
    secret.as_str().is_some_and(|text| !text.is_empty())
}

fn find(content: &Content<'_>, slot: impl Fn() -> Slot, inspection: &mut Inspection) {
    if let Some(secret) = content.secrets().first() {
        inspection.found_secret(slot(), &format!("{}: {}", secret.rule, secret.advice));
    }
    let mut seen = BTreeSet::new();
    for literal in content.literals() {
        let text = &content.text()[literal.range];
        if seen.insert(text) {
            inspection.literal(slot(), literal.class, text);
        }
    }
}

/// The raw JSON text of secrets, declared or found; none for one that is `null`.
pub(super) fn secret_values(subject: &dyn View, slots: &[String]) -> Result<Vec<SlotValue>, Failure> {
    let part = Part::read(subject)?;
    let value = |slot: &String| {
        let secret = part.place_at(slot).filter(|(_, place)| match place {
            Place::Secret(_) => true,
            Place::Text(content) => !content.secrets().is_empty(),
            Place::Connector(_) => false,
        });
        let (value, _) = secret.ok_or_else(|| Failure::Other(format!("there is no secret at {slot}")))?;
        Ok(SlotValue { slot: slot.clone(), value: (!value.is_null()).then(|| value.raw().to_owned()) })
    };
    slots.iter().map(value).collect()
}
