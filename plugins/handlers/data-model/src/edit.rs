use std::collections::{BTreeMap, HashMap};

use flowport_plugin::{EditOp, Edited, Failure, PartEdits, Relink, ResourceId, Slot, View};

use crate::check::usable;
use crate::part::Part;
use crate::references::{Link, links};

/// Carries out all changes; a value that is already there is not written again.
pub(crate) fn edit(subject: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
    let part = Part::read(subject)?;
    let own_id = part.head.id.id.clone();
    let places: Vec<(String, Link<'_>)> = links(&part)
        .into_iter()
        .map(|link| (Slot::new(part.kind.part(), link.value.pointer()).to_string(), link))
        .collect();
    let by_slot: HashMap<&str, &Link<'_>> = places.iter().map(|(slot, link)| (slot.as_str(), link)).collect();

    let mut edited = Edited::unchanged(subject.head());
    let mut texts: Vec<(String, String)> = Vec::new();
    // Before all others, so that a relink of the same slot counts, wherever it stands among the operations.
    let mut to_itself: Vec<(String, String)> = Vec::new();
    for op in ops {
        match op {
            EditOp::Relink(relink) => {
                let link = by_slot.get(relink.slot.as_str()).ok_or_else(|| Failure::unknown_slot(op))?;
                check_target(relink, link)?;
                texts.push((link.value.pointer(), relink.to.id.id.clone()));
            }
            EditOp::Rename(name) => {
                texts.push(("/displayName".to_owned(), name.clone()));
                edited.apply_to_head(op);
            }
            EditOp::SetId(id) => {
                check_id(id, &part)?;
                texts.push(("/schemaName".to_owned(), id.id.clone()));
                let own =
                    places.iter().map(|(_, link)| link).filter(|link| link.kind == part.kind && link.name == own_id);
                to_itself.extend(own.map(|link| (link.value.pointer(), id.id.clone())));
                edited.apply_to_head(op);
            }
            EditOp::SetState(_) => {
                edited.apply_to_head(op);
            }
            EditOp::SetSecret(_) | EditOp::SetLiteral(_) | EditOp::Other(_) => return Err(Failure::unknown_slot(op)),
        }
    }
    write(&part, to_itself.into_iter().chain(texts).collect(), subject, &mut edited)?;
    Ok(edited)
}

/// Puts texts at pointers.
fn write(part: &Part, texts: BTreeMap<String, String>, subject: &dyn View, edited: &mut Edited) -> Result<(), Failure> {
    let mut edits = PartEdits::new();
    for (pointer, text) in &texts {
        let there = part.document.at(pointer).and_then(|value| value.as_str());
        if there.is_none_or(|there| there != text.as_str()) {
            edits.set_string(&Slot::new(part.kind.part(), pointer.as_str()), text);
        }
    }
    edits.apply(subject, edited)
}

fn check_target(relink: &Relink, link: &Link<'_>) -> Result<(), Failure> {
    if relink.to.id.kind == link.kind.word() {
        return Ok(());
    }
    Err(Failure::Other(format!("{} takes a {}, not a {}", relink.slot, link.kind.word(), relink.to.id.kind)))
}

fn check_id(id: &ResourceId, part: &Part) -> Result<(), Failure> {
    if id.kind != part.kind.word() || id.version.is_some() {
        return Err(Failure::Other(format!(
            "a copy of a {} is a {} without a version",
            part.kind.word(),
            part.kind.word()
        )));
    }
    usable(&id.id).map_err(|problem| Failure::Other(format!("the id cannot be a schema name: {problem}")))
}
