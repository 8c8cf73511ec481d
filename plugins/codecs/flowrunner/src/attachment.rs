//! What travels in a file beside its flow: bytes that the engine hands over, as base64 under a key of their own.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flowport_plugin::json::{Document, Edits, quote};
use flowport_plugin::{Diagnostic, Failure};

use crate::codes;

/// The key, at the top level. It is no part of the flow.
pub(crate) const KEY: &str = "flowportAttachment";

/// A file taken apart.
pub(crate) struct Split {
    /// The file as it would be without the attachment, byte for byte.
    pub(crate) text: Vec<u8>,
    /// None where the file has no such key.
    pub(crate) attachment: Option<Vec<u8>>,
}

/// Takes the attachment out of a document.
pub(crate) fn split(document: Document) -> Result<Split, Failure> {
    let Some(value) = document.root().get(KEY) else {
        return Ok(Split { text: document.into_bytes(), attachment: None });
    };
    let wrong = |why: String| {
        let position = value.position();
        let (line, column) = (position.line, position.column);
        Diagnostic::error(codes::ATTACHMENT, format!("{KEY} at line {line}, column {column} cannot be read: {why}"))
            .help("it holds what else the package carried: export it again, or take the key out to go without")
    };
    let encoded = value.as_str().ok_or_else(|| wrong("it is no text".to_owned()))?;
    let bytes = STANDARD.decode(encoded.as_bytes()).map_err(|error| wrong(format!("it is no base64: {error}")))?;
    let mut edits = Edits::new(&document);
    edits.remove(value);
    let text = edits.finish().map_err(|error| Failure::Other(error.to_string()))?;
    Ok(Split { text, attachment: Some(bytes) })
}

/// How long the text of an attachment of so many bytes is.
pub(crate) fn length(bytes: u64) -> u64 {
    bytes.div_ceil(3).saturating_mul(4)
}

/// Puts an attachment behind the last member of an object; [`split`] takes out exactly what is added.
pub(crate) fn append(document: &Document, bytes: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut edits = Edits::new(document);
    edits.insert_member(document.root(), KEY, quote(&STANDARD.encode(bytes)));
    edits.finish().map_err(|error| Failure::Other(error.to_string()))
}
