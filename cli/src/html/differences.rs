//! What was beside what comes, field by field. What is the same on both sides is not shown.

use flowport_core::diff::{Change, Diff, ResourceDiff, Shown, Status, What};
use flowport_core::model::ResourceId;
use flowport_json::{Document, pretty};
use maud::{Markup, html};

use super::entries::{Entries, named, titled};
use super::frame::{NEWLINE, Section, code, folding, short};
use super::table::{Row, nothing, table};
use crate::text::{bytes, clean, count};

/// More differences than that are folded away.
const MANY: usize = 40;
/// Longer JSON is laid out on several lines.
const LINE: usize = 60;
/// So many lines of a value are shown at once.
const LINES: usize = 16;
/// What two texts share is set off from what differs where neither is longer than that.
const COMPARED: usize = 4_000;

/// The part that stands for declared secrets that are kept apart.
const SECRETS: &str = "secrets";

/// A resource on both sides, and how it differs.
pub(crate) struct Compared<'a> {
    pub(crate) id: &'a ResourceId,
    pub(crate) name: &'a str,
    /// Among the entries of the page.
    pub(crate) position: usize,
    pub(crate) changes: Vec<Change>,
}

impl Compared<'_> {
    /// The name by which links find it.
    pub(super) fn anchor(&self) -> String {
        format!("changes-{}", self.position)
    }
}

/// Resources on both sides, side by side. None where none differs.
pub(crate) fn side_by_side(compared: &[Compared<'_>], sides: [&str; 2]) -> Option<Section> {
    let differing: Vec<&Compared<'_>> = compared.iter().filter(|compared| !compared.changes.is_empty()).collect();
    if differing.is_empty() {
        return None;
    }
    Some(Section {
        id: "changes",
        title: "Changes side by side",
        count: Some(differing.len()),
        about: html! { "What stays as it is is not shown." },
        body: html! {
            @for compared in differing {
                (NEWLINE)
                div id=(compared.anchor()) { (article(&titled(compared.id, compared.name), &compared.changes, sides)) }
            }
        },
    })
}

/// A whole comparison of two places: the packages, what is on both sides, what came and what went. Sections without content are
/// left out.
pub(crate) fn differences(diff: &Diff, [left, right]: [&str; 2]) -> Vec<Section> {
    let sides = ["Before", "After"];
    let of = |status: Status| diff.resources.iter().enumerate().filter(move |(_, resource)| resource.status == status);
    let package = (!diff.package.is_empty()).then(|| Section {
        id: "package",
        title: "What is said of the packages",
        count: Some(diff.package.len()),
        about: nothing(),
        body: changes(&diff.package, sides),
    });
    let changed = (diff.count(Status::Changed) > 0).then(|| Section {
        id: "changed",
        title: "Changed",
        count: Some(diff.count(Status::Changed)),
        about: html! { "What is the same on both sides is not shown." },
        body: html! {
            @for (position, resource) in of(Status::Changed) {
                (NEWLINE)
                div id=(Entries::anchor(position)) { (article(&heading(resource), &resource.changes, sides)) }
            }
        },
    });
    let one_side = |status: Status, id: &'static str, title: &'static str, side: &str| {
        let row = |(position, resource): (usize, &ResourceDiff)| Row {
            id: Some(Entries::anchor(position)),
            cells: vec![named(&resource.id, &resource.name)],
        };
        let rows: Vec<Row> = of(status).map(row).collect();
        (!rows.is_empty()).then(|| Section {
            id,
            title,
            count: Some(rows.len()),
            about: html! { "Only in " (short(side)) "." },
            body: table(&["Resource"], &rows),
        })
    };
    let added = one_side(Status::Added, "added", "Added", right);
    let removed = one_side(Status::Removed, "removed", "Removed", left);
    [package, changed, added, removed].into_iter().flatten().collect()
}

fn heading(resource: &ResourceDiff) -> Markup {
    html! {
        (titled(&resource.id, &resource.name))
        @if let Some(id) = &resource.becomes { code.id { "→ " (id) } }
    }
}

fn article(heading: &Markup, list: &[Change], sides: [&str; 2]) -> Markup {
    let heading = html! { h3 { (heading) " " span.count { (count(list.len(), "difference", "differences")) } } };
    folding(&heading, list.len() > MANY, &changes(list, sides))
}

/// One row for each difference.
fn changes(changes: &[Change], [left, right]: [&str; 2]) -> Markup {
    let rows: Vec<Row> = changes.iter().map(row).collect();
    html! { div.changes { (table(&["Where", left, right], &rows)) } }
}

fn row(change: &Change) -> Row {
    let place = html! { code { (clean(&change.part)) @if !change.path.is_empty() { "#" (clean(&change.path)) } } };
    let (left, right) = match &change.what {
        // Of a secret that is kept apart nobody knows more.
        What::Added(_) if change.part == SECRETS => {
            (html! { div.goes { "is not set" } }, html! { div.comes { "is set" } })
        }
        What::Removed(_) if change.part == SECRETS => {
            (html! { div.goes { "is set" } }, html! { div.comes { "is not set" } })
        }
        What::Added(value) => (nothing(), html! { div.comes { (shown(value)) } }),
        What::Removed(value) => (html! { div.goes { (shown(value)) } }, nothing()),
        What::Changed { from, to } => {
            let (from, to) = pair(from, to);
            (html! { div.goes { (from) } }, html! { div.comes { (to) } })
        }
        What::Moved { from } => {
            (html! { div.goes { "stood at " (code(from)) } }, html! { div.comes { "stands here now" } })
        }
        What::Spelling => (nothing(), html! { div.comes { "means the same, and is spelled otherwise" } }),
    };
    Row { id: None, cells: vec![place, left, right] }
}

/// Two values; in short texts what differs is set off.
fn pair(from: &Shown, to: &Shown) -> (Markup, Markup) {
    let (left, right) = match (from, to) {
        (Shown::Json(left), Shown::Json(right)) | (Shown::Text(left), Shown::Text(right)) => (left, right),
        _ => return (shown(from), shown(to)),
    };
    let is_json = matches!(from, Shown::Json(_));
    let has_letters = |text: &str| !is_json || text.starts_with('"');
    let is_short = |text: &str| text.len() <= COMPARED && text.lines().count() <= LINES;
    if ![left, right].into_iter().all(|text| has_letters(text) && is_short(text)) {
        return (shown(from), shown(to));
    }
    let (start, ends) = differing(left, right);
    let mark = |text: &str, end: usize, is_new: bool| {
        html! {
            pre {
                (text[..start])
                @if start < end {
                    @if is_new { ins { (text[start..end]) } } @else { del { (text[start..end]) } }
                }
                (text[end..])
            }
        }
    };
    (mark(left, ends.0, false), mark(right, ends.1, true))
}

/// Where two texts begin to differ, and where each is the same again.
fn differing(left: &str, right: &str) -> (usize, (usize, usize)) {
    let same = |(left, right): &(char, char)| left == right;
    let start: usize = left.chars().zip(right.chars()).take_while(same).map(|(letter, _)| letter.len_utf8()).sum();
    let rest = (left[start..].chars().rev()).zip(right[start..].chars().rev());
    let end: usize = rest.take_while(same).map(|(letter, _)| letter.len_utf8()).sum();
    (start, (left.len() - end, right.len() - end))
}

/// A value as a page shows it.
pub(super) fn shown(value: &Shown) -> Markup {
    match value {
        Shown::Json(text) if text.len() > LINE && text.starts_with(['{', '[']) => {
            block(&Document::parse(text.as_bytes()).map_or_else(|_| text.clone(), |document| pretty(&document)))
        }
        Shown::Json(text) | Shown::Text(text) => block(text),
        Shown::Bytes { len, hash } => html! { (bytes(*len)) ", SHA-256 " code { (hash) } },
        Shown::Secret => html! { span.note { "a secret, which is not shown" } },
    }
}

/// Text as it is laid out; of a long one the beginning, and the whole when it is unfolded.
fn block(text: &str) -> Markup {
    let lines = text.lines().count();
    let beginning =
        |text: &str| text.lines().take(2).collect::<Vec<_>>().join("\n").chars().take(200).collect::<String>();
    if lines > LINES || text.len() > COMPARED {
        return html! {
            details.long {
                summary { code { (beginning(text)) "…" } " " span.more { (count(lines, "line", "lines")) } }
                pre { (text) }
            }
        };
    }
    html! { pre { (text) } }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_set_off_is_what_differs(left in "[ab\u{e9}]{0,6}", right in "[ab\u{e9}]{0,6}") {
            let (start, (end_left, end_right)) = differing(&left, &right);
            prop_assert_eq!(&left[..start], &right[..start]);
            prop_assert_eq!(&left[end_left..], &right[end_right..]);
            prop_assert!(start <= end_left && start <= end_right);
            let middles = (left[start..end_left].chars(), right[start..end_right].chars());
            prop_assert!(middles.0.clone().zip(middles.1.clone()).next().is_none_or(|(left, right)| left != right));
            prop_assert!(middles.0.rev().zip(middles.1.rev()).next().is_none_or(|(left, right)| left != right));
        }
    }
}
