//! A plan as a page.

use std::sync::Arc;

use flowport_core::diff;
use flowport_core::inspect::Inspected;
use flowport_core::model::{Diagnostic, Severity};
use flowport_core::plan::{Plan, Planned, Question};
use flowport_core::settings::Resolve;
use rayon::prelude::*;

use super::conflicts;
use super::{Incoming, context, meaning, stand_in, target_name, verdict, without_target};
use crate::commands::inspect::page::{facts, figures, graph, in_package, name, of_severity};
use crate::context::Context;
use crate::exit::Outcome;
use crate::html::{self, Asked, Clashing, Compared, Entries, Fact, Page, SecretEntry, Section, Tone};

pub(super) fn of(context: &Context, file: &str, incoming: &Incoming, plan: &Plan, environment: &str) -> Outcome<Page> {
    let (decoded, inspected) = (&incoming.decoded, incoming.inspected.as_slice());
    let info = &decoded.package.info;
    let targets = plan.changes.iter().map(|change| (&change.target, change.target_name.as_str()));
    let entries = Entries::new(decoded.package.names()).also(targets);
    let (compared, doubts) = compared(context, plan)?;
    let found: Vec<Diagnostic> = plan.findings().cloned().chain(doubts).collect();
    let secrets: Vec<SecretEntry<'_>> =
        plan.changes.iter().zip(inspected).flat_map(|(change, entry)| after_import(change, entry)).collect();
    let sections = [
        html::questions(&asked(plan)),
        html::conflicts(&clashing(plan)),
        html::findings(&found, &entries),
        html::decisions(&decoded.package, inspected, plan, &compared, &entries),
        html::side_by_side(&compared, ["In the target now", "After the import"]),
        html::graph(&graph(inspected)),
        html::literals(inspected, &entries),
        html::decided_at_run_time(inspected, &entries),
        html::secrets(&secrets, &entries),
    ];
    let sections: Vec<Section> = sections.into_iter().flatten().collect();
    let tone = match (plan.is_blocked() || incoming.is_untrusted, plan.has_changes()) {
        (true, _) => Tone::Bad,
        (false, true) => Tone::Good,
        (false, false) => Tone::Plain,
    };
    let (errors, warnings) = (of_severity(&found, Severity::Error), of_severity(&found, Severity::Warning));
    let mut figures = figures(plan.changes.len(), errors, warnings, &sections);
    let written = plan.changes.iter().filter(|change| change.outcome().is_some()).count();
    figures.insert(1, (written, "ready to write", "ready to write"));
    let format = context.registry()?.format(&decoded.format).map(|(_, format)| format);
    let mut facts = facts(file, format, info);
    facts.insert(0, Fact { label: "Goes to", value: target_name(context, environment) });
    Ok(Page {
        kind: "Import plan",
        name: name(file, info).to_owned(),
        facts,
        verdict: (tone, sentence(&verdict(incoming, plan))),
        figures,
        sections,
    })
}

/// What is there now beside what will be there, for each that the import replaces, and why some of it is not shown. On all cores,
/// as each takes its handler.
fn compared<'a>(context: &Context, plan: &'a Plan) -> Outcome<(Vec<Compared<'a>>, Vec<Diagnostic>)> {
    let (registry, options) = (context.registry()?, diff::Options::default());
    let compare = |(position, change): (usize, &'a Planned)| {
        let outcome = change.outcome()?;
        let existing = outcome.replaces.as_ref()?;
        let outcome = Arc::new(outcome.resource.clone());
        let found = diff::resource(registry, &existing.view, &outcome, &options);
        Some(found.map(|(changes, doubt)| {
            (Compared { id: &change.target, name: &change.target_name, position, changes }, doubt)
        }))
    };
    let found = plan.changes.par_iter().enumerate().filter_map(compare).collect::<Result<Vec<_>, _>>()?;
    let (compared, doubts): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    Ok((compared, doubts.into_iter().flatten().collect()))
}

/// With a capital letter.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

pub(super) fn asked(plan: &Plan) -> Vec<Asked<'_>> {
    let asked = plan.changes.iter().filter_map(|change| Some((change, change.question()?)));
    let with_answers =
        |(change, question)| Asked { change, context: context(plan, change), answers: answers(change, question) };
    asked.map(with_answers).collect()
}

fn clashing(plan: &Plan) -> Vec<Clashing<'_>> {
    let answer = |change: &Planned, (resolve, meaning): (Resolve, &'static str)| {
        (format!("{}={}", change.source, resolve.as_str()), meaning)
    };
    let clashing = |change| {
        let conflict = Planned::conflict(change)?;
        let answers = conflicts::answers(conflict).map(|it| answer(change, it)).into();
        Some(Clashing { change, conflict, sentence: conflicts::sentence(change), answers })
    };
    plan.changes.iter().filter_map(clashing).collect()
}

fn answers(change: &Planned, question: &Question) -> Vec<(&'static str, String, String)> {
    let candidates = question.candidates.iter().map(|candidate| {
        let (flag, answer) = stand_in(change, question, candidate);
        (flag, answer, format!("the target's {}", candidate.name))
    });
    let actions = without_target(question)
        .map(|action| ("--setup", format!("{}={action}", change.source), meaning(action).to_owned()));
    candidates.chain(actions).collect()
}

/// The secrets of a resource as they will be in the target; those of what is not planned yet as the package has them.
fn after_import<'a>(change: &'a Planned, entry: &'a Inspected) -> Vec<SecretEntry<'a>> {
    let Some(outcome) = change.outcome() else {
        return if change.is_blocked() { in_package(entry).collect() } else { Vec::new() };
    };
    let state = |declared: bool, is_set: bool| match (declared, is_set) {
        (true, true) => "set after the import",
        (true, false) => "not set: to do after the import, with flowport secret set",
        (false, true) => "travels in the content",
        (false, false) => "not in the content",
    };
    let secrets = outcome.inspection.secrets.iter();
    secrets
        .map(|secret| SecretEntry { of: &change.source, secret, state: state(secret.declared, secret.is_set) })
        .collect()
}
