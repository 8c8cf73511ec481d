//! The scenario of a flow: stages of tasks, in order. What is wrong with it is found by rules inferred from the
//! vendor's manual, which defines no "invalid scenario" itself.

mod links;
mod parents;
mod structure;
mod uniqueness;

use std::collections::HashMap;

use flowport_plugin::findings::{Findings, shown};
use flowport_plugin::json::Value;

const STAGES: &str = "STAGES";
const STAGE_NAME: &str = "STAGE_NAME";
const STAGE_NUMBER: &str = "STAGE_NUMBER";
const STAGE_ID: &str = "STAGE_ID";
const TASKS: &str = "TASKS";
const TASK_NAME: &str = "TASK_NAME";
const TASK_NUMBER: &str = "TASK_NUMBER";
const TASK_ORDER: &str = "TASK_ORDER";
const TASK_ID: &str = "TASK_ID";

/// Says what is wrong with the scenario of a flow: everything at once.
pub(crate) fn check(root: Value<'_>, findings: &mut Findings) {
    let mut scenario = structure::read(root, findings);
    uniqueness::check(&scenario, findings);
    parents::check(&mut scenario, findings);
    uniqueness::check_orders(&scenario, findings);
    links::check(&scenario, findings);
}

/// The stages, as far as they can be read.
struct Scenario<'d> {
    stages: Vec<Stage<'d>>,
}

struct Stage<'d> {
    value: Value<'d>,
    /// Empty where it has none.
    name: String,
    number: Option<u64>,
    tasks: Vec<Task<'d>>,
}

struct Task<'d> {
    value: Value<'d>,
    /// Empty where it has none.
    name: String,
    /// None where what stands there is no order.
    order: Option<u64>,
    /// It waits for another task, which makes its order irrelevant.
    is_conditional: bool,
}

impl Stage<'_> {
    fn shown(&self) -> String {
        shown_or(&self.name, "without a name")
    }
}

impl Task<'_> {
    fn shown(&self) -> String {
        shown_or(&self.name, "without a name")
    }
}

fn shown_or(name: &str, otherwise: &str) -> String {
    if name.is_empty() { otherwise.to_owned() } else { shown(name) }
}

impl Scenario<'_> {
    /// The place of each stage in the run of the flow: by number, and by position where the numbers leave it open.
    fn ranks(&self) -> Vec<u64> {
        let by_position = || (0..).take(self.stages.len()).collect();
        let mut seen = HashMap::new();
        let numbers: Option<Vec<u64>> = self.stages.iter().map(|stage| stage.number).collect();
        let is_unique = |numbers: &Vec<u64>| numbers.iter().all(|number| seen.insert(*number, ()).is_none());
        numbers.filter(is_unique).unwrap_or_else(by_position)
    }
}

/// The text of a string that says something.
fn text(value: Value<'_>) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(|text| text.into_owned())
}
