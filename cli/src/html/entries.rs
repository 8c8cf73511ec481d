//! The resources that a page has an entry for.

use std::collections::{HashMap, HashSet};

use flowport_core::model::{Reference, ResourceId, Strength};
use maud::{Markup, html};

use super::frame::{long, short};

/// So many links are shown at once.
const SHOWN: usize = 6;

/// Where each resource stands in a page, and its name.
#[derive(Default)]
pub(crate) struct Entries<'a>(HashMap<&'a ResourceId, (usize, &'a str)>);

impl<'a> Entries<'a> {
    /// Of a package, in its order.
    pub(crate) fn new(resources: impl Iterator<Item = (&'a ResourceId, &'a str)>) -> Entries<'a> {
        Entries(resources.enumerate().map(|(position, (id, name))| (id, (position, name))).collect())
    }

    /// The same things under other ids; what has an entry already keeps it.
    pub(crate) fn also(mut self, resources: impl Iterator<Item = (&'a ResourceId, &'a str)>) -> Entries<'a> {
        for (position, (id, name)) in resources.enumerate() {
            self.0.entry(id).or_insert((position, name));
        }
        self
    }

    /// The name of an entry for links.
    pub(super) fn anchor(position: usize) -> String {
        format!("resource-{position}")
    }

    /// To the entry of a resource, by its kind and name; an id that has none as it is.
    pub(super) fn link(&self, id: &ResourceId) -> Markup {
        match self.0.get(id) {
            Some((position, name)) => html! {
                a href={ "#" (Entries::anchor(*position)) } { span.kind { (id.kind.as_str()) } " " (short(name)) }
            },
            None => html! { code { (id) } },
        }
    }

    /// What a resource needs, each once.
    pub(super) fn needs(&self, references: &[Reference]) -> Markup {
        let mut required: HashMap<&ResourceId, bool> = HashMap::new();
        let known = references.iter().filter_map(|reference| Some((reference.known()?, reference.strength)));
        for (id, strength) in known.clone() {
            *required.entry(id).or_default() |= strength == Strength::Required;
        }
        let mut seen = HashSet::new();
        let links: Vec<Markup> = known
            .filter(|(id, _)| seen.insert(*id))
            .map(|(id, _)| {
                let elsewhere = !self.0.contains_key(id);
                html! {
                    (self.link(id))
                    @if elsewhere { " " span.note { "not in the package" } }
                    @if !required[id] { " " span.note { "optional" } }
                }
            })
            .collect();
        listed(&links)
    }
}

/// A list; the end of a long one when it is unfolded.
pub(super) fn listed(items: &[Markup]) -> Markup {
    let (first, rest) = items.split_at(if items.len() > SHOWN + 1 { SHOWN } else { items.len() });
    html! {
        @if !items.is_empty() { ul.plain-list { @for item in first { li { (item) } } } }
        @if !rest.is_empty() {
            details.rest {
                summary { "and " (rest.len()) " more" }
                ul.plain-list { @for item in rest { li { (item) } } }
            }
        }
    }
}

/// Name and id of a resource.
pub(super) fn named(id: &ResourceId, name: &str) -> Markup {
    html! {
        div.name { (long(name)) }
        code.id { (id) }
    }
}

/// The same for headings.
pub(super) fn titled(id: &ResourceId, name: &str) -> Markup {
    html! {
        (short(name))
        code.id { (id) }
    }
}
