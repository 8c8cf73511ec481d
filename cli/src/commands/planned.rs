//! Carrying out a saved plan: it is made again, and where anything is another than it was, nothing is written.

use std::path::{Path, PathBuf};

use flowport_core::environment::Environment;
use flowport_core::model::Diagnostic;
use flowport_core::saved::{NotAPlan, Now, Recording, SavedPlan, differences};
use flowport_share::Token;

use super::confirm::confirm;
use super::import;
use super::plan::{self, Incoming, Making, saved};
use crate::arguments::Import;
use crate::context::Context;
use crate::exit::{self, Failure, Outcome};
use crate::report::Report;
use crate::source::Source;
use crate::text::shell;
use crate::trust;

pub(super) fn run(context: &Context, arguments: &Import, path: &Path) -> Outcome<Report> {
    let planned = read(path)?;
    let environment = planned.environment.name.as_str();
    let (mut named, mut named_file) = (arguments.environment.as_deref(), arguments.file.clone());
    if let Some(token) = named.filter(|named| named_file.is_none() && Token::looks_like(named)) {
        (named, named_file) = (None, Some(token.into()));
    }
    if let Some(named) = named.filter(|named| *named != environment) {
        return Err(Failure::usage(format!("{} is a plan for {environment}, and not for {named}", path.display())));
    }
    context.audit().writes_to(environment);
    let (config, store) = context.environment(environment)?;
    context.permit(environment, config)?;
    // From before planning again to the end; but no store is made for a plan that is refused.
    let held = store.path().exists().then(|| context.write_unread(environment)).transpose()?;
    let target = context.read(environment)?;
    let id = planned.id();
    if let Some(run) = target.runs()?.into_iter().find(|run| run.plan == Some(id)) {
        let what = format!(
            "this plan was carried out already, by {} at {} (run {environment}/{}); a plan is carried out once",
            run.actor, run.at, run.id
        );
        return Err(Failure::failed(what).with_exit(exit::CHANGED_SINCE));
    }
    let file = package_file(&planned, path, named_file)?;
    let mut source = Source::of(context, &file)?;
    let signed = trust::required(context, environment, &mut source)?;
    let mut incoming = Incoming::read(context, &source, &arguments.answers)?;
    incoming.decoded.diagnostics.extend(signed);
    context.audit().package_read(&incoming.package)?;
    let recording = Recording::of(target.clone());
    let settings = &planned.settings.answers;
    let plan = incoming.plan_against(context, &(recording.clone() as _), environment, settings, planned.publish)?;
    import::planned(context, &plan)?;
    let making = Making {
        environment,
        file: planned.package.file.clone(),
        settings,
        settings_file: planned.settings.file.as_deref().map(Path::new),
        flags: planned.settings.flags.clone(),
        publish: planned.publish,
    };
    let now = saved(context, &incoming, &plan, &recording, making)?;
    let mut changed = differences(&planned, &Now { plan: &now, target: target.as_ref() })?;
    if changed.is_empty() && plan.is_blocked() {
        // It was not, when it was saved.
        changed.extend(plan.errors().cloned());
    }
    if !changed.is_empty() {
        return Err(stale(&planned, path, changed));
    }
    let mut held = held.map_or_else(|| made(context, environment), Ok)?;
    if plan.has_changes() && !arguments.yes {
        let made = format!("planned by {} at {}\n", planned.by, planned.at);
        confirm(context, environment, &(made + &plan::text(context, &incoming, &plan, environment)), "import into")?;
    }
    let mut findings: Vec<Diagnostic> = plan.findings().cloned().collect();
    let applied = import::carry_out(context, held.as_mut(), &plan, &incoming.package, Some(id))?;
    findings.extend(import::used(source, &applied));
    Ok(import::report(context, environment, &plan, &applied, findings))
}

/// Opens an environment that was not there when it was planned again.
fn made(context: &Context, name: &str) -> Outcome<Box<dyn Environment>> {
    let environment = context.write_unread(name)?;
    if environment.runs()?.is_empty() && environment.list()?.is_empty() {
        return Ok(environment);
    }
    let what = format!("another run wrote to {name} at the same time; nothing was written, run the command again");
    Err(Failure::failed(what).with_exit(exit::CHANGED_SINCE))
}

/// The package: as the user names it now, else as the plan does.
fn package_file(planned: &SavedPlan, path: &Path, named: Option<PathBuf>) -> Outcome<PathBuf> {
    let (environment, shown) = (&planned.environment.name, shell(&path.display().to_string()));
    match (named, &planned.package.file) {
        (Some(file), _) => Ok(file),
        (None, Some(file)) if Path::new(file).exists() => Ok(file.into()),
        (None, Some(file)) => Err(Failure::usage(format!(
            "{}: the package {file}, which this plan names, is not here; where it is elsewhere: flowport import {environment} FILE \
             --plan {shown}",
            path.display()
        ))),
        (None, None) => Err(Failure::usage(format!(
            "the plan is about a shared package, whose token no plan holds; name the token: flowport import {environment} TOKEN \
             --plan {shown}"
        ))),
    }
}

fn read(path: &Path) -> Outcome<SavedPlan> {
    let bytes = std::fs::read(path).map_err(|why| Failure::usage(format!("{}: {why}", path.display())))?;
    SavedPlan::from_text(&String::from_utf8_lossy(&bytes)).map_err(|why| {
        let exit = if why == NotAPlan::Edited { exit::REFUSED } else { exit::USAGE };
        Failure::failed(why.to_string()).with_exit(exit).about(path)
    })
}

fn stale(planned: &SavedPlan, path: &Path, mut changed: Vec<Diagnostic>) -> Failure {
    let file = planned.package.file.as_deref().unwrap_or("TOKEN");
    let mut again = format!("flowport plan {} {}", planned.environment.name, shell(file));
    if let Some(settings) = &planned.settings.file {
        again.push_str(&format!(" --settings {}", shell(settings)));
    }
    let is_flag =
        |word: &str| word.starts_with("--") && word.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-');
    for word in &planned.settings.flags {
        again.push_str(&format!(" {}", if is_flag(word) { word.clone() } else { shell(word) }));
    }
    if planned.publish {
        again.push_str(" --publish");
    }
    again.push_str(&format!(" -o {} --overwrite", shell(&path.display().to_string())));
    if let Some(last) = changed.last_mut() {
        last.help = Some(format!("look at what changed and plan again: {again}"));
    }
    let what = format!("something changed since {} was planned; nothing was written", path.display());
    Failure { diagnostics: changed, ..Failure::failed(what).with_exit(exit::CHANGED_SINCE) }
}
