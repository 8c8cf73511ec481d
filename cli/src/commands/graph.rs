use std::collections::{HashMap, HashSet};

use flowport_core::graph::Graph;
use flowport_core::model::{Head, Reference, ResourceId};
use serde_json::json;

use crate::arguments::{GraphArguments, GraphFormat};
use crate::context::Context;
use crate::exit::Outcome;
use crate::place::{Place, place};
use crate::report::Report;
use crate::text::{clean, escape_json};

pub(super) fn run(context: &Context, arguments: &GraphArguments) -> Outcome<Report> {
    let graph = graph(context, &arguments.place)?;
    let text = match arguments.format {
        GraphFormat::Dot => graph.dot(),
        GraphFormat::Svg => graph.svg(),
        GraphFormat::Json => escape_json(&format!("{:#}\n", json!(graph))),
        GraphFormat::Text => lines(&graph),
    };
    Ok(Report::done(json!(graph), text))
}

fn graph(context: &Context, text: &str) -> Outcome<Graph> {
    let environment = match place(context, text)?.place {
        Place::Environment(environment) => environment,
        Place::Package(decoded) => {
            let inspected = context.inspect(&decoded.package)?;
            let entries = inspected.iter().map(|entry| (&entry.view.head, entry.inspection.references.as_slice()));
            return Ok(Graph::new(entries));
        }
    };
    let mut entries: Vec<(Head, Vec<Reference>)> = Vec::new();
    for summary in environment.list()? {
        let references = environment.inspection(&summary.head.id)?.references;
        entries.push((summary.head, references));
    }
    Ok(Graph::new(entries.iter().map(|(head, references)| (head, references.as_slice()))))
}

fn lines(graph: &Graph) -> String {
    let missing: HashSet<_> = graph.nodes.iter().filter(|node| !node.present).map(|node| &node.resource).collect();
    let mut by_node: HashMap<&ResourceId, Vec<String>> = HashMap::new();
    for edge in &graph.edges {
        let line = match &edge.to {
            Some(id) if missing.contains(id) => format!("{id}  (not here)"),
            Some(id) => id.to_string(),
            None => format!("decided at run time, at {}", edge.slot),
        };
        let lines = by_node.entry(&edge.from).or_default();
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let mut text = String::new();
    for node in graph.nodes.iter().filter(|node| node.present) {
        text.push_str(&format!("{}  {}\n", clean(&node.resource.to_string()), clean(&node.name)));
        for target in by_node.get(&node.resource).into_iter().flatten() {
            text.push_str(&format!("  needs {}\n", clean(target)));
        }
    }
    text
}
