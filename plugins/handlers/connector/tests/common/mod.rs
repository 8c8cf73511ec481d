//! Connectors and connections in flowport's own dialect to test with.
#![allow(dead_code, reason = "each test file uses some of it")]

use flowport_connector::Connectors;
use flowport_plugin::fake::{Resource, Target};
use flowport_plugin::{
    Action, Change, Diagnostic, EditOp, Failure, Handler, Head, Inspection, Relink, Replace, ResourceId, Severity,
    SlotValue, View,
};

fn resource(kind: &str, part: &str) -> Resource {
    let head = Head::new(ResourceId::new(kind, "crm"), "flowport", "CRM");
    Resource::new(head).json(&format!("{kind}.json"), part)
}

/// The connector `crm`, named CRM.
pub(crate) fn connector(part: &str) -> Resource {
    resource("connector", part)
}

/// The connection `crm`, named CRM.
pub(crate) fn connection(part: &str) -> Resource {
    resource("connection", part)
}

/// The text of the one part.
pub(crate) fn text(resource: &Resource) -> String {
    resource.text(&format!("{}.json", resource.head.id.kind))
}

pub(crate) fn inspect(resource: &Resource) -> Inspection {
    Connectors::inspect(resource).unwrap()
}

/// The resource after these edits.
pub(crate) fn edit(resource: &Resource, ops: &[EditOp]) -> Result<Resource, Failure> {
    Ok(resource.edited(&Connectors::edit(resource, ops)?))
}

pub(crate) fn set_secret(slot: &str, raw: Option<&str>) -> EditOp {
    EditOp::SetSecret(SlotValue { slot: slot.to_owned(), value: raw.map(str::to_owned) })
}

pub(crate) fn set_literal(slot: &str, old: &str, new: &str) -> EditOp {
    EditOp::SetLiteral(Replace { slot: slot.to_owned(), old: old.to_owned(), new: new.to_owned() })
}

pub(crate) fn relink(slot: &str, kind: &str, id: &str) -> EditOp {
    let to = Head::new(ResourceId::new(kind, id), "flowport", "Other");
    EditOp::Relink(Relink { slot: slot.to_owned(), to })
}

pub(crate) fn plan(incoming: &Resource, existing: Option<&Resource>, action: Option<Action>) -> Change {
    let existing = existing.map(|existing| existing as &dyn View);
    Connectors::plan(incoming, existing, action, &Target::default()).unwrap()
}

/// Codes with severities and places, in order: `CN0001E connector.json#/a`.
pub(crate) fn findings(diagnostics: &[Diagnostic]) -> Vec<String> {
    let letter = |severity| match severity {
        Severity::Error => 'E',
        Severity::Warning => 'W',
        Severity::Info => 'I',
    };
    let line = |found: &Diagnostic| {
        assert!(found.subject.is_some() && found.help.is_some(), "{found:?}");
        format!("{}{} {}", found.code, letter(found.severity), found.slot.as_deref().unwrap_or_default())
    };
    diagnostics.iter().map(line).collect()
}
