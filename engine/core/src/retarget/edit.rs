//! One resource, changed by its handler and looked at again.

use super::links::Relinks;
use super::own::Own;
use super::{Change, What};
use crate::decode::findings;
use crate::inspect::{Inspected, inspect};
use crate::model::{Diagnostic, EditOp, SlotValue};
use crate::registry::Registry;

/// All that becomes of one resource.
pub(super) struct Ops<'a> {
    pub(super) own: &'a Own,
    pub(super) links: Relinks,
    pub(super) literals: Vec<EditOp>,
    pub(super) secrets: &'a [SlotValue],
}

/// Makes the changes, and adds them to what is told. What none of them touches is not touched.
pub(super) fn edit(
    registry: &Registry,
    inspected: &Inspected,
    wanted: Ops<'_>,
    told: &mut Vec<Change>,
) -> Result<Inspected, Vec<Diagnostic>> {
    let id = &inspected.view.head.id;
    let Ops { own, links: (mut ops, relinked), literals, secrets } = wanted;
    told.extend(own.changes.iter().cloned());
    told.extend(relinked);
    for op in literals {
        let EditOp::SetLiteral { slot, old, new } = &op else { continue };
        if old == new {
            continue;
        }
        told.push(Change {
            resource: id.clone(),
            slot: Some(slot.clone()),
            what: What::Literal,
            from: Some(old.clone()),
            to: Some(new.clone()),
        });
        ops.push(op);
    }
    for secret in secrets {
        let slot = Some(secret.slot.clone());
        told.push(Change { resource: id.clone(), slot, what: What::Secret, from: None, to: None });
        ops.push(EditOp::SetSecret(secret.clone()));
    }
    ops.extend(own.ops.iter().cloned());
    let Some((handler, _)) = registry.handler(&inspected.view.head).filter(|_| !ops.is_empty()) else {
        return Ok(inspected.clone());
    };
    let edited = handler.edit(&inspected.view, &ops).map_err(|error| findings(error, id))?;
    let again = inspect(registry, inspected.view.edited(edited));
    let before = &inspected.inspection.diagnostics;
    let fresh = again.inspection.diagnostics.iter().filter(|found| found.is_error() && !before.contains(found));
    let fresh: Vec<Diagnostic> = fresh.cloned().collect();
    if fresh.is_empty() { Ok(again) } else { Err(fresh) }
}
