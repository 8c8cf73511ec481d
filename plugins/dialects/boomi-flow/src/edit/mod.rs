//! Changing a flow or an element: all changes at once, and no other byte.

mod changes;
mod copy;
mod list;
mod secret;
mod site;

use flowport_plugin::{EditOp, Edited, Failure, SlotValue, View};

use crate::subject::Subject;
use changes::Changes;

pub(crate) use copy::give_id;

/// Makes all changes at once; only the bytes concerned change.
///
/// # Errors
/// `Failure::Other` for a slot that [`inspect`](crate::inspect) does not report, `Failure::Malformed` where a reference
/// cannot be pointed at the type it is given because that has no property or binding of the name.
pub fn edit(view: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
    let mut edited = Edited::unchanged(view.head());
    if ops.iter().all(|op| matches!(op, EditOp::SetState(_))) {
        for op in ops {
            edited.apply_to_head(op);
        }
        return Ok(edited);
    }
    let subject = Subject::of(view)?;
    let mut changes = Changes::of(&subject);
    let mut new_id = None;
    for op in ops {
        match op {
            EditOp::Relink(relink) => changes.relink(relink)?,
            EditOp::SetSecret(secret) => changes.set_secret(secret).ok_or_else(|| Failure::unknown_slot(op))?,
            EditOp::SetLiteral(literal) => changes.set_literal(literal).ok_or_else(|| Failure::unknown_slot(op))?,
            EditOp::Rename(name) => {
                edited.apply_to_head(op);
                changes.rename(name);
            }
            EditOp::SetId(id) => new_id = Some(id),
            EditOp::SetState(_) => {
                edited.apply_to_head(op);
            }
            EditOp::Other(_) => return Err(Failure::unknown_slot(op)),
        }
    }
    changes.finish(view, &mut edited)?;
    // Last, so that what was put there anew is pointed at the copy as well.
    if let Some(id) = new_id {
        give_id(view, &subject, &mut edited, id)?;
    }
    Ok(edited)
}

/// The raw JSON text of secrets.
///
/// # Errors
/// `Failure::Other` for a slot that holds no secret.
pub fn secret_values(view: &dyn View, slots: &[String]) -> Result<Vec<SlotValue>, Failure> {
    let subject = Subject::of(view)?;
    let secrets = secret::Secrets::of(&subject);
    let value = |slot: &String| {
        let site = site::string_or_null(&subject, slot).filter(|site| secrets.at(site).is_some());
        let site = site.ok_or_else(|| Failure::Other(format!("there is no secret at {slot}")))?;
        Ok(SlotValue { slot: slot.clone(), value: Some(site.value.raw().to_owned()) })
    };
    slots.iter().map(value).collect()
}
