use std::collections::HashSet;

use flowport_plugin::json::Value;
use flowport_plugin::{Diagnostic, Failure, Inspection, ResourceId, Slot, View};

use super::DEPENDENCY_KINDS;
use super::document::{bound, parse, references};
use crate::{Attributes, CONNECTOR};

/// Looks at an app: the connectors, connections and flows it needs and what is bound to its environment.
///
/// # Errors
/// When the JSON file is missing or no JSON.
pub fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
    let head = subject.head();
    let (part, document) = parse(subject)?;
    let mut inspection = Inspection::new().identity(format!("pa-app:{}", head.id.id));
    let found = references(&document);
    for reference in &found {
        inspection.require(Slot::new(&part, &reference.pointer), ResourceId::new(reference.kind, &reference.id));
    }
    let known: HashSet<&str> = found.iter().map(|reference| reference.id.as_str()).collect();
    // What the manifest adds: the connectors of the app's flows.
    let attributes = Attributes::of(&head)?;
    let kinds: Vec<Option<String>> = attributes
        .get(DEPENDENCY_KINDS)
        .into_iter()
        .flat_map(Value::elements)
        .map(|kind| kind.as_str().map(|kind| kind.into_owned()))
        .collect();
    for (position, (index, id)) in attributes.depends_on().into_iter().enumerate() {
        if !known.contains(id.as_str()) {
            let kind = kinds.get(position).and_then(Option::as_deref).unwrap_or(CONNECTOR);
            inspection.refer(Slot::new(Slot::ATTRIBUTES, format!("/dependsOn/{index}")), ResourceId::new(kind, &id));
        }
    }
    let mut has_sites = false;
    for bound in bound(&document) {
        has_sites |= bound.class == "sharepoint-site";
        inspection.literal(Slot::new(&part, bound.at.pointer()), bound.class, &bound.text);
    }
    if has_sites {
        let summary =
            "the app's document (.msapp) names its SharePoint sites and lists as well; flowport does not change it";
        inspection.diagnostics.push(
            Diagnostic::info("PA0403", summary)
                .subject(head.id.clone())
                .help("where the app moves to another site, connect its data sources again in Power Apps Studio"),
        );
    }
    for table in document.at("/appDefinitionTemplate/properties/databaseReferences").into_iter().flat_map(tables) {
        inspection.diagnostics.push(
            Diagnostic::info("PA0402", format!("the app uses the Dataverse table {table}, which no package carries"))
                .subject(head.id.clone())
                .help("make sure that the target environment has it"),
        );
    }
    Ok(inspection)
}

fn tables(databases: Value<'_>) -> Vec<String> {
    let sources = databases.members().filter_map(|(_, database)| database.get("dataSources"));
    sources
        .flat_map(|sources| sources.members().map(|(name, _)| name.name().into_owned()).collect::<Vec<_>>())
        .collect()
}
