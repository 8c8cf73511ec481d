//! What of a standard resource stays in its environment.

use std::collections::HashSet;

use flowport_plugin::json::Value;

use crate::entries::{Entries, FIELDS, KEYS, List, RELATIONSHIPS, is_standard, text_of};
use crate::part::Part;

/// Why an entry does not travel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It comes with the product.
    OutOfBox,
    /// It was made by the user, but uses this out-of-box field, which does not travel.
    Uses(String),
}

/// An entry that stays.
pub(crate) struct Staying<'d> {
    pub(crate) list: List,
    pub(crate) value: Value<'d>,
    pub(crate) reason: Reason,
}

/// All entries of a standard resource that are no customizations, or cannot leave without them. None of a custom one.
pub(crate) fn staying(part: &Part) -> Vec<Staying<'_>> {
    if !part.is_standard() {
        return Vec::new();
    }
    let fields = Entries::of(part.root(), &FIELDS);
    let mut staying = Vec::new();
    for list in part.kind.lists() {
        for value in part.root().get(list.member).into_iter().flat_map(Value::elements) {
            let reason = match is_standard(value) {
                true => Some(Reason::OutOfBox),
                false => used_fields(value, list)
                    .into_iter()
                    .find(|name| fields.get(name).is_some_and(|field| field.is_standard()))
                    .map(Reason::Uses),
            };
            staying.extend(reason.map(|reason| Staying { list: *list, value, reason }));
        }
    }
    staying
}

/// Where the values that stay begin: values cannot be compared, their places can.
pub(crate) fn places_staying(part: &Part) -> HashSet<usize> {
    staying(part).iter().map(|staying| staying.value.span().start).collect()
}

/// The fields of its own entity that a key or relationship names.
pub(crate) fn used_fields(value: Value<'_>, list: &List) -> Vec<String> {
    if *list == KEYS {
        let names = value.get("fields").into_iter().flat_map(Value::elements);
        return names.filter_map(Value::as_str).map(|name| name.into_owned()).collect();
    }
    // The field of a one-to-many relationship is the lookup in the other entity.
    if *list == RELATIONSHIPS && text_of(value, "type").is_some_and(|word| word == "many-to-one") {
        return text_of(value, "field").into_iter().collect();
    }
    Vec::new()
}
