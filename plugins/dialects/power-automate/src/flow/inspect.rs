use std::collections::BTreeSet;

use flowport_plugin::{Diagnostic, Failure, Inspection, ResourceId, Slot, View};

use super::parts::Parts;
use crate::definition::{Definition, map_entries, reference_pointer};
use crate::{APIS_MAP, CONNECTION, CONNECTIONS_MAP, CONNECTOR, DEFINITION, findings};

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
    missing.chain(extra).map(|diagnostic| diagnostic.subject(flow.clone()).help(crate::EXPORT_AGAIN)).collect()
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
