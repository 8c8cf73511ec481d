use flowport_plugin::findings::Findings;
use flowport_plugin::json::{Document, Kind, Limits, Value};
use flowport_plugin::{Diagnostic, Failure, Inspection, ResourceId, View, read_part};

use crate::texts::texts;
use crate::{PART, codes, findings, identity, outside, scenario};

/// The part, parsed: an object.
pub(crate) fn read(subject: &dyn View) -> Result<Document, Failure> {
    let refused = |summary: String| {
        let help = "export the flow again from DPM";
        Diagnostic::error(codes::NOT_A_DOCUMENT, summary).subject(subject.head().id).at(format!("{PART}#")).help(help)
    };
    let text = read_part(subject, PART, Limits::default().max_bytes as u64)?;
    let document = Document::parse(text).map_err(|error| refused(format!("{PART}: {error}")))?;
    match document.root().kind() {
        Kind::Object => Ok(document),
        _ => Err(refused(format!("{PART} must be an object")).into()),
    }
}

/// Everything that is wrong with an exported flow, and what it needs beside itself. `subject` is the resource, if it is
/// one.
#[must_use]
pub fn check(root: Value<'_>, subject: Option<&ResourceId>) -> Vec<Diagnostic> {
    let mut findings = findings::about(subject);
    identity::check(root, &mut findings);
    contents(root, &mut findings);
    findings.finish()
}

fn contents(root: Value<'_>, findings: &mut Findings) {
    scenario::check(root, findings);
    outside::check(root, findings);
}

pub(crate) fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
    let document = read(subject)?;
    let (root, head) = (document.root(), subject.head());
    let mut findings = findings::about(Some(&head.id));
    identity::check(root, &mut findings);
    identity::check_against(root, &head, &mut findings);
    contents(root, &mut findings);
    let mut inspection = Inspection::new().identity(identity::identity(&head.id));
    inspection.diagnostics = findings.finish();
    texts(&document).find(&mut inspection);
    Ok(inspection)
}
