//! Who needs what, drawn.

use flowport_core::graph::Graph;
use maud::{PreEscaped, html};

use super::frame::Section;
use crate::text::count;

/// More boxes than that are no drawing that anybody reads.
const READABLE: usize = 120;

/// The drawing; of a large package one of its kinds. None where nothing needs anything.
pub(crate) fn graph(graph: &Graph) -> Option<Section> {
    if graph.edges.iter().all(|edge| edge.to.is_none()) {
        return None;
    }
    let missing = graph.nodes.iter().filter(|node| !node.present).count();
    let is_readable = graph.nodes.len() <= READABLE;
    let drawn = if is_readable { graph.svg() } else { graph.by_kind().svg() };
    let about = html! {
        @if is_readable {
            "An arrow leads from what needs to what is needed; dashed ones can be done without."
        } @else {
            (count(graph.nodes.len(), "resource", "resources")) " are too many to draw: here is one box for each kind. What each \
             resource needs is said at its entry; " code { "flowport graph --format dot" } " gives the whole to Graphviz."
        }
        @if missing > 0 { " Dashed boxes are not in the package." }
    };
    // The drawing is made and escaped by the engine.
    let body = html! { div.scroll.drawing tabindex="0" { (PreEscaped(drawn)) } };
    Some(Section { id: "graph", title: "Who needs what", count: None, about, body })
}
