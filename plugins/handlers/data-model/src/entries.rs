//! The lists of a part and what stands in them, read leniently: what has no key is left out, `inspect` reports it.

use std::collections::HashMap;

use flowport_plugin::json::Value;

/// A list in which each element has a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct List {
    /// The member that holds it.
    pub(crate) member: &'static str,
    /// The word for one element.
    pub(crate) one: &'static str,
    /// The member of an element that tells it from the others.
    pub(crate) key: &'static str,
}

pub(crate) const FIELDS: List = List { member: "fields", one: "field", key: "name" };
pub(crate) const KEYS: List = List { member: "keys", one: "key", key: "name" };
pub(crate) const RELATIONSHIPS: List = List { member: "relationships", one: "relationship", key: "name" };
pub(crate) const OPTIONS: List = List { member: "options", one: "option", key: "value" };

/// An element of a list.
#[derive(Debug, Clone)]
pub(crate) struct Entry<'d> {
    pub(crate) value: Value<'d>,
    /// As spelled.
    pub(crate) name: String,
}

impl Entry<'_> {
    pub(crate) fn is_standard(&self) -> bool {
        is_standard(self.value)
    }
}

/// The elements of one list; of several with one key the first.
#[derive(Debug)]
pub(crate) struct Entries<'d> {
    in_order: Vec<Entry<'d>>,
    by_key: HashMap<String, usize>,
}

impl<'d> Entries<'d> {
    pub(crate) fn of(object: Value<'d>, list: &List) -> Entries<'d> {
        let mut entries = Entries { in_order: Vec::new(), by_key: HashMap::new() };
        for value in object.get(list.member).into_iter().flat_map(Value::elements) {
            let Some(name) = value.get(list.key).and_then(name_of) else { continue };
            let next = entries.in_order.len();
            let place = *entries.by_key.entry(folded(&name)).or_insert(next);
            if place == next {
                entries.in_order.push(Entry { value, name });
            }
        }
        entries
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Entry<'d>> {
        self.by_key.get(&folded(name)).map(|&place| &self.in_order[place])
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry<'d>> {
        self.in_order.iter()
    }
}

fn name_of(key: Value<'_>) -> Option<String> {
    match key.as_str() {
        Some(name) if name.is_empty() => None,
        Some(name) => Some(name.into_owned()),
        None => key.as_i64().map(|number| number.to_string()),
    }
}

/// Products spell schema names in upper and lower case but do not let two differ in that alone.
pub(crate) fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// Whether the object says so; an element that says nothing was made by the user.
pub(crate) fn is_standard(object: Value<'_>) -> bool {
    object.get("origin").and_then(Value::as_str).is_some_and(|origin| origin == "standard")
}

/// The text of a member. None where there is none or it is something else.
pub(crate) fn text_of(object: Value<'_>, member: &str) -> Option<String> {
    object.get(member).and_then(Value::as_str).map(|text| text.into_owned())
}
