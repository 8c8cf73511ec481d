//! Valid flows of all shapes: any number of stages and tasks, links, waiting tasks, keys that nobody knows, in any
//! order, with any white space.
#![allow(dead_code, reason = "each test file uses a part")]

use std::hash::{DefaultHasher, Hash, Hasher};

use flowport_plugin::json::quote;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// A flow, and what is known of it.
#[derive(Debug, Clone)]
pub(crate) struct Generated {
    pub(crate) text: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) is_completed: bool,
    /// Tasks of each stage, in the order of the file.
    pub(crate) stages: Vec<usize>,
}

/// How objects are laid out: one flow is written in one way.
#[derive(Debug, Clone)]
struct Layout {
    space: &'static str,
    order: u64,
    unknown: Vec<(String, String)>,
}

impl Layout {
    /// An object of these members and one that nobody knows.
    fn object(&self, id: usize, mut members: Vec<(String, String)>) -> String {
        if !self.unknown.is_empty() {
            members.push(self.unknown[id % self.unknown.len()].clone());
        }
        members.sort_by_key(|(key, _)| {
            let mut hasher = DefaultHasher::new();
            (self.order, key).hash(&mut hasher);
            hasher.finish()
        });
        let space = self.space;
        let member = |(key, value): &(String, String)| format!("{space}{}{space}:{space}{value}", quote(key));
        format!("{{{}{space}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
    }

    fn array(&self, elements: &[String]) -> String {
        let space = self.space;
        format!("[{space}{}{space}]", elements.join(&format!("{space},")))
    }
}

#[derive(Debug, Clone)]
struct TaskSeed {
    /// It begins after the one before it, else with it.
    is_later: bool,
    /// It takes an output of this task of an earlier stage.
    link: Option<Index>,
    /// It waits for this task before it.
    parent: Option<Index>,
}

/// Any JSON value, without the words by which the dialect knows keys.
pub(crate) fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        select(vec!["null", "true", "-0.0", "1e400", "1.50", "\"\\u0041\\ud83d\\ude00\\/\"", "[]", "{ }"])
            .prop_map(str::to_owned),
        any_text().prop_map(|text| quote(&text)),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(|all| format!("[ {}]", all.join(" ,"))),
            vec(inner, 0..3).prop_map(|all| {
                let members = all.iter().enumerate().map(|(index, value)| format!("\"k~/{index}\":\t{value}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }),
        ]
    })
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,12}",
        Just("https://dev.example/x?client_secret=abcdef\u{1b}".to_owned()),
        Just("ana@dev.example".to_owned()),
    ]
}

fn any_layout() -> impl Strategy<Value = Layout> {
    let unknown = vec(("[a-z]{1,5}|é~/\"|", any_json()), 0..3);
    (select(vec!["", " ", "\n  ", "\r\n\t"]), any::<u64>(), unknown).prop_map(|(space, order, unknown)| Layout {
        space,
        order,
        unknown,
    })
}

fn any_task() -> impl Strategy<Value = TaskSeed> {
    let seed = (any::<bool>(), option::of(any::<Index>()), option::of(any::<Index>()));
    seed.prop_map(|(is_later, link, parent)| TaskSeed { is_later, link, parent })
}

/// Any valid flow.
pub(crate) fn any_flow() -> impl Strategy<Value = Generated> {
    let version = prop_oneof![
        "[1-9][0-9]{0,3}".prop_map(|text| (text.clone(), text)),
        "\\PC{1,8}".prop_map(|text| (quote(&text), text))
    ];
    let head = ("\\PC{1,12}", version, any::<bool>());
    (head, any_layout(), vec(vec(any_task(), 0..4), 0..4), any::<Index>())
        .prop_map(|(head, layout, stages, first)| flow(head, &layout, &stages, first))
}

fn flow(
    (name, (raw_version, version), is_completed): (String, (String, String), bool),
    layout: &Layout,
    seeds: &[Vec<TaskSeed>],
    first: Index,
) -> Generated {
    let mut stages: Vec<(usize, String)> = Vec::new();
    let mut ids = 0;
    for (index, tasks) in seeds.iter().enumerate() {
        let earlier: Vec<(usize, usize)> =
            (0..index).flat_map(|stage| (0..seeds[stage].len()).map(move |task| (stage, task))).collect();
        let mut order = 1;
        let mut written = Vec::new();
        for (position, seed) in tasks.iter().enumerate() {
            if position > 0 && seed.is_later {
                order += 1;
            }
            ids += 1;
            written.push(task(layout, ids, (index, position), order, seed, &earlier));
        }
        let members = vec![
            member("STAGE_ID", (index + 10).to_string()),
            member("STAGE_NAME", quote(&stage_name(index))),
            member("STAGE_NUMBER", (index + 1).to_string()),
            member("TASKS", layout.array(&written)),
        ];
        stages.push((tasks.len(), layout.object(index, members)));
    }
    // The order in the file need not be that of the numbers.
    let turned = if stages.is_empty() { 0 } else { first.index(stages.len()) };
    stages.rotate_left(turned);
    let texts: Vec<String> = stages.iter().map(|(_, text)| text.clone()).collect();
    let members = vec![
        member("FLOW_ID", "7".to_owned()),
        member("FLOW_NAME", quote(&name)),
        member("FLOW_VERSION", raw_version),
        member("STATUS", quote(if is_completed { "Completed" } else { "Draft" })),
        member("STAGES", layout.array(&texts)),
    ];
    let text = format!("{}{}{}", layout.space, layout.object(0, members), layout.space);
    Generated { text, name, version, is_completed, stages: stages.into_iter().map(|(tasks, _)| tasks).collect() }
}

fn task(
    layout: &Layout,
    id: usize,
    (stage, position): (usize, usize),
    order: usize,
    seed: &TaskSeed,
    earlier: &[(usize, usize)],
) -> String {
    let mut members = vec![
        member("TASK_ID", id.to_string()),
        member("TASK_NAME", quote(&task_name(stage, position))),
        member("TASK_ORDER", order.to_string()),
        member("OUTPUTS", r#"["plain",{"OUTPUT_NAME":"named"}]"#.to_owned()),
    ];
    if let Some(link) = seed.link.filter(|_| !earlier.is_empty()) {
        let (stage, task) = earlier[link.index(earlier.len())];
        let link = vec![
            member("PARAM_TYPE", "\"Link\"".to_owned()),
            member("STAGE_NAME", quote(&stage_name(stage))),
            member("TASK_NAME", quote(&task_name(stage, task))),
            member("OUTPUT_NAME", "\"named\"".to_owned()),
        ];
        members.push(member("PARAMETERS", layout.array(&[layout.object(id, link)])));
    }
    if let Some(parent) = seed.parent.filter(|_| position > 0) {
        let parent = task_name(stage, parent.index(position));
        members.push(member("PARENT_TASK_NAME", quote(&parent)));
    }
    layout.object(id, members)
}

fn member(key: &str, value: String) -> (String, String) {
    (key.to_owned(), value)
}

fn stage_name(index: usize) -> String {
    format!("Stage \"{index}\"")
}

fn task_name(stage: usize, task: usize) -> String {
    format!("Task {stage}/{task} é")
}
