//! What is bound to the environment that a package comes from.

use std::collections::{BTreeMap, BTreeSet};

use flowport_core::inspect::Inspected;
use flowport_core::model::{ResourceId, Target};
use maud::{Markup, html};

use super::entries::{Entries, listed};
use super::frame::{Section, code, folding, long};
use super::table::{Row, table};

/// More rows than that are folded away.
const MANY: usize = 40;

/// Values by their class, each once with all that hold it. None where there are none.
pub(crate) fn literals(inspected: &[Inspected], entries: &Entries<'_>) -> Option<Section> {
    let mut classes: BTreeMap<&str, BTreeMap<&str, Holders<'_>>> = BTreeMap::new();
    for entry in inspected {
        for literal in &entry.inspection.literals {
            let holders = classes.entry(&literal.class).or_default().entry(&literal.value).or_default();
            if holders.known.insert(&entry.view.head.id) {
                holders.in_order.push(&entry.view.head.id);
            }
        }
    }
    if classes.is_empty() {
        return None;
    }
    let count = classes.values().map(BTreeMap::len).sum();
    let group = |class: &str, values: &BTreeMap<&str, Holders<'_>>| {
        let row = |(value, holders): (&&str, &Holders<'_>)| {
            let links: Vec<Markup> = holders.in_order.iter().map(|id| entries.link(id)).collect();
            Row { id: None, cells: vec![html! { div.code { (long(value)) } }, listed(&links)] }
        };
        let rows: Vec<Row> = values.iter().map(row).collect();
        let heading = html! { h3 { (class) " " span.count { (rows.len()) } } };
        folding(&heading, rows.len() > MANY, &table(&["Value", "In"], &rows))
    };
    Some(Section {
        id: "literals",
        title: "Bound to its environment",
        count: Some(count),
        about: html! { "Sites, lists, addresses and the like of the environment it comes from. An import keeps them, unless a settings \
        file replaces them." },
        body: html! { @for (class, values) in &classes { (group(class, values)) } },
    })
}

/// The resources that hold a value.
#[derive(Default)]
struct Holders<'a> {
    known: BTreeSet<&'a ResourceId>,
    in_order: Vec<&'a ResourceId>,
}

/// References that an expression decides. None where there are none.
pub(crate) fn decided_at_run_time(inspected: &[Inspected], entries: &Entries<'_>) -> Option<Section> {
    let references = inspected.iter().flat_map(|entry| entry.inspection.references.iter().map(move |it| (entry, it)));
    let rows: Vec<Row> = references
        .filter_map(|(entry, reference)| match &reference.target {
            Target::Unknowable(expression) => Some((entry, expression, &reference.slot)),
            Target::Known(_) => None,
        })
        .map(|(entry, expression, slot)| {
            let cells = vec![html! { div.code { (long(expression)) } }, entries.link(&entry.view.head.id), code(slot)];
            Row { id: None, cells }
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    Some(Section {
        id: "run-time",
        title: "Decided at run time",
        count: Some(rows.len()),
        about: html! { "What these lead to nobody can tell before the flow runs." },
        body: table(&["Expression", "In", "Where"], &rows),
    })
}
