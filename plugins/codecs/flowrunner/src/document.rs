//! From bytes to the document of an export, and what is said of those that are none.

use flowport_flowrunner::{Shape, shape};
use flowport_plugin::json::{Document, Error, Kind, Limits, Problem, Value};
use flowport_plugin::{Diagnostic, Failure};

use crate::codes;

const EXPORT_AGAIN: &str = "export the version again from FlowRunner";

/// Parses a text. A document over the limits is `Failure::Limit`.
pub(crate) fn parse(text: Vec<u8>) -> Result<Document, Failure> {
    Document::parse(text).map_err(|error| match error.problem {
        Problem::TooDeep { .. } | Problem::TooLong { .. } | Problem::TooMany { .. } => {
            Failure::Limit(error.to_string())
        }
        _ => not_json("this is no valid JSON", &error).into(),
    })
}

fn not_json(what: &str, error: &Error) -> Diagnostic {
    let help = match &error.problem {
        Problem::End { .. } => "the file was cut off: copy it or export the flow again",
        Problem::Encoding { .. } | Problem::Utf8 => "save it as UTF-8",
        Problem::DuplicateKey { .. } => "take one of the two out",
        _ => "JSON is taken strictly: mend the file there, or export the flow again",
    };
    Diagnostic::error(codes::NOT_JSON, format!("{what}: {error}")).help(help)
}

/// The version in a document: an object that has the keys of one.
pub(crate) fn flow(document: &Document) -> Result<Value<'_>, Failure> {
    let root = document.root();
    let diagnostic = match root.kind() {
        Kind::Object if is_flow(root) => return Ok(root),
        Kind::Object => {
            let summary = "this is no flow of FlowRunner: it does not have elements beside a name";
            Diagnostic::error(codes::NO_FLOW, summary).help(EXPORT_AGAIN)
        }
        Kind::String => encoded(root),
        Kind::Array => {
            let summary = format!("a version of a flow is one object, and this is a list with {} elements", root.len());
            Diagnostic::error(codes::NOT_AN_OBJECT, summary).help("put each of the list into a file of its own")
        }
        Kind::Null | Kind::Bool | Kind::Number => {
            Diagnostic::error(codes::NOT_AN_OBJECT, "a version of a flow is one object, and this is a single value")
                .help(EXPORT_AGAIN)
        }
    };
    Err(diagnostic.into())
}

/// Whether an object may be an exported version.
pub(crate) fn is_flow(object: Value<'_>) -> bool {
    shape(object) != Shape::Other
}

/// Says how often a document was encoded: once more than there are strings around it.
fn encoded(root: Value<'_>) -> Diagnostic {
    let (layers, inner) = innermost(root);
    let times = match layers {
        1 => "twice".to_owned(),
        more => format!("{} times", more + 1),
    };
    let summary = format!("this is JSON inside a string: the flow was encoded {times} instead of once");
    match inner {
        Ok(document) if is_flow(document.root()) => Diagnostic::error(codes::ENCODED, summary).help(
            "whatever saved the file quoted it once more: save the text as it is, or take a layer off with `jq -r . FILE`",
        ),
        Ok(_) => Diagnostic::error(codes::NOT_AN_OBJECT, "a version of a flow is one object, and this is a single text")
            .help(EXPORT_AGAIN),
        Err(error) => not_json(&format!("{summary}, and what is inside is no valid JSON"), &error),
    }
}

/// What is left when all strings around a document are taken off, and how many there were.
pub(crate) fn innermost(string: Value<'_>) -> (usize, Result<Document, Error>) {
    // Each layer has fewer bytes than the one around it, so that this ends.
    let mut text = string.as_str().unwrap_or_default().into_owned();
    let mut layers = 1;
    loop {
        let parsed = Document::parse(text);
        match parsed.as_ref().ok().and_then(|document| document.root().as_str()) {
            Some(inner) => text = inner.into_owned(),
            None => return (layers, parsed),
        }
        layers += 1;
    }
}

/// The most bytes that are read of a file.
pub(crate) fn most_bytes() -> u64 {
    Limits::default().max_bytes as u64
}
