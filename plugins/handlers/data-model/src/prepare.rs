use flowport_plugin::json::Edits;
use flowport_plugin::{Edited, Failure, View};

use crate::part::Part;
use crate::plan::media_type;
use crate::travel::staying;

/// Takes out what is no customization of a standard resource; every other byte stays.
pub(crate) fn prepare(subject: &dyn View) -> Result<Edited, Failure> {
    let part = Part::read(subject)?;
    let mut edited = Edited::unchanged(subject.head());
    let mut edits = Edits::new(&part.document);
    for staying in staying(&part) {
        edits.remove(staying.value);
    }
    if !edits.is_empty() {
        let content = edits.finish().map_err(|error| Failure::Other(format!("{}: {error}", part.kind.part())))?;
        edited.write(part.kind.part(), &media_type(subject, part.kind.part()), content);
    }
    Ok(edited)
}
