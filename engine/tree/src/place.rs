//! From a slot of a resource to the line and column of a file.

use std::fs;
use std::path::Path;

use flowport_core::model::volatile::ATTRIBUTES;
use flowport_core::model::{Diagnostic, ResourceId};
use flowport_json::{Document, Kind, Value, pointer};

use crate::RESOURCE;
use crate::fields::place;
use crate::read::Tree;
use crate::resource::Form;
use crate::spelling::limits;

impl Tree {
    /// A finding about a resource with the place in its files in front, as `file:line:column` below the tree. One without a place
    /// stays as it is.
    #[must_use]
    pub fn located(&self, root: &Path, mut finding: Diagnostic) -> Diagnostic {
        let place = finding.resource.as_ref().and_then(|id| self.place(root, id, finding.slot.as_deref()));
        if let Some(place) = place {
            finding.summary = format!("{place}: {}", finding.summary);
        }
        finding
    }

    fn place(&self, root: &Path, id: &ResourceId, slot: Option<&str>) -> Option<String> {
        let entry = self.entries.iter().find(|entry| entry.resource.head.id == *id)?;
        let own = format!("{}/{RESOURCE}", entry.folder);
        let Some(slot) = slot else { return Some(own) };
        // The name of a part may hold a `#` itself.
        let of_part = |name: &str| slot.strip_prefix(name).filter(|rest| rest.is_empty() || rest.starts_with('#'));
        if let Some((part, rest)) = entry.parts.iter().find_map(|part| Some((part, of_part(&part.name)?))) {
            let file = format!("{}/{}", entry.folder, part.file);
            return Some(match part.form {
                Form::Json => within(root, &file, rest.trim_start_matches('#')),
                Form::Bytes => file,
            });
        }
        let pointer = of_part(ATTRIBUTES).map(|rest| rest.trim_start_matches('#'));
        Some(match pointer {
            Some(pointer) => within(root, &own, &format!("/{ATTRIBUTES}{pointer}")),
            None => own,
        })
    }
}

/// The place of what the pointer leads to, or of the innermost value that is there.
fn within(root: &Path, file: &str, pointer: &str) -> String {
    let bytes = fs::read(root.join(file)).unwrap_or_default();
    let Ok(document) = Document::parse_with(bytes, &limits()) else { return file.to_owned() };
    let mut value: Value<'_> = document.root();
    for token in pointer::tokens(pointer) {
        let next = match value.kind() {
            Kind::Array => token.parse().ok().and_then(|index| value.elements().nth(index)),
            _ => value.get(&token),
        };
        let Some(next) = next else { break };
        value = next;
    }
    place(file, value)
}
