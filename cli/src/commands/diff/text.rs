//! A comparison for people.

use flowport_core::diff::{Change, Diff, ResourceDiff, Shown, Status, What};

use crate::render::{self, Mark};
use crate::text::{bytes, clean, count, shorten, shorten_around};

/// So many columns a place takes beside its change; a longer one stands on a line of its own.
const LONG_PLACE: usize = 48;
/// What a change never has less of, however narrow the terminal.
const LEAST: usize = 24;
/// The part that stands for declared secrets that are kept apart.
const SECRETS: &str = "secrets";
const INDENT: usize = 2;
const BETWEEN: usize = 2;

/// What differs, and a line that counts it.
pub(crate) fn text(diff: &Diff) -> String {
    let mut text = String::new();
    if !diff.package.is_empty() {
        text.push_str(&format!("{}\n", render::marked(Mark::Changed, "~ package")));
        text.push_str(&changes(&diff.package));
    }
    for resource in &diff.resources {
        text.push_str(&heading(resource));
        text.push_str(&changes(&resource.changes));
    }
    let same = diff.same;
    if diff.resources.is_empty() {
        let same = count(same, "resource is the same", "resources are the same");
        let beside = if diff.package.is_empty() { "no differences" } else { "only the packages' own words differ" };
        text.push_str(&format!("{beside}; {same}\n"));
    } else {
        let number = |status| diff.count(status);
        text.push_str(&format!(
            "{} changed, {} added, {} removed, {same} the same\n",
            number(Status::Changed),
            number(Status::Added),
            number(Status::Removed)
        ));
    }
    text
}

fn heading(resource: &ResourceDiff) -> String {
    let (sign, mark) = match resource.status {
        Status::Added => ('+', Mark::Added),
        Status::Removed => ('-', Mark::Removed),
        Status::Changed => ('~', Mark::Changed),
    };
    let becomes = resource.becomes.as_ref().map_or_else(String::new, |id| format!(" → {id}"));
    let line = clean(&format!("{sign} {}{becomes}  {}", resource.id, resource.name));
    format!("{}\n", render::marked(mark, line.trim_end()))
}

/// Aligned lines: where, and what differs there.
fn changes(changes: &[Change]) -> String {
    let places: Vec<String> = changes.iter().map(|change| clean(&format!("{}#{}", change.part, change.path))).collect();
    let length = |place: &String| place.chars().count();
    let column = places.iter().map(length).filter(|length| *length <= LONG_PLACE).max().unwrap_or(0);
    let mut text = String::new();
    for (change, place) in changes.iter().zip(&places) {
        let start = INDENT + column + BETWEEN;
        let room = render::columns().saturating_sub(start).max(LEAST);
        let (mark, what) = if change.part == SECRETS { set(&change.what) } else { what(&change.what, room) };
        let what = render::marked(mark, &what);
        let place = if length(place) <= LONG_PLACE {
            format!("{place}{}", " ".repeat(column - length(place) + BETWEEN))
        } else {
            format!("{place}\n{}", " ".repeat(start))
        };
        text.push_str(&format!("{}{place}{what}\n", " ".repeat(INDENT)));
    }
    text
}

/// Of a secret that is kept apart nobody knows more.
fn set(what: &What) -> (Mark, String) {
    match what {
        What::Removed(_) => (Mark::Removed, "is set → is not set".to_owned()),
        What::Changed { .. } => (Mark::Changed, "is set → is set to another one".to_owned()),
        _ => (Mark::Added, "is not set → is set".to_owned()),
    }
}

/// What differs, in no more than `room` characters.
fn what(what: &What, room: usize) -> (Mark, String) {
    let one = |sign: char, shown: &Shown| format!("{sign} {}", value(shown, room.saturating_sub(2)));
    match what {
        What::Added(to) => (Mark::Added, one('+', to)),
        What::Removed(from) => (Mark::Removed, one('-', from)),
        What::Changed { from, to } => (Mark::Changed, pair(from, to, room.saturating_sub(3))),
        What::Moved { from } => {
            let from = if from.is_empty() { "the root" } else { from };
            (Mark::Changed, format!("moved from {}", shorten(&clean(from), room.saturating_sub(11))))
        }
        What::Spelling => (Mark::Changed, "spelled otherwise".to_owned()),
    }
}

/// Two values side by side, each with the place from which on they differ; a short one leaves its room to the other.
fn pair(from: &Shown, to: &Shown, room: usize) -> String {
    let (from, to) = (full(from), full(to));
    let half = room / 2;
    let room_of = |own: &str, other: &str| {
        room.saturating_sub(other.chars().count().min(half)).max(own.chars().count().min(half))
    };
    let (from_room, to_room) = (room_of(&from, &to), room_of(&to, &from));
    let differs = from.chars().zip(to.chars()).take_while(|(one, other)| one == other).count();
    format!("{} → {}", shorten_around(&from, differs, from_room), shorten_around(&to, differs, to_room))
}

/// What is shown of a value, in one line of no more than `room` characters.
pub(crate) fn value(shown: &Shown, room: usize) -> String {
    shorten(&full(shown), room)
}

fn full(shown: &Shown) -> String {
    match shown {
        Shown::Json(text) => clean(text),
        Shown::Text(text) => clean(&format!("{text:?}")),
        Shown::Bytes { len, hash } => format!("{} (sha256 {}…)", bytes(*len), &hash.to_string()[..8]),
        Shown::Secret => "(secret)".to_owned(),
    }
}
