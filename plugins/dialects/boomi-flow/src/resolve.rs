use std::collections::HashMap;
use std::collections::hash_map::Entry;

use flowport_plugin::json::Value;
use flowport_plugin::{ResourceId, Strength};

use crate::attributes::Member;
use crate::guid;
use crate::kinds::ELEMENT_KINDS;
use crate::mention::{Of, dictionary_entries};
use crate::names::{FLOW, FLOW_PART, IDENTITY_PROVIDER, PAGE, TYPE, VALUE};
use crate::subject::Subject;

/// Where a mention leads, as far as the resource and its attributes tell.
#[derive(Debug, PartialEq)]
pub(crate) enum Lead {
    /// To this resource.
    To(ResourceId),
    /// To a value of that name; which one is not known.
    Unknown,
}

/// Knows where mentions of one resource lead.
pub(crate) struct Resolver<'s> {
    subject: &'s Subject,
    members: HashMap<&'s str, &'s Member>,
    /// By name the guid of the value; none where two values have the name.
    values: HashMap<String, Option<String>>,
}

impl<'s> Resolver<'s> {
    pub(crate) fn of(subject: &'s Subject) -> Resolver<'s> {
        let mut values: HashMap<String, Option<String>> = HashMap::new();
        if subject.head.id.kind == FLOW {
            for (name, value) in listed_values(subject.main().root()) {
                match values.entry(name) {
                    Entry::Occupied(mut there) => {
                        there.insert(None);
                    }
                    Entry::Vacant(place) => {
                        place.insert(Some(value));
                    }
                }
            }
        }
        // What the whole package knows counts more than what the flow lists.
        let known = subject.attributes.names.iter();
        values.extend(known.map(|(name, value)| (name.clone(), Some(value.clone()))));
        Resolver { subject, members: subject.attributes.members_by_guid(), values }
    }

    /// Where a mention leads; none where it stays within the resource, or where nobody knows the owner of a property.
    pub(crate) fn lead(&self, of: Of, text: &str) -> Option<Lead> {
        match of {
            Of::Resource(kind) => Some(Lead::To(ResourceId::new(kind, &guid::id(text)))),
            Of::Property | Of::Binding => {
                let member = self.member(text)?;
                Some(Lead::To(ResourceId::new(TYPE, &member.of_type)))
            }
            Of::Name => Some(match self.values.get(text) {
                Some(Some(value)) => Lead::To(ResourceId::new(VALUE, value)),
                _ => Lead::Unknown,
            }),
            Of::MapElement | Of::Container | Of::Text => None,
        }
    }

    /// The property or binding of that guid.
    pub(crate) fn member(&self, text: &str) -> Option<&'s Member> {
        self.members.get(guid::id(text).as_ref()).copied()
    }

    /// How much a whole string needs what it mentions. Pages work without a value that one of their components is bound
    /// to: the sample `example-pdf-type` has such a page.
    pub(crate) fn strength(&self, of: Of) -> Strength {
        match of {
            Of::Resource(VALUE) if self.subject.head.id.kind == PAGE => Strength::Optional,
            Of::Resource(IDENTITY_PROVIDER) => Strength::Optional,
            _ => Strength::Required,
        }
    }
}

/// Name and guid of the values that a flow lists.
fn listed_values(flow: Value<'_>) -> impl Iterator<Item = (String, String)> {
    dictionary_entries(flow).filter(|(kind, _, _)| kind.kind == VALUE).filter_map(|(_, value, entry)| {
        let name = entry.get("developerName")?.as_str()?;
        Some((name.into_owned(), guid::id(&value).into_owned()))
    })
}

/// The slot of an entry of a flow's lists.
pub(crate) fn entry_slot(entry: Value<'_>) -> String {
    format!("{FLOW_PART}#{}", entry.pointer())
}

/// The kind of the elements in whose list the entry stands; none for anything else.
pub(crate) fn listed_kind(entry: Value<'_>) -> Option<&'static str> {
    let list = entry.parent()?;
    list.parent().filter(|flow| flow.parent().is_none())?;
    let name = list.key()?.name();
    ELEMENT_KINDS.iter().find(|kind| name == kind.ids).map(|kind| kind.kind)
}
