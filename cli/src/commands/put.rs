use flowport_core::environment::{Environment, ReadEnvironment, Write};
use flowport_core::hand::{self, Prepared};
use flowport_core::history::Cause;
use flowport_core::model::{Diagnostic, Resource, ResourceId, State};
use serde_json::json;

use crate::arguments::{Put, RunName};
use crate::context::Context;
use crate::exit::{Failure, Outcome};
use crate::progress::Progress;
use crate::report::Report;
use crate::text::count;

pub(super) fn run(context: &Context, arguments: &Put) -> Outcome<Report> {
    if arguments.owner.iter().chain(&arguments.co_owner).any(|name| name.trim().is_empty()) {
        return Err(Failure::usage("--owner and --co-owner name somebody; this is empty"));
    }
    let mut all = Prepared::default();
    let mut environment = context.write(&arguments.environment)?;
    let owners: Option<Vec<String>> =
        arguments.owner.as_ref().map(|owner| std::iter::once(owner).chain(&arguments.co_owner).cloned().collect());
    for file in &arguments.files {
        let decoded = context.decode(file)?;
        let mut problems: Vec<Diagnostic> = decoded.diagnostics;
        if decoded.package.sealed.is_some() {
            let summary = "the package's secrets are sealed, and `put` opens none";
            problems.push(
                Diagnostic::warning("E-SEALED", summary)
                    .help("import it instead, or set them with `flowport secret set`"),
            );
        }
        if problems.iter().any(Diagnostic::is_error) {
            // All at once: what the handlers find in a broken package too.
            let inspected = context.inspect(&decoded.package)?;
            problems.extend(inspected.into_iter().flat_map(|entry| entry.inspection.diagnostics));
            flowport_core::model::sort_by_severity(&mut problems);
            return Err(blocked(problems).about(file));
        }
        let prepared = hand::put(context.registry()?, environment.as_ref(), &decoded.package, owners.as_deref());
        let mut prepared = prepared.map_err(|error| Failure::from(error).about(file))?;
        all.diagnostics.extend(problems);
        all.writes.append(&mut prepared.writes);
        all.diagnostics.append(&mut prepared.diagnostics);
        all.unchanged.append(&mut prepared.unchanged);
    }
    write(context, environment.as_mut(), all, "put")
}

fn blocked(diagnostics: Vec<Diagnostic>) -> Failure {
    Failure::blocked("the rules are broken; nothing was written", diagnostics)
}

/// Makes prepared writes in one transaction and says what was done.
pub(super) fn write(
    context: &Context,
    environment: &mut dyn Environment,
    prepared: Prepared,
    done: &str,
) -> Outcome<Report> {
    write_as(context, environment, prepared, done, &context.cause()?)
}

/// The same, for a reason of its own.
pub(super) fn write_as(
    context: &Context,
    environment: &mut dyn Environment,
    prepared: Prepared,
    done: &str,
    cause: &Cause,
) -> Outcome<Report> {
    let ids: Vec<ResourceId> = prepared.writes.iter().map(|write| write.id().clone()).collect();
    context.audit().before("writing", json!({}))?;
    let steps = if context.audit().is_on() { steps(context, environment, &prepared.writes)? } else { Vec::new() };
    let progress = Progress::count("writing", prepared.writes.len());
    let run = environment.apply(cause, &prepared.writes, &mut |_| progress.advance(1))?;
    drop(progress);
    context.audit().committed(run, steps);
    let run = run.map(|id| RunName { environment: environment.name().to_owned(), id });
    let mut text = format!("{} {done} in {}", count(ids.len(), "resource", "resources"), environment.name());
    if !prepared.unchanged.is_empty() {
        text.push_str(&format!(", {} as they were", prepared.unchanged.len()));
    }
    text.push_str(&taken_back(run.as_ref()));
    let result = json!({
        "resources": ids,
        "unchanged": prepared.unchanged,
        "run": run.map(|run| run.to_string()),
    });
    Ok(Report::done(result, text).noting(prepared.diagnostics))
}

/// What writing will do to each resource, for the audit file; asked before, as it depends on what is there.
fn steps<'a>(
    context: &Context,
    environment: &dyn ReadEnvironment,
    writes: &'a [Write],
) -> Outcome<Vec<(&'static str, &'a ResourceId)>> {
    let registry = context.registry()?;
    let mut steps = Vec::new();
    for write in writes {
        let Write::Put { resource, .. } = write else {
            steps.push(("deleted", write.id()));
            continue;
        };
        steps.push(("written", write.id()));
        let is_switched = registry.handler(&resource.head).is_some_and(|(_, info)| info.traits.activated);
        let is_on = |resource: &Resource| resource.head.state == State::Published;
        if is_switched && is_on(resource) && !environment.get(write.id())?.as_ref().is_some_and(is_on) {
            steps.push(("activated", write.id()));
        }
    }
    Ok(steps)
}

/// The end of a sentence about what was done: which run it is, and how to take it back.
pub(super) fn taken_back(run: Option<&RunName>) -> String {
    run.map_or_else(|| "\n".to_owned(), |run| format!("; run {run}, `flowport undo {run}` takes it back\n"))
}
