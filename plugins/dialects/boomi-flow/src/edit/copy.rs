//! A resource under another id: everything that it defines itself gets a guid of its own.

use std::collections::{HashMap, HashSet};

use flowport_plugin::json::{Kind, Value};
use flowport_plugin::{Diagnostic, Edited, Failure, ResourceId, View};
use uuid::Uuid;

use crate::class;
use crate::guid;
use crate::kinds::MAP_IDS;
use crate::mention::{Of, whole};
use crate::names::{CONTENTS_PART, FLOW, FLOW_PART, MAPS_PART};
use crate::subject::Subject;

/// Under which guids of copies are made: a UUID of our own.
const NAMESPACE: Uuid = Uuid::from_u128(0x9b0f_7a52_64d1_4e39_8c17_d2a5_50e6_3f84);

/// Gives what was edited another id, and every mention of what it defines itself with it, in all parts and in the
/// attributes.
///
/// # Errors
/// `Failure::Malformed` where the id is no guid: Boomi Flow knows no other.
pub(crate) fn give_id(view: &dyn View, subject: &Subject, edited: &mut Edited, id: &ResourceId) -> Result<(), Failure> {
    must_be_guid(subject, id)?;
    let new = new_guids(subject, &id.id);
    let replace = |text: &str| guid::replace(text, |old| new.get(old).map(String::as_str));
    let media_types = view.parts().into_iter().map(|part| (part.name, part.media_type));
    let media_types: HashMap<String, String> = media_types.collect();
    for (part, document) in subject.parts() {
        let written = edited.written.iter().find(|written| written.name == part);
        let changed = match written {
            Some(written) => replace(&String::from_utf8_lossy(&written.content)),
            // A byte order mark stays where it is.
            None if document.has_bom() => replace(&format!("\u{FEFF}{}", document.text())),
            None => replace(document.text()),
        };
        if let Some(changed) = changed {
            let media_type = media_types.get(part).map_or("", String::as_str);
            edited.write(part, media_type, changed.into_bytes());
        }
    }
    if let Some(attributes) = replace(&edited.head.attributes) {
        edited.head.attributes = attributes;
    }
    edited.head.id = id.clone();
    Ok(())
}

/// Boomi Flow knows no other ids.
pub(super) fn must_be_guid(subject: &Subject, id: &ResourceId) -> Result<(), Failure> {
    if guid::is(&id.id) {
        return Ok(());
    }
    let summary = format!("{} is no id of Boomi Flow: its ids are guids", id.id);
    let help = "choose a target whose id is a guid, or create a copy";
    Err(Diagnostic::error("BF0206", summary).subject(subject.head.id.clone()).help(help).into())
}

/// What takes the place of each guid that the resource defines. Elements keep the guids of what they consist of: only
/// flows are run beside their copies, and types translate properties by name.
fn new_guids(subject: &Subject, new: &str) -> HashMap<String, String> {
    let mut guids = HashMap::new();
    if subject.head.id.kind == FLOW {
        let others = others(subject);
        for old in defined(subject).into_iter().filter(|old| !others.contains(old)) {
            let fresh = Uuid::new_v5(&NAMESPACE, format!("{new}/{old}").as_bytes()).to_string();
            guids.insert(old, fresh);
        }
    }
    if let Some(own) = subject.own_guid().and_then(Value::as_str) {
        guids.insert(guid::id(&own).into_owned(), new.to_owned());
    }
    guids
}

/// What the flow refers to and therefore does not define.
fn others(subject: &Subject) -> HashSet<String> {
    let strings = subject.parts().flat_map(|(_, document)| document.walk());
    let mentioned = strings.filter_map(|value| {
        let text = value.as_str()?;
        matches!(whole(value, &text), Some(Of::Resource(_))).then(|| guid::id(&text).into_owned())
    });
    mentioned.collect()
}

/// Map elements, and the outcomes, operations, texts and so on that they and the flow consist of.
fn defined(subject: &Subject) -> Vec<String> {
    let mut found = Vec::new();
    for part in [FLOW_PART, MAPS_PART, CONTENTS_PART] {
        for value in subject.part(part).into_iter().flat_map(|document| document.walk()) {
            if value.kind() == Kind::Object {
                let is_named_by_guids = value.key().is_some_and(|key| key.is("contentValues") || key.is(MAP_IDS));
                let names = value.members().filter(|_| is_named_by_guids).map(|(key, _)| key.name().into_owned());
                found.extend(names);
            } else if let Some(text) = value.as_str().filter(|_| defines(value)) {
                found.push(text.into_owned());
            }
        }
    }
    found.retain(|text| guid::is(text) && guid::leads_somewhere(text));
    found.into_iter().map(|text| guid::id(&text).into_owned()).collect()
}

/// A string that gives the object around it its guid.
fn defines(value: Value<'_>) -> bool {
    let is_guid = value.key().is_some_and(|key| key.is("guid") || key.is("id"));
    let Some(object) = value.parent().filter(|_| is_guid) else { return false };
    let is_identity = object.key().is_some_and(|key| key.is("compositeId"));
    is_identity
        || class::of(object).is_some_and(|class| class.ends_with("Configuration") || class == "ContentValueIdEmbedded")
}
