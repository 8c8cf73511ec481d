use flowport_plugin::json::Value;
use flowport_plugin::{Failure, Inspection, ResourceId, SlotValue, View};

use super::check::check;
use super::kind::NeutralKind;
use super::part::{Part, Place};

/// All that there is to know of a connector or connection.
pub(super) fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
    let part = Part::read(subject)?;
    let mut inspection = Inspection::new();
    inspection.identities = part.kind.identities(&part.head.id.id);
    inspection.diagnostics = check(&part);
    let texts = part.texts();
    for (value, place) in part.places() {
        match place {
            Place::Connector(id) => {
                inspection.require(part.slot(value), ResourceId::new(NeutralKind::Connector.word(), &id));
            }
            Place::Secret(name) => inspection.declared_secret(part.slot(value), &name, is_set(value)),
            Place::Text => texts.find_in(value, &mut inspection),
        }
    }
    Ok(inspection)
}

/// What is no string is an error instead: it is not lifted, so that it stays one.
fn is_set(secret: Value<'_>) -> bool {
    secret.as_str().is_some_and(|text| !text.is_empty())
}

/// The raw JSON text of secrets, declared or found; none for one that is `null`.
pub(super) fn secret_values(subject: &dyn View, slots: &[String]) -> Result<Vec<SlotValue>, Failure> {
    let part = Part::read(subject)?;
    let texts = part.texts();
    let value = |slot: &String| match part.place_at(slot) {
        Some((value, Place::Secret(_))) => {
            let raw = (!value.is_null()).then(|| value.raw().to_owned());
            Ok(SlotValue { slot: slot.clone(), value: raw })
        }
        _ => texts.secret_value(slot),
    };
    slots.iter().map(value).collect()
}
