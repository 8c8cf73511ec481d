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
use crate::plugin::PluginError;
use crate::registry::Registry;
use crate::secrets::{Secrets, lift, put_back, set_slots};
use crate::shell;

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
    /// What becomes of declared secrets.
    pub secrets: Declared,
    /// Found secrets are taken out.
    pub strip_found: bool,
    /// Drafts leave too.
    pub include_drafts: bool,
    /// Who exports.
    pub actor: String,
}

/// What becomes of declared secrets when their resource leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Declared {
    /// They stay behind.
    #[default]
    StayBehind,
    /// They travel in the clear, where the product keeps them.
    Travel,
    /// They are handed over apart, to be sealed for an addressee.
    Apart,
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
    /// Declared secrets, with [`Declared::Apart`].
    pub secrets: Secrets,
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
        // Without being asked for they are not even opened.
        let kept = match request.secrets {
            Declared::StayBehind => unopened(environment, id)?,
            Declared::Travel | Declared::Apart => environment.secrets(id)?,
        };
        resources.push((resource, kept));
    }
    if !foreign.is_empty() {
        let what = foreign.join(", ");
        let advice = "only an owner or co-owner exports it; ask them, or use --as if that is you";
        return Err(Error::NotPermitted(format!("{} may not export this: {what}; {advice}", request.actor)));
    }
    for (resource, _) in &resources {
        diagnostics.extend(unindexed(registry, environment, resource)?);
    }
    let prepared: Vec<Prepared> = resources
        .into_par_iter()
        .map(|(resource, kept)| {
            let prepared = prepare(registry, resource, kept, request);
            progress();
            prepared
        })
        .collect();
    let mut package = Package { info: request.info.clone(), ..Package::default() };
    let mut secrets = Secrets::default();
    for Prepared { resource, diagnostics: findings, apart } in prepared {
        diagnostics.extend(findings);
        secrets.0.extend(apart.into_iter().map(|secret| (resource.head.id.clone(), secret)));
        let setup = setup(registry, &resource.head, request);
        package.resources.push(PackageResource { resource, setup });
    }
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(Error::Invalid(diagnostics));
    }
    Ok(Exported { package, because: found.because, diagnostics, secrets })
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

/// The declared secrets that the environment keeps, without their values.
fn unopened(environment: &dyn ReadEnvironment, id: &ResourceId) -> Result<Vec<SlotValue>, Error> {
    let known = environment.inspection(id)?;
    Ok(set_slots(&known).map(|slot| SlotValue { slot: slot.to_owned(), value: None }).collect())
}

/// A resource in the form that leaves.
struct Prepared {
    resource: Resource,
    diagnostics: Vec<Diagnostic>,
    /// Its secrets, where they are to be sealed.
    apart: Vec<SlotValue>,
}

/// The form that leaves: prepared by its handler, with or without its declared secrets, on request without found ones.
fn prepare(registry: &Registry, resource: Resource, kept: Vec<SlotValue>, request: &Request) -> Prepared {
    let id = resource.head.id.clone();
    let as_it_is = |resource, diagnostics| Prepared { resource, diagnostics, apart: Vec::new() };
    let Some((handler, info)) = registry.handler(&resource.head) else { return as_it_is(resource, Vec::new()) };
    if info.traits.drafts && resource.head.state == State::Draft && !request.include_drafts {
        let diagnostic = Diagnostic::error(
            "E-DRAFT",
            format!("{id} ({}) is a draft; only published {} leave an environment", resource.head.name, info.plural),
        )
        .about(&id)
        .help(format!(
            "publish it with `flowport publish`, or export with --include-drafts or --exclude {}",
            shell::word(&id)
        ));
        return as_it_is(resource, vec![diagnostic]);
    }
    let view = Arc::new(resource);
    let prepared = match handler.prepare(&view) {
        Ok(edited) => view.edited(edited),
        Err(error) => return as_it_is(Resource::clone(&view), findings(error, &id)),
    };
    let inspected = inspect(registry, prepared);
    let mut diagnostics: Vec<Diagnostic> = inspected
        .inspection
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity != crate::model::Severity::Info)
        .cloned()
        .collect();
    match leave(registry, inspected, kept, request, &mut diagnostics) {
        Ok((resource, apart)) => Prepared { resource, diagnostics, apart },
        Err(error) => {
            diagnostics.extend(findings(error, &id));
            as_it_is(Resource::clone(&view), diagnostics)
        }
    }
}

/// Decides for each secret whether it leaves, and says so.
fn leave(
    registry: &Registry,
    inspected: Inspected,
    kept: Vec<SlotValue>,
    request: &Request,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<(Resource, Vec<SlotValue>), PluginError> {
    let id = inspected.view.head.id.clone();
    let (inspected, lifted) = lift(registry, inspected)?;
    let mut declared: Vec<SlotValue> = lifted;
    declared.extend(
        kept.into_iter().filter(|kept| {
            inspected.inspection.secrets.iter().any(|secret| secret.declared && secret.slot == kept.slot)
        }),
    );
    for secret in &inspected.inspection.secrets {
        let is_kept = declared.iter().any(|kept| kept.slot == secret.slot);
        if is_kept && secret.declared {
            diagnostics.push(declared_finding(&id, secret, request.secrets));
        } else if secret.is_set && !secret.declared {
            diagnostics.push(found_finding(&id, secret, request.strip_found));
        }
    }
    let resource = match request.secrets {
        Declared::Travel => put_back(registry, &inspected, std::mem::take(&mut declared))?,
        Declared::StayBehind | Declared::Apart => Resource::clone(&inspected.view),
    };
    let apart = if request.secrets == Declared::Apart { declared } else { Vec::new() };
    let found = inspected.inspection.secrets.iter().filter(|secret| !secret.declared && secret.is_set);
    let take_out: Vec<EditOp> = found
        .filter(|_| request.strip_found)
        .map(|secret| EditOp::SetSecret(SlotValue { slot: secret.slot.clone(), value: None }))
        .collect();
    match registry.handler(&resource.head).filter(|_| !take_out.is_empty()) {
        Some((handler, _)) => {
            let view = Arc::new(resource);
            let edited = handler.edit(&view, &take_out)?;
            Ok((view.edited(edited), apart))
        }
        None => Ok((resource, apart)),
    }
}

/// What the maker of a package should know of a secret: never the value.
fn declared_finding(id: &ResourceId, secret: &Secret, declared: Declared) -> Diagnostic {
    let label = &secret.label;
    let diagnostic = match declared {
        Declared::StayBehind => Diagnostic::info("E-SECRET", format!("{id}: a secret stays behind ({label})"))
            .help("set it again in the target after the import: flowport secret set"),
        Declared::Travel => Diagnostic::warning("E-SECRET", format!("{id}: a secret travels in the package ({label})"))
            .help("whoever has the file can read it; --seal-to seals it for one addressee"),
        Declared::Apart => Diagnostic::info("E-SECRET", format!("{id}: a secret travels sealed ({label})"))
            .help("only the addressee's import can open it"),
    };
    diagnostic.about(id).at(&secret.slot)
}

fn found_finding(id: &ResourceId, secret: &Secret, taken_out: bool) -> Diagnostic {
    let label = &secret.label;
    let diagnostic = if taken_out {
        Diagnostic::info("E-FOUND", format!("{id}: a secret was found and taken out ({label})"))
            .help("the flow does not work without it: replace it in the target")
    } else {
        Diagnostic::warning("E-FOUND", format!("{id}: a secret was found ({label})"))
            .help("take it out with --strip-found")
    };
    diagnostic.about(id).at(&secret.slot)
}
