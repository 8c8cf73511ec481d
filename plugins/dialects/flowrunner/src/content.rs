//! What a version holds: its elements, its schedule, its SLA goals. Little of it is known, so little is checked; what a
//! flow needs that no file carries is named.

use std::collections::{HashMap, HashSet};

use flowport_plugin::Diagnostic;
use flowport_plugin::findings::{Findings, shown};
use flowport_plugin::json::{Kind, Value};

use crate::codes;
use crate::findings::wrong_type;

pub(crate) const ELEMENTS: &str = "elements";

/// How many fields a cron expression can have: five, and seconds and years in some.
const CRON_FIELDS: std::ops::RangeInclusive<usize> = 5..=7;

/// Says what is wrong with the content, and what it needs beside itself.
pub(crate) fn check(root: Value<'_>, findings: &mut Findings) {
    if let Some(elements) = root.get(ELEMENTS).filter(|elements| elements.kind() != Kind::Array) {
        findings.at(elements, wrong_type(elements, ELEMENTS, "a list"));
    }
    let mut called = HashSet::new();
    for value in root.descendants() {
        let Some(key) = value.key() else { continue };
        if key.is(ELEMENTS) {
            check_ids(value, findings);
        } else if key.is("cron") && is_in_schedule(value) {
            check_cron(value, findings);
        } else if key.is("flowName") && is_in_element(value) {
            name_called(value, &mut called, findings);
        }
    }
    name_needs(root, findings);
}

/// Elements refer to each other by id. Those of a subflow are a list of their own.
fn check_ids(elements: Value<'_>, findings: &mut Findings) {
    let mut first: HashMap<&str, Value<'_>> = HashMap::new();
    for id in elements.elements().filter_map(|element| element.get("id")) {
        if !matches!(id.kind(), Kind::String | Kind::Number) {
            continue;
        }
        let Some(before) = first.get(id.raw()) else {
            first.insert(id.raw(), id);
            continue;
        };
        let shown = id.as_str().map_or_else(|| id.raw().to_owned(), |text| shown(&text));
        let summary = format!("two elements have the id {shown}: {} is the other", before.pointer());
        let help = "give one of them another id, or export the flow again";
        findings.at(id, Diagnostic::error(codes::DUPLICATE_ELEMENT, summary).help(help));
    }
}

fn is_in_schedule(value: Value<'_>) -> bool {
    value.parent().and_then(Value::key).is_some_and(|key| key.is("schedule"))
}

fn check_cron(value: Value<'_>, findings: &mut Findings) {
    let Some(cron) = value.as_str() else { return };
    let fields = cron.split_whitespace().count();
    if fields == 0 || CRON_FIELDS.contains(&fields) {
        return;
    }
    let summary = format!("the schedule {} has {fields} fields; a cron expression has 5 to 7", shown(&cron));
    let help = "mend the schedule in FlowRunner and export the flow again";
    findings.at(value, Diagnostic::error(codes::CRON, summary).help(help));
}

/// Inside an element, so that it is not the name of the flow itself.
fn is_in_element(value: Value<'_>) -> bool {
    let mut around = std::iter::successors(value.parent(), |value| value.parent());
    around.any(|value| value.kind() == Kind::Array && value.key().is_some_and(|key| key.is(ELEMENTS)))
}

/// A flow calls another one by its name, whichever of its versions is live then.
fn name_called(value: Value<'_>, called: &mut HashSet<String>, findings: &mut Findings) {
    let Some(name) = value.as_str().filter(|name| !name.is_empty()) else { return };
    if called.insert(name.clone().into_owned()) {
        let summary = format!("the flow calls the flow {}, which does not travel with it", shown(&name));
        let help = "see to it that a flow of this name is live in the target";
        findings.at(value, Diagnostic::info(codes::CALLED_FLOW, summary).help(help));
    }
}

fn name_needs(root: Value<'_>, findings: &mut Findings) {
    let is_sla = |key: &str| key.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("sla"));
    if let Some((_, goals)) = root.members().find(|(key, value)| !value.is_empty() && is_sla(&key.name())) {
        let summary = "the flow has SLA goals; the SLA calendars that they count by do not travel with it";
        let help = "make calendars of the same names in the target application before the flow goes live";
        findings.at(goals, Diagnostic::info(codes::SLA_CALENDARS, summary).help(help));
    }
    if let Some(elements) = root.get(ELEMENTS).filter(|elements| elements.kind() == Kind::Array && !elements.is_empty())
    {
        let summary = "configuration items of extensions, such as API keys, do not travel with the flow";
        let help = "install and configure the extensions that its elements use in the target";
        findings.at(elements, Diagnostic::info(codes::EXTENSIONS, summary).help(help));
    }
}
