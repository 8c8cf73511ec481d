//! What the format has no place for: base64 in a member of flowport's own.

use flowport_plugin::json::Value;
use flowport_plugin::{Failure, PackageWriter, attachment};

use crate::codes;
use crate::format::CHUNK;
use crate::problems::Problems;

/// The bytes of the attachment.
pub(crate) fn decode(value: Value<'_>, problems: &mut Problems) -> Option<Vec<u8>> {
    match attachment::decode(value) {
        Ok(bytes) => Some(bytes),
        Err(why) => {
            let summary = format!("what flowport attached to the package cannot be read: {why}");
            let help = "export the package again, or take the member out: what it carries is then lost";
            problems.error(codes::ATTACHMENT, value, summary, help);
            None
        }
    }
}

/// Hands the bytes over.
pub(crate) fn write(bytes: &[u8], into: &dyn PackageWriter) -> Result<(), Failure> {
    bytes.chunks(CHUNK).try_for_each(|chunk| into.attachment(chunk))
}
