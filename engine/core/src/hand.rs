//! Changes by hand: put, edit, publish, delete. Validated as an import is; errors stop, nothing is written.

mod state;

use std::collections::HashSet;
use std::sync::Arc;

use crate::content::Content;
use crate::decode::findings;
use crate::environment::{Expected, ReadEnvironment, Write, fingerprint};
use crate::error::Error;
use crate::inspect::{Inspected, inspect};
use crate::model::{Diagnostic, EditOp, Inspection, Package, Part, Resource, ResourceId, SlotValue, sort_by_severity};
use crate::registry::Registry;
use crate::secrets::{keep_places, lift, mark_set, set_slots};

pub use state::set_state;

/// Writes to make, with what is worth saying about them.
#[derive(Debug, Default)]
pub struct Prepared {
    /// In order.
    pub writes: Vec<Write>,
    /// Warnings and notes; errors only in [`Error::Invalid`].
    pub diagnostics: Vec<Diagnostic>,
    /// What already is as it was to become.
    pub unchanged: Vec<ResourceId>,
}

impl Prepared {
    pub(crate) fn put(&mut self, change: Change, existing: Option<&Resource>, owners: Option<Vec<String>>) {
        let Change { inspected, secrets } = change;
        let mut inspection = inspected.inspection;
        self.diagnostics.append(&mut inspection.diagnostics);
        let expected = existing.map_or(Expected::Absent, |existing| Expected::Fingerprint(fingerprint(existing)));
        let resource = Arc::unwrap_or_clone(inspected.view);
        self.writes.push(Write::Put { resource, inspection, owners, secrets, expected });
    }

    pub(crate) fn checked(mut self) -> Result<Prepared, Error> {
        sort_by_severity(&mut self.diagnostics);
        if self.diagnostics.iter().any(Diagnostic::is_error) { Err(Error::Invalid(self.diagnostics)) } else { Ok(self) }
    }
}

/// A resource to store, and the secrets to keep apart from it.
#[derive(Debug, Clone)]
pub struct Change {
    /// Without its declared secrets.
    pub inspected: Inspected,
    /// Those.
    pub secrets: Vec<SlotValue>,
}

impl Change {
    fn of(registry: &Registry, inspected: Inspected) -> Result<Change, Error> {
        let id = inspected.view.head.id.clone();
        let (inspected, secrets) = lift(registry, inspected).map_err(|error| Error::Invalid(findings(error, &id)))?;
        Ok(Change { inspected, secrets })
    }
}

/// Puts the resources of a package as they are, new or in place of those with their ids.
///
/// # Errors
/// [`Error::Invalid`] with all problems at once.
pub fn put(
    registry: &Registry,
    environment: &dyn ReadEnvironment,
    package: &Package,
    owners: Option<&[String]>,
) -> Result<Prepared, Error> {
    let mut prepared = Prepared::default();
    let brought: HashSet<&ResourceId> = package.resources.iter().map(|entry| &entry.resource.head.id).collect();
    for entry in &package.resources {
        let id = &entry.resource.head.id;
        let existing = environment.get(id)?;
        let Change { mut inspected, mut secrets } = Change::of(registry, inspect(registry, entry.resource.clone()))?;
        if !inspected.handled {
            keep_places(&mut inspected.inspection, environment.inspection(id)?);
        }
        if !secrets.is_empty() {
            let kept = environment.secrets(id)?;
            secrets.retain(|secret| !kept.contains(secret));
        }
        let same = |existing: &Resource| {
            existing.same_content(&inspected.view) && existing.head.state == inspected.view.head.state
        };
        if owners.is_none()
            && secrets.is_empty()
            && existing.as_ref().is_some_and(same)
            && is_indexed(&inspected.inspection, &environment.inspection(id)?)
        {
            prepared.unchanged.push(id.clone());
            continue;
        }
        for reference in &inspected.inspection.references {
            if let Some(target) = reference.known().filter(|target| !brought.contains(target))
                && environment.get(target)?.is_none()
            {
                let summary = format!("{id} needs {target}, which {} does not have", environment.name());
                prepared.diagnostics.push(Diagnostic::warning("E-DANGLING", summary).about(id).at(&reference.slot));
            }
        }
        prepared.put(Change { inspected, secrets }, existing.as_ref(), owners.map(<[String]>::to_vec));
    }
    prepared.checked()
}

/// Whether the store knows what was found. It does not where a resource was stored while its plugin was not loaded.
fn is_indexed(found: &Inspection, known: &Inspection) -> bool {
    let mut index = Inspection { diagnostics: Vec::new(), ..found.clone() };
    mark_set(&mut index, set_slots(known));
    index == *known
}

/// The part that `edit` means: the one named, else the only JSON part, else the first one.
///
/// # Errors
/// [`Error::Invalid`] where there is no such part.
pub fn part<'a>(resource: &'a Resource, name: Option<&str>) -> Result<&'a Part, Error> {
    let wanted = match name {
        Some(name) => resource.part(name),
        None => resource.parts.iter().find(|part| part.media_type == "application/json").or(resource.parts.first()),
    };
    wanted.ok_or_else(|| {
        let names: Vec<&str> = resource.parts.iter().map(|part| part.name.as_str()).collect();
        let summary = match name {
            Some(name) => format!("{} has no part {name}", resource.head.id),
            None => format!("{} has no parts", resource.head.id),
        };
        let help = if names.is_empty() {
            "there is nothing to edit".to_owned()
        } else {
            format!("its parts are {}", names.join(", "))
        };
        Error::Invalid(vec![Diagnostic::error("E-PART", summary).about(&resource.head.id).help(help)])
    })
}

/// A resource with a part replaced, looked at again. Secrets in the new content are lifted out.
///
/// # Errors
/// [`Error::Invalid`] where the new content breaks rules, with line and column.
pub fn replace_part(registry: &Registry, resource: &Resource, name: &str, content: Vec<u8>) -> Result<Change, Error> {
    let mut changed = resource.clone();
    if let Some(part) = changed.parts.iter_mut().find(|part| part.name == name) {
        if part.media_type == "application/json"
            && let Err(error) = flowport_json::Document::parse(content.as_slice())
        {
            let diagnostic = Diagnostic::error("E-JSON", format!("{name}: {error}")).about(&resource.head.id);
            return Err(Error::Invalid(vec![diagnostic]));
        }
        part.content = Content::from_bytes(content);
    }
    let inspected = inspect(registry, changed);
    if inspected.inspection.diagnostics.iter().any(Diagnostic::is_error) {
        return Err(Error::Invalid(inspected.inspection.diagnostics));
    }
    Change::of(registry, inspected)
}

/// One resource with a part replaced.
///
/// # Errors
/// As [`replace_part`].
pub fn edit(registry: &Registry, resource: &Resource, name: &str, content: Vec<u8>) -> Result<Prepared, Error> {
    let mut prepared = Prepared::default();
    let change = replace_part(registry, resource, name, content)?;
    if change.inspected.view.same_content(resource) && change.secrets.is_empty() {
        prepared.unchanged.push(resource.head.id.clone());
    } else {
        prepared.put(change, Some(resource), None);
    }
    prepared.checked()
}

/// Keeps a value for a declared secret: raw JSON text, or none to forget it.
///
/// # Errors
/// When the environment cannot be read.
pub fn set_secret(
    registry: &Registry,
    environment: &dyn ReadEnvironment,
    resource: Resource,
    secret: SlotValue,
) -> Result<Prepared, Error> {
    let mut prepared = Prepared::default();
    let id = resource.head.id.clone();
    // What can no longer be opened is what somebody sets again.
    let kept = environment.secrets(&id).unwrap_or_default();
    let before = kept.iter().find(|kept| kept.slot == secret.slot).and_then(|kept| kept.value.as_ref());
    let is_kept = environment.inspection(&id)?.secrets.iter().any(|known| known.slot == secret.slot && known.is_set);
    if before == secret.value.as_ref() && is_kept == secret.value.is_some() {
        prepared.unchanged.push(id);
        return Ok(prepared);
    }
    let mut change = Change::of(registry, inspect(registry, resource.clone()))?;
    if secret.value.is_some()
        && let Some((handler, _)) = registry.handler(&resource.head)
    {
        let fits = handler.edit(&change.inspected.view, &[EditOp::SetSecret(secret.clone())]);
        fits.map_err(|error| Error::Invalid(findings(error, &id)))?;
    }
    change.secrets.retain(|lifted| lifted.slot != secret.slot);
    change.secrets.push(secret);
    prepared.put(change, Some(&resource), None);
    prepared.diagnostics.clear();
    Ok(prepared)
}

/// Takes resources out. What others need is not taken out unless `force` says so.
///
/// # Errors
/// [`Error::Invalid`] naming who needs it.
pub fn delete(environment: &dyn ReadEnvironment, ids: &[ResourceId], force: bool) -> Result<Prepared, Error> {
    let mut prepared = Prepared::default();
    let going: HashSet<&ResourceId> = ids.iter().collect();
    for id in ids {
        let Some(resource) = environment.get(id)? else { continue };
        for referrer in environment.referrers(id)?.into_iter().filter(|referrer| !going.contains(&referrer.from)) {
            let summary = format!("{} needs {id}", referrer.from);
            let (diagnostic, help) = if force {
                (Diagnostic::warning("E-NEEDED", summary), "it lacks that now: delete it too, or point it elsewhere")
            } else {
                (Diagnostic::error("E-NEEDED", summary), "delete that too, point it elsewhere, or say --force")
            };
            prepared.diagnostics.push(diagnostic.about(&referrer.from).at(&referrer.reference.slot).help(help));
        }
        let expected = Expected::Fingerprint(fingerprint(&resource));
        prepared.writes.push(Write::Delete { id: id.clone(), expected });
    }
    prepared.checked()
}
