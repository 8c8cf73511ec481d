use flowport_plugin::{Failure, PackageWriter};

use super::{Content, Package};
use crate::base64_text;
use crate::format::CHUNK;

/// Hands a checked package over.
pub(super) fn write(package: Package<'_>, into: &dyn PackageWriter) -> Result<(), Failure> {
    into.describe(package.info)?;
    for resource in package.resources {
        into.add(resource.head, resource.setup)?;
        for part in resource.parts {
            into.part(&part.name, &part.media_type)?;
            match part.content {
                Content::Json(raw) => write_bytes(raw.as_bytes(), into)?,
                Content::Text(text) => write_bytes(text.as_bytes(), into)?,
                Content::Base64(text) => base64_text::decode(&text, Failure::Other, |bytes| into.write(bytes))?,
            }
        }
    }
    match package.attachment {
        Some(text) => base64_text::decode(&text, Failure::Other, |bytes| into.attachment(bytes)),
        None => Ok(()),
    }
}

fn write_bytes(bytes: &[u8], into: &dyn PackageWriter) -> Result<(), Failure> {
    bytes.chunks(CHUNK).try_for_each(|chunk| into.write(chunk))
}
