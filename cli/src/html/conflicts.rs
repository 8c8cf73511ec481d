//! What target and package both changed, side by side.

use flowport_core::diff::Shown;
use flowport_core::merge::Clash;
use flowport_core::plan::{Conflict, Planned};
use maud::{Markup, html};

use super::differences::shown;
use super::frame::{NEWLINE, Section, long, short};
use super::table::{Row, table};
use crate::text::{clean, shell};

/// A conflict.
pub(crate) struct Clashing<'a> {
    pub(crate) change: &'a Planned,
    pub(crate) conflict: &'a Conflict,
    /// Who changed it, and how much.
    pub(crate) sentence: &'a str,
    /// What is given to the flag, and what that means.
    pub(crate) answers: Vec<(String, &'static str)>,
}

/// None where there are none.
pub(crate) fn conflicts(clashing: &[Clashing<'_>]) -> Option<Section> {
    if clashing.is_empty() {
        return None;
    }
    Some(Section {
        id: "conflicts",
        title: "Conflicts",
        count: Some(clashing.len()),
        about: html! {
            "The target was changed since the last import, and the package changes the same. Each needs one answer: a flag of the \
             command, or a line under " code { "[resolve]" } " in a settings file."
        },
        body: html! { @for conflict in clashing { (NEWLINE) (article(conflict)) } },
    })
}

fn article(clashing: &Clashing<'_>) -> Markup {
    let change = clashing.change;
    let rows: Vec<Row> = clashing.conflict.fields.iter().map(row).collect();
    html! {
        article.question {
            h3 { span.kind { (change.source.kind.as_str()) } " " (short(&change.name)) }
            p.place { bdi { (clean(clashing.sentence)) } " " code.id { (change.source) } }
            @if !rows.is_empty() {
                div.changes { (table(&["Where", "Imported last", "In the target", "In the package"], &rows)) }
            }
            dl.answers {
                @for (answer, meaning) in &clashing.answers {
                    div { dt { (long(meaning)) } dd.code { "--resolve " (long(&shell(answer))) } }
                }
            }
        }
    }
}

fn row(clash: &Clash) -> Row {
    let place = html! { code { (clean(&clash.part)) @if !clash.path.is_empty() { "#" (clean(&clash.path)) } } };
    let value = |value: &Option<Shown>| {
        html! {
            @match value {
                Some(value) => (shown(value)),
                None => span.note { "not there" },
            }
        }
    };
    let now = html! { div.goes { (value(&clash.now)) } };
    let comes = html! { div.comes { (value(&clash.comes)) } };
    Row { id: None, cells: vec![place, value(&clash.base), now, comes] }
}
