//! Numbers, ids and names that tell stages and tasks apart.

use std::collections::HashMap;

use flowport_plugin::findings::{Findings, shown};
use flowport_plugin::json::{Kind, Value};
use flowport_plugin::{Diagnostic, Severity};

use super::{STAGE_ID, STAGE_NUMBER, Scenario, TASK_ID, TASK_NUMBER, TASK_ORDER, Task};
use crate::{codes, numbers};

pub(super) fn check(scenario: &Scenario<'_>, findings: &mut Findings) {
    let stages = || scenario.stages.iter();
    let numbered = stages().filter_map(|stage| Some((stage.number?, stage.value.get(STAGE_NUMBER)?)));
    numbers::check(STAGE_NUMBER, numbered.collect(), findings);
    Seen::new(STAGE_ID, Severity::Error).all(stages().map(|stage| stage.value), STAGE_ID, findings);
    names("stages", stages().map(|stage| (stage.name.as_str(), stage.value)), findings);

    let mut everywhere = Seen::new(TASK_ID, Severity::Warning);
    for stage in stages() {
        let tasks = || stage.tasks.iter();
        let number = |value: Value<'_>| value.get(TASK_NUMBER)?.as_u64().filter(|number| *number > 0);
        let numbered = tasks().filter_map(|task| Some((number(task.value)?, task.value.get(TASK_NUMBER)?)));
        numbers::check(TASK_NUMBER, numbered.collect(), findings);
        let mut here = Seen::new(TASK_ID, Severity::Error);
        for task in tasks() {
            if !here.is_again(task.value, TASK_ID, findings) {
                // Whether ids are unique in the whole flow or in a stage is not known.
                everywhere.is_again(task.value, TASK_ID, findings);
            }
        }
        let what = format!("tasks of the stage {}", stage.shown());
        names(&what, tasks().map(|task| (task.name.as_str(), task.value)), findings);
    }
}

/// Tasks with one order run at the same time, so only gaps are worth a word. The order of a task that waits for another
/// one is irrelevant, but may be the one that seems to be missing.
pub(super) fn check_orders<'d>(scenario: &Scenario<'d>, findings: &mut Findings) {
    for stage in &scenario.stages {
        let reported =
            |task: &Task<'d>| (!task.is_conditional).then(|| task.value.get(TASK_ORDER).unwrap_or(task.value));
        let orders = stage.tasks.iter().filter_map(|task| Some((task.order?, reported(task)))).collect();
        numbers::gaps(TASK_ORDER, orders, findings, |summary| {
            let summary = format!("{summary} in the stage {}", stage.shown());
            Diagnostic::warning(codes::ORDER_GAP, summary).help("check whether a task was left out")
        });
    }
}

/// Ids met so far, and where.
struct Seen<'d> {
    what: &'static str,
    severity: Severity,
    first: HashMap<String, Value<'d>>,
}

impl<'d> Seen<'d> {
    fn new(what: &'static str, severity: Severity) -> Seen<'d> {
        Seen { what, severity, first: HashMap::new() }
    }

    fn all(mut self, objects: impl Iterator<Item = Value<'d>>, member: &str, findings: &mut Findings) {
        for object in objects {
            self.is_again(object, member, findings);
        }
    }

    /// True, with a finding, where an object before had the same id.
    fn is_again(&mut self, object: Value<'d>, member: &str, findings: &mut Findings) -> bool {
        let Some(value) = object.get(member).filter(|id| matches!(id.kind(), Kind::Number | Kind::String)) else {
            return false;
        };
        let id = value.as_str().map_or_else(|| value.raw().to_owned(), |text| text.into_owned());
        let Some(before) = self.first.get(&id) else {
            self.first.insert(id, value);
            return false;
        };
        let summary = format!("{} {} is there twice: at {} already", self.what, shown(&id), before.pointer());
        let help = "give each an id of its own, or export the flow again";
        let diagnostic = Diagnostic::error(codes::DUPLICATE_ID, summary).help(help);
        findings.at(value, Diagnostic { severity: self.severity, ..diagnostic });
        true
    }
}

/// Links find stages and tasks by name.
fn names<'d>(what: &str, named: impl Iterator<Item = (&'d str, Value<'d>)>, findings: &mut Findings) {
    let mut first: HashMap<&str, Value<'_>> = HashMap::new();
    for (name, value) in named.filter(|(name, _)| !name.is_empty()) {
        let Some(before) = first.get(name) else {
            first.insert(name, value);
            continue;
        };
        let summary = format!("two {what} are called {}: {} is the other", shown(name), before.pointer());
        let help = "give each a name of its own: links find them by name";
        findings.at(value, Diagnostic::error(codes::DUPLICATE_NAME, summary).help(help));
    }
}
