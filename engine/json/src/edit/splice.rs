use std::collections::BTreeSet;
use std::ops::Range;

use super::collect::{Edits, Insertion};
use super::style::Style;
use crate::string;
use crate::value::{Kind, Value};

/// Bytes of the document and what stands there instead.
pub(super) struct Splice {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

/// What checked edits do to the text, in document order and without overlaps.
pub(super) fn of(edits: &Edits<'_>) -> Vec<Splice> {
    let mut splices = Vec::new();
    let mut containers = BTreeSet::new();
    for (&node, change) in &edits.changes {
        let value = Value::new(edits.document, node);
        if let Some((key, name)) = value.key().zip(change.name.as_deref()) {
            let text = string::quote(name);
            splices.push(Splice { range: key.span(), text });
        }
        if !change.before.is_empty() {
            splices.push(before(value, &change.before));
        }
        if let Some(raw) = &change.replacement {
            let (range, text) = (value.span(), raw.clone());
            splices.push(Splice { range, text });
        }
        if change.is_removed {
            containers.extend(value.parent().map(Value::index));
        }
        if !change.insertions.is_empty() {
            containers.insert(node);
        }
    }
    for container in containers {
        in_container(edits, Value::new(edits.document, container), &mut splices);
    }
    // What comes before a value goes before its replacement, and behind a run that ends there.
    splices.sort_by_key(|splice| (splice.range.start, splice.range.end));
    splices
}

/// Elements before another one, each with the comma and white space that follow it.
fn before(element: Value<'_>, raws: &[String]) -> Splice {
    let separator = element.parent().map(|array| Style::within(array).before_item).unwrap_or_default();
    let mut text = String::new();
    for raw in raws {
        text.push_str(raw);
        text.push(',');
        text.push_str(&separator);
    }
    let start = element.span().start;
    Splice { range: start..start, text }
}

/// Removals from one container and insertions at its end. They are worked out together, because the comma before the
/// last child that stays depends on both.
fn in_container(edits: &Edits<'_>, container: Value<'_>, splices: &mut Vec<Splice>) {
    let insertions = edits.changes.get(&container.index()).map(|change| &change.insertions[..]).unwrap_or_default();
    let mut removed: Option<Range<usize>> = None;
    let mut kept_end = None;
    for child in container.elements().chain(container.members().map(|(_, value)| value)) {
        let span = with_name(child);
        if edits.changes.get(&child.index()).is_some_and(|change| change.is_removed) {
            removed = Some(removed.map_or(span.start, |run| run.start)..span.end);
        } else {
            if let Some(run) = removed.take() {
                // With the commas behind those removed: what stays moves to where they began.
                splices.push(Splice { range: run.start..span.start, text: String::new() });
            }
            kept_end = Some(span.end);
        }
    }
    let inside = container.span().start + 1..container.span().end - 1;
    let style = Style::within(container);
    let list = joined(insertions, container, &style);
    splices.push(match (kept_end, removed) {
        // With the comma before those removed.
        (Some(kept_end), removed) => Splice {
            range: kept_end..removed.map_or(kept_end, |run| run.end),
            text: if list.is_empty() { list } else { format!(",{}{list}", style.before_item) },
        },
        (None, _) if list.is_empty() => Splice { range: inside, text: list },
        (None, Some(removed)) => Splice { range: removed, text: list },
        (None, None) => Splice { range: inside, text: format!("{}{list}{}", style.before_item, style.before_end) },
    });
}

fn joined(insertions: &[Insertion], container: Value<'_>, style: &Style<'_>) -> String {
    let mut list = String::new();
    for (place, insertion) in insertions.iter().enumerate() {
        if place > 0 {
            list.push(',');
            list.push_str(&style.before_item);
        }
        if let (Kind::Object, Some(name)) = (container.kind(), &insertion.name) {
            string::push_quoted(&mut list, name);
            list.push_str(style.colon);
        }
        list.push_str(&insertion.raw);
    }
    list
}

/// The bytes of an element, or of a member from its name on.
fn with_name(child: Value<'_>) -> Range<usize> {
    let start = child.key().map_or(child.span().start, |key| key.span().start);
    start..child.span().end
}
