//! Mentions that take a whole string, or the name of a member.

use std::borrow::Cow;

use flowport_plugin::json::Value;

use super::Of;
use crate::kinds::{ELEMENT_KINDS, ElementKind};
use crate::names::{FLOW, IDENTITY_PROVIDER, VALUE};
use crate::{class, guid};

/// What a string mentions as a whole: `text` is what it means. None for zeros and for what comes with the product.
#[must_use]
pub fn whole(value: Value<'_>, text: &str) -> Option<Of> {
    if !guid::is(text) {
        return None;
    }
    let key = value.key()?.name();
    let of = match key.as_ref() {
        "guid" => {
            let parent = value.parent()?;
            class::of(parent).and_then(embedded).or_else(|| by_holder(parent))
        }
        "id" => by_holder(value.parent()?),
        // The forms without an object around the guid are those of the API; no sample has one.
        "flowId" => Some(Of::Resource(FLOW)),
        "valueElementToReferenceId" => Some(Of::Resource(VALUE)),
        "pageContainerId" => Some(Of::Container),
        "typeElementPropertyToDisplayId" => Some(Of::Property),
        // `boundTypeElementPropertyId`, `orderByTypeElementPropertyId` … are such, too.
        key if key.ends_with("ypeElementPropertyId") => Some(Of::Property),
        key if key.ends_with("ypeElementBindingId") => Some(Of::Binding),
        _ => None,
    };
    of.filter(|_| guid::leads_somewhere(text))
}

/// `{"$type":"…ServiceElementIdEmbedded, …","guid":"…"}`.
fn embedded(class: &str) -> Option<Of> {
    match class {
        "MapElementIdEmbedded" => Some(Of::MapElement),
        "ContentValueIdEmbedded" => Some(Of::Text),
        "FlowIdEmbedded" => Some(Of::Resource(FLOW)),
        _ => {
            let kind = ELEMENT_KINDS.iter().find(|kind| kind.embedded == class)?;
            Some(Of::Resource(kind.kind))
        }
    }
}

/// Objects that say what they are by the name they stand under: subflows, and the identity provider of a flow.
fn by_holder(object: Value<'_>) -> Option<Of> {
    let key = object.key()?;
    if key.is("flowId") {
        return Some(Of::Resource(FLOW));
    }
    key.is("identityProvider").then_some(Of::Resource(IDENTITY_PROVIDER))
}

/// What a flow lists, map elements aside: the kind, the guid that is the name of the entry, and the entry. `flow` is
/// the `flowConfiguration`.
pub fn dictionary_entries<'d>(
    flow: Value<'d>,
) -> impl Iterator<Item = (&'static ElementKind, Cow<'d, str>, Value<'d>)> {
    flow.members()
        .filter_map(|(key, dictionary)| {
            let name = key.name();
            let kind = ELEMENT_KINDS.iter().find(|kind| name == kind.ids)?;
            Some((kind, dictionary))
        })
        .flat_map(|(kind, dictionary)| dictionary.members().map(move |(key, entry)| (kind, key.name(), entry)))
}
