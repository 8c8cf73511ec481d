//! What a format has no place for travels in its attachment, in a format that carries everything, with what is needed to give
//! the very same package back: its order, what was said of it, and resources that the format would give back otherwise.

mod said;
mod trial;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::content::Content;
use crate::decode::Decoded;
use crate::error::Error;
use crate::model::{Diagnostic, Layout, Package, PackageInfo, PackageResource, ResourceId};
use crate::plugin::Output;
use crate::registry::Registry;
use crate::scratch::Scratch;
use said::{OfPackage, OfResource};

pub(crate) use trial::Trial;

/// The layout that holds sealed secrets.
pub(crate) const SEALED: &str = "flowport-sealed-secrets";
/// The layout that holds [`Notes`].
const NOTES: &str = "flowport-carried";

/// What goes into an attachment.
pub(crate) struct Carriage {
    resources: Vec<PackageResource>,
    info: PackageInfo,
}

/// How a package is put together again from what its file holds natively and what it carries.
#[derive(Serialize, Deserialize)]
struct Notes {
    /// All resources, in the order of the package: kind, id, version.
    order: Vec<(String, String, Option<String>)>,
    /// What the file said of the package when it was written.
    package: OfPackage,
    /// By position in `order`, for resources that are both native and carried.
    natives: BTreeMap<usize, Native>,
}

/// What a file says otherwise than the package that it was written from.
#[derive(Serialize, Deserialize)]
struct Native {
    /// What the file said of the resource when it was written.
    said: OfResource,
    /// The file has the parts as they are: they are not carried.
    has_parts: bool,
}

impl Carriage {
    /// All that is needed to give the package back as it is. `read` is what a file of the `native` ones alone says: what it says
    /// otherwise is carried too.
    pub(crate) fn of(
        package: &Package,
        native: Vec<PackageResource>,
        carried: Vec<PackageResource>,
        read: &Package,
    ) -> Carriage {
        let read_as = read.index();
        let positions = package.index();
        let (mut resources, mut natives) = (carried, BTreeMap::new());
        for mut entry in native {
            if let Some(position) = read_as.get(&entry.resource.head.id) {
                let (said, wanted) = (OfResource::of(&read.resources[*position]), OfResource::of(&entry));
                if said == wanted {
                    continue;
                }
                let has_parts = said.has_parts_of(&wanted);
                if has_parts {
                    entry.resource.parts.clear();
                }
                natives.insert(positions[&entry.resource.head.id], Native { said, has_parts });
            }
            resources.push(entry);
        }
        let order = package.resources.iter().map(|entry| {
            let ResourceId { kind, id, version } = &entry.resource.head.id;
            (kind.to_string(), id.to_string(), version.as_deref().map(str::to_owned))
        });
        let notes = Notes { order: order.collect(), package: OfPackage::of(&read.info), natives };
        let content = serde_json::to_string(&notes).unwrap_or_else(|_| unreachable!("texts and numbers are JSON"));
        let mut info = package.info.clone();
        info.layouts.push(Layout { format: NOTES.to_owned(), content });
        Carriage { resources, info }
    }

    /// The attachment.
    pub(crate) fn write(self, registry: &Registry, sealed: Option<Layout>) -> Result<Content, Error> {
        let (codec, format) = registry.carrier().ok_or_else(|| no_carrier(&self.resources, sealed.is_some()))?;
        let mut info = self.info;
        info.layouts.extend(sealed);
        let scratch = Scratch::new();
        let output: Arc<dyn Output> = scratch.clone();
        crate::encode::write(codec, &format.id, &info, self.resources, None, &output)?;
        Ok(Content::from_bytes(scratch.read_all()?))
    }
}

fn no_carrier(resources: &[PackageResource], has_sealed: bool) -> Error {
    let names = resources.iter().map(|entry| entry.resource.head.id.to_string());
    let names: Vec<String> = names.chain(has_sealed.then(|| "sealed secrets".to_owned())).collect();
    Error::Invalid(vec![
        Diagnostic::error("E-CARRIER", format!("this format has no place for {}", names.join(", ")))
            .help("load a plugin whose format carries everything, or leave them out with --exclude"),
    ])
}

/// Puts a package together: what its file holds natively, and what it carried. What was changed in the file since it was written
/// is what the file says; a native resource that is no longer in it is gone.
pub(crate) fn reunite(decoded: &mut Decoded, carried: Decoded) {
    let Decoded { package: mut other, diagnostics, .. } = carried;
    decoded.diagnostics.extend(diagnostics);
    let sealed = take(&mut other.info, SEALED);
    decoded.package.sealed = decoded.package.sealed.take().or(sealed);
    let notes = take(&mut other.info, NOTES).and_then(|text| serde_json::from_str::<Notes>(&text).ok());
    match &notes {
        Some(notes) => notes.package.restore(&mut decoded.package.info, other.info),
        None if decoded.package.info.intended_for.is_none() => {
            decoded.package.info.intended_for = other.info.intended_for;
        }
        None => {}
    }
    let places = notes.as_ref().map(Notes::places).unwrap_or_default();
    let natives: HashMap<ResourceId, &Native> = notes.as_ref().map(Notes::natives).unwrap_or_default();
    let there: HashMap<ResourceId, usize> =
        decoded.package.index().into_iter().map(|(id, position)| (id.clone(), position)).collect();
    for entry in other.resources {
        let id = &entry.resource.head.id;
        match (there.get(id), natives.get(id)) {
            (None, None) => decoded.package.resources.push(entry),
            // Somebody took it out of the file, or gave it another id there.
            (None, Some(_)) => {}
            (Some(position), Some(native)) => {
                native.said.restore(&mut decoded.package.resources[*position], entry, native.has_parts);
            }
            (Some(_), None) => {
                let summary = format!("{id} is both in the package and in its attachment");
                let diagnostic = Diagnostic::error("E-TWICE", summary);
                decoded.diagnostics.push(diagnostic.about(id).help("take it out of one of the two"));
            }
        }
    }
    let place = |entry: &PackageResource| places.get(&entry.resource.head.id).copied().unwrap_or(usize::MAX);
    decoded.package.resources.sort_by_key(place);
}

/// A layout that is the engine's own and no codec's.
pub(crate) fn take(info: &mut PackageInfo, format: &str) -> Option<String> {
    let position = info.layouts.iter().position(|layout| layout.format == format)?;
    Some(info.layouts.remove(position).content)
}

impl Notes {
    fn ids(&self) -> impl Iterator<Item = (usize, ResourceId)> {
        let id =
            |(kind, id, version): &(String, String, Option<String>)| ResourceId::new(kind, id, version.as_deref()).ok();
        self.order.iter().enumerate().filter_map(move |(position, entry)| Some((position, id(entry)?)))
    }

    fn places(&self) -> HashMap<ResourceId, usize> {
        self.ids().map(|(position, id)| (id, position)).collect()
    }

    fn natives(&self) -> HashMap<ResourceId, &Native> {
        self.ids().filter_map(|(position, id)| Some((id, self.natives.get(&position)?))).collect()
    }
}
