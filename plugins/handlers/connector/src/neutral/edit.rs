use flowport_plugin::{EditOp, Edited, Failure, PartEdits, Relink, Slot, View};

use super::kind::{NAME, NeutralKind};
use super::part::{Part, Place};

/// What stands in the place of a secret that is taken out: the place stays, so that it can be put back.
const NOTHING: &str = "null";

/// Makes all changes at once.
pub(super) fn edit(subject: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
    let part = Part::read(subject)?;
    let mut edited = Edited::unchanged(subject.head());
    let mut edits = PartEdits::new();
    let mut found = part.texts().changes();
    for op in ops {
        match op {
            EditOp::Relink(relink) => {
                let Some((value, Place::Connector(_))) = part.place_at(&relink.slot) else {
                    return Err(Failure::unknown_slot(op));
                };
                check_target(relink)?;
                edits.set_string(&part.slot(value), &relink.to.id.id);
            }
            EditOp::SetSecret(secret) => match part.place_at(&secret.slot) {
                Some((value, Place::Secret(_))) => {
                    edits.set_raw(&part.slot(value), secret.value.as_deref().unwrap_or(NOTHING));
                }
                _ => found.apply(op)?,
            },
            EditOp::Rename(name) => {
                edited.apply_to_head(op);
                edits.set_string(&Slot::of(part.kind.part(), &[NAME]), name);
            }
            _ if edited.apply_to_head(op) => {}
            _ => found.apply(op)?,
        }
    }
    found.finish(&mut edits);
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
