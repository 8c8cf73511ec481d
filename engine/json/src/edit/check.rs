use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use super::collect::Edits;
use super::error::EditError;
use crate::document::Document;
use crate::error::{Error, Position, Problem};
use crate::limits::Limits;
use crate::value::Value;

/// All that can only be known once the edits are complete.
pub(super) fn check(edits: &Edits<'_>) -> Result<(), EditError> {
    no_overlaps(edits)?;
    valid_texts(edits)?;
    unique_names(edits)
}

/// Nothing is edited within a value that is removed or replaced.
fn no_overlaps(edits: &Edits<'_>) -> Result<(), EditError> {
    let mut taken = 0;
    for (&node, change) in &edits.changes {
        let value = Value::new(edits.document, node);
        if node < taken {
            let pointer = value.pointer();
            return Err(EditError::Overlap { pointer });
        }
        if change.takes_all() {
            taken = value.node().next;
        }
    }
    Ok(())
}

fn valid_texts(edits: &Edits<'_>) -> Result<(), EditError> {
    for (&node, change) in &edits.changes {
        let value = Value::new(edits.document, node);
        let depth = value.ancestors().count();
        if let Some(raw) = &change.replacement {
            valid_text(value, depth, raw)?;
        }
        for raw in &change.before {
            valid_text(value, depth, raw)?;
        }
        for insertion in &change.insertions {
            valid_text(value, depth + 1, &insertion.raw)?;
        }
    }
    Ok(())
}

/// `depth` is how many arrays and objects will be around the text.
fn valid_text(value: Value<'_>, depth: usize, raw: &str) -> Result<(), EditError> {
    let of_document = &value.document().limits;
    let limits = Limits { max_depth: of_document.max_depth.saturating_sub(depth), ..of_document.clone() };
    let error = match Document::parse_with(raw, &limits) {
        Ok(document) if !document.has_bom() => return Ok(()),
        // A mark is no part of a value: within a document it is a wrong character like any other.
        Ok(_) => Error {
            problem: Problem::Unexpected { expected: "a value", found: '\u{FEFF}' },
            position: Position::of(b"", 0),
            pointer: String::new(),
        },
        Err(error) => error,
    };
    let pointer = value.pointer();
    Err(match error.problem {
        Problem::TooDeep { .. } => EditError::TooDeep { pointer, limit: of_document.max_depth },
        _ => EditError::NotJson { pointer, error },
    })
}

/// No object that gets a member or another name ends up with one name twice.
fn unique_names(edits: &Edits<'_>) -> Result<(), EditError> {
    for node in objects_with_new_names(edits) {
        let object = Value::new(edits.document, node);
        let mut names: HashSet<Cow<'_, str>> = HashSet::new();
        for name in names_after(edits, object) {
            if names.contains(&name) {
                let (pointer, name) = (object.pointer(), name.into_owned());
                return Err(EditError::DuplicateKey { pointer, name });
            }
            names.insert(name);
        }
    }
    Ok(())
}

fn objects_with_new_names(edits: &Edits<'_>) -> BTreeSet<u32> {
    let mut objects = BTreeSet::new();
    for (&node, change) in &edits.changes {
        if change.insertions.iter().any(|insertion| insertion.name.is_some()) {
            objects.insert(node);
        }
        if change.name.is_some() {
            objects.extend(Value::new(edits.document, node).parent().map(Value::index));
        }
    }
    objects
}

fn names_after<'e>(edits: &'e Edits<'_>, object: Value<'e>) -> impl Iterator<Item = Cow<'e, str>> {
    let old = object.members().filter_map(|(key, value)| match edits.changes.get(&value.index()) {
        Some(change) if change.is_removed => None,
        Some(change) if change.name.is_some() => change.name.as_deref().map(Cow::Borrowed),
        _ => Some(key.name()),
    });
    let change = edits.changes.get(&object.index());
    let insertions = change.map(|change| &change.insertions[..]).unwrap_or_default();
    old.chain(insertions.iter().filter_map(|insertion| insertion.name.as_deref().map(Cow::Borrowed)))
}
