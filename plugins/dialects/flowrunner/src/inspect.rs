use flowport_plugin::json::{Document, Kind, Limits, Value};
use flowport_plugin::{Diagnostic, Failure, Inspection, ResourceId, View, read_part};

use crate::texts::texts;
use crate::{PART, codes, content, findings, identity};

/// The part, parsed: an object.
pub(crate) fn read(subject: &dyn View) -> Result<Document, Failure> {
    let refused = |summary: String| {
        let help = "export the flow again from FlowRunner";
        Diagnostic::error(codes::NOT_A_DOCUMENT, summary).subject(subject.head().id).at(format!("{PART}#")).help(help)
    };
    let text = read_part(subject, PART, Limits::default().max_bytes as u64)?;
    let document = Document::parse(text).map_err(|error| refused(format!("{PART}: {error}")))?;
    match document.root().kind() {
        Kind::Object => Ok(document),
        _ => Err(refused(format!("{PART} must be an object")).into()),
    }
}

/// Everything that is wrong with an exported version, and what it needs beside itself. `subject` is the resource, if it
/// is one.
#[must_use]
pub fn check(root: Value<'_>, subject: Option<&ResourceId>) -> Vec<Diagnostic> {
    let mut findings = findings::about(subject);
    identity::check(root, &mut findings);
    content::check(root, &mut findings);
    findings.finish()
}

pub(crate) fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
    let document = read(subject)?;
    let (root, id) = (document.root(), subject.head().id);
    let mut inspection = Inspection::new();
    inspection.identities = identity::identities(root, &id);
    inspection.diagnostics = check(root, Some(&id));
    texts(&document).find(&mut inspection);
    Ok(inspection)
}
