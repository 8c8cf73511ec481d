use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use serde::Serialize;

use super::text::quoted;
use crate::model::{Head, Kind, Reference, ResourceId, Strength, Target};

/// A resource.
#[derive(Debug, Clone, Serialize)]
pub struct Node {
    /// `kind/id`.
    pub resource: ResourceId,
    /// What people call it.
    pub name: String,
    /// False where something refers to it but it is not there.
    pub present: bool,
}

/// A reference.
#[derive(Debug, Clone, Serialize)]
pub struct Edge {
    /// Who needs.
    pub from: ResourceId,
    /// What; none where an expression decides.
    pub to: Option<ResourceId>,
    /// Where in `from`.
    pub slot: String,
    /// How much.
    pub strength: Strength,
}

/// Nodes in the order of the place, then what is missing; edges in the order of the nodes.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Graph {
    /// Resources.
    pub nodes: Vec<Node>,
    /// References.
    pub edges: Vec<Edge>,
}

impl Graph {
    /// Of resources with their references.
    #[must_use]
    pub fn new<'a>(resources: impl Iterator<Item = (&'a Head, &'a [Reference])>) -> Graph {
        let mut graph = Graph::default();
        for (head, references) in resources {
            graph.nodes.push(Node { resource: head.id.clone(), name: head.name.clone(), present: true });
            for reference in references {
                let to = match &reference.target {
                    Target::Known(id) => Some(id.clone()),
                    Target::Unknowable(_) => None,
                };
                graph.edges.push(Edge {
                    from: head.id.clone(),
                    to,
                    slot: reference.slot.clone(),
                    strength: reference.strength,
                });
            }
        }
        let known: std::collections::HashSet<ResourceId> =
            graph.nodes.iter().map(|node| node.resource.clone()).collect();
        let mut missing: Vec<ResourceId> =
            graph.edges.iter().filter_map(|edge| edge.to.clone()).filter(|id| !known.contains(id)).collect();
        missing.sort();
        missing.dedup();
        graph.nodes.extend(missing.into_iter().map(|resource| Node {
            name: resource.id.to_string(),
            resource,
            present: false,
        }));
        graph
    }

    /// In the language of Graphviz.
    #[must_use]
    pub fn dot(&self) -> String {
        let mut text =
            String::from("digraph flowport {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n");
        for node in &self.nodes {
            let style = if node.present { "" } else { ", style=dashed" };
            let _ = writeln!(
                text,
                "  {} [label={}{style}];",
                quoted(&node.resource.to_string()),
                quoted(&format!("{}\n{}", node.resource.kind, node.name))
            );
        }
        for (from, to, strength) in self.pairs() {
            let style = if strength == Strength::Optional { " [style=dashed]" } else { "" };
            let _ = writeln!(text, "  {} -> {}{style};", quoted(&from.to_string()), quoted(&to.to_string()));
        }
        text.push_str("}\n");
        text
    }

    /// Kinds instead of resources: for each kind a node with how many there are of it, named as all of them are selected
    /// (`kind/*`). Readable where the whole is not.
    #[must_use]
    pub fn by_kind(&self) -> Graph {
        let all_of = |kind: &Kind| ResourceId { kind: kind.clone(), id: "*".into(), version: None };
        let mut counts: Vec<(&Kind, usize, bool)> = Vec::new();
        let mut known: HashMap<&Kind, usize> = HashMap::new();
        for node in &self.nodes {
            let kind = &node.resource.kind;
            let position = *known.entry(kind).or_insert_with(|| {
                counts.push((kind, 0, false));
                counts.len() - 1
            });
            counts[position].1 += 1;
            counts[position].2 |= node.present;
        }
        let nodes = counts.into_iter().map(|(kind, count, present)| Node {
            resource: all_of(kind),
            name: if count == 1 { "1 resource".to_owned() } else { format!("{count} resources") },
            present,
        });
        let edges = self.pairs().into_iter().map(|(from, to, strength)| Edge {
            from: all_of(&from.kind),
            to: Some(all_of(&to.kind)),
            slot: String::new(),
            strength,
        });
        Graph { nodes: nodes.collect(), edges: edges.collect() }
    }

    /// Each pair once, however many references tie it.
    pub(super) fn pairs(&self) -> Vec<(&ResourceId, &ResourceId, Strength)> {
        let mut pairs: BTreeMap<(&ResourceId, &ResourceId), Strength> = BTreeMap::new();
        for edge in &self.edges {
            let Some(to) = &edge.to else { continue };
            let strength = pairs.entry((&edge.from, to)).or_insert(edge.strength);
            if edge.strength == Strength::Required {
                *strength = Strength::Required;
            }
        }
        pairs.into_iter().map(|((from, to), strength)| (from, to, strength)).collect()
    }
}
