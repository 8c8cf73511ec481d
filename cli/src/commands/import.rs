use std::collections::HashSet;
use std::path::Path;

use flowport_core::apply::{Applied, apply};
use flowport_core::content::Hash;
use flowport_core::environment::Environment;
use flowport_core::hand;
use flowport_core::history::{Brought, Cause, Package};
use flowport_core::inspect::inspect;
use flowport_core::model::{Action, Diagnostic, Resource, Severity};
use flowport_core::plan::{Conflict, Decision, Plan, Planned, Question};
use flowport_core::secrets::lift;
use flowport_core::settings::{Settings, SetupEntry};
use serde_json::json;

use super::confirm::confirm;
use super::left;
use super::plan::{self, Incoming, conflicts, inactive, target_name};
use super::planned;
use super::put::taken_back;
use crate::answers;
use crate::arguments::{Import, RunName};
use crate::ask::{self, Editor};
use crate::context::{Context, is_whole};
use crate::exit::{self, Failure, Outcome};
use crate::progress::Progress;
use crate::render;
use crate::report::Report;
use crate::source::Source;
use crate::text::{clean, count};
use crate::trust;

/// The remedies of these are answers to a plan, which come too late once it is carried out.
const ANSWERED: [&str; 6] = ["P-MERGED", "P-SHARED", "P-MISSING", "P-REPLACED", "P-BOUND", "P-EXISTS"];
/// What became of changes that the target made is told after the import too.
const WORTH_TELLING: [&str; 4] = ["P-KEPT", "P-TAKEN", "P-MERGED", "P-REPLACED"];

pub(super) fn run(context: &Context, arguments: &Import) -> Outcome<Report> {
    match (&arguments.plan, &arguments.environment, &arguments.file) {
        (Some(plan), _, _) => planned::run(context, arguments, plan),
        (None, Some(environment), Some(file)) => import(context, environment, file, arguments),
        (None, _, _) => Err(Failure::usage("name an environment and a package, or a saved plan with --plan")),
    }
}

fn import(context: &Context, environment: &str, file: &Path, arguments: &Import) -> Outcome<Report> {
    let mut settings = answers::settings(&arguments.answers.choices)?;
    let (config, _) = context.environment(environment)?;
    context.permit(environment, config)?;
    let mut source = Source::of(context, file)?;
    let signed = trust::required(context, environment, &mut source)?;
    if arguments.edit && !signed.is_empty() {
        let what = format!("{environment} takes only what is signed, and what is edited no longer is");
        let help = "edit it where it is made, and export from there with --sign KEY";
        return Err(trust::unsignable(&what, help));
    }
    let mut incoming = Incoming::read(context, &source, &arguments.answers)?;
    incoming.decoded.diagnostics.extend(signed);
    context.audit().package_read(&incoming.package)?;
    if arguments.edit {
        edit(context, &mut incoming)?;
    }
    // From before the plan to the end: nobody changes what a person reads and agrees to.
    let mut target = context.write_unread(environment)?;
    let mut asked = false;
    let plan = loop {
        let plan = incoming.plan(context, environment, &settings, arguments.answers.publish)?;
        let Some(change) = open(&plan).filter(|_| context.can_ask()) else { break plan };
        if !asked {
            eprintln!("{}", plan::heading(context, &incoming, environment));
            asked = true;
        }
        let is_answered = match &change.decision {
            Decision::Question(question) => answer(&plan, change, question, &mut settings)?,
            Decision::Conflict(conflict) => resolve(change, conflict, &mut settings)?,
            _ => false,
        };
        if !is_answered {
            break plan;
        }
    };
    planned(context, &plan)?;
    let stops = plan.diagnostics.iter().any(Diagnostic::is_error) || plan.is_blocked() && !arguments.keep_going;
    let mut findings: Vec<Diagnostic> = plan.findings().cloned().collect();
    if stops {
        let text = plan::text(context, &incoming, &plan, environment);
        let note = "nothing was written\n";
        return Ok(Report::done(plan::result(&plan, environment), text)
            .with_diagnostics(findings)
            .with_note(note)
            .with_exit(exit::BLOCKED));
    }
    if plan.has_changes() && !arguments.yes {
        let shown = plan::text(context, &incoming, &plan, environment);
        confirm(context, environment, &shown, "import into")?;
    }
    let applied = carry_out(context, target.as_mut(), &plan, &incoming.package, None)?;
    findings.extend(used(source, &applied));
    Ok(report(context, environment, &plan, &applied, findings))
}

/// All of a package was imported: a share that can be used once is used. Importing it again would change nothing.
pub(super) fn used(source: Source, applied: &Applied) -> Option<Diagnostic> {
    let failure = applied.held_back.is_empty().then(|| source.used().err()).flatten()?;
    let summary = format!("the package was imported, but its share is not marked as used: {}", failure.what);
    Some(Diagnostic::warning("E-SHARE", summary))
}

/// Makes the changes of a plan, if it has some, and has the environment remember what came; `saved` tells which saved one it is.
pub(super) fn carry_out(
    context: &Context,
    environment: &mut dyn Environment,
    plan: &Plan,
    package: &Package,
    saved: Option<Hash>,
) -> Outcome<Applied> {
    if !plan.is_worth_a_run() {
        return Ok(Applied { held_back: blocked(plan), ..Applied::default() });
    }
    context.audit().before("writing", json!({}))?;
    let progress = Progress::count("writing", plan.changes.len());
    let advance = &mut |_| progress.advance(1);
    let brought = Brought { package: package.clone(), came: Vec::new() };
    let cause = Cause { brought: Some(brought), plan: saved, ..context.cause()? };
    let applied = apply(plan, environment, cause, advance);
    if applied.is_err()
        && let Err(broken) = is_whole(environment)
        && !broken.diagnostics.is_empty()
    {
        // What is wrong with its files says more than that nothing was written.
        return Err(broken);
    }
    let applied = applied?;
    let of = |step, positions: &'_ [usize]| -> Vec<_> {
        let outcomes = positions.iter().filter_map(|position| plan.changes[*position].outcome());
        outcomes.map(|outcome| (step, &outcome.resource.head.id)).collect()
    };
    let steps = of("written", &applied.stored).into_iter().chain(of("activated", &applied.activated));
    context.audit().committed(applied.run, steps);
    Ok(applied)
}

/// What was decided, for the audit file: numbers, as the plan itself is shown elsewhere.
pub(super) fn planned(context: &Context, plan: &Plan) -> Outcome<()> {
    let changes = plan.changes.iter().filter(|change| change.outcome().is_some()).count();
    let blocked = plan.changes.iter().filter(|change| change.is_blocked()).count();
    context.audit().before("planned", json!({ "changes": changes, "blocked": blocked }))
}

fn blocked(plan: &Plan) -> Vec<usize> {
    plan.changes.iter().enumerate().filter(|(_, change)| change.is_blocked()).map(|(index, _)| index).collect()
}

/// The first question or conflict.
fn open(plan: &Plan) -> Option<&Planned> {
    plan.changes.iter().find(|change| change.question().is_some() || change.conflict().is_some())
}

/// Asks what becomes of one conflict. False where the user gives no answer.
fn resolve(change: &Planned, conflict: &Conflict, settings: &mut Settings) -> Outcome<bool> {
    eprint!("{}", conflicts::one(change, conflict));
    let answers = conflicts::answers(conflict);
    let mut items: Vec<String> =
        answers.iter().map(|(resolve, meaning)| format!("{}: {meaning}", resolve.as_str())).collect();
    let can_show = !conflict.fields.is_empty();
    if can_show {
        items.push("show both sides".to_owned());
    }
    items.push("give up".to_owned());
    let asked = format!("{} {} ({})", change.source.kind, change.name, change.source);
    loop {
        let Some(chosen) = ask::choose(&asked, &items)? else { return Ok(false) };
        if let Some((resolve, _)) = answers.get(chosen) {
            settings.resolve.insert(change.source.to_string(), *resolve);
            return Ok(true);
        }
        if !can_show || chosen != answers.len() {
            return Err(Failure::failed("cancelled, nothing was written"));
        }
        eprint!("{}", conflicts::in_full(conflict));
    }
}

/// Asks one question; the plan is made again after each answer. False where the user gives none.
fn answer(plan: &Plan, change: &Planned, question: &Question, settings: &mut Settings) -> Outcome<bool> {
    let problems: Vec<Diagnostic> = change.diagnostics.iter().filter(|found| found.is_error()).cloned().collect();
    eprint!("{}", render::findings(&problems));
    if let Some(comment) = &change.comment {
        eprintln!("the package's maker says of {}: {}", clean(&change.name), clean(comment));
    }
    let mut items: Vec<String> =
        question.candidates.iter().map(|candidate| format!("use {} ({})", candidate.name, candidate.id)).collect();
    let actions: Vec<&Action> = plan::without_target(question).collect();
    items.extend(actions.iter().map(|action| match plan::meaning(action) {
        "" => action.to_string(),
        meaning => format!("{action}: {meaning}"),
    }));
    items.push("give up".to_owned());
    let asked = format!("{} {}{} ({})", change.source.kind, change.name, plan::context(plan, change), change.source.id);
    let Some(chosen) = ask::choose(&asked, &items)? else { return Ok(false) };
    let key = change.source.to_string();
    if let Some(candidate) = question.candidates.get(chosen) {
        match plan::stand_in(change, question, candidate) {
            ("--map", _) => {
                settings.map.insert(key, candidate.id.to_string());
            }
            _ => {
                let action = question.allowed.iter().find(|action| action.changes_existing()).cloned();
                let entry = SetupEntry { action, target: Some(candidate.id.to_string()), ..SetupEntry::default() };
                settings.setup.insert(key, entry);
            }
        }
    } else if let Some(action) = actions.get(chosen - question.candidates.len()) {
        settings.setup.insert(key, SetupEntry { action: Some((*action).clone()), ..SetupEntry::default() });
    } else {
        return Err(Failure::failed("cancelled, nothing was written"));
    }
    Ok(true)
}

/// Lets the user edit each JSON part of what the package carries; each is validated again, and edited again where it is wrong.
fn edit(context: &Context, incoming: &mut Incoming) -> Outcome<()> {
    let registry = context.registry()?;
    for entry in &mut incoming.decoded.package.resources {
        // Nobody sees a declared secret, not even in an editor.
        let (lifted, secrets) = lift(registry, inspect(registry, entry.resource.clone()))
            .map_err(|error| Failure::from(flowport_core::Error::from(error)))?;
        entry.resource = Resource::clone(&lifted.view);
        let id = entry.resource.head.id.clone();
        incoming.sealed.0.extend(secrets.into_iter().map(|secret| (id.clone(), secret)));
        let Ok(part) = hand::part(&entry.resource, None) else { continue };
        let (name, before) = (part.name.clone(), part.content.read_all()?);
        let head = &entry.resource.head;
        eprintln!(
            "editing {} of {} {} ({})",
            clean(&name),
            head.id.kind,
            clean(&head.name),
            clean(&head.id.to_string())
        );
        let changed = Editor::new(&name, &before)?.until(context.can_ask(), |text| {
            if text == before {
                return Ok(None);
            }
            Ok(Some(hand::replace_part(registry, &entry.resource, &name, text)?))
        })?;
        if let Some(changed) = changed {
            entry.resource = Resource::clone(&changed.inspected.view);
            let given = changed.secrets.into_iter().map(|secret| (id.clone(), secret));
            incoming.sealed.0.splice(0..0, given);
        }
    }
    incoming.inspected = context.inspect(&incoming.decoded.package)?;
    Ok(())
}

pub(super) fn report(
    context: &Context,
    environment: &str,
    plan: &Plan,
    applied: &Applied,
    mut findings: Vec<Diagnostic>,
) -> Report {
    let stored: Vec<&Planned> = applied.stored.iter().map(|index| &plan.changes[*index]).collect();
    let held_back: Vec<&Planned> = applied.held_back.iter().map(|index| &plan.changes[*index]).collect();
    let key = |finding: &Diagnostic| (finding.code.clone(), finding.summary.clone(), finding.resource.clone());
    let left_out: HashSet<_> = held_back.iter().flat_map(|change| &change.diagnostics).map(key).collect();
    let is_left_out = |finding: &Diagnostic| left_out.contains(&key(finding));
    let target = target_name(context, environment);
    let run = applied.run.map(|id| RunName { environment: environment.to_owned(), id });
    if let Some(run) = &run {
        let done = findings.iter_mut().filter(|finding| !is_left_out(finding));
        done.for_each(|finding| too_late(finding, run));
    }
    let row = |change: &&Planned| vec![change.word().to_owned(), change.target.to_string(), change.target_name.clone()];
    let mut text = String::new();
    if stored.is_empty() {
        let keeps_own = plan.changes.iter().any(|change| matches!(change.decision, Decision::Kept));
        let what = if held_back.is_empty() && keeps_own {
            format!("no changes: {target} has it all, or keeps what was changed there")
        } else if held_back.is_empty() {
            format!("no changes: {target} has it all")
        } else {
            "nothing was written".to_owned()
        };
        text.push_str(&format!("{what}\n"));
        if let Some(run) = &run {
            text.push_str(&format!("what came is remembered for the next import{}", taken_back(Some(run))));
        }
    } else {
        text.push_str(&render::table(&["DONE", "RESOURCE", "NAME"], stored.iter().map(row).collect()));
        text.push_str(&format!("{} written to {target}", count(stored.len(), "resource", "resources")));
        text.push_str(&taken_back(run.as_ref()));
    }
    if !held_back.is_empty() {
        let row = |change: &&Planned| {
            let why =
                change.diagnostics.iter().find(|diagnostic| diagnostic.is_error() || diagnostic.code == "P-WAITS");
            let why =
                why.map_or_else(|| "a question without an answer".to_owned(), |diagnostic| diagnostic.summary.clone());
            vec![change.source.to_string(), change.name.clone(), why]
        };
        text.push_str(&format!(
            "\n{}",
            render::table(&["LEFT OUT", "NAME", "WHY"], held_back.iter().map(row).collect())
        ));
    }
    let left = left::to_do(environment, plan);
    if !left.is_empty() {
        text.push_str("\nleft to do by hand:\n");
        for line in left.iter().take(render::SHOWN) {
            text.push_str(&format!("  {}\n", clean(line)));
        }
        text.push_str(&render::more(left.len(), &format!("flowport check {environment} --json")));
    }
    let activated = applied.activated.iter().map(|index| &plan.changes[*index].target);
    let result = json!({
        "changes": plan::result(plan, environment)["changes"],
        "stored": stored.iter().map(|change| &change.target).collect::<Vec<_>>(),
        "activated": activated.collect::<Vec<_>>(),
        "left_out": held_back.iter().map(|change| &change.source).collect::<Vec<_>>(),
        "left_to_do": left,
        "inactive": inactive::result(plan),
        "run": run.map(|run| run.to_string()),
    });
    // What is there already counts as applied: the same import again ends in the same way.
    let in_place = !stored.is_empty()
        || plan.changes.iter().any(|change| matches!(change.decision, Decision::NoChange | Decision::Kept));
    let exit = match (held_back.is_empty(), in_place) {
        (true, _) => exit::DONE,
        (false, true) => exit::PARTIAL,
        (false, false) => exit::BLOCKED,
    };
    let shown: Vec<Diagnostic> = findings
        .iter()
        .filter(|diagnostic| {
            (diagnostic.severity != Severity::Info || WORTH_TELLING.contains(&diagnostic.code.as_str()))
                && !is_left_out(diagnostic)
        })
        .cloned()
        .collect();
    let note = render::findings(&shown);
    Report::done(result, text).with_diagnostics(findings).with_note(note).with_exit(exit)
}

/// Says how a remedy is still had that was for the plan.
fn too_late(finding: &mut Diagnostic, run: &RunName) {
    let is_too_late = !finding.is_error() && ANSWERED.contains(&finding.code.as_str());
    if let Some(help) = finding.help.as_mut().filter(|_| is_too_late) {
        help.push_str(&format!("; as this import is done, `flowport undo {run}` first, and import again"));
    }
}
