//! Links: parameters of operations that take the output of an earlier task, named by stage, task and output.
//!
//! How an export writes them is not known. Inferred: an object inside a task in which a key that ends in `TYPE` says
//! `Link`, and keys that end in `STAGE`, `TASK` and `OUTPUT`, or one of these and `NAME`, name the source.

use std::collections::{HashMap, HashSet};

use flowport_plugin::Diagnostic;
use flowport_plugin::findings::{Findings, shown};
use flowport_plugin::json::{Kind, Value};

use super::{Scenario, Task, text};
use crate::{codes, keys};

const HELP: &str =
    "a link takes the output of a task that comes before: mend the link in DPM and export the flow again";

pub(super) fn check(scenario: &Scenario<'_>, findings: &mut Findings) {
    let mut checker = Checker::of(scenario);
    for place in scenario.tasks() {
        let inside = scenario.task(place).value.descendants().skip(1);
        for link in inside.filter(|value| is_link(*value)) {
            checker.check(place, link, findings);
        }
    }
}

fn is_link(object: Value<'_>) -> bool {
    let says_so = |value: Value<'_>| value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("Link"));
    object.members().any(|(key, value)| says_so(value) && keys::ends_in(&key.name(), &["TYPE"]))
}

/// A task, by the positions of its stage and of itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    stage: usize,
    task: usize,
}

impl<'d> Scenario<'d> {
    fn tasks(&self) -> impl Iterator<Item = Place> {
        let stages = self.stages.iter().enumerate();
        stages.flat_map(|(stage, entry)| (0..entry.tasks.len()).map(move |task| Place { stage, task }))
    }

    fn task(&self, place: Place) -> &Task<'d> {
        &self.stages[place.stage].tasks[place.task]
    }
}

struct Checker<'s, 'd> {
    scenario: &'s Scenario<'d>,
    ranks: Vec<u64>,
    stages: HashMap<&'s str, usize>,
    /// The first task of a name in a stage.
    tasks: HashMap<(usize, &'s str), Place>,
    /// The earliest task of a name, and whether it is the only one.
    anywhere: HashMap<&'s str, (Place, bool)>,
    /// Outputs of the tasks asked for so far.
    outputs: HashMap<Place, HashSet<String>>,
}

/// Why a link leads nowhere.
struct Fault<'d> {
    at: Value<'d>,
    code: &'static str,
    /// Where it leads.
    to: String,
}

impl<'s, 'd> Checker<'s, 'd> {
    fn of(scenario: &'s Scenario<'d>) -> Checker<'s, 'd> {
        let (mut stages, mut tasks, mut anywhere) = (HashMap::new(), HashMap::new(), HashMap::new());
        for (index, stage) in scenario.stages.iter().enumerate() {
            stages.entry(stage.name.as_str()).or_insert(index);
        }
        let ranks = scenario.ranks();
        for place in scenario.tasks() {
            let name = scenario.task(place).name.as_str();
            tasks.entry((place.stage, name)).or_insert(place);
            let rank = |place: Place| (ranks[place.stage], scenario.task(place).order);
            let earliest = anywhere.entry(name).or_insert((place, true));
            if earliest.0 != place {
                *earliest = (if rank(place) < rank(earliest.0) { place } else { earliest.0 }, false);
            }
        }
        Checker { scenario, ranks, stages, tasks, anywhere, outputs: HashMap::new() }
    }

    fn check(&mut self, own: Place, link: Value<'d>, findings: &mut Findings) {
        let [stage, task, output] = ["STAGE", "TASK", "OUTPUT"].map(|what| {
            let at = part(link, what)?;
            let name = text(at);
            if name.is_none() {
                let (task, what) = (self.scenario.task(own).shown(), what.to_lowercase());
                let summary = format!("a link in the task {task} names no {what}");
                findings.at(at, Diagnostic::error(codes::LINK_WITHOUT_SOURCE, summary).help(HELP));
            }
            Some(Named { at, name: name? })
        });
        let found = self.source(own, stage, task).and_then(|source| match (source, output) {
            (Some(source), Some(output)) => self.output(source, output),
            _ => Ok(None),
        });
        let summary = |to: &str| format!("a link in the task {} leads to {to}", self.scenario.task(own).shown());
        match found {
            Ok(None) => {}
            Ok(Some(unchecked)) => {
                let diagnostic = Diagnostic::info(unchecked.code, summary(&unchecked.to));
                findings.at(unchecked.at, diagnostic.help("whether the output is there shows in DPM"));
            }
            Err(fault) => findings.at(fault.at, Diagnostic::error(fault.code, summary(&fault.to)).help(HELP)),
        }
    }

    /// The one task that a link leads to. None where it does not say which.
    fn source(
        &self,
        own: Place,
        stage: Option<Named<'d>>,
        task: Option<Named<'d>>,
    ) -> Result<Option<Place>, Fault<'d>> {
        let missing =
            |at, to: String| Fault { at, code: codes::LINK_TO_NOTHING, to: format!("{to}, which is not there") };
        let later = |at, to| Fault { at, code: codes::LINK_TO_LATER, to };
        let mut within = None;
        if let Some(Named { at, name }) = stage {
            let index =
                *self.stages.get(name.as_str()).ok_or_else(|| missing(at, format!("the stage {}", shown(&name))))?;
            if self.ranks[index] > self.ranks[own.stage] {
                return Err(later(at, format!("the stage {}, which comes later", shown(&name))));
            }
            within = Some(index);
        }
        let Some(Named { at, name }) = task else { return Ok(None) };
        let found = match within {
            Some(stage) => self.tasks.get(&(stage, name.as_str())).map(|place| (*place, true)),
            None => self.anywhere.get(name.as_str()).copied(),
        };
        let (place, is_only) = found.ok_or_else(|| {
            let stage = within.map(|index| format!(" of the stage {}", self.scenario.stages[index].shown()));
            missing(at, format!("the task {}{}", shown(&name), stage.unwrap_or_default()))
        })?;
        if !self.comes_before(place, own) {
            return Err(later(at, format!("the task {}, which does not come before it", shown(&name))));
        }
        Ok(is_only.then_some(place))
    }

    /// Whether one task is done when another one begins. Where the order of one of them is irrelevant or unknown, it
    /// may be.
    fn comes_before(&self, source: Place, own: Place) -> bool {
        if source == own {
            return false;
        }
        let (before, after) = (self.ranks[source.stage], self.ranks[own.stage]);
        if before != after {
            return before < after;
        }
        let (source, own) = (self.scenario.task(source), self.scenario.task(own));
        let is_open = source.is_conditional || own.is_conditional;
        is_open || source.order.zip(own.order).is_none_or(|(source, own)| source < own)
    }

    /// Looks for an output of a task. What is found where the task lists none is no fault, but cannot be checked.
    fn output(&mut self, source: Place, Named { at, name }: Named<'d>) -> Result<Option<Fault<'d>>, Fault<'d>> {
        let task = self.scenario.task(source);
        let outputs = self.outputs.entry(source).or_insert_with(|| outputs(task.value));
        if outputs.contains(&name) {
            return Ok(None);
        }
        let to = format!("the output {} of the task {}", shown(&name), task.shown());
        if outputs.is_empty() {
            let to = format!("{to}, of which the file lists no outputs");
            return Ok(Some(Fault { at, code: codes::LINK_UNCHECKED, to }));
        }
        Err(Fault { at, code: codes::LINK_TO_NOTHING, to: format!("{to}, which is not there") })
    }
}

/// A part of a link's source, and where it stands.
struct Named<'d> {
    at: Value<'d>,
    name: String,
}

/// What a link says of a part of its source. None where it has no such key, or something else than a text under it.
fn part<'d>(link: Value<'d>, what: &str) -> Option<Value<'d>> {
    let holds =
        |key: &str| !keys::has(key, "PARENT") && (keys::ends_in(key, &[what, "NAME"]) || keys::ends_in(key, &[what]));
    let mut members = link.members().filter(|(key, _)| holds(&key.name())).map(|(_, value)| value);
    members.find(|value| matches!(value.kind(), Kind::String | Kind::Null))
}

/// The outputs that a task lists: the elements of lists under a key with `OUTPUT`, each a text or an object with a
/// name.
fn outputs(task: Value<'_>) -> HashSet<String> {
    let is_list = |value: &Value<'_>| {
        let holds = |key: &str| keys::has(key, "OUTPUT") || keys::has(key, "OUTPUTS");
        value.kind() == Kind::Array && value.key().is_some_and(|key| holds(&key.name()))
    };
    let elements = task.descendants().filter(is_list).flat_map(Value::elements);
    elements
        .flat_map(|element| {
            let names = element.members().filter(|(key, _)| keys::ends_in(&key.name(), &["NAME"]));
            std::iter::once(element).chain(names.map(|(_, value)| value))
        })
        .filter_map(text)
        .collect()
}
