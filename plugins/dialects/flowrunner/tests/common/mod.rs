//! A version of a flow with a schedule, SLA goals, a subflow and a call of another flow. Its keys are those of the SDK
//! and the manual, and otherwise made up.
#![allow(dead_code, reason = "each test file uses a part")]

use flowport_flowrunner::{Flows, head};
use flowport_plugin::fake::{Resource, Target};
use flowport_plugin::json::Document;
use flowport_plugin::{Action, Change, Diagnostic, EditOp, Failure, Handler, Inspection, Severity};

pub(crate) const PART: &str = "version.json";

pub(crate) const VERSION: &str = r#"{
  "flowId" : "f-1", "name" : "Intake", "description" : null, "version" : 3, "status" : "READY",
  "elements" : [
    { "id":"e1", "type":"TRIGGER", "url":"https://dev.example/x?client_secret=s3cr3t!" },
    { "id":"e2", "type":"CALL_FLOW", "settings":{ "flowName":"Dispatch" } },
    { "id":"e3", "type":"CALL_FLOW", "flowName":"Dispatch" } ],
  "subflows" : [{ "id":"s1", "flowName":"Intake", "elements":[{ "id":"e1" }, { "id":2 }] }],
  "schedule" : { "cron":"0 0 * * *", "enabled":true },
  "slaGoals" : [{ "name":"g", "target":1.50, "unit":"h" }]
}
"#;

/// The sample with one text in the place of another.
#[track_caller]
pub(crate) fn with(from: &str, to: &str) -> Resource {
    assert!(VERSION.contains(from), "{from}");
    resource(&VERSION.replacen(from, to, 1))
}

/// A resource as the codec makes it; where that makes none, one with the sample's head.
pub(crate) fn resource(text: &str) -> Resource {
    let head_of = |text: &str| Document::parse(text).ok().and_then(|document| head(document.root()));
    Resource::new(head_of(text).or_else(|| head_of(VERSION)).unwrap()).json(PART, text)
}

pub(crate) fn inspect(resource: &Resource) -> Inspection {
    Flows::inspect(resource).unwrap()
}

/// Severity, code and pointer of each finding that no valid flow has.
pub(crate) fn faults(resource: &Resource) -> Vec<String> {
    let found = inspect(resource).diagnostics;
    found.iter().filter(|found| !found.code.starts_with("FR02")).map(line).collect()
}

pub(crate) fn line(found: &Diagnostic) -> String {
    let letter = match found.severity {
        Severity::Error => "E",
        Severity::Warning => "W",
        Severity::Info => "I",
    };
    assert!(found.help.is_some(), "{found:?}");
    let slot = found.slot.as_deref().unwrap_or_default();
    format!("{letter} {} {}", found.code, slot.strip_prefix("version.json#").unwrap_or(slot))
}

#[track_caller]
pub(crate) fn edited(resource: &Resource, ops: &[EditOp]) -> Resource {
    resource.edited(&Flows::edit(resource, ops).unwrap())
}

pub(crate) fn plan(incoming: &Resource, existing: Option<&Resource>, action: Option<Action>) -> Change {
    Flows::plan(incoming, existing.map(|existing| existing as _), action, &Target::default()).unwrap()
}

#[track_caller]
pub(crate) fn refused(result: Result<impl std::fmt::Debug, Failure>) {
    assert!(matches!(result, Err(Failure::Other(_))), "{result:?}");
}
