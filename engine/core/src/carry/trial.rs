//! A file is written for a trial and read again, before anybody gets it: what it does not give back is carried or named.

use std::collections::HashMap;
use std::sync::Arc;

use super::said::{lost, lost_of_package};
use crate::content::Content;
use crate::decode::decode_as;
use crate::encode::write;
use crate::error::Error;
use crate::model::{Diagnostic, FormatInfo, Package, PackageResource, ResourceId};
use crate::plugin::{Codec, Input, Output};
use crate::scratch::Scratch;

/// What stands for an attachment: no codec looks into one.
const PLACEHOLDER: &[u8; 2] = b"{}";

/// A file of native resources, and what it says.
pub(crate) struct Trial {
    /// The file.
    pub(crate) file: Arc<Scratch>,
    /// What it says.
    pub(crate) read: Package,
}

impl Trial {
    /// Writes these resources, of this package, and reads them again; with something in the place of an attachment, where the
    /// file will have one. Of no resources there is no file, and nothing is said.
    ///
    /// # Errors
    /// Where the codec cannot write them, or not read what it wrote.
    pub(crate) fn of(
        (codec, format): (&Arc<dyn Codec>, &FormatInfo),
        package: &Package,
        native: Vec<PackageResource>,
        has_attachment: bool,
    ) -> Result<Trial, Error> {
        let file = Scratch::new();
        if native.is_empty() {
            return Ok(Trial { file, read: Package::default() });
        }
        let (output, input): (Arc<dyn Output>, Arc<dyn Input>) = (file.clone(), file.clone());
        let attachment = has_attachment.then(|| Content::from_bytes(*PLACEHOLDER));
        write(codec, &format.id, &package.info, native, attachment, &output)?;
        let read = decode_as(codec, &format.id, &input)?;
        let wrong: Vec<Diagnostic> = read.diagnostics.into_iter().filter(Diagnostic::is_error).collect();
        if wrong.is_empty() { Ok(Trial { file, read: read.package }) } else { Err(Error::Invalid(wrong)) }
    }

    /// What the file does not say of each of the resources, by name, and of the package. None for a resource that it does not
    /// give back under its id.
    pub(crate) fn lost(&self, package: &Package) -> (HashMap<ResourceId, Vec<String>>, Vec<String>) {
        let read = self.read.index();
        let of_resource = |entry: &PackageResource| {
            let id = &entry.resource.head.id;
            Some((id.clone(), lost(entry, &self.read.resources[*read.get(id)?])))
        };
        (package.resources.iter().filter_map(of_resource).collect(), lost_of_package(&package.info, &self.read.info))
    }
}
