//! What a file is, from its content; cheap for files of others. Its keys are common words, so a file counts only where
//! several of them are together and none of another product's is there.

use flowport_flowrunner::{Shape, shape};
use flowport_plugin::json::{Document, Kind, Value};
use flowport_plugin::json_file::{innermost, most_bytes};
use flowport_plugin::{Confidence, Input, Recognition, attachment};

use crate::FORMAT;
use crate::document::is_flow;

/// So much of a file is read to see whether it can be an export at all.
const BEGINNING: u32 = 64 << 10;
/// Every export is thought to have it.
const ELEMENTS: &str = "elements";
/// Keys that hardly any other product writes beside elements: what is broken must show one of them before it breaks.
const MARKS: [&str; 6] = ["flowId", "flowName", "versionNumber", "slaGoals", "subflows", "subFlows"];
/// Keys of others that use the same words.
const OTHERS: [&str; 8] =
    ["nodes", "definition", "resources", "format", "dialect", "flowConfiguration", "appState", "$schema"];

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
    if !begins_as_json || !(has_key(&beginning, ELEMENTS) || shows_marks(&beginning)) {
        return Confidence::No;
    }
    let Ok(text) = file.read_all(most_bytes()) else { return maybe(shows_marks(&beginning)) };
    let Ok(document) = Document::parse(text) else { return maybe(shows_marks(&beginning)) };
    let root = document.root();
    match root.kind() {
        Kind::Object => match shape(root) {
            Shape::Flow => Confidence::Certain,
            Shape::Likely => Confidence::Maybe,
            Shape::Other => Confidence::No,
        },
        Kind::Array => maybe(root.elements().any(|element| shape(element) == Shape::Flow)),
        Kind::String => maybe(is_flow_inside(root, &beginning)),
        Kind::Null | Kind::Bool | Kind::Number => Confidence::No,
    }
}

fn maybe(is_ours: bool) -> Confidence {
    if is_ours { Confidence::Maybe } else { Confidence::No }
}

fn is_flow_inside(string: Value<'_>, beginning: &str) -> bool {
    innermost(string).1.map_or_else(|_| shows_marks(beginning), |document| is_flow(document.root()))
}

fn shows_marks(beginning: &str) -> bool {
    let has = |key: &&str| has_key(beginning, key);
    MARKS.iter().any(has) && !OTHERS.iter().any(has)
}

/// Whether a key is there, quoted, be it inside strings.
fn has_key(text: &str, key: &str) -> bool {
    let is_key = |(at, _): (usize, &str)| {
        let after = text[at + key.len()..].trim_start_matches('\\').strip_prefix('"');
        text[..at].ends_with('"') && after.is_some_and(|after| after.trim_start().starts_with(':'))
    };
    text.match_indices(key).any(is_key)
}
