//! Strict checks, all problems at once, and the references.

mod entity;
mod field;
mod options;
mod structure;

use flowport_plugin::{Failure, Inspection, ResourceId, Slot, View};

use crate::part::Part;
use crate::references::links;

pub(crate) use structure::check;

pub(crate) fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
    let part = Part::read(subject)?;
    let mut inspection = Inspection::new().identity(part.kind.identity(&part.head.id.id));
    for link in links(&part) {
        let slot = Slot::new(part.kind.part(), link.value.pointer());
        inspection.require(slot, ResourceId::new(link.kind.word(), &link.name));
    }
    inspection.diagnostics = check(&part);
    Ok(inspection)
}
