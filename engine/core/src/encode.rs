//! From a package to a file: natively where the format can, the rest in its attachment.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::carry::{Carriage, SEALED};
use crate::content::Content;
use crate::error::Error;
use crate::file::write_whole;
use crate::model::{Diagnostic, FormatInfo, Layout, Package, PackageInfo, PackageResource, ResourceId, Setup};
use crate::plugin::{Codec, Input, Output, PackageSource, PluginError, SharedView};
use crate::registry::Registry;

/// How a resource was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Which.
    pub id: ResourceId,
    /// False: carried along, and not run by the product whose format it is.
    pub native: bool,
    /// What the format has no place for, by name.
    pub lost: Vec<String>,
}

/// The format of a new file: what was asked for, else its extension where that is unambiguous, else the dialect of what is in it.
///
/// # Errors
/// [`Error::NoFormat`]; [`Error::Invalid`] where nothing decides, with what to say.
pub fn choose_format(
    registry: &Registry,
    asked: Option<&str>,
    path: &Path,
    package: &Package,
) -> Result<String, Error> {
    if let Some(asked) = asked {
        let known = registry.format(asked).ok_or_else(|| Error::NoFormat(asked.to_owned()))?;
        return Ok(known.1.id.clone());
    }
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default();
    let by_extension: Vec<&str> = registry
        .formats()
        .filter(|(_, format)| format.extensions.contains(&extension))
        .map(|(_, format)| format.id.as_str())
        .collect();
    if let [only] = by_extension.as_slice() {
        return Ok((*only).to_owned());
    }
    let writes_all = |format: &FormatInfo| {
        let mut heads = package.resources.iter().map(|entry| &entry.resource.head);
        !format.carries_everything()
            && !package.resources.is_empty()
            && heads.all(|head| format.writes(&head.id.kind, &head.dialect))
    };
    let by_dialect: Vec<&str> = registry
        .formats()
        .filter(|(_, format)| {
            writes_all(format) && (by_extension.is_empty() || by_extension.contains(&format.id.as_str()))
        })
        .map(|(_, format)| format.id.as_str())
        .collect();
    // The formats of one codec stand in its own order: the first is the one that its product writes today.
    let of_one_codec = |ids: &[&str]| {
        let mut names = ids.iter().filter_map(|id| registry.format(id)).map(|(codec, _)| codec.name());
        names.next().is_some_and(|first| names.all(|name| name == first))
    };
    match by_dialect.as_slice() {
        [first, ..] if of_one_codec(&by_dialect) => Ok((*first).to_owned()),
        _ if let Some((_, carrier)) = registry.carrier().filter(|(_, it)| by_extension.contains(&it.id.as_str())) => {
            Ok(carrier.id.clone())
        }
        _ => {
            let known: Vec<&str> = registry.formats().map(|(_, format)| format.id.as_str()).collect();
            Err(Error::Invalid(vec![
                Diagnostic::error("E-WHICH-FORMAT", format!("{} does not say which format to write", path.display()))
                    .help(format!("say it with --format {}", known.join("|"))),
            ]))
        }
    }
}

/// What becomes of resources for which the format has a place, but not beside the others: a second flow where it holds one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leftover {
    /// They stop the writing: whoever wants a package that its product runs must choose.
    Refuse,
    /// They are carried along, and all comes back as it was when the file is read again.
    Carry,
}

/// Writes a package. One [`Placed`] per resource, in the package's order; the counts in and out agree.
///
/// # Errors
/// [`Error::Invalid`] where the format cannot hold such a package, with what to do instead.
pub fn encode(
    registry: &Registry,
    format: &str,
    package: &Package,
    leftover: Leftover,
    output: &Arc<dyn Output>,
) -> Result<Vec<Placed>, Error> {
    let (codec, info) = registry.format(format).ok_or_else(|| Error::NoFormat(format.to_owned()))?;
    let is_native = natives(codec, info, package, leftover)?;
    let (native, carried): (Vec<_>, Vec<_>) =
        package.resources.iter().cloned().zip(&is_native).partition(|(_, is_native)| **is_native);
    let native: Vec<PackageResource> = native.into_iter().map(|(entry, _)| entry).collect();
    let carried: Vec<PackageResource> = carried.into_iter().map(|(entry, _)| entry).collect();
    let sealed = package.sealed.clone().map(|content| Layout { format: SEALED.to_owned(), content });
    let mut written_info = package.info.clone();
    let attachment = if info.carries_everything() {
        written_info.layouts.extend(sealed);
        None
    } else if carried.is_empty() && sealed.is_none() {
        None
    } else {
        let carriage = Carriage::of((codec, info), package, &native, carried)?;
        Some(carriage.write(registry, sealed)?)
    };
    let mut placements = write(codec, format, &written_info, native, attachment, output)?.into_iter();
    let place = |(entry, is_native): (&PackageResource, &bool)| {
        let id = entry.resource.head.id.clone();
        match is_native.then(|| placements.next()).flatten() {
            Some(placement) => Placed { id, native: true, lost: placement.lost },
            None => Placed { id, native: false, lost: Vec::new() },
        }
    };
    Ok(package.resources.iter().zip(&is_native).map(place).collect())
}

/// Which resources the format holds in its product's own way, one answer per resource.
///
/// # Errors
/// When the codec fails.
pub fn is_native(registry: &Registry, format: &str, package: &Package, leftover: Leftover) -> Result<Vec<bool>, Error> {
    let (codec, info) = registry.format(format).ok_or_else(|| Error::NoFormat(format.to_owned()))?;
    natives(codec, info, package, leftover)
}

fn natives(
    codec: &Arc<dyn Codec>,
    info: &FormatInfo,
    package: &Package,
    leftover: Leftover,
) -> Result<Vec<bool>, Error> {
    let heads = package.resources.iter().map(|entry| &entry.resource.head);
    let mut natives: Vec<bool> = heads.map(|head| info.writes(&head.id.kind, &head.dialect)).collect();
    if leftover == Leftover::Refuse || info.carries_everything() || !natives.contains(&true) {
        return Ok(natives);
    }
    let candidates = package.resources.iter().zip(&natives).filter(|(_, native)| **native);
    let source = source(package.info.clone(), candidates.map(|(entry, _)| entry.clone()).collect(), None);
    let mut fits = codec.fits(&info.id, &source)?.into_iter();
    natives.iter_mut().filter(|native| **native).for_each(|native| *native = fits.next().unwrap_or(false));
    Ok(natives)
}

pub(crate) fn write(
    codec: &Arc<dyn Codec>,
    format: &str,
    info: &PackageInfo,
    resources: Vec<PackageResource>,
    attachment: Option<Content>,
    output: &Arc<dyn Output>,
) -> Result<Vec<crate::model::Placement>, Error> {
    let count = resources.len();
    let placements = codec.encode(format, &source(info.clone(), resources, attachment), output)?;
    if placements.len() == count {
        return Ok(placements);
    }
    let what = format!("it was given {count} resources and placed {}", placements.len());
    Err(PluginError::Fault { plugin: codec.name().clone(), function: "encode", resource: None, what }.into())
}

fn source(info: PackageInfo, resources: Vec<PackageResource>, attachment: Option<Content>) -> Arc<dyn PackageSource> {
    let resources = resources.into_iter().map(|entry| (Arc::new(entry.resource), entry.setup)).collect();
    Arc::new(Source { info, resources, attachment })
}

struct Source {
    info: PackageInfo,
    resources: Vec<(SharedView, Setup)>,
    attachment: Option<Content>,
}

impl PackageSource for Source {
    fn info(&self) -> &PackageInfo {
        &self.info
    }
    fn len(&self) -> usize {
        self.resources.len()
    }
    fn setup(&self, index: usize) -> &Setup {
        &self.resources[index].1
    }
    fn view(&self, index: usize) -> SharedView {
        self.resources[index].0.clone()
    }
    fn attachment(&self) -> Option<Arc<dyn Input>> {
        self.attachment.clone().map(|content| Arc::new(content) as Arc<dyn Input>)
    }
}
/// A temporary file beside its final name.
struct Written<P> {
    file: Mutex<File>,
    progress: P,
}

impl<P: Fn(u64) + Send + Sync> Output for Written<P> {
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(bytes)?;
        (self.progress)(bytes.len() as u64);
        Ok(())
    }
}

/// Writes a package to a file, whole or not at all. `progress` hears of the bytes written.
///
/// # Errors
/// As [`encode`] and [`write_whole`].
pub fn write_file(
    registry: &Registry,
    format: &str,
    package: &Package,
    path: &Path,
    overwrite: bool,
    leftover: Leftover,
    progress: impl Fn(u64) + Send + Sync + 'static,
) -> Result<Vec<Placed>, Error> {
    write_whole(path, overwrite, |file| {
        let output: Arc<dyn Output> = Arc::new(Written { file: Mutex::new(file), progress });
        encode(registry, format, package, leftover, &output)
    })
}

/// A file on disk, to read.
pub struct FileInput {
    file: Mutex<File>,
    len: u64,
}

impl FileInput {
    /// Opens a file.
    ///
    /// # Errors
    /// [`Error::File`]; a folder is none.
    pub fn open(path: &Path) -> Result<FileInput, Error> {
        // Before it is opened: a pipe would wait for ever.
        let metadata = std::fs::metadata(path).map_err(|why| Error::file(path, why))?;
        if !metadata.is_file() {
            let what = if metadata.is_dir() { "a folder" } else { "no ordinary file" };
            return Err(Error::file(path, io::Error::other(format!("this is {what}; flowport reads package files"))));
        }
        let file = File::open(path).map_err(|why| Error::file(path, why))?;
        Ok(FileInput { len: metadata.len(), file: Mutex::new(file) })
    }
}

impl Input for FileInput {
    fn len(&self) -> u64 {
        self.len
    }
    fn read_at(&self, offset: u64, max: usize) -> io::Result<Vec<u8>> {
        use std::io::Read;
        let max = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX).min(max);
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = vec![0; max];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}
