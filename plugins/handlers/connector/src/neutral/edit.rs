use flowport_plugin::{EditOp, Edited, Failure, PartEdits, Relink, Slot, TextEdits, View};

use super::kind::{NAME, NeutralKind};
use super::part::{Part, Place};

/// What stands in the place of a secret that is taken out: the place stays, so that it can be put back.
const NOTHING: &str = "null";

/// Makes all changes at once.
pub(super) fn edit(subject: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
    let part = Part::read(subject)?;
    let mut edited = Edited::unchanged(subject.head());
    let mut edits = PartEdits::new();
    let mut texts = TextEdits::new();
    let mut put_back = Vec::new();
    for op in ops {
        let unknown = || Failure::unknown_slot(op);
        match op {
            EditOp::Relink(relink) => {
                let Some((value, Place::Connector(_))) = part.place_at(&relink.slot) else { return Err(unknown()) };
                check_target(relink)?;
                edits.set_string(&part.slot(value), &relink.to.id.id);
            }
            EditOp::SetSecret(secret) => {
                let (value, place) = part.place_at(&secret.slot).ok_or_else(unknown)?;
                match (place, &secret.value) {
                    (Place::Secret(_), raw) => edits.set_raw(&part.slot(value), raw.as_deref().unwrap_or(NOTHING)),
                    (Place::Text(_), Some(raw)) => put_back.push((part.slot(value), raw)),
                    (Place::Text(content), None) => {
                        let found = content.secrets();
                        if found.is_empty() {
                            return Err(unknown());
                        }
                        let ranges = found.into_iter().map(|secret| secret.range);
                        texts.replace(&part.slot(value), content.text(), ranges, "");
                    }
                    (Place::Connector(_), _) => return Err(unknown()),
                }
            }
            EditOp::SetLiteral(literal) => {
                let Some((value, Place::Text(content))) = part.place_at(&literal.slot) else { return Err(unknown()) };
                let ranges = content.literals().into_iter().map(|found| found.range);
                let ranges: Vec<_> = ranges.filter(|range| content.text()[range.clone()] == literal.old).collect();
                if ranges.is_empty() {
                    return Err(unknown());
                }
                texts.replace(&part.slot(value), content.text(), ranges, &literal.new);
            }
            EditOp::Rename(name) => {
                edited.apply_to_head(op);
                edits.set_string(&Slot::of(part.kind.part(), &[NAME]), name);
            }
            _ if edited.apply_to_head(op) => {}
            _ => return Err(unknown()),
        }
    }
    texts.finish(&mut edits);
    // After the texts: what is put back is the whole string, with its escapes.
    for (slot, raw) in put_back {
        edits.set_raw(&slot, raw);
    }
    edits.apply(subject, &mut edited)?;
    Ok(edited)
}

fn check_target(relink: &Relink) -> Result<(), Failure> {
    let wanted = NeutralKind::Connector.word();
    if relink.to.id.kind == wanted {
        return Ok(());
    }
    Err(Failure::Other(format!("{} takes a {wanted}, not a {}", relink.slot, relink.to.id.kind)))
}
