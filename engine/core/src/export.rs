//! From an environment to a package.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::decode::findings;
use crate::discover::{Because, Closure, closure};
use crate::environment::ReadEnvironment;
use crate::error::Error;
use crate::inspect::{Inspected, inspect};
use crate::model::{
    Action, Diagnostic, EditOp, Head, Package, PackageInfo, PackageResource, Resource, ResourceId, Secret, Setup,
    SlotValue, State, Strength,
};
use crate::registry::Registry;

/// What to export, and how.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// What the user selected.
    pub roots: Vec<ResourceId>,
    /// False: nothing but the roots.
    pub only_roots: bool,
    /// What to leave out though something needs it.
    pub excluded: HashSet<ResourceId>,
    /// Of the package; `created` and `source` included.
    pub info: PackageInfo,
    /// Suggested actions by resource.
    pub setups: HashMap<ResourceId, Action>,
    /// Comments by resource.
    pub comments: HashMap<ResourceId, String>,
    /// Declared secrets travel.
    pub include_secrets: bool,
    /// Found secrets are taken out.
    pub strip_found: bool,
    /// Drafts leave too.
    pub include_drafts: bool,
    /// Who exports.
    pub actor: String,
}

/// A package ready to be encoded.
#[derive(Debug)]
pub struct Exported {
    /// Selected and related resources.
    pub package: Package,
    /// Why the related ones are there.
    pub because: HashMap<ResourceId, Because>,
    /// Findings; errors only in [`Error::Invalid`].
    pub diagnostics: Vec<Diagnostic>,
}

/// Takes a selection and what it needs out of an environment: only what may leave, in the form that may leave.
///
/// # Errors
/// [`Error::NotPermitted`] for owned kinds of others, [`Error::Invalid`] with all problems at once.
pub fn export(
    registry: &Registry,
    environment: &dyn ReadEnvironment,
    request: &Request,
    progress: &(dyn Fn() + Sync),
) -> Result<Exported, Error> {
    let found = closure(environment, &request.roots, !request.only_roots, &request.excluded)?;
    let mut diagnostics = edges(&found, request);
    let mut resources = Vec::with_capacity(found.resources.len());
    let mut foreign = Vec::new();
    for id in &found.resources {
        let Some(resource) = environment.get(id)? else { continue };
        if let Some(owner) = others(registry, environment, &resource.head, &request.actor)? {
            foreign.push(format!("{id} belongs to {owner}"));
        }
        resources.push(resource);
    }
    if !foreign.is_empty() {
        let what = foreign.join(", ");
        let advice = "only an owner or co-owner exports it; ask them, or use --as if that is you";
        return Err(Error::NotPermitted(format!("{} may not export this: {what}; {advice}", request.actor)));
    }
    for resource in &resources {
        diagnostics.extend(unindexed(registry, environment, resource)?);
    }
    let prepared: Vec<(Resource, Vec<Diagnostic>)> = resources
        .into_par_iter()
        .map(|resource| {
            let prepared = prepare(registry, resource, request);
            progress();
            prepared
        })
        .collect();
    let mut package = Package { info: request.info.clone(), ..Package::default() };
    for (resource, findings) in prepared {
        diagnostics.extend(findings);
        let setup = setup(registry, &resource.head, request);
        package.resources.push(PackageResource { resource, setup });
    }
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(Error::Invalid(diagnostics));
    }
    Ok(Exported { package, because: found.because, diagnostics })
}

/// A resource that was stored while its plugin was not loaded: the store knows nothing of what it needs.
fn unindexed(
    registry: &Registry,
    environment: &dyn ReadEnvironment,
    resource: &Resource,
) -> Result<Option<Diagnostic>, Error> {
    let id = &resource.head.id;
    let known = environment.inspection(id)?;
    if !known.identities.is_empty() || !known.references.is_empty() {
        return Ok(None);
    }
    let found = inspect(registry, resource.clone()).inspection.references.len();
    if found == 0 {
        return Ok(None);
    }
    let summary =
        format!("{id} was stored while its plugin was not loaded; what it needs is not known and may be missing");
    Ok(Some(Diagnostic::warning("E-UNINDEXED", summary).about(id).help("put it again with the plugin loaded")))
}

/// What the references say about a package that leaves something out.
fn edges(found: &Closure, request: &Request) -> Vec<Diagnostic> {
    let dangling = found.dangling.iter().map(|(from, reference)| {
        let target = reference.known().map(ToString::to_string).unwrap_or_default();
        let summary = format!("{from} needs {target}, which this environment does not have");
        let diagnostic = if reference.strength == Strength::Required {
            Diagnostic::warning("E-DANGLING", summary).help("the target must have it; the plan of the import will say")
        } else {
            Diagnostic::info("E-DANGLING", summary)
        };
        diagnostic.about(from).at(&reference.slot)
    });
    let unknowable = found.unknowable.iter().map(|(from, reference)| {
        Diagnostic::info(
            "E-UNKNOWABLE",
            format!("{from} decides at run time what it uses here; flowport cannot follow it"),
        )
        .about(from)
        .at(&reference.slot)
    });
    let excluded = found.excluded.iter().filter(|(_, reference)| reference.strength == Strength::Required).map(
        |(from, reference)| {
            let target = reference.known().map(ToString::to_string).unwrap_or_default();
            Diagnostic::warning("E-EXCLUDED", format!("{from} needs {target}, which is left out"))
                .about(from)
                .at(&reference.slot)
        },
    );
    let outside = |id: &ResourceId| request.only_roots && !request.roots.contains(id);
    dangling
        .chain(unknowable)
        .chain(excluded)
        .filter(|diagnostic| !diagnostic.resource.as_ref().is_some_and(outside))
        .collect()
}

/// The owner, where the kind is owned and `actor` is not among its owners.
fn others(
    registry: &Registry,
    environment: &dyn ReadEnvironment,
    head: &Head,
    actor: &str,
) -> Result<Option<String>, Error> {
    if !registry.handler(head).is_some_and(|(_, info)| info.traits.owned) {
        return Ok(None);
    }
    let owners = environment.owners(&head.id)?;
    if owners.is_empty() || owners.iter().any(|owner| owner == actor) {
        return Ok(None);
    }
    Ok(owners.into_iter().next())
}

fn setup(registry: &Registry, head: &Head, request: &Request) -> Setup {
    let info = registry.handler(head).map(|(_, info)| info);
    let default = info.and_then(|info| info.actions.first().cloned());
    Setup {
        suggested: request.setups.get(&head.id).cloned().or(default),
        allowed: Vec::new(),
        comment: request.comments.get(&head.id).cloned(),
    }
}

/// The form that leaves: prepared by its handler, without declared secrets, on request without found ones.
fn prepare(registry: &Registry, resource: Resource, request: &Request) -> (Resource, Vec<Diagnostic>) {
    let id = resource.head.id.clone();
    let Some((handler, info)) = registry.handler(&resource.head) else { return (resource, Vec::new()) };
    if info.traits.drafts && resource.head.state == State::Draft && !request.include_drafts {
        let diagnostic = Diagnostic::error(
            "E-DRAFT",
            format!("{id} ({}) is a draft; only published {} leave an environment", resource.head.name, info.plural),
        )
        .about(&id)
        .help(format!("publish it with `flowport publish`, or export with --include-drafts or --exclude '{id}'"));
        return (resource, vec![diagnostic]);
    }
    let view = Arc::new(resource);
    let prepared = match handler.prepare(&view) {
        Ok(edited) => view.edited(edited),
        Err(error) => return (Resource::clone(&view), findings(error, &id)),
    };
    let Inspected { view, inspection, .. } = inspect(registry, prepared);
    let mut diagnostics: Vec<Diagnostic> = inspection
        .diagnostics
        .into_iter()
        .filter(|diagnostic| diagnostic.severity != crate::model::Severity::Info)
        .collect();
    let take_out: Vec<&Secret> = inspection
        .secrets
        .iter()
        .filter(|secret| secret.is_set && if secret.declared { !request.include_secrets } else { request.strip_found })
        .collect();
    for secret in inspection.secrets.iter().filter(|secret| secret.is_set) {
        diagnostics.push(secret_finding(&id, secret, take_out.contains(&secret)));
    }
    if take_out.is_empty() {
        return (Resource::clone(&view), diagnostics);
    }
    let ops: Vec<EditOp> =
        take_out.iter().map(|secret| EditOp::SetSecret(SlotValue { slot: secret.slot.clone(), value: None })).collect();
    match handler.edit(&view, &ops) {
        Ok(edited) => (view.edited(edited), diagnostics),
        Err(error) => {
            diagnostics.extend(findings(error, &id));
            (Resource::clone(&view), diagnostics)
        }
    }
}

/// What the maker of a package should know of a secret: never the value.
fn secret_finding(id: &ResourceId, secret: &Secret, taken_out: bool) -> Diagnostic {
    let label = &secret.label;
    let diagnostic = match (secret.declared, taken_out) {
        (true, true) => Diagnostic::info("E-SECRET", format!("{id}: a secret stays behind ({label})"))
            .help("set it again in the target after the import"),
        (true, false) => Diagnostic::warning("E-SECRET", format!("{id}: a secret travels in the package ({label})")),
        (false, true) => Diagnostic::info("E-FOUND", format!("{id}: a secret was found and taken out ({label})"))
            .help("the flow does not work without it: replace it in the target"),
        (false, false) => Diagnostic::warning("E-FOUND", format!("{id}: a secret was found ({label})"))
            .help("take it out with --strip-found"),
    };
    diagnostic.about(id).at(&secret.slot)
}
