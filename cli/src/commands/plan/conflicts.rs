//! Conflicts of a plan: what target and package both changed.

use flowport_core::merge::Clash;
use flowport_core::model::Diagnostic;
use flowport_core::plan::{BothChanged, CONFLICT, Conflict, Plan, Planned};
use flowport_core::settings::Resolve;
use serde_json::{Value, json};

use super::ALL;
use crate::commands::{diff, runs};
use crate::formats::Clashing;
use crate::render;
use crate::text::{clean, count, shell};

/// So many characters of a value are shown in a line of a table.
const WIDTH: usize = 40;
/// So many fields of a conflict are shown; the page and `--json` have all.
const SHOWN: usize = 12;

/// What the answers are, and what they do.
pub(in crate::commands) fn answers(conflict: &Conflict) -> [(Resolve, &'static str); 2] {
    if conflict.is_gone {
        [(Resolve::Keep, "leave it out"), (Resolve::Take, "make it again")]
    } else {
        [(Resolve::Keep, "leave it as the target has it"), (Resolve::Take, "make it what the package has")]
    }
}

/// What the finding about it says: who changed it, and how much.
pub(in crate::commands) fn sentence(change: &Planned) -> &str {
    let found = change.diagnostics.iter().find(|finding| finding.code == CONFLICT);
    found.map_or("", |finding: &Diagnostic| finding.summary.as_str())
}

/// All conflicts for people; empty where there are none.
pub(super) fn text(plan: &Plan) -> String {
    let number = all(plan).count();
    if number == 0 {
        return String::new();
    }
    let mut text = format!("\n{} to resolve:\n", count(number, "conflict", "conflicts"));
    all(plan).take(render::SHOWN).for_each(|(change, conflict)| text.push_str(&with_answers(change, conflict)));
    text.push_str(&render::more(number, ALL));
    text
}

/// Each conflict with its fields and the answers.
pub(super) fn clashing(plan: &Plan) -> Vec<Clashing<'_>> {
    let lines = |(change, conflict)| Clashing {
        change,
        lines: with_answers(change, conflict).lines().map(str::to_owned).collect(),
    };
    all(plan).map(lines).collect()
}

fn all(plan: &Plan) -> impl Iterator<Item = (&Planned, &Conflict)> {
    plan.changes.iter().filter_map(|change| Some((change, change.conflict()?)))
}

fn with_answers(change: &Planned, conflict: &Conflict) -> String {
    let mut text = one(change, conflict);
    for (resolve, meaning) in answers(conflict) {
        let answer = shell(&format!("{}={}", change.source, resolve.as_str()));
        text.push_str(&format!("    --resolve {answer}   {meaning}\n"));
    }
    text
}

/// One conflict with its fields side by side.
pub(in crate::commands) fn one(change: &Planned, conflict: &Conflict) -> String {
    let mut text = format!("  {}\n", clean(sentence(change)));
    if !conflict.fields.is_empty() {
        let value = |shown: &Option<_>| match shown {
            Some(shown) => diff::value(shown, WIDTH),
            None => "(not there)".to_owned(),
        };
        let row = |clash: &Clash| vec![place(clash), value(&clash.base), value(&clash.now), value(&clash.comes)];
        let rows = conflict.fields.iter().take(SHOWN).map(row).collect();
        let table = render::table(&["WHERE", "IMPORTED LAST", "IN THE TARGET", "IN THE PACKAGE"], rows);
        table.lines().for_each(|line| text.push_str(&format!("    {line}\n")));
        if conflict.fields.len() > SHOWN {
            text.push_str(&format!("    … and {} more\n", conflict.fields.len() - SHOWN));
        }
    }
    text
}

/// All fields with their values in full.
pub(in crate::commands) fn in_full(conflict: &Conflict) -> String {
    let mut text = String::new();
    for clash in &conflict.fields {
        text.push_str(&format!("{}\n", clean(&place(clash))));
        for (label, shown) in
            [("imported last", &clash.base), ("in the target", &clash.now), ("in the package", &clash.comes)]
        {
            let value = shown.as_ref().map_or_else(|| "(not there)".to_owned(), |shown| diff::value(shown, usize::MAX));
            text.push_str(&format!("  {label:<14}  {value}\n"));
        }
    }
    text
}

fn place(clash: &Clash) -> String {
    if clash.path.is_empty() { clash.part.clone() } else { format!("{}#{}", clash.part, clash.path) }
}

/// A conflict for scripts. The runs are those of the environment.
pub(super) fn json(conflict: &Conflict, environment: &str) -> Value {
    let value = |shown: &Option<_>| shown.as_ref().map_or(Value::Null, diff::json_value);
    let is_secret = |clash: &Clash| {
        let sides = [&clash.base, &clash.now, &clash.comes];
        sides.into_iter().flatten().any(|shown| *shown == flowport_core::diff::Shown::Secret)
    };
    let field = |clash: &Clash| {
        json!({
            "part": clash.part,
            "path": clash.path,
            "base": value(&clash.base),
            "now": value(&clash.now),
            "comes": value(&clash.comes),
            "secret": is_secret(clash),
        })
    };
    json!({
        "fields": conflict.fields.iter().map(field).collect::<Vec<_>>(),
        "changed": conflict.changed.as_ref().map(|run| runs::as_json(environment, run)),
        "gone": conflict.is_gone,
    })
}

/// What of a merged resource is whose, for scripts.
pub(super) fn merged_json(both: &BothChanged) -> Value {
    let changes = |changes: &[_]| changes.iter().map(diff::json_change).collect::<Vec<_>>();
    json!({ "kept": changes(&both.kept), "taken": changes(&both.taken) })
}
