//! After an import: what an environment still lacks.

use crate::environment::{EnvironmentError, ReadEnvironment};
use crate::inspect::{Inspected, inspect};
use crate::model::{Diagnostic, ResourceId, State, Strength, Target};
use crate::registry::Registry;
use crate::secrets::{mark_set, missing, set_slots};
use crate::shell;
use std::collections::HashSet;

/// Looks at everything in an environment: dangling references, things that need setup, what is switched off, secrets not set,
/// kinds without a plugin. Errors first.
///
/// # Errors
/// When the environment cannot be read.
pub fn check(
    registry: &Registry,
    environment: &dyn ReadEnvironment,
    progress: &mut dyn FnMut(),
) -> Result<Vec<Diagnostic>, EnvironmentError> {
    let summaries = environment.list()?;
    let known: HashSet<&ResourceId> = summaries.iter().map(|summary| &summary.head.id).collect();
    let mut found = Vec::new();
    for summary in &summaries {
        progress();
        let id = &summary.head.id;
        let resource = match environment.get(id) {
            Ok(Some(resource)) => resource,
            Ok(None) => continue,
            // The others are looked at all the same.
            Err(error) => {
                found.push(Diagnostic::error("C-READ", error.to_string()).about(id));
                continue;
            }
        };
        let Inspected { mut inspection, .. } = inspect(registry, resource);
        let kept = environment.inspection(id)?;
        mark_set(&mut inspection, set_slots(&kept));
        found.append(&mut inspection.diagnostics);
        if set_slots(&kept).next().is_some()
            && let Err(error) = environment.secrets(id)
        {
            found.push(Diagnostic::error("C-KEY", error.to_string()).about(id));
        }
        for reference in &inspection.references {
            let Target::Known(target) = &reference.target else { continue };
            if known.contains(target) {
                continue;
            }
            let summary = format!("{id} ({}) needs {target}, which is not here", summary.head.name);
            let diagnostic = if reference.strength == Strength::Required {
                Diagnostic::error("C-DANGLING", summary)
            } else {
                Diagnostic::warning("C-DANGLING", summary)
            };
            found.push(
                diagnostic
                    .about(id)
                    .at(&reference.slot)
                    .help(format!("import {target}, or point the reference elsewhere with edit")),
            );
        }
        for secret in missing(&inspection) {
            found.push(
                Diagnostic::warning("C-SECRET", format!("{id}: {} is not set", secret.label))
                    .about(id)
                    .at(&secret.slot)
                    .help(format!(
                        "flowport secret set {} {} {}",
                        environment.name(),
                        shell::word(id),
                        shell::word(&secret.slot)
                    )),
            );
        }
        let activated = registry.handler(&summary.head).is_some_and(|(_, info)| info.traits.activated);
        if activated && summary.head.state == State::Draft {
            let text = format!("{id} ({}) is switched off", summary.head.name);
            found.push(Diagnostic::warning("C-OFF", text).about(id).help(format!(
                "flowport publish {} {}",
                environment.name(),
                shell::word(id)
            )));
        }
    }
    crate::model::sort_by_severity(&mut found);
    Ok(found)
}
