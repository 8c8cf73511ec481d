use flowport_core::decode::Decoded;
use flowport_core::inspect::{Inspected, inspect_all};
use flowport_core::model::{Action, Diagnostic, Severity};
use flowport_core::plan::{self, Candidate, Decision, Plan, Planned, Question};
use flowport_core::settings::{Settings, SetupEntry};
use serde_json::{Value, json};

use crate::arguments::{Answers, PlanArguments};
use crate::context::Context;
use crate::exit::{self, Failure, Outcome};
use crate::progress::Progress;
use crate::render;
use crate::report::Report;
use crate::text::{clean, count};

/// A package, read and looked at.
pub(super) struct Incoming {
    pub(super) decoded: Decoded,
    pub(super) inspected: Vec<Inspected>,
}

impl Incoming {
    pub(super) fn read(context: &Context, file: &std::path::Path) -> Outcome<Incoming> {
        let decoded = context.decode(file)?;
        let progress = Progress::count("inspecting", decoded.package.resources.len());
        let inspected = inspect_all(context.registry()?, &decoded.package, &|| progress.advance(1));
        Ok(Incoming { decoded, inspected })
    }

    pub(super) fn plan(
        &self,
        context: &Context,
        environment: &str,
        settings: &Settings,
        publish: bool,
    ) -> Outcome<Plan> {
        let target = context.read(environment)?;
        let progress = Progress::count("planning", self.inspected.len());
        let request = plan::Request {
            package: &self.decoded.package,
            inspected: &self.inspected,
            found: &self.decoded.diagnostics,
            settings,
            publish,
        };
        Ok(plan::plan(context.registry()?, &target, &request, &|| progress.advance(1))?)
    }
}

/// The settings file with the flags on top.
pub(super) fn settings(answers: &Answers) -> Outcome<Settings> {
    let mut settings = match &answers.settings {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
            Settings::parse(&text, path).map_err(|error| Failure::from(error).about(path))?
        }
        None => Settings::default(),
    };
    let mut flags = Settings::default();
    let pair = |flag: &str, text: &str, form: &str| -> Outcome<(String, String)> {
        let (left, right) =
            text.split_once('=').ok_or_else(|| Failure::usage(format!("{flag} {text}: write {form}")))?;
        Ok((left.to_owned(), right.to_owned()))
    };
    for text in &answers.setup {
        let (resource, word) = pair("--setup", text, "RESOURCE=ACTION or RESOURCE=ACTION:TARGET")?;
        let (action, target) = match word.split_once(':') {
            Some((action, target)) => (action, Some(target.to_owned())),
            None => (word.as_str(), None),
        };
        let action: Action = action.parse().map_err(Failure::usage)?;
        let entry = flags.setup.entry(resource).or_default();
        *entry = SetupEntry { action: Some(action), target, ..entry.clone() };
    }
    for text in &answers.map {
        let (from, to) = pair("--map", text, "FROM=TO")?;
        flags.map.insert(from, to);
    }
    for text in &answers.rename {
        let (resource, name) = pair("--rename", text, "RESOURCE=NAME")?;
        flags.setup.entry(resource).or_default().name = Some(name);
    }
    for text in &answers.set_version {
        let (resource, version) = pair("--set-version", text, "RESOURCE=VERSION")?;
        flags.setup.entry(resource).or_default().version = Some(version);
    }
    settings.overlay(flags);
    Ok(settings)
}

pub(super) fn run(context: &Context, arguments: &PlanArguments) -> Outcome<Report> {
    let settings = settings(&arguments.answers)?;
    context.environment(&arguments.environment)?;
    let incoming = Incoming::read(context, &arguments.file)?;
    let plan = incoming.plan(context, &arguments.environment, &settings, arguments.answers.publish)?;
    if arguments.settings_template {
        let template = template(&incoming, &plan);
        return Ok(Report::done(json!({ "settings": template }), template));
    }
    let findings: Vec<Diagnostic> = plan.findings().cloned().collect();
    let exit = match (plan.is_blocked(), plan.has_changes() && arguments.detailed_exitcode) {
        (true, _) => exit::BLOCKED,
        (false, true) => exit::CHANGES,
        (false, false) => exit::DONE,
    };
    let text = text(context, &incoming, &plan, &arguments.environment);
    Ok(Report::done(result(&plan), text).with_diagnostics(findings).with_exit(exit))
}

/// A plan for scripts.
pub(super) fn result(plan: &Plan) -> Value {
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
        })
    };
    json!({ "changes": plan.changes.iter().map(change).collect::<Vec<_>>() })
}

/// A plan for people.
pub(super) fn text(context: &Context, incoming: &Incoming, plan: &Plan, environment: &str) -> String {
    let info = &incoming.decoded.package.info;
    let mut text = format!("{} → {}\n", clean(&info.name), target_name(context, environment));
    let row = |change: &Planned| {
        let becomes = match (&change.decision, change.target == change.source) {
            (Decision::Question(_) | Decision::Blocked | Decision::Skip, _) => String::new(),
            (_, true) => String::new(),
            (_, false) => change.target.to_string(),
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
    let questions: Vec<(&Planned, &Question)> = plan
        .changes
        .iter()
        .filter_map(|change| match &change.decision {
            Decision::Question(question) => Some((change, question)),
            _ => None,
        })
        .collect();
    if !questions.is_empty() {
        text.push_str(&format!("\n{} to answer:\n", count(questions.len(), "question", "questions")));
        for (change, question) in &questions {
            text.push_str(&ask_in_words(change, question));
        }
        text.push_str("or write them into a file: flowport plan --settings-template … > settings.toml, then --settings settings.toml\n");
    }
    let findings: Vec<Diagnostic> = plan.findings().cloned().collect();
    if !findings.is_empty() {
        text.push_str(&format!("\n{}", render::findings(&findings)));
    }
    text.push_str(&format!("\n{}\n", summary(plan)));
    text
}

fn ask_in_words(change: &Planned, question: &Question) -> String {
    let id = &change.source;
    let mut text = format!("  {} ({})\n", clean(&id.to_string()), clean(&change.name));
    for candidate in question.candidates.iter().take(5) {
        text.push_str(&format!(
            "    --map '{}={}'   {}\n",
            clean(&id.to_string()),
            clean(&candidate.id.to_string()),
            clean(&candidate.name)
        ));
    }
    if question.candidates.len() > 5 {
        text.push_str(&format!("    … and {} more; `flowport list` shows them\n", question.candidates.len() - 5));
    }
    for action in question.allowed.iter().filter(|action| **action != Action::UseExisting) {
        let meaning = match action {
            Action::Create => "make a new one in the target",
            Action::Skip => "leave it out",
            _ => "",
        };
        text.push_str(&format!("    --setup '{}={action}'   {meaning}\n", clean(&id.to_string())));
    }
    text
}

/// The target, with its tenant, as a person must recognise it.
pub(super) fn target_name(context: &Context, environment: &str) -> String {
    match context.config.environments.get(environment) {
        Some(config) => {
            let tenant =
                config.tenant.as_ref().map_or_else(String::new, |tenant| format!(", tenant {}", clean(tenant)));
            format!("{environment} ({}{tenant})", config.kind())
        }
        None => environment.to_owned(),
    }
}

/// Counts by decision, in one line.
pub(super) fn summary(plan: &Plan) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for change in &plan.changes {
        let word = change.word();
        match counts.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => counts.push((word, 1)),
        }
    }
    let errors = plan.findings().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    let parts: Vec<String> = counts.into_iter().map(|(word, number)| format!("{number} {word}")).collect();
    let verdict = if plan.is_blocked() {
        format!(
            "blocked: {}",
            count(
                errors + plan.changes.iter().filter(|change| matches!(change.decision, Decision::Question(_))).count(),
                "thing",
                "things"
            )
            .replace("thing", "problem or question")
        )
    } else if plan.has_changes() {
        "ready to import".to_owned()
    } else {
        "no changes".to_owned()
    };
    format!("{}; {verdict}", parts.join(", "))
}

/// A settings file with every question that the package asks, and candidates in the target.
fn template(incoming: &Incoming, plan: &Plan) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut text = format!(
        "# Answers for {}: take the # away before the lines that are right.\n",
        quoted(&incoming.decoded.package.info.name)
    );
    for change in &plan.changes {
        let Decision::Question(question) = &change.decision else { continue };
        let id = change.source.to_string();
        text.push_str(&format!("\n# {} {}\n", change.source.kind, quoted(&change.name)));
        if !question.candidates.is_empty() {
            text.push_str("# either one of the target's own:\n");
            for candidate in &question.candidates {
                text.push_str(&format!(
                    "# map.{} = {}  # {}\n",
                    quoted(&id),
                    quoted(&candidate.id.to_string()),
                    quoted(&candidate.name)
                ));
            }
        }
        let actions: Vec<String> = question
            .allowed
            .iter()
            .filter(|action| **action != Action::UseExisting)
            .map(|action| quoted(action.as_str()))
            .collect();
        if !actions.is_empty() {
            text.push_str(&format!(
                "# or one of: {}\n# setup.{}.action = {}\n",
                actions.join(", "),
                quoted(&id),
                actions[0]
            ));
        }
    }
    let literals: std::collections::BTreeSet<(&str, &str)> = incoming
        .inspected
        .iter()
        .flat_map(|entry| &entry.inspection.literals)
        .map(|literal| (literal.class.as_str(), literal.value.as_str()))
        .collect();
    if !literals.is_empty() {
        text.push_str("\n# Values bound to the source environment: write the target's behind the sign.\n");
        for (class, value) in literals {
            text.push_str(&format!("# replace.{} = {}  # {class}\n", quoted(value), quoted(value)));
        }
    }
    text
}
