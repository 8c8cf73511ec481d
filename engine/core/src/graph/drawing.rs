use std::fmt::Write as _;

use super::layout::{HEIGHT, Layout, Line, Place};
use super::model::{Graph, Node};
use super::text::escaped;
use crate::model::Strength;

/// The width of a box, in pixels.
const WIDTH: usize = 240;
/// Between two columns.
const GAP: usize = 72;
/// Around the whole.
const MARGIN: usize = 24;
/// Between a box and its text.
const INSET: usize = 10;
/// So many letters fit into a box; wide ones count twice.
const LETTERS: usize = 30;

/// Only what is in the drawing: a page that it becomes part of keeps its own looks.
const STYLE: &str = "\
.flowport-graph rect{fill:#f6f8fa;stroke:#6e7781}\
.flowport-graph rect.missing{fill:none}\
.flowport-graph .missing,.flowport-graph .optional{stroke-dasharray:4}\
.flowport-graph path{fill:none;stroke:#6e7781}\
.flowport-graph polygon{fill:#6e7781}\
.flowport-graph text{fill:#1f2328;font-size:13px}\
.flowport-graph text.kind{fill:#57606a;font-size:11px}\
@media(prefers-color-scheme:dark){\
.flowport-graph rect{fill:#161b22;stroke:#8b949e}\
.flowport-graph path{stroke:#8b949e}\
.flowport-graph polygon{fill:#8b949e}\
.flowport-graph text{fill:#e6edf3}\
.flowport-graph text.kind{fill:#9da7b1}}";

impl Graph {
    /// A drawing: one box per resource, what nothing needs on the left, an arrow to what each needs. It is shown by
    /// a browser alone or as part of a page, in light and dark, and says in words what it shows.
    #[must_use]
    pub fn svg(&self) -> String {
        let layout = Layout::of(self);
        let width = (layout.columns * (WIDTH + GAP)).saturating_sub(GAP) + 2 * MARGIN;
        let height = layout.height + 2 * MARGIN;
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"flowport-graph\" role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" font-family=\"system-ui, sans-serif\">\n<title>Who needs what</title>\n<desc>{}</desc>\n<style>{STYLE}</style>\n<defs><marker id=\"flowport-arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><polygon points=\"0 0 8 4 0 8\"/></marker></defs>\n",
            words(self, layout.lines.len())
        );
        for line in &layout.lines {
            let class = if line.strength == Strength::Optional { " class=\"optional\"" } else { "" };
            let _ = writeln!(text, "<path{class} d=\"{}\" marker-end=\"url(#flowport-arrow)\"/>", course(line));
        }
        for (node, place) in self.nodes.iter().zip(&layout.boxes) {
            draw(&mut text, node, *place);
        }
        text.push_str("</svg>\n");
        text
    }
}

/// What there is to see.
fn words(graph: &Graph, lines: usize) -> String {
    let missing = graph.nodes.iter().filter(|node| !node.present).count();
    let absent = if missing == 0 { String::new() } else { format!(", {missing} of them not here (dashed)") };
    format!("{} boxes{absent}, {lines} arrows: from what needs to what is needed.", graph.nodes.len())
}

/// The left side of a column.
fn left(column: usize) -> usize {
    MARGIN + column * (WIDTH + GAP)
}

/// From the right side of a box to the left side of one further right; around its corner to itself; back below the boxes.
fn course(line: &Line) -> String {
    let ((x1, y1), (x2, y2)) = ([line.from, line.to]).map(|place| (left(place.column), MARGIN + place.middle)).into();
    if line.from == line.to {
        let (right, top) = (x1 + WIDTH, y1 - HEIGHT / 2);
        let (start, aside) = (right - 28, right + 20);
        return format!("M{start} {top}C{start} {} {aside} {} {right} {}", top - 18, top - 6, top + 14);
    }
    if line.to.column <= line.from.column {
        let (bottom1, bottom2) = (y1 + HEIGHT / 2, y2 + HEIGHT / 2);
        let (out, into, below) = (x1 + WIDTH / 3, x2 + WIDTH * 2 / 3, bottom1.max(bottom2) + MARGIN);
        return format!("M{out} {bottom1}C{out} {below} {into} {below} {into} {bottom2}");
    }
    let mut course = format!("M{} {y1}", x1 + WIDTH);
    let mut from = (x1 + WIDTH, y1);
    for place in line.through.iter().chain([&line.to]) {
        let (x, y) = (left(place.column), MARGIN + place.middle);
        let middle = (from.0 + x) / 2;
        let _ = write!(course, "C{middle} {} {middle} {y} {x} {y}", from.1);
        if place != &line.to {
            let _ = write!(course, "H{}", x + WIDTH);
        }
        from = (x + WIDTH, y);
    }
    course
}

fn draw(text: &mut String, node: &Node, place: Place) {
    let (x, y) = (left(place.column), MARGIN + place.middle - HEIGHT / 2);
    let class = if node.present { "" } else { " class=\"missing\"" };
    // The inner drawing cuts off what an unusual font makes wider than the box.
    let _ = writeln!(
        text,
        "<g><title>{} ({})</title><rect{class} x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"6\"/><svg x=\"{}\" y=\"{y}\" width=\"{}\" height=\"{HEIGHT}\"><text class=\"kind\" y=\"17\">{}</text><text y=\"34\">{}</text></svg></g>",
        escaped(&shortened(&node.name, 10 * LETTERS)),
        escaped(&node.resource.to_string()),
        x + INSET,
        WIDTH - 2 * INSET,
        escaped(node.resource.kind.as_str()),
        escaped(&shortened(&node.name, LETTERS)),
    );
}

/// The text as far as there is room for it.
fn shortened(text: &str, letters: usize) -> String {
    // From the Hangul letters on, scripts have letters as wide as they are high.
    let width = |character: char| if character < '\u{1100}' { 1 } else { 2 };
    if text.chars().map(width).sum::<usize>() <= letters {
        return text.to_owned();
    }
    let mut room = letters - 1;
    let fits = |character: &char| {
        let fits = width(*character) <= room;
        room = room.saturating_sub(width(*character));
        fits
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_end_where_the_box_does() {
        assert_eq!(shortened("Orders", 6), "Orders");
        assert_eq!(shortened("Orders!", 6), "Order…");
        assert_eq!(shortened("사용자들", 6), "사용…");
    }
}
