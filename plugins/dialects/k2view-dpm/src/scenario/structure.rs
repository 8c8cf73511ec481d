//! Reads stages and tasks, and says which members are missing or of the wrong type.

use flowport_plugin::Diagnostic;
use flowport_plugin::findings::{Findings, kind};
use flowport_plugin::json::{Kind, Value};

use super::{
    STAGE_NAME, STAGE_NUMBER, STAGES, Scenario, Stage, TASK_NAME, TASK_NUMBER, TASK_ORDER, TASKS, Task, shown_or,
};
use crate::findings::wrong_type;
use crate::{codes, keys};

/// The order of a task that states none.
const DEFAULT_ORDER: u64 = 1;
/// What every task needs in DPM. Their keys are not known: only where one plainly holds them it must not be empty.
const NEEDED_BY_TASKS: [&str; 2] = ["ROLE", "DEADLINE"];

pub(super) fn read<'d>(root: Value<'d>, findings: &mut Findings) -> Scenario<'d> {
    let stages = elements(root, STAGES, "the flow", findings);
    Scenario { stages: stages.into_iter().filter_map(|value| stage(value, findings)).collect() }
}

fn stage<'d>(value: Value<'d>, findings: &mut Findings) -> Option<Stage<'d>> {
    if value.kind() != Kind::Object {
        findings.at(value, wrong_type(value, "a stage", "an object"));
        return None;
    }
    let name = name(value, STAGE_NAME, "a stage", findings);
    let what = format!("the stage {}", shown_or(&name, "without a name"));
    let number =
        required(value, STAGE_NUMBER, &what, findings).and_then(|number| positive(number, STAGE_NUMBER, findings));
    let tasks = elements(value, TASKS, &what, findings);
    let tasks = tasks.into_iter().filter_map(|value| task(value, findings)).collect();
    Some(Stage { value, name, number, tasks })
}

fn task<'d>(value: Value<'d>, findings: &mut Findings) -> Option<Task<'d>> {
    if value.kind() != Kind::Object {
        findings.at(value, wrong_type(value, "a task", "an object"));
        return None;
    }
    let name = name(value, TASK_NAME, "a task", findings);
    let order = match value.get(TASK_ORDER).filter(|order| !order.is_null()) {
        None => Some(DEFAULT_ORDER),
        Some(order) => positive(order, TASK_ORDER, findings),
    };
    if let Some(number) = value.get(TASK_NUMBER).filter(|number| !number.is_null()) {
        positive(number, TASK_NUMBER, findings);
    }
    Some(Task { value, name, order, is_conditional: false })
}

/// Role and deadline, where they are plainly there and empty. A task that waits for another one needs no deadline.
pub(super) fn check_needs(task: &Task<'_>, findings: &mut Findings) {
    for needed in NEEDED_BY_TASKS {
        if needed == "DEADLINE" && task.is_conditional {
            continue;
        }
        let plain: [&[&str]; 4] = [&[needed], &[needed, "NAME"], &["TASK", needed], &["TASK", needed, "NAME"]];
        let holds = |key: &str| plain.iter().any(|words| keys::is(key, words));
        for (_, value) in task.value.members().filter(|(key, value)| is_nothing(*value) && holds(&key.name())) {
            let summary = format!("the task {} has no {}", task.shown(), needed.to_lowercase());
            let help = "every task needs a role and a deadline: complete the task in DPM and export the flow again";
            findings.at(value, Diagnostic::error(codes::MISSING, summary).help(help));
        }
    }
}

fn is_nothing(value: Value<'_>) -> bool {
    match value.kind() {
        Kind::Null => true,
        Kind::String => value.as_str().is_some_and(|text| text.trim().is_empty()),
        Kind::Array | Kind::Object => value.is_empty(),
        Kind::Bool | Kind::Number => false,
    }
}

/// A member that must be there and say something.
fn required<'d>(object: Value<'d>, member: &str, what: &str, findings: &mut Findings) -> Option<Value<'d>> {
    let there =
        object.get(member).filter(|value| !value.is_null() && value.as_str().is_none_or(|text| !text.is_empty()));
    if there.is_none() {
        let help = format!("write {member} there, or complete the flow in DPM and export it again");
        let diagnostic = Diagnostic::error(codes::MISSING, format!("{what} has no {member}")).help(help);
        findings.at_member(object, member, diagnostic);
    }
    there
}

fn name(object: Value<'_>, member: &str, what: &str, findings: &mut Findings) -> String {
    let Some(value) = required(object, member, what, findings) else { return String::new() };
    match value.as_str() {
        Some(name) => name.into_owned(),
        None => {
            findings.at(value, wrong_type(value, member, "a text"));
            String::new()
        }
    }
}

fn elements<'d>(object: Value<'d>, member: &str, what: &str, findings: &mut Findings) -> Vec<Value<'d>> {
    let Some(list) = required(object, member, what, findings) else { return Vec::new() };
    if list.kind() != Kind::Array {
        findings.at(list, wrong_type(list, member, "a list"));
    }
    list.elements().collect()
}

fn positive(value: Value<'_>, member: &str, findings: &mut Findings) -> Option<u64> {
    let number = value.as_u64().filter(|number| *number > 0);
    if number.is_none() {
        let found = if value.kind() == Kind::Number { value.raw() } else { kind(value) };
        let summary = format!("{member} must be a whole number from 1 on, not {found}");
        findings.at(value, Diagnostic::error(codes::WRONG_TYPE, summary).help("number from 1 on, without quotes"));
    }
    number
}
