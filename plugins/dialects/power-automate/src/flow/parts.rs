use flowport_plugin::json::{Document, Limits};
use flowport_plugin::{Diagnostic, Failure, View, read_part, read_parts};

use crate::{APIS_MAP, CONNECTIONS_MAP, DEFINITION};

/// The parts of a flow, parsed.
pub(super) struct Parts {
    pub(super) definition: Document,
    pub(super) apis: Document,
    pub(super) connections: Document,
}

impl Parts {
    pub(super) fn of(subject: &dyn View) -> Result<Parts, Failure> {
        let names = [DEFINITION, APIS_MAP, CONNECTIONS_MAP];
        let [definition, apis, connections] = read_parts(subject, names, Limits::default().max_bytes as u64)?;
        Ok(Parts {
            definition: parse(subject, DEFINITION, definition)?,
            apis: parse(subject, APIS_MAP, apis)?,
            connections: parse(subject, CONNECTIONS_MAP, connections)?,
        })
    }
}

/// `definition.json` alone.
pub(super) fn definition(subject: &dyn View) -> Result<Document, Failure> {
    parse(subject, DEFINITION, read_part(subject, DEFINITION, Limits::default().max_bytes as u64)?)
}

fn parse(subject: &dyn View, part: &str, text: Vec<u8>) -> Result<Document, Failure> {
    Document::parse(text).map_err(|error| {
        let diagnostic = Diagnostic::error("PA0300", format!("{part}: {error}"));
        diagnostic.subject(subject.head().id).at(format!("{part}#")).help(crate::EXPORT_AGAIN).into()
    })
}
