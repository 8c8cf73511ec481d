//! A flow: its three parts together.

use std::collections::BTreeSet;

use flowport_plugin::json::{Document, Limits};
use flowport_plugin::{
    Diagnostic, EditOp, Edited, Failure, Head, Inspection, PartEdits, Relink, ResourceId, Slot, View, detect, read_part,
};
use uuid::Uuid;

use crate::definition::{Definition, map_entries, reference_pointer};
use crate::{APIS_MAP, Attributes, CONNECTION, CONNECTION_NAME, CONNECTIONS_MAP, CONNECTOR, DEFINITION, findings};

/// Under which names derived from a resource id are made: a UUID of our own.
const NAMESPACE: Uuid = Uuid::from_u128(0x7d9f_5c1e_2b64_4c0a_9a55_3e0b_7a44_f10e);

/// The parts of a flow, parsed.
struct Parts {
    definition: Document,
    apis: Document,
    connections: Document,
}

impl Parts {
    fn of(subject: &dyn View) -> Result<Parts, Failure> {
        Ok(Parts {
            definition: parse(subject, DEFINITION)?,
            apis: parse(subject, APIS_MAP)?,
            connections: parse(subject, CONNECTIONS_MAP)?,
        })
    }
}

fn parse(subject: &dyn View, part: &str) -> Result<Document, Failure> {
    let text = read_part(subject, part, Limits::default().max_bytes as u64)?;
    Document::parse(text).map_err(|error| {
        Diagnostic::error("PA0300", format!("{part}: {error}")).subject(subject.head().id).at(format!("{part}#")).into()
    })
}

/// Looks at a flow: its identity, the connectors and connections it needs, what is bound to its environment, and whether the
/// three parts agree (invariants 1 and 5 of the format; 2 to 4 need the manifest).
///
/// # Errors
/// When a part is missing or no JSON.
pub fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
    let head = subject.head();
    let parts = Parts::of(subject)?;
    let mut inspection = Inspection::new();
    for (part, document) in
        [(DEFINITION, &parts.definition), (APIS_MAP, &parts.apis), (CONNECTIONS_MAP, &parts.connections)]
    {
        if document.has_bom() {
            inspection.diagnostics.push(
                Diagnostic::warning(
                    "PA0304",
                    format!("{part} begins with a byte order mark, which Power Automate does not write"),
                )
                .subject(head.id.clone()),
            );
        }
    }
    let definition = match Definition::of(&parts.definition, &head.id) {
        Ok(definition) => definition,
        Err(problems) => {
            inspection.diagnostics.extend(problems);
            return Ok(inspection);
        }
    };
    inspection.identities.push(format!("pa-flow:{}", definition.name));
    let uses = findings::walk(DEFINITION, parts.definition.root(), &mut inspection);
    let declared: BTreeSet<&str> = definition.references.iter().map(|reference| reference.key.as_ref()).collect();
    for (part, document, kind) in
        [(APIS_MAP, &parts.apis, CONNECTOR), (CONNECTIONS_MAP, &parts.connections, CONNECTION)]
    {
        match map_entries(document, part, &head.id) {
            Ok(entries) => {
                let mapped: BTreeSet<&str> = entries.iter().map(|(key, _)| key.as_ref()).collect();
                inspection.diagnostics.extend(disagreement(&head.id, part, &declared, &mapped));
                for (key, id) in &entries {
                    inspection.require(Slot::of(part, &[key]), ResourceId::new(kind, id));
                }
            }
            Err(problem) => inspection.diagnostics.push(problem),
        }
    }
    let used: BTreeSet<&str> = uses.keys.iter().map(String::as_str).collect();
    inspection.diagnostics.extend(unused(&head.id, &declared, &used));
    if definition.display_name.as_deref().is_some_and(|name| name != head.name) {
        inspection.diagnostics.push(
            Diagnostic::warning(
                "PA0305",
                format!(
                    "the flow is called {:?} in definition.json and {:?} in the manifest",
                    definition.display_name.as_deref().unwrap_or_default(),
                    head.name
                ),
            )
            .subject(head.id.clone())
            .at(format!("{DEFINITION}#/properties/displayName"))
            .help("rename the flow on import, or export it again"),
        );
    }
    Ok(inspection)
}

/// Invariant 1: the keys of both maps are the keys of the connection references.
fn disagreement(flow: &ResourceId, part: &str, declared: &BTreeSet<&str>, mapped: &BTreeSet<&str>) -> Vec<Diagnostic> {
    let missing = declared.difference(mapped).map(|key| {
        Diagnostic::error("PA0311", format!("the connection reference {key} is missing in {part}"))
            .at(format!("{DEFINITION}#{}", reference_pointer(key, None)))
    });
    let extra = mapped.difference(declared).map(|key| {
        Diagnostic::error("PA0311", format!("{part} maps {key}, which is no connection reference of the flow"))
            .at(Slot::of(part, &[key]))
    });
    let help = "the package was edited by hand or made by another tool: export the flow again from Power Automate";
    missing.chain(extra).map(|diagnostic| diagnostic.subject(flow.clone()).help(help)).collect()
}

/// Invariant 5: actions use what is declared, and all of it.
fn unused(flow: &ResourceId, declared: &BTreeSet<&str>, used: &BTreeSet<&str>) -> Vec<Diagnostic> {
    let undeclared = used.difference(declared).map(|key| {
        Diagnostic::error(
            "PA0315",
            format!("an action uses the connection reference {key}, which the flow does not declare"),
        )
        .at(format!("{DEFINITION}#/properties/connectionReferences"))
        .help("open the flow in the designer, choose the connection again, save and export it")
    });
    let idle = declared.difference(used).map(|key| {
        Diagnostic::error("PA0316", format!("no action uses the connection reference {key}"))
            .at(format!("{DEFINITION}#{}", reference_pointer(key, None)))
            .help("open the flow in the designer, save it and export it again: that drops references without use")
    });
    undeclared.chain(idle).map(|diagnostic| diagnostic.subject(flow.clone())).collect()
}

/// Makes all changes at once; only the bytes concerned change.
///
/// # Errors
/// `Failure::Other` for a slot that [`inspect`] does not report.
pub fn edit(subject: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
    let mut edited = Edited::unchanged(subject.head());
    if ops.iter().all(|op| matches!(op, EditOp::SetState(_))) {
        for op in ops {
            edited.apply_to_head(op);
        }
        return Ok(edited);
    }
    let parts = Parts::of(subject)?;
    let mut edits = PartEdits::new();
    let mut depends = Vec::new();
    for op in ops {
        match op {
            EditOp::Relink(relink) => self::relink(&parts, relink, &mut edits, &mut depends)?,
            EditOp::Rename(name) => {
                edited.apply_to_head(op);
                edits.set_string(&Slot::new(DEFINITION, "/properties/displayName"), name);
            }
            EditOp::SetId(id) => {
                edited.apply_to_head(op);
                name_flow(&mut edits, &Uuid::new_v5(&NAMESPACE, id.id.as_bytes()).to_string(), &parts.definition);
            }
            EditOp::SetState(_) => {
                edited.apply_to_head(op);
            }
            EditOp::SetLiteral(literal) => {
                let (slot, text) = string_at(&parts, op, &literal.slot)?;
                if !text.contains(&literal.old) {
                    return Err(Failure::unknown_slot(op));
                }
                edits.update_string(&slot, &text, |text| text.replace(&literal.old, &literal.new));
            }
            EditOp::SetSecret(secret) => {
                let (slot, text) = string_at(&parts, op, &secret.slot)?;
                match &secret.value {
                    Some(raw) => edits.set_raw(&slot, raw),
                    None => edits.update_string(&slot, &text, |text| {
                        detect::strip(slot.tokens().last().map(String::as_str), text)
                    }),
                }
            }
            EditOp::Other(_) => return Err(Failure::unknown_slot(op)),
        }
    }
    replace_dependencies(&edited.head, &depends, &mut edits)?;
    edits.apply(subject, &mut edited)?;
    Ok(edited)
}

/// The source flow's id stands in `name` and at the end of `id`.
fn name_flow(edits: &mut PartEdits, name: &str, definition: &Document) {
    edits.set_string(&Slot::new(DEFINITION, "/name"), name);
    if definition.at("/id").is_some() {
        edits.set_string(&Slot::new(DEFINITION, "/id"), &format!("/providers/Microsoft.Flow/flows/{name}"));
    }
}

/// Points a map entry at another resource, and the connection reference of the same key with it.
fn relink(
    parts: &Parts,
    relink: &Relink,
    edits: &mut PartEdits,
    depends: &mut Vec<(String, String)>,
) -> Result<(), Failure> {
    let unknown = || Failure::Other(format!("there is no reference at {}", relink.slot));
    let slot = Slot::parse(&relink.slot).ok_or_else(unknown)?;
    let document = match slot.part.as_str() {
        APIS_MAP => &parts.apis,
        CONNECTIONS_MAP => &parts.connections,
        _ => return Err(unknown()),
    };
    let old = document.at(&slot.pointer).and_then(|value| value.as_str()).ok_or_else(unknown)?.into_owned();
    let tokens = slot.tokens();
    let [key] = tokens.as_slice() else { return Err(unknown()) };
    let attributes = Attributes::of(&relink.to)?;
    edits.set_string(&slot, &relink.to.id.id);
    depends.push((old, relink.to.id.id.clone()));
    if slot.part == CONNECTIONS_MAP {
        if let Some(name) = attributes.string(CONNECTION_NAME) {
            set_if_there(parts, edits, &reference_pointer(key, Some("connectionName")), &name);
        }
        return Ok(());
    }
    let Some(api_id) = attributes.api_id() else { return Ok(()) };
    set_if_there(parts, edits, &reference_pointer(key, Some("id")), &api_id);
    if let Some(name) = api_id.rsplit('/').next() {
        set_if_there(
            parts,
            edits,
            &reference_pointer(key, Some("apiName")),
            name.strip_prefix("shared_").unwrap_or(name),
        );
    }
    for host in parts.definition.walk().filter(|value| value.key().is_some_and(|key| key.name() == "host")) {
        let uses_key =
            host.get("connectionName").and_then(|value| value.as_str()).is_some_and(|name| name == key.as_str());
        if let Some(id) = host.get("apiId").filter(|_| uses_key) {
            edits.set_string(&Slot::new(DEFINITION, id.pointer()), &api_id);
        }
    }
    Ok(())
}

fn set_if_there(parts: &Parts, edits: &mut PartEdits, pointer: &str, text: &str) {
    if parts.definition.at(pointer).is_some_and(|value| value.as_str().is_some_and(|old| old != text)) {
        edits.set_string(&Slot::new(DEFINITION, pointer), text);
    }
}

/// `dependsOn` in the attributes follows the maps.
fn replace_dependencies(head: &Head, depends: &[(String, String)], edits: &mut PartEdits) -> Result<(), Failure> {
    for (index, id) in Attributes::of(head)?.depends_on() {
        if let Some((_, new)) = depends.iter().find(|(old, _)| *old == id) {
            edits.set_string(&Slot::new(Slot::ATTRIBUTES, format!("/dependsOn/{index}")), new);
        }
    }
    Ok(())
}

fn string_at(parts: &Parts, op: &EditOp, slot: &str) -> Result<(Slot, String), Failure> {
    let slot = Slot::parse(slot).filter(|slot| slot.part == DEFINITION).ok_or_else(|| Failure::unknown_slot(op))?;
    let text = parts.definition.at(&slot.pointer).and_then(|value| value.as_str()).map(|text| text.into_owned());
    text.map(|text| (slot, text)).ok_or_else(|| Failure::unknown_slot(op))
}

/// The raw JSON text of the strings that hold found secrets.
///
/// # Errors
/// `Failure::Other` for a slot that holds no string.
pub fn secret_values(subject: &dyn View, slots: &[String]) -> Result<Vec<flowport_plugin::SlotValue>, Failure> {
    let definition = parse(subject, DEFINITION)?;
    let value = |slot: &String| {
        let found = Slot::parse(slot).filter(|slot| slot.part == DEFINITION);
        let raw = found.and_then(|slot| definition.at(&slot.pointer).map(|value| value.raw().to_owned()));
        match raw {
            Some(raw) => Ok(flowport_plugin::SlotValue { slot: slot.clone(), value: Some(raw) }),
            None => Err(Failure::Other(format!("there is no secret at {slot}"))),
        }
    };
    slots.iter().map(value).collect()
}

/// An update keeps who the existing flow is: its ids, in the head and in the definition, and whether it runs.
///
/// # Errors
/// When one of the definitions cannot be read.
pub fn keep_identity(incoming: &dyn View, existing: &dyn View, mut outcome: Edited) -> Result<Edited, Failure> {
    let (ours, theirs) = (parse(incoming, DEFINITION)?, parse(existing, DEFINITION)?);
    let name = theirs.at("/name").and_then(|value| value.as_str().map(|name| name.into_owned()));
    if let Some(name) = name
        && ours.at("/name").and_then(|value| value.as_str()).is_some_and(|own| own != name)
    {
        let mut edits = PartEdits::new();
        name_flow(&mut edits, &name, &ours);
        edits.apply(incoming, &mut outcome)?;
    }
    Ok(outcome)
}
