//! Which options are in use, as far as the schema tells: rows do not travel and cannot be asked.

use std::collections::{BTreeSet, HashMap};

use flowport_plugin::json::Value;
use flowport_plugin::{Diagnostic, Reader, ResourceId};

use super::field::removed_option;
use super::replace::Sides;
use crate::codes;
use crate::entries::{Entries, Entry, FIELDS, OPTIONS, text_of};
use crate::findings::{Findings, shown};
use crate::kind::ModelKind;
use crate::part::Part;

/// Options that an overwrite takes away from a shared picklist.
pub(super) fn removed_options(sides: &Sides, removed: &[Entry<'_>], target: &dyn Reader, findings: &mut Findings) {
    let users = users(sides, target);
    let owner = format!("the picklist {}", shown(&sides.existing.head.id.id));
    for option in removed {
        let users = users.get(&option.name).map(Vec::as_slice).unwrap_or_default();
        removed_option(option, &owner, users, findings);
    }
}

/// By option, the fields whose default it is, in the entities that the picklist names.
fn users(sides: &Sides, target: &dyn Reader) -> HashMap<String, Vec<String>> {
    let both = [&sides.existing, &sides.incoming];
    let listed = both.iter().flat_map(|part| part.root().get("usedBy")).flat_map(Value::elements);
    let entities: BTreeSet<String> = listed.filter_map(Value::as_str).map(|name| name.into_owned()).collect();
    let mut users: HashMap<String, Vec<String>> = HashMap::new();
    for name in entities {
        let Some(part) = read(target, ModelKind::Entity, &name) else { continue };
        for field in Entries::of(part.root(), &FIELDS).iter() {
            let Some((picklist, default)) = shared_default(field.value) else { continue };
            if both.iter().any(|part| part.head.id.id == picklist) {
                let user = format!("field {} of the entity {}", shown(&field.name), shown(&name));
                users.entry(default.to_string()).or_default().push(user);
            }
        }
    }
    users
}

/// Checks the defaults of fields with a shared picklist. `result` is the entity as it will be: a default that the package
/// brings and the picklist lacks is an error. One that was there already is a warning, because whether the picklist of the
/// package will be merged is decided elsewhere.
pub(super) fn defaults_have_options(result: &Part, incoming: &Part, target: &dyn Reader, findings: &mut Findings) {
    let coming = Entries::of(incoming.root(), &FIELDS);
    for field in Entries::of(result.root(), &FIELDS).iter().filter(|field| !field.is_standard()) {
        let Some((name, default)) = shared_default(field.value) else { continue };
        // A missing picklist is a missing reference, which the engine reports. Of a standard one the package shows only
        // the customizations.
        let Some(picklist) = read(target, ModelKind::Picklist, &name).filter(|picklist| !picklist.is_standard()) else {
            continue;
        };
        if Entries::of(picklist.root(), &OPTIONS).get(&default.to_string()).is_some() {
            continue;
        }
        let title = format!(
            "{default}, the default of field {}, is no option of the picklist {}",
            shown(&field.name),
            shown(&name)
        );
        let brought = coming.get(&field.name).filter(|field| shared_default(field.value) == Some((name, default)));
        match brought {
            Some(brought) => {
                let help = "add the option to the picklist, or change the default";
                findings.at_member(brought.value, "default", Diagnostic::error(codes::OPTION_IN_USE, title).help(help));
            }
            None => {
                let summary = format!("{title} in the package");
                let help = "merge the picklist rather than overwrite it";
                findings.add(Diagnostic::warning(codes::OPTION_IN_USE, summary).help(help));
            }
        }
    }
}

/// The shared picklist and the default of a field that has both.
fn shared_default(field: Value<'_>) -> Option<(String, i64)> {
    let is_picklist = text_of(field, "type").is_some_and(|word| word == "picklist");
    let picklist = text_of(field, "picklist").filter(|_| is_picklist)?;
    Some((picklist, field.get("default")?.as_i64()?))
}

/// What cannot be read is reported where it is inspected.
fn read(target: &dyn Reader, kind: ModelKind, name: &str) -> Option<Part> {
    let view = target.get(&ResourceId::new(kind.word(), name))?;
    Part::read(view.as_ref()).ok()
}
