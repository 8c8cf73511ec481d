use std::collections::HashSet;

use flowport_plugin::json::Value;
use flowport_plugin::{Diagnostic, Slot};

use crate::guid;
use crate::mention::Of;
use crate::names::{EXPORT_AGAIN, FLOW, MAPS_PART, PAGE};
use crate::subject::Subject;

/// What a resource mentions and must have itself: map elements of a flow, containers of a page.
pub(super) struct Own<'s> {
    subject: &'s Subject,
    /// None for kinds that have nothing of the sort.
    of: Option<Of>,
    guids: HashSet<String>,
}

impl<'s> Own<'s> {
    pub(super) fn of(subject: &'s Subject) -> Own<'s> {
        let (of, guids) = match subject.head.id.kind.as_str() {
            FLOW => (Some(Of::MapElement), map_elements(subject)),
            PAGE => (Some(Of::Container), containers(subject.main().root())),
            _ => (None, HashSet::new()),
        };
        Own { subject, of, guids }
    }

    /// True for a mention that nothing answers.
    pub(super) fn lacks(&self, of: Of, text: &str) -> bool {
        self.of == Some(of) && !self.guids.contains(guid::id(text).as_ref())
    }

    pub(super) fn dangling(&self, slot: Slot, text: &str) -> Diagnostic {
        let (code, what) =
            if self.of == Some(Of::MapElement) { ("BF0201", "map element") } else { ("BF0202", "container") };
        let id = &self.subject.head.id;
        Diagnostic::error(code, format!("the {} leads to the {what} {text}, which it does not have", id.kind))
            .subject(id.clone())
            .at(slot)
            .help(EXPORT_AGAIN)
    }
}

fn map_elements(subject: &Subject) -> HashSet<String> {
    let maps = subject.part(MAPS_PART).into_iter().flat_map(|document| document.root().elements());
    let guids = maps.filter_map(|element| element.get("compositeId")?.get("guid")?.as_str());
    guids.map(|text| guid::id(&text).into_owned()).collect()
}

/// Containers stand within each other, each with its guid.
fn containers(page: Value<'_>) -> HashSet<String> {
    let is_container = |value: &Value<'_>| {
        let list = value.parent().and_then(Value::key);
        list.is_some_and(|key| key.is("pageContainers"))
    };
    let containers = page.descendants().filter(is_container);
    let guids = containers.flat_map(|container| ["guid", "id"].map(|name| container.get(name))).flatten();
    guids.filter_map(Value::as_str).map(|text| guid::id(&text).into_owned()).collect()
}
