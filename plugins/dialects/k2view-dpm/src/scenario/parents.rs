//! Tasks that wait for another task, their parent: it must be in the same stage and come before them.
//!
//! Which key names the parent is not known. Inferred: one with the words `PARENT` and `TASK`, anywhere in the task,
//! whose value is an id or a name.

use std::collections::HashMap;

use flowport_plugin::Diagnostic;
use flowport_plugin::findings::{Findings, shown};
use flowport_plugin::json::{Kind, Value};

use super::{Scenario, Stage, TASK_ID, structure};
use crate::{codes, keys};

/// Finds out which tasks wait for another one, and says where that cannot be.
pub(super) fn check(scenario: &mut Scenario<'_>, findings: &mut Findings) {
    for stage in &mut scenario.stages {
        let named: Vec<(usize, Value<'_>)> = stage
            .tasks
            .iter()
            .enumerate()
            .flat_map(|(index, task)| parents(task.value).into_iter().map(move |parent| (index, parent)))
            .collect();
        let places = Places::of(stage);
        for (index, parent) in &named {
            check_one(stage, &places, *index, *parent, findings);
        }
        for (index, _) in named {
            stage.tasks[index].is_conditional = true;
        }
        for task in &stage.tasks {
            structure::check_needs(task, findings);
        }
    }
}

/// The values in a task that name a parent.
fn parents(task: Value<'_>) -> Vec<Value<'_>> {
    let is_parent = |key: &str| {
        let names_it = ["TASK", "TASKS", "ID", "NAME"].iter().any(|last| keys::ends_in(key, &[last]));
        keys::has(key, "PARENT") && (keys::has(key, "TASK") || keys::has(key, "TASKS")) && names_it
    };
    let members = task.descendants().filter(|value| value.key().is_some_and(|key| is_parent(&key.name())));
    let says_something = |value: &Value<'_>| match value.kind() {
        Kind::Number => true,
        Kind::String => value.as_str().is_some_and(|text| !text.is_empty()),
        _ => false,
    };
    members.flat_map(|member| std::iter::once(member).chain(member.elements())).filter(says_something).collect()
}

/// Where the tasks of a stage are, by name and by id; of several with one name the first.
struct Places {
    by_name: HashMap<String, usize>,
    by_id: HashMap<String, usize>,
}

impl Places {
    fn of(stage: &Stage<'_>) -> Places {
        let mut places = Places { by_name: HashMap::new(), by_id: HashMap::new() };
        for (index, task) in stage.tasks.iter().enumerate() {
            places.by_name.entry(task.name.clone()).or_insert(index);
            if let Some(id) = task.value.get(TASK_ID) {
                places.by_id.entry(plain(id)).or_insert(index);
            }
        }
        places
    }

    /// A key that speaks of a name holds a name, any other one an id, or a name as well.
    fn find(&self, parent: Value<'_>) -> Option<usize> {
        let key = parent.key().or_else(|| parent.parent().and_then(Value::key));
        let text = plain(parent);
        let by_name = self.by_name.get(&text).filter(|_| parent.kind() == Kind::String);
        if key.is_some_and(|key| keys::ends_in(&key.name(), &["NAME"])) {
            return by_name.copied();
        }
        self.by_id.get(&text).or(by_name).copied()
    }
}

fn plain(value: Value<'_>) -> String {
    value.as_str().map_or_else(|| value.raw().to_owned(), |text| text.into_owned())
}

fn check_one(stage: &Stage<'_>, places: &Places, index: usize, parent: Value<'_>, findings: &mut Findings) {
    let task = &stage.tasks[index];
    let Some(found) = places.find(parent) else {
        let summary = format!(
            "the task {} waits for the task {}, which is not in its stage {}",
            task.shown(),
            shown(&plain(parent)),
            stage.shown()
        );
        let help = "a task can only wait for one of the same stage: choose another in DPM and export the flow again";
        findings.at(parent, Diagnostic::error(codes::PARENT_NOT_HERE, summary).help(help));
        return;
    };
    let before = &stage.tasks[found];
    let is_later = before.order.zip(task.order).is_some_and(|(before, own)| before > own);
    if found != index && !is_later {
        return;
    }
    let why =
        if found == index { "itself".to_owned() } else { format!("the task {}, which comes later", before.shown()) };
    let summary = format!("the task {} waits for {why}", task.shown());
    let help = "a task can only wait for one that comes before it: change the order or the condition in DPM";
    findings.at(parent, Diagnostic::error(codes::PARENT_NOT_BEFORE, summary).help(help));
}
