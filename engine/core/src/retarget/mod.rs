//! A package made to fit another environment that nobody can look into: connections, ids, names, versions, literals, secrets and
//! setup, changed by the answers that a plan takes. What is not named in them keeps every byte.
//!
//! In order: the settings are matched with the package ([`answers`](crate::answers)), each resource gets what is said of itself
//! ([`own`]), references follow ([`links`]), and the outcome is looked at again ([`edit`]).

mod edit;
mod links;
mod own;

use crate::answers::{Place, answers};
use crate::error::Error;
use crate::inspect::Inspected;
use crate::model::{Diagnostic, Kind, Package, PackageResource, Resource, ResourceId};
use crate::registry::Registry;
use crate::settings::Settings;

/// A package, changed.
#[derive(Debug)]
pub struct Retargeted {
    /// As it is now.
    pub package: Package,
    /// Its resources, looked at again; in the package's order.
    pub inspected: Vec<Inspected>,
    /// All that was changed, resource by resource, in the order of the package before.
    pub changes: Vec<Change>,
    /// Findings that stop nothing.
    pub diagnostics: Vec<Diagnostic>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The resource, by its id before.
    pub resource: ResourceId,
    /// Where in it; none for what is true of the whole.
    pub slot: Option<String>,
    /// What was changed.
    pub what: What,
    /// What stood there. Never a secret.
    pub from: Option<String>,
    /// What stands there now. Never a secret.
    pub to: Option<String>,
}

/// What a change is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum What {
    /// A value bound to one environment.
    Literal,
    /// Which resource of this kind is meant.
    Mapped(Kind),
    /// The id.
    Id,
    /// The version.
    Version,
    /// What people call it.
    Name,
    /// What an import shall do with it.
    Setup,
    /// A declared secret.
    Secret,
    /// It is in the package no longer: nothing refers to it.
    LeftOut,
}

impl What {
    /// The word for scripts and people.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            What::Literal => "literal",
            What::Mapped(kind) => kind.as_str(),
            What::Id => "id",
            What::Version => "version",
            What::Name => "name",
            What::Setup => "setup",
            What::Secret => "secret",
            What::LeftOut => "left-out",
        }
    }
}

/// Changes a package by settings. `secrets` are the values of the settings' secrets, by their keys.
///
/// # Errors
/// [`Error::Invalid`] with all problems at once: settings that match nothing or do not fit, and what would be wrong with the
/// outcome.
pub fn retarget(
    registry: &Registry,
    package: Package,
    inspected: &[Inspected],
    settings: &Settings,
    secrets: &[(String, String)],
) -> Result<Retargeted, Error> {
    let mut answers = answers(settings, secrets, inspected, Place::Unknown);
    let mut diagnostics = std::mem::take(&mut answers.diagnostics);
    let own = own::all(registry, inspected, &answers, &mut diagnostics);
    diagnostics.extend(unreachable_secrets(&package, inspected, &own));
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(Error::Invalid(diagnostics));
    }
    let links = links::Links::of(inspected, &answers, &own);
    diagnostics.extend(links.misfits());
    let left_out = links.left_out();
    let Package { info, resources, sealed } = package;
    let (mut kept, mut again, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    for (position, mut entry) in resources.into_iter().enumerate() {
        let id = entry.resource.head.id.clone();
        let answer = answers.of.get(&position);
        if left_out.contains(&position) {
            let to = links.stand_in(position).map(ToString::to_string);
            diagnostics.extend(answer.filter(|answer| answer.says_more()).map(|_| in_vain(&id, to.as_deref())));
            changes.push(Change { resource: id, slot: None, what: What::LeftOut, from: None, to });
            continue;
        }
        if let Some(action) = answer.and_then(|answer| answer.action.as_ref()) {
            changes.extend(set_up(&mut entry, action));
        }
        let literals = answers.replacements(&inspected[position].inspection.literals);
        let secrets = answer.map_or(&[][..], |answer| &answer.secrets);
        let ops = edit::Ops { own: &own[position], links: links.relinks(position), literals, secrets };
        let looked_at = match edit::edit(registry, &inspected[position], ops, &mut changes) {
            Ok(looked_at) => looked_at,
            Err(found) => {
                diagnostics.extend(found);
                continue;
            }
        };
        entry.resource = Resource::clone(&looked_at.view);
        kept.push(entry);
        again.push(looked_at);
    }
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(Error::Invalid(diagnostics));
    }
    let package = Package { info, resources: kept, sealed };
    Ok(Retargeted { package, inspected: again, changes, diagnostics })
}

/// Answers for what is left out would change nothing.
fn in_vain(id: &ResourceId, stand_in: Option<&str>) -> Diagnostic {
    let stand_in = stand_in.unwrap_or_default();
    let summary =
        format!("{stand_in} takes the place of {id}, which is left out, so that no other answer for it counts");
    Diagnostic::error("S-TWICE", summary).about(id).help("keep the map, or the others")
}

/// What the package suggests to do with a resource.
fn set_up(entry: &mut PackageResource, action: &crate::model::Action) -> Option<Change> {
    let setup = &mut entry.setup;
    if !setup.allowed.is_empty() && !setup.allowed.contains(action) {
        setup.allowed.push(action.clone());
    }
    let before = setup.suggested.replace(action.clone());
    (before.as_ref() != Some(action)).then(|| Change {
        resource: entry.resource.head.id.clone(),
        slot: None,
        what: What::Setup,
        from: before.map(|before| before.to_string()),
        to: Some(action.to_string()),
    })
}

/// Secrets that travel sealed are found by the id of their resource, and cannot be sealed anew.
fn unreachable_secrets(package: &Package, inspected: &[Inspected], own: &[own::Own]) -> Vec<Diagnostic> {
    let loses = |(entry, own): &(&Inspected, &own::Own)| {
        let declares = entry.inspection.secrets.iter().any(|secret| secret.declared);
        package.sealed.is_some() && declares && own.head.id != entry.view.head.id
    };
    let lost = inspected.iter().zip(own).filter(loses).map(|(entry, own)| {
        let id = &entry.view.head.id;
        let summary = format!("{id} would become {}, and its sealed secrets would not be found", own.head.id);
        let help =
            "leave its id, name and version as they are, or seal the secrets again where the package is exported";
        Diagnostic::error("R-SEALED", summary).about(id).help(help)
    });
    lost.collect()
}
