//! A flow of two stages, with links, a task that waits for another, outputs, and things it needs beside itself.
#![allow(dead_code, reason = "each test file uses a part")]

use flowport_k2view_dpm::{Flows, head};
use flowport_plugin::fake::{Resource, Target};
use flowport_plugin::json::Document;
use flowport_plugin::{Action, Change, Diagnostic, EditOp, Failure, Handler, Inspection, Severity};

pub(crate) const PART: &str = "flow.json";

/// The first keys are those of the one screenshot there is, the others are made up.
pub(crate) const FLOW: &str = r#"{ "FLOW_ID":7, "FLOW_NAME":"Access", "FLOW_DESCRIPTION":"d", "STATUS":"Draft", "FLOW_VERSION":3,
  "STAGES":[
    { "STAGE_ID":1, "STAGE_NAME":"Open", "STAGE_DESCRIPTION":null, "STAGE_NUMBER":1, "TASKS":[
      { "TASK_ID":1, "TASK_NAME":"Check", "TASK_DESCRIPTION":null, "TASK_STATUS":"", "TASK_ORDER":1, "TASK_ROLE":"Steward", "TASK_DEADLINE":"2d",
        "OPERATIONS":[{ "OPERATION_NAME":"Search", "OUTPUTS":[{ "OUTPUT_NAME":"found" }, "count"] }] },
      { "TASK_ID":2, "TASK_NAME":"Ask", "TASK_ORDER":2, "TASK_ROLE":"Steward", "PARAMETERS":[
        { "PARAMETER_TYPE":"Link", "LINK_STAGE_NAME":"Open", "LINK_TASK_NAME":"Check", "LINK_OUTPUT_NAME":"found" },
        { "PARAMETER_TYPE":"Input", "CUSTOM_LIST":"Countries" }] },
      { "TASK_ID":3, "TASK_NAME":"Wait", "TASK_ORDER":2, "PARENT_TASK_ID":2, "TASK_DEADLINE":null }] },
    { "STAGE_ID":2, "STAGE_NAME":"Answer", "STAGE_NUMBER":2, "TASKS":[
      { "TASK_ID":4, "TASK_NAME":"Send", "MAIL_TEMPLATE_NAME":"Reply", "TASK_NUMBER":1,
        "BODY":{ "TYPE":"link", "STAGE":"Open", "TASK":"Check", "OUTPUT":"count" } },
      { "TASK_ID":5, "TASK_NAME":"Close", "TASK_NUMBER":2, "CONDITION":{ "PARENT_TASK_NAME":"Send" } }] }],
  "URL":"https://dpm-dev.example/x?client_secret=s3cr3t!" }
"#;

/// The sample with one text in the place of another.
#[track_caller]
pub(crate) fn with(from: &str, to: &str) -> Resource {
    assert!(FLOW.contains(from), "{from}");
    resource(&FLOW.replacen(from, to, 1))
}

/// A resource as the codec makes it; where that makes none, one with the sample's head.
pub(crate) fn resource(text: &str) -> Resource {
    let head_of = |text: &str| Document::parse(text).ok().and_then(|document| head(document.root()));
    Resource::new(head_of(text).or_else(|| head_of(FLOW)).unwrap()).json(PART, text)
}

pub(crate) fn inspect(resource: &Resource) -> Inspection {
    Flows::inspect(resource).unwrap()
}

/// Severity, code and pointer of each finding that no valid flow has.
pub(crate) fn faults(resource: &Resource) -> Vec<String> {
    let found = inspect(resource).diagnostics;
    found.iter().filter(|found| !found.code.starts_with("DPM02")).map(line).collect()
}

pub(crate) fn line(found: &Diagnostic) -> String {
    let letter = match found.severity {
        Severity::Error => "E",
        Severity::Warning => "W",
        Severity::Info => "I",
    };
    assert!(found.help.is_some(), "{found:?}");
    let slot = found.slot.as_deref().unwrap_or_default();
    format!("{letter} {} {}", found.code, slot.strip_prefix("flow.json#").unwrap_or(slot))
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
