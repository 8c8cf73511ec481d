//! Who needs what: nodes and edges of a package or an environment.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use serde::Serialize;

use crate::model::{Head, Reference, ResourceId, Strength, Target};

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

    /// Each pair once, however many references tie it.
    fn pairs(&self) -> Vec<(&ResourceId, &ResourceId, Strength)> {
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

    /// A drawing: columns by distance from the roots, one box per resource. Needs nothing to be looked at but a browser.
    #[must_use]
    pub fn svg(&self) -> String {
        const WIDTH: usize = 260;
        const HEIGHT: usize = 44;
        const GAP: (usize, usize) = (80, 16);
        let columns = self.columns();
        let rows = columns.iter().map(Vec::len).max().unwrap_or(0);
        let (width, height) = (columns.len() * (WIDTH + GAP.0) + GAP.0, rows * (HEIGHT + GAP.1) + GAP.1);
        let mut place: HashMap<&ResourceId, (usize, usize)> = HashMap::new();
        for (column, nodes) in columns.iter().enumerate() {
            for (row, node) in nodes.iter().enumerate() {
                place.insert(
                    &self.nodes[*node].resource,
                    (GAP.0 / 2 + column * (WIDTH + GAP.0), GAP.1 + row * (HEIGHT + GAP.1)),
                );
            }
        }
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\">\n<style>rect{{fill:#f6f8fa;stroke:#57606a}}.missing{{stroke-dasharray:4}}path{{fill:none;stroke:#8c959f}}.optional{{stroke-dasharray:4}}text{{fill:#1f2328}}.kind{{fill:#57606a;font-size:10px}}@media(prefers-color-scheme:dark){{rect{{fill:#161b22;stroke:#8b949e}}text{{fill:#e6edf3}}.kind{{fill:#8b949e}}}}</style>\n"
        );
        for (from, to, strength) in self.pairs() {
            let (Some(start), Some(end)) = (place.get(from), place.get(to)) else { continue };
            let class = if strength == Strength::Optional { " class=\"optional\"" } else { "" };
            let (x1, y1, x2, y2) = (start.0 + WIDTH, start.1 + HEIGHT / 2, end.0, end.1 + HEIGHT / 2);
            let middle = (x1 + x2) / 2;
            let _ = writeln!(text, "<path{class} d=\"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}\"/>");
        }
        for node in &self.nodes {
            let Some((x, y)) = place.get(&node.resource) else { continue };
            let class = if node.present { "" } else { " class=\"missing\"" };
            let title = escaped(&node.resource.to_string());
            let name: String = node.name.chars().take(36).collect();
            let _ = writeln!(
                text,
                "<g><title>{title}</title><rect{class} x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"4\"/><text class=\"kind\" x=\"{}\" y=\"{}\">{}</text><text x=\"{}\" y=\"{}\">{}</text></g>",
                x + 8,
                y + 16,
                escaped(node.resource.kind.as_str()),
                x + 8,
                y + 34,
                escaped(&name)
            );
        }
        text.push_str("</svg>\n");
        text
    }

    /// Positions of nodes by their distance from those that nothing needs; members of a cycle stand where they were reached first.
    fn columns(&self) -> Vec<Vec<usize>> {
        let position: HashMap<&ResourceId, usize> =
            self.nodes.iter().enumerate().map(|(index, node)| (&node.resource, index)).collect();
        let mut next: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        let mut needed = vec![false; self.nodes.len()];
        for (from, to, _) in self.pairs() {
            if let (Some(from), Some(to)) = (position.get(from), position.get(to)) {
                next[*from].push(*to);
                needed[*to] |= from != to;
            }
        }
        let mut column: Vec<Option<usize>> = vec![None; self.nodes.len()];
        let roots = (0..self.nodes.len()).filter(|index| !needed[*index]);
        for root in roots.chain(0..self.nodes.len()) {
            if column[root].is_some() {
                continue;
            }
            let mut queue = std::collections::VecDeque::from([(root, 0)]);
            column[root] = Some(0);
            while let Some((index, depth)) = queue.pop_front() {
                for target in &next[index] {
                    if column[*target].is_none() {
                        column[*target] = Some(depth + 1);
                        queue.push_back((*target, depth + 1));
                    }
                }
            }
        }
        let count = column.iter().flatten().max().map_or(0, |deepest| deepest + 1);
        let mut columns = vec![Vec::new(); count];
        for (index, depth) in column.into_iter().enumerate() {
            columns[depth.unwrap_or(0)].push(index);
        }
        columns
    }
}

/// Names may hold anything; what a terminal or browser would obey instead of showing it is replaced. Line ends stay.
fn visible(text: &str) -> String {
    let acts = |character: char| {
        character.is_control() && character != '\n'
            || matches!(character, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|character| if acts(character) { '\u{fffd}' } else { character }).collect()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", visible(text).replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

fn escaped(text: &str) -> String {
    visible(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
