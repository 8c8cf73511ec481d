//! What a file is, from its content; cheap for files that are no JSON.

mod foreign;
pub(crate) mod shape;

use flowport_plugin::json::{Document, Limits, Problem};
use flowport_plugin::{Confidence, Diagnostic, Input, Recognition};

use crate::decode::not_json;
use crate::{codes, format};
use shape::Shape;

/// So much of a file is read to see whether it can be JSON at all.
const BEGINNING: u32 = 4096;
const LOOKS_LIKE: &str = "this looks like JSON, but cannot be read";

/// How sure it is that a file is flowport JSON, or what it is instead.
pub(crate) fn recognize(file: &dyn Input) -> Recognition {
    let Ok(head) = file.read_at(0, BEGINNING) else {
        return not(None);
    };
    match beginning(&head) {
        Beginning::Other => not(None),
        Beginning::Encoded => not(encoding(head)),
        beginning @ (Beginning::Json | Beginning::Text) => whole(file, beginning),
    }
}

/// What a file begins with.
#[derive(PartialEq)]
enum Beginning {
    /// An object or a list.
    Json,
    /// A single string.
    Text,
    /// JSON in an encoding that is not taken.
    Encoded,
    Other,
}

fn is(confidence: Confidence) -> Recognition {
    Recognition { format: format::ID.to_owned(), confidence, why_not: None }
}

fn not(why_not: Option<Diagnostic>) -> Recognition {
    Recognition { format: format::ID.to_owned(), confidence: Confidence::No, why_not }
}

/// The first characters name the encoding; nothing more of the file is of interest.
fn encoding(head: Vec<u8>) -> Option<Diagnostic> {
    let error = Document::parse(head).err()?;
    let is_named = matches!(error.problem, Problem::Encoding { .. });
    is_named.then(|| not_json(LOOKS_LIKE, &error))
}

/// Looks at the whole of a file that begins as JSON does.
fn whole(file: &dyn Input, beginning: Beginning) -> Recognition {
    // Many other files begin with a quote, so that one which is no JSON is nothing to speak of.
    let looks_like_json = beginning == Beginning::Json;
    let most = Limits::default().max_bytes as u64;
    if file.len() > most {
        return not(looks_like_json.then(|| too_large(file.len(), most)));
    }
    let Ok(bytes) = file.read_all(most) else {
        return not(None);
    };
    match Document::parse(bytes) {
        Err(error) => not(looks_like_json.then(|| not_json(LOOKS_LIKE, &error))),
        Ok(document) => match shape::of(document.root()) {
            Shape::Package => is(Confidence::Certain),
            Shape::Unmarked | Shape::Resource | Shape::Resources => is(Confidence::Maybe),
            Shape::Other(diagnostic) => not(Some(diagnostic)),
        },
    }
}

fn too_large(bytes: u64, most: u64) -> Diagnostic {
    let summary = format!("this looks like JSON, but has {bytes} bytes; {most} are read at most");
    Diagnostic::error(codes::TOO_LARGE, summary)
        .help("export it again as a zip, which has no such limit for the whole package")
}

fn beginning(head: &[u8]) -> Beginning {
    const MARKS: [&[u8]; 3] = [b"\xEF\xBB\xBF", b"\xFF\xFE", b"\xFE\xFF"];
    let mark = MARKS.into_iter().find(|mark| head.starts_with(mark));
    let content = &head[mark.map_or(0, <[u8]>::len)..];
    // UTF-16 and UTF-32 put NUL bytes around the characters of ASCII, and marks of four bytes end or begin with them.
    let is_sign = |byte: &&u8| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0 | 0xFE | 0xFF);
    let first = content.iter().find(is_sign);
    let is_utf16 = mark.is_some_and(|mark| mark.len() == 2);
    let has_nul = content.iter().take(4).any(|byte| *byte == 0);
    match first {
        Some(b'{' | b'[' | b'"') if is_utf16 || has_nul => Beginning::Encoded,
        Some(b'{' | b'[') => Beginning::Json,
        Some(b'"') => Beginning::Text,
        _ => Beginning::Other,
    }
}
