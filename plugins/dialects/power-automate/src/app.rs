//! A canvas app: opaque files, and one JSON file in which ids of the manifest stand.

use flowport_plugin::json::{Document, Limits, Value};
use flowport_plugin::{
    Diagnostic, EditOp, Edited, Failure, Inspection, PartEdits, ResourceId, Slot, View, detect, read_part,
};

use crate::{Attributes, CONNECTION, CONNECTOR, FLOW};

/// Where an app's connection references stand in its JSON file.
const REFERENCES: &str = "/appDefinitionTemplate/properties/connectionReferences";

/// The app's JSON part, `<number>.json`: the only JSON file whose name is a number.
#[must_use]
pub fn json_part(subject: &dyn View) -> Option<String> {
    let is_number = |name: &str| {
        name.strip_suffix(".json")
            .is_some_and(|stem| !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_digit()))
    };
    subject.parts().into_iter().map(|part| part.name).find(|name| is_number(name))
}

/// A reference in the app's JSON: where, and what kind of resource.
struct Found {
    pointer: String,
    kind: &'static str,
    id: String,
}

fn parse(subject: &dyn View) -> Result<(String, Document), Failure> {
    let id = subject.head().id;
    let part = json_part(subject).ok_or_else(|| {
        Failure::from(
            Diagnostic::error("PA0400", "the app's JSON file, <number>.json, is missing")
                .subject(id.clone())
                .help("export the app again from Power Apps"),
        )
    })?;
    let text = read_part(subject, &part, Limits::default().max_bytes as u64)?;
    let document = Document::parse(text)
        .map_err(|error| Failure::from(Diagnostic::error("PA0401", format!("{part}: {error}")).subject(id)))?;
    Ok((part, document))
}

/// Manifest ids stand in `.id` (connector), `.sharedConnectionId` (connection) and below `.parameterHints` and
/// `.parameterHintsV2` in `workflowName` (flow).
fn references(document: &Document) -> Vec<Found> {
    let mut found = Vec::new();
    let mut push = |value: Option<Value<'_>>, kind: &'static str| {
        if let Some(value) = value
            && let Some(id) = value.as_str()
        {
            found.push(Found { pointer: value.pointer(), kind, id: id.into_owned() });
        }
    };
    let Some(references) = document.at(REFERENCES) else { return found };
    for (_, reference) in references.members() {
        push(reference.get("id"), CONNECTOR);
        push(reference.get("sharedConnectionId"), CONNECTION);
        for hints in ["parameterHints", "parameterHintsV2"] {
            let hint = reference.get(hints).and_then(|hints| hints.get("workflowName"));
            push(hint.and_then(|hint| hint.get("value")), FLOW);
        }
    }
    found
}

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
    // What the manifest adds: the connectors of the app's flows.
    let attributes = Attributes::of(&head)?;
    let kinds = attributes.get(DEPENDENCY_KINDS);
    for (index, id) in attributes.depends_on() {
        let kind = kinds.and_then(|kinds| kinds.elements().nth(index)).and_then(|kind| kind.as_str());
        let kind = kind.as_deref().unwrap_or(CONNECTOR);
        if !found.iter().any(|reference| reference.id == id) {
            inspection.refer(Slot::new(Slot::ATTRIBUTES, format!("/dependsOn/{index}")), ResourceId::new(kind, &id));
        }
    }
    for value in document.walk() {
        let Some(text) = value.as_str() else { continue };
        let key = value.key().map(|key| key.name());
        if matches!(key.as_deref(), Some("iconUri" | "backgroundImageUri" | "primaryRuntimeUrls")) {
            continue;
        }
        for literal in detect::literals(&text) {
            inspection.literal(Slot::new(&part, value.pointer()), literal.class, &text[literal.range]);
        }
    }
    inspection.literals.dedup();
    for table in document.at("/appDefinitionTemplate/properties/databaseReferences").into_iter().flat_map(tables) {
        inspection.diagnostics.push(
            Diagnostic::info("PA0402", format!("the app uses the Dataverse table {table}, which no package carries"))
                .subject(head.id.clone())
                .help("make sure that the target environment has it"),
        );
    }
    Ok(inspection)
}

/// Attribute that flowport adds to apps: the kinds of what `dependsOn` names, in its order. Never written to a manifest.
pub const DEPENDENCY_KINDS: &str = "dependencyKinds";

fn tables(databases: Value<'_>) -> Vec<String> {
    let sources = databases.members().filter_map(|(_, database)| database.get("dataSources"));
    sources
        .flat_map(|sources| sources.members().map(|(name, _)| name.name().into_owned()).collect::<Vec<_>>())
        .collect()
}

/// Makes all changes at once; the `.msapp` is never touched.
///
/// # Errors
/// `Failure::Other` for a slot that [`inspect`] does not report.
pub fn edit(subject: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
    let mut edited = Edited::unchanged(subject.head());
    let mut edits = PartEdits::new();
    let (part, document) = parse(subject)?;
    let attributes = Attributes::of(&edited.head)?;
    let mut replaced = Vec::new();
    for op in ops {
        match op {
            EditOp::Relink(relink) => {
                let slot = Slot::parse(&relink.slot).ok_or_else(|| Failure::unknown_slot(op))?;
                let old = if slot.part == Slot::ATTRIBUTES {
                    attributes
                        .depends_on()
                        .into_iter()
                        .find(|(index, _)| slot.pointer == format!("/dependsOn/{index}"))
                        .map(|found| found.1)
                } else if slot.part == part {
                    references(&document).into_iter().find(|found| found.pointer == slot.pointer).map(|found| found.id)
                } else {
                    None
                };
                replaced.push((old.ok_or_else(|| Failure::unknown_slot(op))?, relink.to.id.id.clone()));
                edits.set_string(&slot, &relink.to.id.id);
            }
            EditOp::SetLiteral(literal) => {
                let slot = Slot::parse(&literal.slot)
                    .filter(|slot| slot.part == part)
                    .ok_or_else(|| Failure::unknown_slot(op))?;
                let text = document.at(&slot.pointer).and_then(|value| value.as_str()).map(|text| text.into_owned());
                let text = text.filter(|text| text.contains(&literal.old)).ok_or_else(|| Failure::unknown_slot(op))?;
                edits.update_string(&slot, &text, |text| text.replace(&literal.old, &literal.new));
            }
            EditOp::Rename(_) | EditOp::SetId(_) | EditOp::SetState(_) => {
                edited.apply_to_head(op);
            }
            EditOp::SetSecret(_) | EditOp::Other(_) => return Err(Failure::unknown_slot(op)),
        }
    }
    for (index, id) in attributes.depends_on() {
        if let Some((_, new)) = replaced.iter().find(|(old, _)| *old == id) {
            edits.set_string(&Slot::new(Slot::ATTRIBUTES, format!("/dependsOn/{index}")), new);
        }
    }
    edits.apply(subject, &mut edited)?;
    Ok(edited)
}
