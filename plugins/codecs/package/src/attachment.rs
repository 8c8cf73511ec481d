//! What the format has no place for: base64 in a member of flowport's own.

use flowport_plugin::json::Value;
use flowport_plugin::{Failure, PackageWriter, attachment};

use crate::codes;
use crate::format::CHUNK;
use crate::problems::Problems;

/// The bytes of the attachment.
pub(crate) fn decode(value: Value<'_>, problems: &mut Problems) -> Option<Vec<u8>> {
    let bytes = attachment::decode(value).ok();
    if bytes.is_none() {
        let summary = "what flowport attached to the package is no valid base64".to_owned();
        let help = "export the package again, or take the member out: what it carries is then lost";
        problems.error(codes::ATTACHMENT, value, summary, help);
    }
    bytes
}

/// Hands the bytes over.
pub(crate) fn write(bytes: &[u8], into: &dyn PackageWriter) -> Result<(), Failure> {
    bytes.chunks(CHUNK).try_for_each(|chunk| into.attachment(chunk))
}
