//! What a format has no place for travels in its attachment, in a format that carries everything, with what is needed to give
//! the very same package back: its order, what was said of it, and resources that the format would give back otherwise.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tempfile::SpooledTempFile;

use crate::content::{Content, Hash, Hasher};
use crate::decode::{Decoded, decode_as};
use crate::environment::fingerprint;
use crate::error::Error;
use crate::model::{Diagnostic, FormatInfo, Layout, Package, PackageInfo, PackageResource, Part, Resource, ResourceId};
use crate::plugin::{Codec, Input, Output};
use crate::registry::Registry;

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
    info: String,
    /// By position in `order`, for resources that are both native and carried.
    natives: BTreeMap<usize, Native>,
}

/// What a file says otherwise than the package that it was written from.
#[derive(Serialize, Deserialize)]
struct Native {
    /// Over what the file said of the resource when it was written.
    hash: String,
    /// The file has the parts as they are: they are not carried.
    has_parts: bool,
}

impl Carriage {
    /// All that is needed to give the package back as it is. `native` is read again from a file of its own, to see what the
    /// format makes of it: what it makes otherwise is carried too.
    pub(crate) fn of(
        format: (&Arc<dyn Codec>, &FormatInfo),
        package: &Package,
        native: &[PackageResource],
        carried: Vec<PackageResource>,
    ) -> Result<Carriage, Error> {
        let read = if native.is_empty() { Package::default() } else { as_written(format, package, native)? };
        let read_as: HashMap<&ResourceId, &PackageResource> =
            read.resources.iter().map(|entry| (&entry.resource.head.id, entry)).collect();
        let positions = package.index();
        let (mut resources, mut natives) = (carried, BTreeMap::new());
        for entry in native {
            let mut entry = entry.clone();
            if let Some(read) = read_as.get(&entry.resource.head.id) {
                if hash(read) == hash(&entry) {
                    continue;
                }
                let has_parts = same_parts(&read.resource, &entry.resource);
                if has_parts {
                    entry.resource.parts.clear();
                }
                natives.insert(positions[&entry.resource.head.id], Native { hash: hash(read).to_string(), has_parts });
            }
            resources.push(entry);
        }
        let order = package.resources.iter().map(|entry| {
            let ResourceId { kind, id, version } = &entry.resource.head.id;
            (kind.to_string(), id.to_string(), version.as_deref().map(str::to_owned))
        });
        let notes = Notes { order: order.collect(), info: hash_of_info(&read.info).to_string(), natives };
        let content = serde_json::to_string(&notes).unwrap_or_else(|_| unreachable!("texts and numbers are JSON"));
        let mut info = package.info.clone();
        info.layouts.push(Layout { format: NOTES.to_owned(), content });
        Ok(Carriage { resources, info })
    }

    /// The attachment.
    pub(crate) fn write(self, registry: &Registry, sealed: Option<Layout>) -> Result<Content, Error> {
        let (codec, format) = registry.carrier().ok_or_else(|| no_carrier(&self.resources, sealed.is_some()))?;
        let mut info = self.info;
        info.layouts.extend(sealed);
        let scratch = Scratch::new();
        let output: Arc<dyn Output> = scratch.clone();
        crate::encode::write(codec, &format.id, &info, self.resources, None, &output)?;
        let len = usize::try_from(scratch.len()).unwrap_or(usize::MAX);
        Ok(Content::from_bytes(scratch.read_at(0, len).map_err(no_room)?))
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

fn no_room(error: io::Error) -> Error {
    Error::file(std::env::temp_dir(), error)
}

/// What a file of these resources alone says when it is read.
fn as_written(
    (codec, info): (&Arc<dyn Codec>, &FormatInfo),
    package: &Package,
    native: &[PackageResource],
) -> Result<Package, Error> {
    let scratch = Scratch::new();
    let (output, file): (Arc<dyn Output>, Arc<dyn Input>) = (scratch.clone(), scratch);
    crate::encode::write(codec, &info.id, &package.info, native.to_vec(), None, &output)?;
    Ok(decode_as(codec, &info.id, &file)?.package)
}

/// Puts a package together: what its file holds natively, and what it carried. Natives that were changed since the file was
/// written are what the file says.
pub(crate) fn reunite(decoded: &mut Decoded, carried: Decoded) {
    let Decoded { package: mut other, diagnostics, .. } = carried;
    decoded.diagnostics.extend(diagnostics);
    let sealed = take(&mut other.info, SEALED);
    decoded.package.sealed = decoded.package.sealed.take().or(sealed);
    let notes = take(&mut other.info, NOTES).and_then(|text| serde_json::from_str::<Notes>(&text).ok());
    let native_info = hash_of_info(&decoded.package.info).to_string();
    match &notes {
        Some(notes) if notes.info == native_info || decoded.package.resources.is_empty() => {
            decoded.package.info = other.info;
        }
        _ if decoded.package.info.intended_for.is_none() => decoded.package.info.intended_for = other.info.intended_for,
        _ => {}
    }
    let places = notes.as_ref().map(Notes::places).unwrap_or_default();
    let kept: HashMap<ResourceId, &Native> = notes.as_ref().map(Notes::natives).unwrap_or_default();
    let native: HashMap<ResourceId, usize> =
        decoded.package.index().into_iter().map(|(id, position)| (id.clone(), position)).collect();
    for entry in other.resources {
        let id = &entry.resource.head.id;
        match (native.get(id), kept.get(id)) {
            (None, _) => decoded.package.resources.push(entry),
            (Some(position), Some(native)) => {
                let read = &mut decoded.package.resources[*position];
                if hash(read).to_string() == native.hash {
                    let parts = std::mem::take(&mut read.resource.parts);
                    *read = entry;
                    if native.has_parts {
                        read.resource.parts = parts;
                    }
                }
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

fn same_parts(left: &Resource, right: &Resource) -> bool {
    let part = |part: &Part| (part.name.clone(), part.media_type.clone(), part.content.hash());
    left.parts.iter().map(part).eq(right.parts.iter().map(part))
}

/// Over all that a file says of a resource.
fn hash(entry: &PackageResource) -> Hash {
    let mut hasher = Hasher::default();
    hasher.update(&fingerprint(&entry.resource).0);
    hasher.update(serde_json::to_string(&entry.setup).unwrap_or_default().as_bytes());
    hasher.finish()
}

/// Over all that is said of a package; layouts tell of the file, attachment included.
fn hash_of_info(info: &PackageInfo) -> Hash {
    let mut hasher = Hasher::default();
    let mut field = |text: Option<&str>| {
        hasher.update(&[u8::from(text.is_some())]);
        hasher.update(&(text.map_or(0, str::len) as u64).to_le_bytes());
        hasher.update(text.unwrap_or_default().as_bytes());
    };
    let PackageInfo { name, description, created, creator, source, intended_for, layouts: _ } = info;
    field(Some(name));
    field(Some(description));
    [created, creator, source, intended_for].into_iter().for_each(|text| field(text.as_deref()));
    hasher.finish()
}

/// A file that nobody else sees: in memory while it is small, in a temporary file when it is large.
struct Scratch(Mutex<SpooledTempFile>);

/// Above this it goes to disk.
const IN_MEMORY: usize = 32 << 20;

impl Scratch {
    fn new() -> Arc<Scratch> {
        Arc::new(Scratch(Mutex::new(SpooledTempFile::new(IN_MEMORY))))
    }

    fn file(&self) -> MutexGuard<'_, SpooledTempFile> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Output for Scratch {
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.file();
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(bytes)
    }
}

impl Input for Scratch {
    fn len(&self) -> u64 {
        // Where even this fails, reading says why.
        self.file().seek(SeekFrom::End(0)).unwrap_or(0)
    }

    fn read_at(&self, offset: u64, max: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut file = self.file();
        file.seek(SeekFrom::Start(offset))?;
        Read::by_ref(&mut *file).take(max as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
