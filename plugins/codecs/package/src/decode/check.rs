//! What must agree within a package.

use std::collections::HashSet;

use flowport_boomi_flow::mention::dictionary_entries;
use flowport_boomi_flow::{MAP_IDS, guid};
use flowport_plugin::ResourceId;
use flowport_plugin::json::Value;

use super::file::{ElementOf, File, well_formed};
use super::owners::Owners;
use crate::codes;
use crate::model::{composite, element_id, lower, owner_id};
use crate::problems::Problems;

/// Checks lists against elements, elements against lists, and content documents against both.
pub(super) fn check<'d>(file: &File<'d>, owners: &Owners<'d>, problems: &mut Problems) {
    let mut listed: HashSet<String> = HashSet::new();
    for flow in &file.flows {
        let maps = flow.get(MAP_IDS).into_iter().flat_map(Value::members).map(|(key, entry)| (key.name(), entry));
        for (key, entry) in dictionary_entries(*flow).map(|(_, key, entry)| (key, entry)).chain(maps) {
            if !guid::is(&key) {
                let summary = format!("a flow lists {key:?}, which is no guid");
                problems.error(codes::BAD_GUID, entry, summary, "export the package again from Boomi Flow");
                continue;
            }
            let key = lower(key);
            if let Some(own) = owners.by_guid.get(&key).and_then(|(_, element)| composite(*element)) {
                agree(&key, entry, own, problems);
            }
            listed.insert(key.into_owned());
        }
    }
    for (of, element) in file.identified() {
        if !matches!(of, ElementOf::Flow(_)) && !listed.contains(element_id(element).as_ref()) {
            let summary = "no flow of the package lists this element".to_owned();
            let about = about(file, owners, of, &element_id(element));
            problems.warning(codes::NOT_LISTED, element, &about, summary, "nothing, if it is known why: it is kept");
        }
    }
    for document in &file.documents {
        version_of(file, owners, *document, problems);
    }
}

/// A list says of an element what the element says itself.
fn agree(id: &str, entry: Value<'_>, own: Value<'_>, problems: &mut Problems) {
    if entry.raw() == own.raw() || entry.equivalent(own) {
        return;
    }
    let version = |value: Value<'_>| value.get("versionId").map_or("no version", Value::raw).to_owned();
    let (listed, stated) = (version(entry), version(own));
    let summary = if listed == stated {
        format!("the flow lists {id} as {}, and the element says {}", entry.raw(), own.raw())
    } else {
        format!("the flow lists {id} in version {listed}, and the element is version {stated}")
    };
    problems.error(codes::DISAGREE, entry, summary, "the package was changed after its export: export it again");
}

/// A content document belongs to the version of the element that is there.
fn version_of(file: &File<'_>, owners: &Owners<'_>, document: Value<'_>, problems: &mut Problems) {
    let Some(owner) = document.get("elementId") else { return };
    if !well_formed(owner, problems) {
        return;
    }
    let id = owner_id(document);
    let Some((of, element)) = owners.by_guid.get(&id) else { return };
    let text = |value: Option<Value<'_>>| value.and_then(Value::as_str).map(|text| text.to_lowercase());
    let stated = text(document.get("elementVersionId"));
    let there = text(composite(*element).and_then(|composite| composite.get("versionId")));
    if let (Some(stated), Some(there)) = (stated, there)
        && stated != there
    {
        let summary = format!("a content document is of version {stated} of {id}, and the element is version {there}");
        let help = "look at the texts of the element after the import";
        problems.warning(codes::OTHER_VERSION, document, &about(file, owners, *of, &id), summary, help);
    }
}

fn about(file: &File<'_>, owners: &Owners<'_>, of: ElementOf, id: &str) -> ResourceId {
    match of {
        ElementOf::Flow(index) => file.flow(index),
        ElementOf::Map => file.flow(owners.flow_of(id)),
        ElementOf::Element(index) => file.resource(index),
    }
}
