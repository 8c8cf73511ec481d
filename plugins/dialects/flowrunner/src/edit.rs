use flowport_plugin::json::{Value, quote};
use flowport_plugin::{EditOp, Edited, Failure, PartEdits, ResourceId, Slot, SlotValue, View};

use crate::identity::{NAMES, VERSIONS, raw_version, says, stated};
use crate::inspect::read;
use crate::texts::texts;
use crate::{FLOW, PART};

pub(crate) fn secret_values(subject: &dyn View, slots: &[String]) -> Result<Vec<SlotValue>, Failure> {
    texts(&read(subject)?).secret_values(slots)
}

/// Makes all changes at once; only the bytes concerned change. A version that goes to another flow keeps every byte but
/// that of its number: the product knows which flow it is imported into. The state is the product's own: what a file
/// calls it is not known.
pub(crate) fn edit(subject: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
    let document = read(subject)?;
    let root = document.root();
    let mut found = texts(&document).changes();
    let mut edits = PartEdits::new();
    let mut edited = Edited::unchanged(subject.head());
    let (mut name, mut id) = (None, None);
    for op in ops {
        match op {
            EditOp::Rename(new) => name = Some(new),
            EditOp::SetId(new) => id = Some(checked(new)?),
            EditOp::SetState(_) => {
                edited.apply_to_head(op);
            }
            EditOp::SetSecret(_) | EditOp::SetLiteral(_) | EditOp::Relink(_) | EditOp::Other(_) => found.apply(op)?,
        }
    }
    let own = edited.head.id.id.clone();
    if let Some(name) = name {
        edited.head.name.clone_from(name);
        edited.head.id.id.clone_from(name);
        set(&mut edits, stated(root, &NAMES), name, |_| quote(name));
    }
    if let Some(ResourceId { id, version: Some(version), .. }) = id {
        edited.head.id.version = Some(version.clone());
        // An id that changes the version alone leaves a new name as it is.
        if *id != own {
            edited.head.id.id.clone_from(id);
            if name.is_none() {
                edited.head.name.clone_from(id);
            }
        }
        set(&mut edits, stated(root, &VERSIONS), version, |before| raw_version(before, version));
    }
    found.finish(&mut edits);
    edits.apply(subject, &mut edited)?;
    Ok(edited)
}

/// A version without a number is none.
fn checked(id: &ResourceId) -> Result<&ResourceId, Failure> {
    if id.kind == FLOW && id.version.is_some() {
        return Ok(id);
    }
    Err(Failure::Other(format!("{}/{} is no id of a FlowRunner flow, which has a version", id.kind, id.id)))
}

/// Changes a member of the root that is there and says something else.
fn set(edits: &mut PartEdits, member: Option<Value<'_>>, text: &str, raw: impl FnOnce(Value<'_>) -> String) {
    if let Some(value) = member.filter(|value| !says(*value, text)) {
        edits.set_raw(&Slot::new(PART, value.pointer()), &raw(value));
    }
}
