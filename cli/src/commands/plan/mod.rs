pub(super) mod conflicts;
mod format;
pub(super) mod inactive;
mod page;
mod saved;

use std::path::Path;

use flowport_core::decode::Decoded;
use flowport_core::history;
use flowport_core::inspect::Inspected;
use flowport_core::model::{Action, Diagnostic, Severity};
use flowport_core::plan::{self, CONFLICT, Candidate, Decision, Plan, Planned, Question, Target};
use flowport_core::saved::Recording;
use flowport_core::secrets::Secrets;
use flowport_core::settings::Settings;
use serde_json::{Value, json};

pub(super) use saved::{Making, saved};

use super::template;
use crate::answers;
use crate::arguments::{Answers, PlanArguments};
use crate::context::Context;
use crate::exit::{self, Outcome};
use crate::html;
use crate::progress::Progress;
use crate::render;
use crate::report::Report;
use crate::sealing;
use crate::source::Source;
use crate::text::{clean, count, shell};
use crate::trust;

/// Where all of a list is that was cut for people.
const ALL: &str = "`plan` with --html FILE or --json has all";

/// A package, read and looked at.
pub(super) struct Incoming {
    pub(super) decoded: Decoded,
    pub(super) inspected: Vec<Inspected>,
    /// As history knows it.
    pub(super) package: history::Package,
    /// Secrets beside the package: opened, or taken out before somebody edits it.
    pub(super) sealed: Secrets,
    /// Its signature is not one that the target takes: an import is refused.
    pub(super) is_untrusted: bool,
}

impl Incoming {
    pub(super) fn read(context: &Context, source: &Source, answers: &Answers) -> Outcome<Incoming> {
        let mut decoded = source.decode(context)?;
        let package = history::Package {
            name: decoded.package.info.name.clone(),
            hash: source.hash(&decoded.package)?,
            source: decoded.package.info.source.clone().unwrap_or_default(),
        };
        let inspected = context.inspect(&decoded.package)?;
        let (identity, passphrase) = (answers.identity.as_deref(), answers.passphrase_file.as_deref());
        let (sealed, found) = sealing::take_from(context, &decoded.package, identity, passphrase)?;
        decoded.diagnostics.extend(found);
        Ok(Incoming { decoded, inspected, package, sealed, is_untrusted: false })
    }

    pub(super) fn plan(
        &self,
        context: &Context,
        environment: &str,
        settings: &Settings,
        publish: bool,
    ) -> Outcome<Plan> {
        self.plan_against(context, &context.read(environment)?, environment, settings, publish)
    }

    pub(super) fn plan_against(
        &self,
        context: &Context,
        target: &Target,
        environment: &str,
        settings: &Settings,
        publish: bool,
    ) -> Outcome<Plan> {
        let progress = Progress::count("planning", self.inspected.len());
        let secrets = answers::secrets(settings)?;
        let request = plan::Request {
            package: &self.decoded.package,
            inspected: &self.inspected,
            found: &self.decoded.diagnostics,
            settings,
            secrets: &secrets,
            sealed: &self.sealed,
            source: &self.package.source,
            publish,
        };
        let mut plan = plan::plan(context.registry()?, target, &request, &|| progress.advance(1))?;
        let findings = plan.changes.iter_mut().flat_map(|change| &mut change.diagnostics);
        findings.for_each(|finding| render::name_environment(finding, environment));
        Ok(plan)
    }
}

pub(super) fn run(context: &Context, arguments: &PlanArguments) -> Outcome<Report> {
    context.environment(&arguments.environment)?;
    let mut source = Source::of(context, &arguments.file)?;
    made(context, arguments, &mut source).or_else(|failure| format::failed(context, arguments, &source, failure))
}

fn made(context: &Context, arguments: &PlanArguments, source: &mut Source) -> Outcome<Report> {
    let settings = answers::settings(&arguments.answers.choices)?;
    let page = html::wanted(context, &arguments.page, &[&arguments.file])?;
    let settings_file = arguments.answers.choices.settings.as_deref();
    let sources: Vec<&Path> = settings_file.into_iter().chain([arguments.file.as_path()]).collect();
    let plan_file = saved::wanted(context, arguments.output.as_deref(), arguments.page.overwrite, &sources)?;
    let told = trust::told(context, &arguments.environment, source)?;
    let mut incoming = Incoming::read(context, source, &arguments.answers)?;
    incoming.is_untrusted = told.iter().any(|finding| finding.severity == Severity::Warning);
    incoming.decoded.diagnostics.extend(told);
    let (environment, publish) = (arguments.environment.as_str(), arguments.answers.publish);
    let target = context.read(environment)?;
    let recording = plan_file.as_ref().map(|_| Recording::of(target.clone()));
    let asked = recording.clone().map_or(target, |recording| recording);
    let plan = incoming.plan_against(context, &asked, environment, &settings, publish)?;
    if arguments.settings_template {
        let template = template::of_plan(&incoming, &plan);
        // Questions and conflicts are what the template is for; errors are not answered by it.
        let errors: Vec<Diagnostic> = plan.errors().cloned().collect();
        let exit = if errors.is_empty() { exit::DONE } else { exit::BLOCKED };
        return Ok(Report::done(json!({ "settings": template }), template).noting(errors).with_exit(exit));
    }
    let findings: Vec<Diagnostic> = plan.findings().cloned().collect();
    let exit = match (plan.is_blocked(), plan.has_changes() && arguments.detailed_exitcode) {
        (true, _) => exit::BLOCKED,
        (false, true) => exit::CHANGES,
        (false, false) => exit::DONE,
    };
    let text = text(context, &incoming, &plan, environment);
    let report = Report::done(result(&plan, environment), text).with_diagnostics(findings).with_exit(exit);
    let mut report = format::shown(context, arguments, (source, &incoming), &plan, report);
    if let Some(file) = page {
        let page = page::of(context, &source.shown(), &incoming, &plan, environment)?;
        report = file.write(&page, report)?;
    }
    match plan_file.zip(recording) {
        Some(_) if plan.is_blocked() => {
            Ok(report.with_note("a blocked plan cannot be carried out, so it was not saved\n"))
        }
        Some((file, recording)) => {
            let package = source.file().map(|path| path.display().to_string());
            let flags = answers::words(context, &arguments.answers);
            let making = Making { environment, file: package, settings: &settings, settings_file, flags, publish };
            file.write(&saved(context, &incoming, &plan, &recording, making)?, report)
        }
        None => Ok(report),
    }
}

/// A plan for scripts.
pub(super) fn result(plan: &Plan, environment: &str) -> Value {
    let candidate = |candidate: &Candidate| json!({ "resource": candidate.id, "name": candidate.name });
    let change = |change: &Planned| {
        let question = match &change.decision {
            Decision::Question(question) => json!({
                "allowed": question.allowed,
                "candidates": question.candidates.iter().map(candidate).collect::<Vec<_>>(),
            }),
            _ => Value::Null,
        };
        json!({
            "resource": change.source,
            "name": change.name,
            "action": change.word(),
            "suggested": change.suggested,
            "target": change.target,
            "target_name": change.target_name,
            "replaces": change.outcome().and_then(|outcome| outcome.replaces.as_ref()).map(|existing| &existing.view.head.id),
            "activates": change.outcome().is_some_and(|outcome| outcome.activates),
            "comment": change.comment,
            "question": question,
            "conflict": change.conflict().map(|conflict| conflicts::json(conflict, environment)),
            "merged": change.merged.as_ref().filter(|_| change.outcome().is_some()).map(conflicts::merged_json),
        })
    };
    json!({ "changes": plan.changes.iter().map(change).collect::<Vec<_>>(), "inactive": inactive::result(plan) })
}

/// A plan for people.
pub(super) fn text(context: &Context, incoming: &Incoming, plan: &Plan, environment: &str) -> String {
    let mut text = heading(context, incoming, environment) + "\n";
    let row = |change: &Planned| {
        let becomes = match (&change.decision, change.target == change.source) {
            (Decision::Skip, _) | (_, true) => String::new(),
            _ if change.is_blocked() => String::new(),
            _ => change.target.to_string(),
        };
        vec![
            change.word().to_owned(),
            change.source.to_string(),
            if change.name == change.target_name {
                change.name.clone()
            } else {
                format!("{} → {}", change.name, change.target_name)
            },
            becomes,
            change.comment.clone().unwrap_or_default(),
        ]
    };
    text.push_str(&format!(
        "\n{}",
        render::table(
            &["ACTION", "RESOURCE", "NAME", "IN THE TARGET", "COMMENT"],
            plan.changes.iter().map(row).collect()
        )
    ));
    let questions: Vec<(&Planned, &Question)> =
        plan.changes.iter().filter_map(|change| Some((change, change.question()?))).collect();
    if !questions.is_empty() {
        text.push_str(&format!("\n{} to answer:\n", count(questions.len(), "question", "questions")));
        for (change, question) in questions.iter().take(render::SHOWN) {
            text.push_str(&ask_in_words(plan, change, question));
        }
        text.push_str(&render::more(questions.len(), ALL));
        text.push_str("or write them into a file: flowport plan --settings-template … > settings.toml, then --settings settings.toml\n");
    }
    text.push_str(&conflicts::text(plan));
    // A conflict is told above, with its fields.
    let findings: Vec<Diagnostic> = plan.findings().filter(|finding| finding.code != CONFLICT).cloned().collect();
    if !findings.is_empty() {
        text.push_str(&format!("\n{}", render::findings(&findings)));
    }
    text.push_str(&inactive::text(plan));
    text.push_str(&format!("\n{}\n", summary(incoming, plan)));
    text
}

/// How to say that a resource of the target is meant: to be used, or, where that is not among the choices, to be changed.
pub(super) fn stand_in(change: &Planned, question: &Question, candidate: &Candidate) -> (&'static str, String) {
    let changes = question.allowed.iter().find(|action| action.changes_existing());
    match changes.filter(|_| !question.allowed.contains(&Action::UseExisting)) {
        Some(action) => ("--setup", format!("{}={action}:{}", change.source, candidate.id)),
        None => ("--map", format!("{}={}", change.source, candidate.id)),
    }
}

/// The choices that need no resource of the target.
pub(super) fn without_target(question: &Question) -> impl Iterator<Item = &Action> {
    let needs_one =
        |action: &&Action| !question.is_known && (**action == Action::UseExisting || action.changes_existing());
    question.allowed.iter().filter(move |action| !needs_one(action))
}

/// What the resource belongs to and who needs it, so that it can be told from others of its name.
pub(super) fn context(plan: &Plan, change: &Planned) -> String {
    let named = |change: &Planned| format!("{} {}", change.source.kind, change.name);
    let belongs: Vec<String> = change.needs.iter().map(|index| named(&plan.changes[*index])).collect();
    let position = plan.changes.iter().position(|other| other.source == change.source);
    let users = plan.changes.iter().filter(|other| position.is_some_and(|position| other.needs.contains(&position)));
    let users: Vec<String> = users.take(3).map(named).collect();
    let part = |word: &str, names: &[String]| {
        if names.is_empty() { String::new() } else { format!(" {word} {}", names.join(", ")) }
    };
    format!("{}{}", part("of", &belongs), part("for", &users))
}

fn ask_in_words(plan: &Plan, change: &Planned, question: &Question) -> String {
    let id = &change.source;
    let mut text = format!("  {} ({}){}\n", clean(&id.to_string()), clean(&change.name), clean(&context(plan, change)));
    for candidate in question.candidates.iter().take(5) {
        let (flag, answer) = stand_in(change, question, candidate);
        text.push_str(&format!("    {flag} {}   {}\n", shell(&answer), clean(&candidate.name)));
    }
    if question.candidates.len() > 5 {
        text.push_str(&format!("    … and {} more; `flowport list` shows them\n", question.candidates.len() - 5));
    }
    for action in without_target(question) {
        text.push_str(&format!("    --setup {}   {}\n", shell(&format!("{id}={action}")), meaning(action)));
    }
    text
}

/// What an answer without a target does.
pub(super) fn meaning(action: &Action) -> &'static str {
    match action {
        Action::Create => "make a new one in the target",
        Action::Skip => "leave it out",
        Action::Overwrite | Action::Update => "replace the one in the target",
        Action::NewVersion => "add a version to it",
        Action::UseExisting => "leave the one in the target as it is",
        _ => "",
    }
}

/// What goes where.
pub(super) fn heading(context: &Context, incoming: &Incoming, environment: &str) -> String {
    let name = &incoming.decoded.package.info.name;
    let package = if name.is_empty() { "a package without a name" } else { name };
    format!("{} → {}", clean(package), target_name(context, environment))
}

/// The target, with its tenant, as a person must recognise it.
pub(super) fn target_name(context: &Context, environment: &str) -> String {
    // Whoever plans has read the configuration.
    match context.config().ok().and_then(|config| config.environments.get(environment)) {
        Some(config) => {
            let tenant =
                config.tenant.as_ref().map_or_else(String::new, |tenant| format!(", tenant {}", clean(tenant)));
            format!("{environment} ({}{tenant})", config.kind())
        }
        None => environment.to_owned(),
    }
}

/// Counts by decision, in one line.
pub(super) fn summary(incoming: &Incoming, plan: &Plan) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for change in &plan.changes {
        let word = change.word();
        match counts.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => counts.push((word, 1)),
        }
    }
    let parts: Vec<String> = counts.into_iter().map(|(word, number)| format!("{number} {word}")).collect();
    format!("{}; {}", parts.join(", "), verdict(incoming, plan))
}

/// Whether the plan can be carried out, in a few words.
fn verdict(incoming: &Incoming, plan: &Plan) -> String {
    let refused = "an import will be refused: no signature that it takes";
    match by_itself(plan) {
        blocked if incoming.is_untrusted && plan.is_blocked() => format!("{blocked}; {refused}"),
        _ if incoming.is_untrusted => refused.to_owned(),
        verdict => verdict,
    }
}

/// The same, whoever signed the package.
fn by_itself(plan: &Plan) -> String {
    let errors = plan.errors().count();
    let conflicts = plan.changes.iter().filter(|change| change.conflict().is_some()).count();
    let questions = plan.changes.iter().filter(|change| change.question().is_some()).count();
    if plan.is_blocked() {
        let parts = [
            (errors, count(errors, "error", "errors")),
            (conflicts, count(conflicts, "conflict", "conflicts")),
            (questions, count(questions, "question", "questions")),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|(number, _)| *number > 0).map(|(_, words)| words).collect();
        match parts.split_last() {
            Some((last, before)) if !before.is_empty() => format!("blocked by {} and {last}", before.join(", ")),
            _ => format!("blocked by {}", parts.concat()),
        }
    } else if plan.has_changes() {
        "ready to import".to_owned()
    } else {
        "no changes".to_owned()
    }
}
