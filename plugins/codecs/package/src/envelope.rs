//! The layers of JSON around the object that is a package.

use flowport_plugin::json::{Document, Error, Kind, Problem};
use flowport_plugin::{Diagnostic, Failure};

use crate::codes;
use crate::sink::{Encoding, is_usual_quote};

/// The object, out of its envelope.
pub(crate) struct Opened {
    pub(crate) document: Document,
    pub(crate) encoding: Encoding,
    /// The envelope is written as it was read.
    pub(crate) is_usual: bool,
}

/// Opens a file.
///
/// # Errors
/// Where it is no JSON, no object, or encoded too often.
pub(crate) fn open(bytes: Vec<u8>) -> Result<Opened, Failure> {
    let outer = Document::parse(bytes).map_err(|error| not_json("the file is no valid JSON", &error))?;
    let is_plain = !outer.has_bom();
    let Some(inner) = outer.root().as_str() else {
        let is_usual = is_plain && outer.text().len() == outer.root().raw().len();
        return object(outer).map(|document| Opened { document, encoding: Encoding::Single, is_usual });
    };
    let raw = outer.root().raw();
    let is_usual = is_plain && raw.len() == outer.text().len() && is_usual_quote(raw, &inner);
    let inner = inner.into_owned();
    drop(outer);
    let document = Document::parse(inner)
        .map_err(|error| not_json("the text that the file holds as a string is no valid JSON", &error))?;
    if document.root().kind() == Kind::String {
        let summary = "the package is encoded as JSON three or more times; once or twice is read";
        let help = "decode it until a JSON string with one object in it is left: a pipeline probably encoded it again";
        return Err(Diagnostic::error(codes::ENCODED_TOO_OFTEN, summary).at("#").help(help).into());
    }
    let is_usual = is_usual && document.text().len() == document.root().raw().len() && !document.has_bom();
    object(document).map(|document| Opened { document, encoding: Encoding::Double, is_usual })
}

fn object(document: Document) -> Result<Document, Failure> {
    let what = match document.root().kind() {
        Kind::Object => return Ok(document),
        Kind::Array => "a list",
        Kind::Null => "null",
        Kind::Bool | Kind::Number | Kind::String => "a single value",
    };
    let summary = format!("a package of Boomi Flow is a JSON object, and this is {what}");
    let help = "give the package as Boomi Flow exported it, one package per file";
    Err(Diagnostic::error(codes::NO_OBJECT, summary).at("#").help(help).into())
}

fn not_json(what: &str, error: &Error) -> Failure {
    let help = match &error.problem {
        Problem::TooDeep { .. } | Problem::TooLong { .. } | Problem::TooMany { .. } => {
            return Failure::Limit(format!("{what}: {error}"));
        }
        Problem::End { .. } => "the file was cut off: download or copy it again",
        Problem::Encoding { .. } | Problem::Utf8 => "save it as UTF-8, or download it again",
        _ => "it was changed after the export: export it again from Boomi Flow",
    };
    Diagnostic::error(codes::NOT_JSON, format!("{what}: {error}")).at(format!("#{}", error.pointer)).help(help).into()
}
