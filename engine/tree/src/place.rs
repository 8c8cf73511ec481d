//! From a slot of a resource to the line and column of a file.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use flowport_core::model::volatile::ATTRIBUTES;
use flowport_core::model::{Diagnostic, ResourceId};
use flowport_json::{Document, Kind, Value, pointer};

use crate::RESOURCE;
use crate::read::{Entry, Tree};
use crate::resource::Form;
use crate::spelling::limits;

impl Tree {
    /// Findings about resources with the place in their files in front, as `file:line:column` below the tree. One without a place
    /// stays as it is. Each file is read once.
    #[must_use]
    pub fn located(&self, root: &Path, mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let entries: HashMap<&ResourceId, &Entry> =
            self.entries.iter().map(|entry| (&entry.resource.head.id, entry)).collect();
        let mut places: Vec<Option<String>> = vec![None; findings.len()];
        // By file, the pointers to look for, each with the position of its finding.
        let mut wanted: HashMap<String, Vec<(usize, String)>> = HashMap::new();
        for (position, finding) in findings.iter().enumerate() {
            let Some(entry) = finding.resource.as_ref().and_then(|id| entries.get(id)) else { continue };
            match place(entry, finding.slot.as_deref()) {
                (file, Some(pointer)) => wanted.entry(file).or_default().push((position, pointer)),
                (file, None) => places[position] = Some(file),
            }
        }
        for (file, pointers) in wanted {
            for (position, place) in within(root, &file, &pointers) {
                places[position] = Some(place);
            }
        }
        for (finding, place) in findings.iter_mut().zip(places) {
            if let Some(place) = place {
                finding.summary = format!("{place}: {}", finding.summary);
            }
        }
        findings
    }
}

/// The file that a slot is in, and the pointer that leads to it there.
fn place(entry: &Entry, slot: Option<&str>) -> (String, Option<String>) {
    let own = format!("{}/{RESOURCE}", entry.folder);
    let Some(slot) = slot else { return (own, None) };
    // The name of a part may hold a `#` itself.
    let of_part = |name: &str| slot.strip_prefix(name).filter(|rest| rest.is_empty() || rest.starts_with('#'));
    if let Some((part, rest)) = entry.parts.iter().find_map(|part| Some((part, of_part(&part.name)?))) {
        let file = format!("{}/{}", entry.folder, part.file);
        return match part.form {
            Form::Json => (file, Some(rest.trim_start_matches('#').to_owned())),
            Form::Bytes => (file, None),
        };
    }
    let pointer = of_part(ATTRIBUTES).map(|rest| rest.trim_start_matches('#'));
    (own, pointer.map(|pointer| format!("/{ATTRIBUTES}{pointer}")))
}

/// The places, by the positions of their findings, of what the pointers lead to, or of the innermost values that are there.
fn within(root: &Path, file: &str, pointers: &[(usize, String)]) -> Vec<(usize, String)> {
    let bytes = fs::read(root.join(file)).unwrap_or_default();
    let Ok(document) = Document::parse_with(bytes, &limits()) else {
        return pointers.iter().map(|(position, _)| (*position, file.to_owned())).collect();
    };
    let innermost = |pointer: &str| {
        let mut value: Value<'_> = document.root();
        for token in pointer::tokens(pointer) {
            let next = match value.kind() {
                Kind::Array => token.parse().ok().and_then(|index| value.elements().nth(index)),
                _ => value.get(&token),
            };
            let Some(next) = next else { break };
            value = next;
        }
        value
    };
    let mut starts: Vec<(usize, usize)> =
        pointers.iter().map(|(position, pointer)| (innermost(pointer).span().start, *position)).collect();
    starts.sort_unstable();
    // From one to the next, so that the lines of a file are counted once.
    let (mut at, mut line, mut column) = (0, 1, 1);
    let place = |(start, position)| {
        for character in document.text()[at..start].chars() {
            (line, column) = if character == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        at = start;
        (position, format!("{file}:{line}:{column}"))
    };
    starts.into_iter().map(place).collect()
}
