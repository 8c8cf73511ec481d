//! What a file is, from its content; cheap for files of others.

use flowport_plugin::json::{Document, Kind, Value};
use flowport_plugin::json_file::{innermost, most_bytes};
use flowport_plugin::{Confidence, Input, Recognition, attachment};

use crate::FORMAT;
use crate::document::is_flow;

/// So much of a file is read to see whether it can be an export at all.
const BEGINNING: u32 = 64 << 10;
/// Keys that no other product is known to write; a file that is broken shows two of them before it breaks.
const MARKS: [&str; 10] = [
    "FLOW_ID",
    "FLOW_NAME",
    "FLOW_DESCRIPTION",
    "FLOW_VERSION",
    "STAGES",
    "STAGE_NAME",
    "STAGE_NUMBER",
    "TASKS",
    "TASK_NAME",
    "TASK_ORDER",
];
/// Keys of flowport's own format, which may carry a flow as well.
const OTHERS: [&str; 3] = ["\"resources\"", "\"dialect\"", "\"parts\""];

/// How sure it is that a file is an export. Of a broken one decoding says what is wrong and where.
pub(crate) fn recognize(file: &dyn Input) -> Recognition {
    Recognition { format: FORMAT.to_owned(), confidence: confidence(file), why_not: None }
}

fn confidence(file: &dyn Input) -> Confidence {
    if attachment::format_alone(file).as_deref() == Some(FORMAT) {
        return Confidence::Certain;
    }
    let beginning = file.read_at(0, BEGINNING).unwrap_or_default();
    let beginning = String::from_utf8_lossy(&beginning);
    let begins_as_json = beginning.trim_start_matches('\u{FEFF}').trim_start().starts_with(['{', '[', '"']);
    if !begins_as_json || !shows_marks(&beginning) {
        return Confidence::No;
    }
    let Ok(text) = file.read_all(most_bytes()) else { return broken(&beginning) };
    let Ok(document) = Document::parse(text) else { return broken(&beginning) };
    let root = document.root();
    match root.kind() {
        Kind::Object if root.get("FLOW_NAME").is_some() && root.get("STAGES").is_some() => Confidence::Certain,
        Kind::Object => maybe(is_flow(root)),
        Kind::Array => maybe(root.elements().any(is_flow)),
        Kind::String => maybe(is_flow_inside(root)),
        Kind::Null | Kind::Bool | Kind::Number => Confidence::No,
    }
}

fn maybe(is_ours: bool) -> Confidence {
    if is_ours { Confidence::Maybe } else { Confidence::No }
}

/// What is broken inside a string counts as well: decoding says so.
fn is_flow_inside(string: Value<'_>) -> bool {
    innermost(string).1.map_or(true, |document| is_flow(document.root()))
}

/// The keys before the marks tell whose file it is.
fn broken(beginning: &str) -> Confidence {
    let first_mark = MARKS.iter().filter_map(|mark| mark_in(beginning, mark)).min().unwrap_or(beginning.len());
    let before = beginning[..first_mark].replace('\\', "");
    maybe(!OTHERS.iter().any(|key| before.contains(key)))
}

fn shows_marks(beginning: &str) -> bool {
    MARKS.iter().filter(|mark| mark_in(beginning, mark).is_some()).count() >= 2
}

/// Where a key begins, quoted, be it inside strings.
fn mark_in(text: &str, mark: &str) -> Option<usize> {
    let is_key =
        |(at, _): &(usize, &str)| text[..*at].ends_with('"') && text[at + mark.len()..].starts_with(['"', '\\']);
    text.match_indices(mark).find(is_key).map(|(at, _)| at)
}
