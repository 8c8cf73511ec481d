//! From a file to resources: the whole document is checked before the first of them is handed over.

mod fields;
mod info;
mod part;
mod resource;
mod root;
mod write;

use std::borrow::Cow;

use flowport_plugin::json::{Document, Limits, Problem};
use flowport_plugin::{Diagnostic, Failure, Head, Input, PackageInfo, PackageWriter, Setup};

use crate::codes;
use crate::problems::Problems;

/// A document that was checked, as far as it could be read.
struct Package<'d> {
    info: PackageInfo,
    resources: Vec<Resource<'d>>,
    /// Base64 that was checked.
    attachment: Option<Cow<'d, str>>,
}

struct Resource<'d> {
    head: Head,
    setup: Setup,
    parts: Vec<Part<'d>>,
}

struct Part<'d> {
    name: Cow<'d, str>,
    media_type: String,
    content: Content<'d>,
}

enum Content<'d> {
    /// As it stands in the document.
    Json(&'d str),
    Text(Cow<'d, str>),
    /// Checked.
    Base64(Cow<'d, str>),
}

/// Reads a package.
pub(crate) fn decode(file: &dyn Input, into: &dyn PackageWriter) -> Result<Vec<Diagnostic>, Failure> {
    let document = parse(file.read_all(Limits::default().max_bytes as u64)?)?;
    let mut problems = Problems::default();
    if document.has_bom() {
        problems.warning(codes::BYTE_ORDER_MARK, document.root(), || {
            (
                "the file begins with a byte order mark, which JSON should not have".to_owned(),
                "save it as UTF-8 without BOM; it was read as if it had none".to_owned(),
            )
        });
    }
    let package = root::check(document.root(), &mut problems)?;
    let diagnostics = problems.finish()?;
    write::write(package, into)?;
    Ok(diagnostics)
}

fn parse(bytes: Vec<u8>) -> Result<Document, Failure> {
    Document::parse(bytes).map_err(|error| match error.problem {
        Problem::TooDeep { .. } | Problem::TooLong { .. } | Problem::TooMany { .. } => {
            Failure::Limit(error.to_string())
        }
        _ => not_json("this is no valid JSON", &error).into(),
    })
}

/// What is said of a text that is no JSON, after words that say what it is instead.
pub(crate) fn not_json(what: &str, error: &flowport_plugin::json::Error) -> Diagnostic {
    let (code, help) = match &error.problem {
        Problem::Encoding { .. } => (codes::ENCODING, "save it as UTF-8; in PowerShell: Set-Content -Encoding utf8"),
        Problem::TooDeep { .. } | Problem::TooLong { .. } | Problem::TooMany { .. } => {
            (codes::TOO_LARGE, "if it is a package, export it again as a zip, whose documents are read one by one")
        }
        Problem::Utf8 => (codes::NOT_JSON, "save it as UTF-8"),
        Problem::End { .. } => (codes::NOT_JSON, "the file was cut off, or a bracket or quote is not closed"),
        Problem::DuplicateKey { .. } => (codes::NOT_JSON, "take one of the two out, or rename it"),
        Problem::Trailing { .. } => {
            (codes::NOT_JSON, "one file holds one document; several resources go into a list: [ …, … ]")
        }
        _ => (
            codes::NOT_JSON,
            "JSON is taken strictly: names and strings in double quotes, no comments, no comma before a closing bracket",
        ),
    };
    Diagnostic::error(code, format!("{what}: {error}")).help(help)
}
