//! What is in a package.

use flowport_core::inspect::Inspected;
use flowport_core::model::{Kind, Package, PackageResource};
use maud::{Markup, html};

use super::entries::{Entries, named};
use super::frame::{Section, folding, long};
use super::table::{Row, nothing, table};
use crate::text::bytes;

/// More rows than that are folded away.
const MANY: usize = 100;

/// By kind, in the order of the package.
pub(crate) fn resources(package: &Package, inspected: &[Inspected], entries: &Entries<'_>) -> Option<Section> {
    let mut kinds: Vec<(&Kind, Vec<Row>)> = Vec::new();
    for (position, (entry, inspected)) in package.resources.iter().zip(inspected).enumerate() {
        let kind = &entry.resource.head.id.kind;
        let row = row(position, entry, inspected, entries);
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, rows)) => rows.push(row),
            None => kinds.push((kind, vec![row])),
        }
    }
    if kinds.is_empty() {
        return None;
    }
    let headings = ["Resource", "Suggested", "Needs", "State", "Size", "Comment"];
    let group = |kind: &Kind, rows: &[Row]| {
        let heading = html! { h3 { (kind.as_str()) " " span.count { (rows.len()) } } };
        folding(&heading, rows.len() > MANY, &table(&headings, rows))
    };
    Some(Section {
        id: "resources",
        title: "Resources",
        count: Some(package.resources.len()),
        about: nothing(),
        body: html! { @for (kind, rows) in &kinds { (group(kind, rows)) } },
    })
}

fn row(position: usize, entry: &PackageResource, inspected: &Inspected, entries: &Entries<'_>) -> Row {
    let head = &entry.resource.head;
    let resource = html! {
        (named(&head.id, &head.name))
        @if !inspected.handled { div.note { "no plugin knows it: carried untouched" } }
    };
    Row {
        id: Some(Entries::anchor(position)),
        cells: vec![
            resource,
            entry.setup.suggested.as_ref().map_or_else(nothing, |action| html! { (action) }),
            entries.needs(&inspected.inspection.references),
            html! { (head.state.as_str()) ", " (head.origin.as_str()) },
            size(entry),
            comment(entry.setup.comment.as_deref()),
        ],
    }
}

/// Of all its parts.
pub(super) fn size(entry: &PackageResource) -> Markup {
    let size = entry.resource.parts.iter().map(|part| part.content.len()).sum();
    html! { span.number { (bytes(size)) } }
}

/// From the maker of the package.
pub(super) fn comment(comment: Option<&str>) -> Markup {
    comment.filter(|comment| !comment.is_empty()).map_or_else(nothing, long)
}
