//! What was done to an environment.

use std::collections::BTreeSet;

use flowport_core::diff::{Options, images};
use flowport_core::environment::ReadEnvironment;
use flowport_core::history::{Run, RunChange, RunId};
use flowport_core::model::{Pattern, ResourceId};
use flowport_core::select::Names;
use flowport_core::undo;
use serde_json::{Value, json};

use super::diff;
use crate::arguments::{RunName, RunShow, Runs, RunsCommand};
use crate::context::Context;
use crate::exit::{Failure, Outcome};
use crate::render;
use crate::report::Report;
use crate::text::clean;

/// So many of the last runs are listed.
const SHOWN: usize = 20;

pub(super) fn run(context: &Context, arguments: &Runs) -> Outcome<Report> {
    match (&arguments.command, &arguments.environment) {
        (Some(RunsCommand::Show(arguments)), _) => show(context, arguments),
        (None, Some(environment)) => list_runs(context, environment, arguments),
        (None, None) => Err(Failure::usage("name an environment: flowport runs ENV")),
    }
}

fn list_runs(context: &Context, name: &str, arguments: &Runs) -> Outcome<Report> {
    if let Ok(run) = name.parse::<RunName>() {
        return Err(Failure::usage(format!("{run} is one run: flowport runs show {run}")));
    }
    let environment = context.look(name)?;
    let mut runs = environment.runs()?;
    if !arguments.select.is_empty() {
        let chosen = runs_of(environment.as_ref(), &arguments.select)?;
        runs.retain(|run| chosen.contains(&run.id));
    }
    let all = runs.len();
    let shown = if arguments.all { all } else { SHOWN.min(all) };
    let row = |run: &Run| {
        vec![
            format!("{name}/{}", run.id),
            run.at.clone(),
            run.actor.clone(),
            run.command.clone(),
            run.package.as_ref().map_or_else(String::new, |package| package.name.clone()),
            run.changes.to_string(),
            result(name, run),
        ]
    };
    let mut text = if runs.is_empty() {
        format!("no runs in {name}\n")
    } else {
        let headings = ["RUN", "WHEN", "WHO", "COMMAND", "PACKAGE", "CHANGES", "RESULT"];
        render::table(&headings, runs[..shown].iter().map(row).collect())
    };
    if shown < all {
        text.push_str(&format!("and {} more: flowport runs {name} --all\n", all - shown));
    }
    let runs: Vec<Value> = runs.iter().map(|run| as_json(name, run)).collect();
    Ok(Report::done(json!({ "runs": runs }), text))
}

/// The runs that changed any of these resources, also ones that are not there any more.
fn runs_of(environment: &dyn ReadEnvironment, select: &[String]) -> Outcome<BTreeSet<RunId>> {
    let (there, gone) = (environment.list()?, environment.gone()?);
    let known = there.iter().map(|summary| (&summary.head.id, summary.head.name.as_str()));
    let known: Vec<(&ResourceId, &str)> = known.chain(gone.iter().map(|(id, name)| (id, name.as_str()))).collect();
    let mut chosen = BTreeSet::new();
    for text in select {
        // One name may mean what is there and what was there before it: both are told.
        let meant = Pattern::parse(text).map_err(Failure::usage)?.select(known.iter().copied());
        if meant.is_empty() {
            Names::new(environment.name(), known.iter().copied()).one(text)?;
        }
        for position in meant {
            chosen.extend(environment.runs_of(known[position].0)?.into_iter().map(|run| run.id));
        }
    }
    Ok(chosen)
}

/// How a run is taken back.
fn taken_back(environment: &dyn ReadEnvironment, name: &RunName, changes: &[RunChange]) -> Outcome<String> {
    Ok(if undo::is_overtaken(environment, name.id, changes)? {
        format!(
            "what it did was changed since: undo the later runs first, or lose what they did with `flowport undo {name} --force`\n"
        )
    } else {
        format!("`flowport undo {name}` takes it back\n")
    })
}

/// What became of a run, in a few words.
fn result(name: &str, run: &Run) -> String {
    let mut words = vec![if run.is_partial { "partly done".to_owned() } else { "done".to_owned() }];
    words.extend(run.undoes.map(|undone| format!("undoes {name}/{undone}")));
    words.extend(run.undone_by.map(|by| format!("undone by {name}/{by}")));
    words.join(", ")
}

/// A run for scripts.
pub(super) fn as_json(name: &str, run: &Run) -> Value {
    let named = |id: Option<_>| id.map(|id| format!("{name}/{id}"));
    json!({
        "run": format!("{name}/{}", run.id),
        "number": run.id,
        "actor": run.actor,
        "at": run.at,
        "command": run.command,
        "package": run.package,
        "plan": run.plan,
        "undoes": named(run.undoes),
        "undone_by": named(run.undone_by),
        "result": if run.is_partial { "partial" } else { "done" },
        "changes": run.changes,
    })
}

/// A run that is there.
pub(super) fn found(environment: &dyn ReadEnvironment, name: &RunName) -> Outcome<Run> {
    environment.run(name.id)?.ok_or_else(|| {
        let environment = &name.environment;
        Failure::usage(format!("there is no run {name}; `flowport runs {environment}` lists what was done there"))
    })
}

fn show(context: &Context, arguments: &RunShow) -> Outcome<Report> {
    let name = &arguments.run;
    let environment = context.look(&name.environment)?;
    let run = found(environment.as_ref(), name)?;
    let changes = environment.changes(run.id)?;
    let options = Options { all_fields: arguments.all_fields, ..Options::default() };
    let differences = images(context.registry()?, &changes, &options)?;
    let mut facts = vec![
        ("run", name.to_string()),
        ("when", run.at.clone()),
        ("who", run.actor.clone()),
        ("command", run.command.clone()),
    ];
    if let Some(package) = &run.package {
        facts.push(("package", package.name.clone()));
        facts.push(("from", if package.source.is_empty() { "(not said)".to_owned() } else { package.source.clone() }));
        facts.push(("sha256", package.hash.to_string()));
    }
    facts.extend(run.plan.map(|plan| ("plan", plan.to_string())));
    facts.push(("result", result(&name.environment, &run)));
    let mut text = String::new();
    for (fact, value) in &facts {
        text.push_str(&format!("{:<9}{}\n", format!("{fact}:"), clean(value)));
    }
    if changes.is_empty() {
        text.push_str("\nno resource was changed; what came is remembered for the next import\n");
    } else {
        text.push_str(&format!("\n{}", diff::text(&differences)));
    }
    if run.undone_by.is_none() && !changes.is_empty() {
        text.push_str(&taken_back(environment.as_ref(), name, &changes)?);
    }
    let mut result = as_json(&name.environment, &run);
    result["resources"] = diff::resources(&differences);
    Ok(Report::done(result, text).noting(differences.diagnostics))
}
