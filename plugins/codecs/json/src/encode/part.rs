use flowport_plugin::json::{Document, Limits};
use flowport_plugin::{Failure, PartInfo, ResourceId, View};

use super::emitter::Emitter;
use crate::base64_text::{self, BYTES};
use crate::format::{CHUNK, JSON_MEDIA_TYPE, LEVELS_ABOVE_PART};

/// Writes the parts of a resource, if it has any.
pub(super) fn all(resource: &ResourceId, view: &dyn View, to: &mut Emitter<'_>) -> Result<(), Failure> {
    let parts = view.parts();
    if parts.is_empty() {
        return Ok(());
    }
    to.key("parts")?;
    to.begin('{')?;
    for part in &parts {
        if let Some(fault) = crate::names::fault_of_part(&part.name) {
            return Err(super::head::unwritable(resource, &format!("the name of a part {fault}")));
        }
        to.key(&part.name)?;
        to.begin('{')?;
        write(part, read(view, part)?, to)?;
        to.end('}')?;
    }
    to.end('}')
}

fn read(view: &dyn View, part: &PartInfo) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    while (bytes.len() as u64) < part.len {
        let piece = view.read(&part.name, bytes.len() as u64, CHUNK as u32)?;
        if piece.is_empty() {
            return Err(Failure::Other(format!("{} ends after {} bytes of {}", part.name, bytes.len(), part.len)));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

fn write(part: &PartInfo, bytes: Vec<u8>, to: &mut Emitter<'_>) -> Result<(), Failure> {
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            media_type(part, "", to)?;
            to.key("base64")?;
            to.begin_string()?;
            for piece in error.as_bytes().chunks(BYTES) {
                to.plain(&base64_text::encode(piece))?;
            }
            return to.end_string();
        }
    };
    match embeddable(&text) {
        Some(nodes) if to.has_room_for(nodes) => {
            media_type(part, JSON_MEDIA_TYPE, to)?;
            to.key("json")?;
            to.raw(&text, nodes)
        }
        _ => {
            media_type(part, "", to)?;
            to.member("text", &text)
        }
    }
}

fn media_type(part: &PartInfo, default: &str, to: &mut Emitter<'_>) -> Result<(), Failure> {
    if part.media_type == default { Ok(()) } else { to.member("mediaType", &part.media_type) }
}

/// How many values and names a text holds that can stand in the document as it is. White space around it would be lost, and
/// so would a byte order mark.
fn embeddable(text: &str) -> Option<usize> {
    let defaults = Limits::default();
    let limits = Limits { max_depth: defaults.max_depth - LEVELS_ABOVE_PART, ..defaults };
    let document = Document::parse_with(text, &limits).ok()?;
    let is_bare = document.root().raw().len() == text.len();
    is_bare.then(|| count(&document))
}

/// How many values and names a document holds, as [`Limits::max_nodes`] counts them.
pub(super) fn count(document: &Document) -> usize {
    document.walk().map(|value| 1 + usize::from(value.key().is_some())).sum()
}
