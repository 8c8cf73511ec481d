//! From resources to a document: written from its beginning to its end, never held as a whole.

mod emitter;
mod head;
mod part;

use flowport_plugin::json::Limits;
use flowport_plugin::{Failure, Input, Output, PackageInfo, PackageReader, Placement};

use crate::base64_text::{self, BYTES};
use crate::format::{MARK, VERSION};
use emitter::Emitter;

/// Writes a package.
pub(crate) fn encode(package: &dyn PackageReader, file: &dyn Output) -> Result<Vec<Placement>, Failure> {
    let info = package.info();
    let attachment = package.attachment();
    refuse_large(package, &info, attachment.as_deref())?;
    let mut to = Emitter::new(file);
    to.begin('{')?;
    to.member("format", MARK)?;
    to.member("formatVersion", VERSION)?;
    head::package(&info, &mut to)?;
    to.key("resources")?;
    to.begin('[')?;
    let mut placements = Vec::new();
    for index in 0..package.len() {
        let view = package.view(index);
        let head = view.head();
        to.begin('{')?;
        head::resource(&head, &package.setup(index), &mut to)?;
        part::all(&head.id, &*view, &mut to)?;
        to.end('}')?;
        placements.push(Placement { id: head.id, lost: Vec::new() });
    }
    to.end(']')?;
    if let Some(attachment) = attachment {
        to.key("attachment")?;
        write_attachment(&*attachment, &mut to)?;
    }
    to.end('}')?;
    to.finish()?;
    Ok(placements)
}

fn write_attachment(attachment: &dyn Input, to: &mut Emitter<'_>) -> Result<(), Failure> {
    to.begin_string()?;
    let length = attachment.len();
    let mut offset = 0;
    while offset < length {
        let expected = (length - offset).min(BYTES as u64);
        // Never more than BYTES.
        let bytes = attachment.read_at(offset, expected as u32)?;
        if bytes.len() as u64 != expected {
            return Err(Failure::Other(format!("the attachment ends at byte {offset} of {length}")));
        }
        to.plain(&base64_text::encode(&bytes))?;
        offset += expected;
    }
    to.end_string()
}

/// Refuses at once what can never fit, before anything is read.
fn refuse_large(
    package: &dyn PackageReader,
    info: &PackageInfo,
    attachment: Option<&dyn Input>,
) -> Result<(), Failure> {
    let layouts: u64 = info.layouts.iter().map(|layout| layout.content.len() as u64).sum();
    let attached = attachment.map_or(0, |attachment| attachment.len().div_ceil(3).saturating_mul(4));
    let mut least = layouts.saturating_add(attached);
    for index in 0..package.len() {
        for part in package.view(index).parts() {
            least = least.saturating_add(part.len);
        }
    }
    if least > Limits::default().max_bytes as u64 {
        return Err(too_large(&format!("at least {least}")));
    }
    Ok(())
}

fn too_large(bytes: &str) -> Failure {
    let most = Limits::default().max_bytes;
    Failure::Limit(format!(
        "as flowport JSON the package has {bytes} bytes; {most} can be read again: write it as a zip instead (--format zip)"
    ))
}
