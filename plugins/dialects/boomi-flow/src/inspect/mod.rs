//! Looking at a flow or an element: who it is, what it needs, what is bound to its environment, what is wrong with it.

mod own;
mod walk;

use flowport_plugin::{Diagnostic, Failure, Inspection, ResourceId, State, View};

use crate::guid;
use crate::mention::dictionary_entries;
use crate::names::{CONNECTOR, FLOW};
use crate::resolve::entry_slot;
use crate::subject::Subject;

pub(crate) use walk::is_looked_at;
pub use walk::strings;

/// Looks at a resource of any kind of the dialect.
///
/// # Errors
/// Where a part is missing or not what the format makes of it.
pub fn inspect(view: &dyn View) -> Result<Inspection, Failure> {
    let subject = Subject::of(view)?;
    let head = &subject.head;
    let mut inspection = Inspection::new().identity(format!("boomi:{}", head.id.id));
    inspection.diagnostics.extend(other_id(&subject));
    if head.id.kind == FLOW {
        for (kind, element, entry) in dictionary_entries(subject.main().root()) {
            inspection.require(entry_slot(entry), ResourceId::new(kind.kind, &guid::id(&element)));
        }
    }
    walk::walk(&subject, &mut inspection);
    if head.id.kind == CONNECTOR && head.state == State::Draft {
        inspection.diagnostics.push(needs_update(&head.id, &head.name));
    }
    Ok(inspection)
}

/// Parts that somebody exchanged for those of another element.
fn other_id(subject: &Subject) -> Option<Diagnostic> {
    let own = subject.own_guid()?;
    let (text, id) = (own.as_str()?, &subject.head.id);
    if guid::id(&text) == id.id {
        return None;
    }
    let part = subject.main_part();
    let summary = format!("{part} says that its guid is {text}, and the resource is {id}", id = id.id);
    let help = "write the id of the resource there, or put the part under its own id";
    Some(Diagnostic::error("BF0205", summary).subject(id.clone()).at(format!("{part}#{}", own.pointer())).help(help))
}

/// What to do with a connector that was imported.
pub(crate) fn needs_update(id: &ResourceId, name: &str) -> Diagnostic {
    Diagnostic::info("BF0501", format!("connector {name:?} must be updated in Boomi Flow after its import"))
        .subject(id.clone())
        .detail("until then the connector does not know the types that came with the flow [Boomi's documentation]")
        .help(format!(
            "in Boomi Flow: open the connector, refresh and save it; then tell flowport: flowport publish ENV '{0}/{1}', or, to \
             bring its types from where the flow was made: flowport connector refresh ENV '{0}/{1}' --from ENVIRONMENT",
            id.kind, id.id
        ))
}
