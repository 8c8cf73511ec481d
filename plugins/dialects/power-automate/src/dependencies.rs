//! `dependsOn` in the attributes, kept true when references are pointed elsewhere.

use std::collections::HashMap;

use flowport_plugin::json::quote;
use flowport_plugin::{PartEdits, Slot};

use crate::Attributes;
use crate::app::DEPENDENCY_KINDS;

/// By the id that stood somewhere before, the ids that stand in those places afterwards.
#[derive(Default)]
pub(crate) struct Successors {
    after: HashMap<String, Vec<String>>,
    changed: bool,
}

impl Successors {
    /// In one place, `old` becomes `new` or stays.
    pub(crate) fn add(&mut self, old: &str, new: &str) {
        self.changed |= old != new;
        let list = self.after.entry(old.to_owned()).or_default();
        if !list.iter().any(|known| known == new) {
            list.push(new.to_owned());
        }
    }

    /// Changes single entries where each id has one successor of its own, and else writes the list anew: two ids may become
    /// one, or one two. What is named twice [8 of 104 apps] stays named twice.
    pub(crate) fn write(&self, attributes: &Attributes, edits: &mut PartEdits) {
        let stated = attributes.depends_on();
        if !self.changed || stated.is_empty() {
            return;
        }
        let mut owners: HashMap<&str, &str> = HashMap::new();
        let mut list: Vec<(usize, &str)> = Vec::new();
        for (position, (_, old)) in stated.iter().enumerate() {
            let itself = std::slice::from_ref(old);
            for (nth, new) in self.after.get(old).map_or(itself, Vec::as_slice).iter().enumerate() {
                match owners.get(new.as_str()) {
                    Some(owner) if *owner != old || nth > 0 => {}
                    _ => {
                        owners.insert(new, old);
                        list.push((position, new));
                    }
                }
            }
        }
        let slot = |pointer: String| Slot::new(Slot::ATTRIBUTES, pointer);
        if list.iter().map(|entry| entry.0).eq(0..stated.len()) {
            for ((index, _), (_, new)) in stated.iter().zip(list) {
                edits.set_string(&slot(format!("/dependsOn/{index}")), new);
            }
            return;
        }
        let ids: Vec<String> = list.iter().map(|(_, id)| quote(id)).collect();
        edits.set_raw(&slot("/dependsOn".to_owned()), &format!("[{}]", ids.join(",")));
        if let Some(kinds) = attributes.get(DEPENDENCY_KINDS) {
            let kinds: Vec<&str> = kinds.elements().map(|kind| kind.raw()).collect();
            let kinds: Vec<&str> = list.iter().filter_map(|(position, _)| kinds.get(*position).copied()).collect();
            edits.set_raw(&slot(format!("/{DEPENDENCY_KINDS}")), &format!("[{}]", kinds.join(",")));
        }
    }
}
