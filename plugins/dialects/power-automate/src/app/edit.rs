use std::collections::{HashMap, HashSet};

use flowport_plugin::detect::{self, FoundLiteral};
use flowport_plugin::json::Document;
use flowport_plugin::{EditOp, Edited, Failure, PartEdits, Replace, Slot, TextEdits, View};

use super::document::{Bound, bound, parse, references};
use crate::Attributes;
use crate::dependencies::Successors;

/// Makes all changes at once; the `.msapp` is never touched.
///
/// # Errors
/// `Failure::Other` for a slot that [`inspect`](super::inspect) does not report.
pub fn edit(subject: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
    let mut edited = Edited::unchanged(subject.head());
    let (part, document) = parse(subject)?;
    let attributes = Attributes::of(&edited.head)?;
    let mut changes = Changes {
        part,
        document: &document,
        edits: PartEdits::new(),
        texts: TextEdits::new(),
        relinked: HashMap::new(),
    };
    let places = changes.places(&attributes);
    let slots: HashSet<&str> = places.iter().map(|(slot, _)| slot.as_str()).collect();
    let literals = if ops.iter().any(|op| matches!(op, EditOp::SetLiteral(_))) { bound(&document) } else { Vec::new() };
    for op in ops {
        match op {
            EditOp::Relink(relink) => {
                if !slots.contains(relink.slot.as_str()) {
                    return Err(Failure::unknown_slot(op));
                }
                changes.relinked.insert(relink.slot.clone(), relink.to.id.id.clone());
            }
            EditOp::SetLiteral(literal) => {
                changes.literal(&literals, literal).ok_or_else(|| Failure::unknown_slot(op))?;
            }
            EditOp::Rename(name) => {
                edited.apply_to_head(op);
                let pointer = "/appDefinitionTemplate/properties/displayName";
                if document.at(pointer).is_some() {
                    changes.edits.set_string(&Slot::new(&changes.part, pointer), name);
                }
            }
            EditOp::SetId(_) | EditOp::SetState(_) => {
                edited.apply_to_head(op);
            }
            EditOp::SetSecret(_) | EditOp::Other(_) => return Err(Failure::unknown_slot(op)),
        }
    }
    changes.relink(&places, &attributes);
    changes.texts.finish(&mut changes.edits);
    changes.edits.apply(subject, &mut edited)?;
    Ok(edited)
}

struct Changes<'d> {
    part: String,
    document: &'d Document,
    edits: PartEdits,
    texts: TextEdits,
    /// By slot, the new id.
    relinked: HashMap<String, String>,
}

impl Changes<'_> {
    /// Every slot that names another resource, with the id that stands there: in the JSON, then what only the manifest names.
    fn places(&self, attributes: &Attributes) -> Vec<(String, String)> {
        let found = references(self.document);
        let mut places: Vec<(String, String)> =
            found.into_iter().map(|found| (Slot::new(&self.part, found.pointer).to_string(), found.id)).collect();
        let named: HashSet<String> = places.iter().map(|place| place.1.clone()).collect();
        let stated = attributes.depends_on().into_iter().filter(|(_, id)| !named.contains(id));
        places.extend(
            stated.map(|(index, id)| (Slot::new(Slot::ATTRIBUTES, format!("/dependsOn/{index}")).to_string(), id)),
        );
        places
    }

    fn relink(&mut self, places: &[(String, String)], attributes: &Attributes) {
        if self.relinked.is_empty() {
            return;
        }
        let mut successors = Successors::default();
        for (slot, old) in places {
            let new = self.relinked.get(slot);
            successors.add(old, new.unwrap_or(old));
            if let Some((new, slot)) = new.zip(Slot::parse(slot).filter(|slot| slot.part == self.part)) {
                self.edits.set_string(&slot, new);
            }
        }
        successors.write(attributes, &mut self.edits);
    }

    /// None: there is no such literal.
    fn literal(&mut self, literals: &[Bound<'_>], literal: &Replace) -> Option<()> {
        let slot = Slot::parse(&literal.slot).filter(|slot| slot.part == self.part)?;
        let value = self.document.at(&slot.pointer)?;
        let found = literals.iter().find(|bound| bound.at.span() == value.span() && bound.text == literal.old)?;
        if found.is_name {
            let name = value.key()?.name();
            let bound = detect::literals(&name).into_iter().next()?;
            let new = bound.replaced(&name, &literal.new);
            let (before, after) = (&name[..bound.range.start], &name[bound.range.end..]);
            self.edits.rename_member(&slot, &format!("{before}{new}{after}"));
            return Some(());
        }
        let text = value.as_str()?;
        let whole = (found.class == "list").then(|| FoundLiteral::plain(found.class, 0..text.len()));
        self.texts.set_literal(&slot, &text, whole.into_iter().chain(detect::literals(&text)), literal)
    }
}
