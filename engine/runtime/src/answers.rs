//! Whether a plugin's answer can be true. A lie ends the operation before anything acts on it.

use std::collections::HashSet;

use flowport_core::model::{Action, Change, Edited, FormatInfo, Inspection, KindInfo, Placement, Resource, SlotValue};
use flowport_core::plugin::PackageSource;
use flowport_json::{Document, Kind as JsonKind};

type Verdict = Result<(), String>;

pub(crate) fn check_kinds(kinds: &[KindInfo]) -> Verdict {
    let mut claimed = HashSet::new();
    for info in kinds {
        if info.dialects.is_empty() {
            return Err(format!("it claims {} in no dialect", info.kind));
        }
        if info.actions.is_empty() {
            return Err(format!("it names no action for {}", info.kind));
        }
        for dialect in &info.dialects {
            if !claimed.insert((&info.kind, dialect)) {
                return Err(format!("it claims {} in dialect {dialect} twice", info.kind));
            }
        }
        if let Some(schema) = &info.schema {
            Document::parse(schema.as_bytes())
                .map_err(|error| format!("its schema of {} is no JSON: {error}", info.kind))?;
        }
    }
    Ok(())
}

pub(crate) fn check_formats(formats: &[FormatInfo]) -> Verdict {
    let mut ids = HashSet::new();
    match formats.iter().find(|format| format.id.is_empty() || !ids.insert(&format.id)) {
        Some(format) => Err(format!("it claims the format {:?} twice, or without a name", format.id)),
        None => Ok(()),
    }
}

pub(crate) fn check_inspection(inspection: &Inspection) -> Verdict {
    unique("reference", inspection.references.iter().map(|reference| &reference.slot))?;
    unique("secret", inspection.secrets.iter().map(|secret| &secret.slot))?;
    unique("identity", inspection.identities.iter())
}

fn unique<'a>(what: &str, mut names: impl Iterator<Item = &'a String>) -> Verdict {
    let mut seen = HashSet::new();
    match names.find(|name| !seen.insert(*name)) {
        Some(name) => Err(format!("it reported the {what} {name} twice")),
        None => Ok(()),
    }
}

pub(crate) fn check_secret_values(values: &[SlotValue], asked: &[String]) -> Verdict {
    if values.len() != asked.len() || values.iter().zip(asked).any(|(value, slot)| value.slot != *slot) {
        return Err("it did not answer for the secrets it was asked for".to_owned());
    }
    for value in values {
        if let Some(raw) = &value.value {
            Document::parse(raw.as_bytes()).map_err(|_| format!("its secret at {} is no JSON", value.slot))?;
        }
    }
    Ok(())
}

pub(crate) fn check_edited(edited: &Edited, subject: &Resource) -> Verdict {
    if edited.head.id.kind != subject.head.id.kind || edited.head.dialect != subject.head.dialect {
        return Err(format!("it made a {} of the {}", edited.head.id.kind, subject.head.id.kind));
    }
    if edited.head.attributes != subject.head.attributes {
        check_attributes(&edited.head.attributes)?;
    }
    let mut names = HashSet::new();
    for part in &edited.written {
        if !names.insert(&part.name) {
            return Err(format!("it wrote the part {} twice", part.name));
        }
        if part.media_type == "application/json"
            && let Err(error) = Document::parse(part.content.as_slice())
            && !was_broken(subject, &part.name)
        {
            return Err(format!("it made invalid JSON of {}: {error}", part.name));
        }
    }
    match edited.removed.iter().find(|name| subject.part(name).is_none() || names.contains(name)) {
        Some(name) => Err(format!("it removed the part {name}, which is not there or which it wrote")),
        None => Ok(()),
    }
}

/// True where the part was there and no JSON before either: then it is not the edit that broke it.
fn was_broken(subject: &Resource, part: &str) -> bool {
    let before = subject.part(part).and_then(|part| part.content.read_all().ok());
    before.is_some_and(|text| Document::parse(text).is_err())
}

/// Attributes are a JSON object.
pub(crate) fn check_attributes(attributes: &str) -> Verdict {
    match Document::parse(attributes.as_bytes()) {
        Ok(document) if document.root().kind() == JsonKind::Object => Ok(()),
        Ok(_) => Err("its attributes are no JSON object".to_owned()),
        Err(error) => Err(format!("its attributes are no JSON: {error}")),
    }
}

pub(crate) fn check_change(
    change: &Change,
    incoming: &Resource,
    existing: Option<&std::sync::Arc<Resource>>,
) -> Verdict {
    if change.action.is_none() && change.outcome.is_some() {
        return Err("it stored something without an action".to_owned());
    }
    let Some(edited) = &change.outcome else { return Ok(()) };
    check_edited(edited, incoming)?;
    let id = &edited.head.id;
    let replaces =
        change.action.as_ref().is_some_and(Action::changes_existing) && change.action != Some(Action::NewVersion);
    let expected = existing.filter(|_| replaces).map_or(&incoming.head.id, |existing| &existing.head.id);
    if id == expected { Ok(()) } else { Err(format!("it would store {id} where {expected} was planned")) }
}

pub(crate) fn check_placements(placements: &[Placement], package: &dyn PackageSource) -> Verdict {
    let all_there = placements.len() == package.len()
        && placements.iter().enumerate().all(|(index, placement)| placement.id == package.view(index).head.id);
    if all_there { Ok(()) } else { Err(format!("it placed {} of {} resources", placements.len(), package.len())) }
}
