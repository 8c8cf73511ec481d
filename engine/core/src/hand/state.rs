//! Switching on and off by hand.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Change, Prepared};
use crate::activation::{After, leaves_first, nearest_off};
use crate::decode::findings;
use crate::environment::{EnvironmentError, ReadEnvironment, other_versions};
use crate::error::Error;
use crate::inspect::inspect;
use crate::model::{Diagnostic, EditOp, Resource, ResourceId, Severity, State};
use crate::plugin::SharedView;
use crate::registry::Registry;
use crate::secrets::nearest_missing;
use crate::shell;

/// Switches resources on or off, or publishes and unpublishes them: what is needed goes on before what needs it, and off after it.
/// Of the versions of one thing one can be on: switching it on switches the other one off first.
///
/// # Errors
/// [`Error::Invalid`] where a handler refuses, or two versions of one thing would be on.
pub fn set_state(
    registry: &Registry,
    environment: &dyn ReadEnvironment,
    ids: &[ResourceId],
    state: State,
) -> Result<Prepared, Error> {
    let mut prepared = Prepared::default();
    let mut wanted: Vec<(ResourceId, State)> = Vec::new();
    if state == State::Published {
        for id in ids {
            for other in rivals(registry, environment, id)? {
                if ids.contains(&other) && other > *id {
                    let summary = format!("{id} and {other} cannot both be live");
                    prepared.diagnostics.push(Diagnostic::error("E-LIVE", summary).about(id).help("choose one"));
                }
                wanted.push((other, State::Draft));
            }
        }
    }
    wanted.extend(in_order(environment, ids, state)?.into_iter().map(|id| (id.clone(), state)));
    let mut after: HashMap<ResourceId, After> = HashMap::new();
    for (id, state) in &wanted {
        let Some(resource) = environment.get(id)? else { continue };
        if resource.head.state == *state {
            if ids.contains(id) {
                prepared.unchanged.push(id.clone());
            }
            continue;
        }
        let view = Arc::new(resource);
        let edited = match switched(registry, &view, *state) {
            Ok(edited) => edited,
            Err(found) => {
                prepared.diagnostics.extend(found);
                continue;
            }
        };
        let mut change = Change::of(registry, inspect(registry, edited))?;
        change.inspected.inspection.diagnostics.retain(|found| found.severity != Severity::Info);
        let inspected = &change.inspected;
        after.insert(id.clone(), After::of(registry, &inspected.view.head, &inspected.inspection));
        prepared.put(change, Some(&view), None);
    }
    let is_on = |(id, state): &(ResourceId, State)| *state == State::Published && after.contains_key(id);
    let on: Vec<ResourceId> = wanted.into_iter().filter(is_on).map(|(id, _)| id).collect();
    prepared.diagnostics.extend(lacking(registry, environment, &after, &on)?);
    prepared.checked()
}

/// As they are switched: leaves first, and off the other way round.
fn in_order<'a>(
    environment: &dyn ReadEnvironment,
    ids: &'a [ResourceId],
    state: State,
) -> Result<Vec<&'a ResourceId>, EnvironmentError> {
    let order = leaves_first(ids, |id| Ok(environment.inspection(id)?.needs().cloned().collect()))?;
    let ordered = order.into_iter().map(|position| &ids[position]);
    Ok(if state == State::Draft { ordered.rev().collect() } else { ordered.collect() })
}

fn switched(registry: &Registry, view: &SharedView, state: State) -> Result<Resource, Vec<Diagnostic>> {
    let id = &view.head.id;
    let Some((handler, _)) = registry.handler(&view.head) else {
        let summary = format!("no loaded plugin handles {id}, so it cannot be switched");
        return Err(vec![Diagnostic::error("E-UNHANDLED", summary).about(id).help("load a plugin that does")]);
    };
    let edited = handler.edit(view, &[EditOp::SetState(state)]).map_err(|error| findings(error, id))?;
    Ok(view.edited(edited))
}

/// What those that are switched on need and do not have: whoever switches them on knows better, and is told.
fn lacking(
    registry: &Registry,
    environment: &dyn ReadEnvironment,
    after: &HashMap<ResourceId, After>,
    on: &[ResourceId],
) -> Result<Vec<Diagnostic>, EnvironmentError> {
    let mut found = Vec::new();
    let missing = nearest_missing(environment, &HashMap::new(), on)?;
    let off = nearest_off(registry, environment, after, on)?;
    for id in on {
        let (what, help) = if let Some(lacked) = missing.get(id) {
            (lacked.to_string(), lacked.help(environment))
        } else if let Some(off) = off.get(id) {
            let help = format!("flowport publish {} {}", environment.name(), shell::word(off));
            (format!("needs {off}, which is off"), help)
        } else {
            continue;
        };
        let summary = format!("{id} is switched on, and {what}");
        found.push(Diagnostic::warning("E-LACKS", summary).about(id).help(help));
    }
    Ok(found)
}

/// The versions that go off when this one goes on.
fn rivals(registry: &Registry, environment: &dyn ReadEnvironment, id: &ResourceId) -> Result<Vec<ResourceId>, Error> {
    let Some(resource) = environment.get(id)?.filter(|_| id.version.is_some()) else { return Ok(Vec::new()) };
    if !registry.handler(&resource.head).is_some_and(|(_, info)| info.traits.one_is_live()) {
        return Ok(Vec::new());
    }
    Ok(other_versions(environment, id)?)
}
