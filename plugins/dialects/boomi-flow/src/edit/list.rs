use std::collections::{BTreeMap, HashSet};

use flowport_plugin::json::{Value, pointer};
use flowport_plugin::{Head, PartEdits, Slot};

use crate::attributes::Attributes;
use crate::guid;
use crate::mention::dictionary_entries;
use crate::names::FLOW_PART;

/// Entries of a flow's lists that are pointed at other elements. An element is listed once, however many were replaced
/// by it.
#[derive(Default)]
pub(super) struct Lists {
    /// By pointer of the entry.
    relinked: BTreeMap<String, Entry>,
}

struct Entry {
    guid: String,
    version: Option<String>,
    name: String,
}

impl Lists {
    /// Lists another element in the place of the one at `pointer`.
    pub(super) fn relink(&mut self, pointer: String, to: &Head) {
        let version = Attributes::of(to).ok().and_then(|attributes| attributes.version_id);
        self.relinked.insert(pointer, Entry { guid: to.id.id.clone(), version, name: to.name.clone() });
    }

    /// `flow` is the `flowConfiguration`.
    pub(super) fn finish(self, flow: Value<'_>, edits: &mut PartEdits) {
        if self.relinked.is_empty() {
            return;
        }
        let mut kept: HashSet<(&str, String)> = HashSet::new();
        let entries: Vec<_> =
            dictionary_entries(flow).map(|(kind, key, value)| (kind, key, value, value.pointer())).collect();
        // What the flow listed before stays, and gives way to nothing.
        for (kind, key, ..) in entries.iter().filter(|entry| !self.relinked.contains_key(&entry.3)) {
            kept.insert((kind.kind, guid::id(key).into_owned()));
        }
        for (kind, _, value, pointer) in &entries {
            let Some(entry) = self.relinked.get(pointer) else { continue };
            let slot = Slot::new(FLOW_PART, pointer.as_str());
            if kept.insert((kind.kind, guid::id(&entry.guid).into_owned())) {
                entry.write(*value, &slot, edits);
            } else {
                edits.remove(&slot);
            }
        }
    }
}

impl Entry {
    fn write(&self, value: Value<'_>, slot: &Slot, edits: &mut PartEdits) {
        edits.rename_member(slot, &self.guid);
        let guid = Some(&self.guid);
        for (name, text) in [("guid", guid), ("versionId", self.version.as_ref()), ("developerName", Some(&self.name))]
        {
            let is_there = value.get(name).is_some_and(|value| value.as_str().is_some());
            if let Some(text) = text.filter(|_| is_there) {
                edits.set_string(&Slot::new(&slot.part, pointer::join(&slot.pointer, name)), text);
            }
        }
    }
}
