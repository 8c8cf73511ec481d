//! Resources to test with.
#![allow(dead_code, reason = "each test file uses some of it")]

use flowport_data_model::DataModel;
use flowport_plugin::fake::{Resource, Target};
use flowport_plugin::{Action, Change, Diagnostic, Handler, Head, Origin, ResourceId, Severity};

/// The id of an entity or picklist.
pub(crate) fn id(kind: &str, name: &str) -> ResourceId {
    ResourceId::new(kind, name)
}

fn resource(kind: &str, name: &str, origin: Origin, body: &str) -> Resource {
    let mut head = Head::new(id(kind, name), "flowport", &format!("The {name}"));
    head.origin = origin;
    let word = if origin == Origin::Standard { "standard" } else { "custom" };
    let text = format!(
        "{{\n  \"schemaName\": \"{name}\",\n  \"displayName\": \"The {name}\",\n  \"origin\": \"{word}\",\n  {body}\n}}\n"
    );
    Resource::new(head).json(&format!("{kind}.json"), &text)
}

/// A custom entity with these fields.
pub(crate) fn entity(name: &str, fields: &str) -> Resource {
    resource("entity", name, Origin::Custom, &format!("\"fields\": [{fields}]"))
}

/// A custom entity with these members behind the first three.
pub(crate) fn entity_with(name: &str, body: &str) -> Resource {
    resource("entity", name, Origin::Custom, body)
}

/// A standard entity with these members behind the first three.
pub(crate) fn standard_entity(name: &str, body: &str) -> Resource {
    resource("entity", name, Origin::Standard, body)
}

/// A custom picklist with these options.
pub(crate) fn picklist(name: &str, options: &str) -> Resource {
    resource("picklist", name, Origin::Custom, &format!("\"options\": [{options}]"))
}

/// A custom picklist with these members behind the first three.
pub(crate) fn picklist_with(name: &str, body: &str) -> Resource {
    resource("picklist", name, Origin::Custom, body)
}

/// A standard picklist with these options.
pub(crate) fn standard_picklist(name: &str, options: &str) -> Resource {
    resource("picklist", name, Origin::Standard, &format!("\"options\": [{options}]"))
}

/// The text of the one part.
pub(crate) fn text(resource: &Resource) -> String {
    resource.text(&format!("{}.json", resource.head.id.kind))
}

/// A target that holds these.
pub(crate) fn target(resources: &[Resource]) -> Target {
    let with_identity = |resource: &Resource| {
        let id = &resource.head.id;
        (resource.clone(), vec![format!("schema:{}:{}", id.kind, id.id)])
    };
    Target { resources: resources.iter().map(with_identity).collect() }
}

/// Plans with nothing else in the target.
pub(crate) fn plan(incoming: &Resource, existing: Option<&Resource>, action: Option<Action>) -> Change {
    let target = target(std::slice::from_ref(incoming));
    DataModel::plan(incoming, existing.map(|existing| existing as _), action, &target).unwrap()
}

/// Codes with severities, in order.
pub(crate) fn codes(diagnostics: &[Diagnostic]) -> Vec<String> {
    let letter = |diagnostic: &Diagnostic| match diagnostic.severity {
        Severity::Error => "E",
        Severity::Warning => "W",
        Severity::Info => "I",
    };
    diagnostics.iter().map(|diagnostic| format!("{}{}", diagnostic.code, letter(diagnostic))).collect()
}

/// Asserts that there is one finding, of this code and severity, and that its summary names all of these.
pub(crate) fn assert_only(change: &Change, code: &str, names: &[&str]) {
    assert_eq!(codes(&change.diagnostics), [code], "{:#?}", change.diagnostics);
    for name in names {
        assert!(change.diagnostics[0].summary.contains(name), "{name} in {}", change.diagnostics[0].summary);
    }
}

/// What is stored where the import stores something.
pub(crate) fn stored(change: &Change, incoming: &Resource) -> Resource {
    incoming.edited(change.outcome.as_ref().unwrap_or_else(|| panic!("nothing is stored: {change:#?}")))
}
