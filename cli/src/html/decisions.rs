//! What an import will do with each resource.

use std::collections::HashMap;

use flowport_core::inspect::Inspected;
use flowport_core::model::{Action, Package, PackageResource};
use flowport_core::plan::{Decision, Inactive, Plan, Planned};
use maud::{Markup, html};

use super::differences::Compared;
use super::entries::{Entries, named};
use super::frame::{NEWLINE, Section, Tone, folding};
use super::resources::{comment, size};
use super::table::{Row, nothing, table};
use crate::text::count;

/// More rows than that are folded away.
const MANY: usize = 100;

/// What needs somebody first, then what is written, then what stays.
const ORDER: [&str; 10] = [
    "question",
    "blocked",
    "create",
    "update",
    "new-version",
    "merge",
    "overwrite",
    "no-change",
    "use-existing",
    "skip",
];

/// All resources of a plan, by what was decided.
pub(crate) fn decisions(
    package: &Package,
    inspected: &[Inspected],
    plan: &Plan,
    compared: &[Compared<'_>],
    entries: &Entries<'_>,
) -> Option<Section> {
    if plan.changes.is_empty() {
        return None;
    }
    let differs = compared.iter().filter(|compared| !compared.changes.is_empty());
    let differs: HashMap<usize, &Compared<'_>> = differs.map(|compared| (compared.position, compared)).collect();
    let mut groups: Vec<(&str, Vec<Row>)> = ORDER.iter().map(|word| (*word, Vec::new())).collect();
    for (position, change) in plan.changes.iter().enumerate() {
        let changes = differs.get(&position).copied();
        let entry = (&package.resources[position], &inspected[position]);
        let row = row(position, change, entry, changes, entries);
        let word = change.word();
        match groups.iter_mut().find(|(known, _)| *known == word) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((word, vec![row])),
        }
    }
    let headings = ["Resource", "In the target", "Suggested", "Needs", "Size", "Comment"];
    let group = |word: &str, rows: &[Row]| {
        let (tone, meaning) = meaning(word);
        let heading = html! {
            h3 { span.badge.(tone.class()) { (word) } " " span.count { (rows.len()) } }
            " " span.about { (meaning) }
        };
        folding(&heading, rows.len() > MANY, &table(&headings, rows))
    };
    Some(Section {
        id: "decisions",
        title: "What will happen",
        count: Some(plan.changes.len()),
        about: nothing(),
        body: html! {
            @for (word, rows) in groups.iter().filter(|(_, rows)| !rows.is_empty()) { (NEWLINE) (group(word, rows)) }
        },
    })
}

/// How a decision is to be taken, and what it means.
fn meaning(word: &str) -> (Tone, &'static str) {
    match word {
        "question" => (Tone::Careful, "An answer is needed"),
        "blocked" => (Tone::Bad, "An error, or waiting for what is blocked"),
        "create" => (Tone::Good, "Made new"),
        "update" | "overwrite" => (Tone::Good, "Replaces what the target has"),
        "new-version" => (Tone::Good, "Becomes a version beside those the target has"),
        "merge" => (Tone::Good, "What the target lacks is added"),
        "no-change" => (Tone::Plain, "The target has exactly this already"),
        "use-existing" => (Tone::Plain, "The target's own is used as it is"),
        "skip" => (Tone::Plain, "Left out"),
        _ => (Tone::Plain, ""),
    }
}

fn row(
    position: usize,
    change: &Planned,
    (entry, inspected): (&PackageResource, &Inspected),
    compared: Option<&Compared<'_>>,
    entries: &Entries<'_>,
) -> Row {
    let is_other = |action: &&Action| action.as_str() != change.word();
    Row {
        id: Some(Entries::anchor(position)),
        cells: vec![
            named(&change.source, &change.name),
            in_the_target(change, compared),
            change.suggested.as_ref().filter(is_other).map_or_else(nothing, |action| html! { (action) }),
            entries.needs(&inspected.inspection.references),
            size(entry),
            comment(change.comment.as_deref()),
        ],
    }
}

/// What it will be called there where that is another name, and what else will be true of it.
fn in_the_target(change: &Planned, compared: Option<&Compared<'_>>) -> Markup {
    let goes_there = !matches!(change.decision, Decision::Question(_) | Decision::Blocked | Decision::Skip);
    let is_renamed = change.target != change.source || change.target_name != change.name;
    let outcome = change.outcome();
    let secrets = outcome.map_or(0, |outcome| outcome.secrets.len());
    html! {
        @if goes_there && is_renamed { (named(&change.target, &change.target_name)) }
        @if let Some(compared) = compared {
            a href={ "#" (compared.anchor()) } { (count(compared.changes.len(), "difference", "differences")) }
        }
        @if outcome.is_some_and(|outcome| outcome.activates) { div.note { "will be switched on" } }
        @if let (Some(_), Some(why)) = (outcome, &change.inactive) {
            div.note { @if matches!(why, Inactive::Setup) { (why) } @else { "switched off: " (why) } }
        }
        @if secrets > 0 { div.note { "brings " (count(secrets, "secret", "secrets")) } }
    }
}
