//! What a package knows of its elements and an element alone does not say: it goes into their attributes.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use flowport_boomi_flow::mention::{Of, inside, whole};
use flowport_boomi_flow::{Attributes, ELEMENT_KINDS, Member, TYPE, VALUE, strings};
use flowport_plugin::json::Value;

use super::file::File;
use crate::model::{composite, element_id, id_of, lower};

/// The owner of a property or binding, and its name.
struct Owned<'d> {
    of_type: Cow<'d, str>,
    name: Cow<'d, str>,
}

/// What can be looked up by guid or name, from one pass over types and values.
pub(super) struct Known<'d> {
    members: HashMap<Cow<'d, str>, Owned<'d>>,
    /// None where two values have the name.
    values: HashMap<Cow<'d, str>, Option<Cow<'d, str>>>,
}

impl<'d> Known<'d> {
    pub(super) fn of(file: &File<'d>) -> Known<'d> {
        let mut known = Known { members: HashMap::new(), values: HashMap::new() };
        for (kind, element) in &file.elements {
            match ELEMENT_KINDS[*kind].kind {
                TYPE => known.add_type(*element),
                VALUE => known.add_value(*element),
                _ => {}
            }
        }
        known
    }

    fn add_type(&mut self, element: Value<'d>) {
        for (guid, name) in ["properties", "bindings"].into_iter().flat_map(|list| named(element, list)) {
            self.members.entry(guid).or_insert(Owned { of_type: element_id(element), name });
        }
    }

    fn add_value(&mut self, element: Value<'d>) {
        let Some(name) = element.get("developerName").and_then(Value::as_str) else { return };
        match self.values.entry(name) {
            Entry::Vacant(place) => {
                place.insert(Some(element_id(element)));
            }
            Entry::Occupied(mut first) => {
                first.insert(None);
            }
        }
    }

    /// The attributes of an element; `parts` is all that is its own, the element first.
    pub(super) fn attributes(&self, element: Value<'d>, parts: impl Iterator<Item = Value<'d>>) -> Attributes {
        let own = element_id(element);
        let version = composite(element).and_then(|composite| composite.get("versionId")).and_then(Value::as_str);
        let mut attributes =
            Attributes { version_id: version.map(|version| version.into_owned()), ..Attributes::default() };
        let mut seen: HashSet<String> = HashSet::new();
        for (value, text) in parts.flat_map(strings) {
            if let Some(of) = whole(value, &text) {
                self.mention(of, &text, &own, &mut seen, &mut attributes);
                continue;
            }
            for mention in inside(&text).mentions {
                self.mention(mention.of, &text[mention.range], &own, &mut seen, &mut attributes);
            }
        }
        attributes
    }

    fn mention(&self, of: Of, text: &str, own: &str, seen: &mut HashSet<String>, attributes: &mut Attributes) {
        match of {
            Of::Property | Of::Binding => {
                let guid = lower(Cow::Borrowed(text));
                let Some(owned) = self.members.get(&guid).filter(|owned| owned.of_type != own) else { return };
                if seen.insert(guid.clone().into_owned()) {
                    attributes.members.push(Member {
                        guid: guid.into_owned(),
                        of_type: owned.of_type.clone().into_owned(),
                        name: owned.name.clone().into_owned(),
                    });
                }
            }
            Of::Name => {
                let Some(Some(value)) = self.values.get(text) else { return };
                if seen.insert(text.to_owned()) {
                    attributes.names.push((text.to_owned(), value.clone().into_owned()));
                }
            }
            Of::Resource(_) | Of::MapElement | Of::Container | Of::Text => {}
        }
    }
}

/// What a type says of its own members.
pub(super) fn own_members(element: Value<'_>, attributes: &mut Attributes) {
    let owned = |list: &str| {
        let mut seen = HashSet::new();
        let members = named(element, list).filter(|(guid, _)| seen.insert(guid.clone()));
        members.map(|(guid, name)| (guid.into_owned(), name.into_owned())).collect()
    };
    attributes.properties = owned("properties");
    attributes.bindings = owned("bindings");
}

/// Guid and name of the entries of a list.
fn named<'d>(element: Value<'d>, list: &str) -> impl Iterator<Item = (Cow<'d, str>, Cow<'d, str>)> {
    element.get(list).into_iter().flat_map(Value::elements).filter_map(|entry| {
        let guid = id_of(entry.get("guid").or_else(|| entry.get("id")));
        let name = entry.get("developerName").and_then(Value::as_str)?;
        (!guid.is_empty()).then_some((guid, name))
    })
}
