//! From a package to a file: natively where the format can, the rest in its attachment.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::carry::{Carriage, SEALED, Trial};
use crate::content::Content;
use crate::error::Error;
use crate::file::write_whole;
use crate::model::{Diagnostic, FormatInfo, Head, Layout, Package, PackageInfo, PackageResource, ResourceId, Setup};
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
    /// Everything that would be carried stops the writing, also what the format has no place for at all.
    Forbid,
}

/// What became of a package in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// One per resource, in the package's order.
    pub placed: Vec<Placed>,
    /// What the file does not say of the package as a whole, by name.
    pub lost: Vec<String>,
}

/// Writes a package. One [`Placed`] per resource, in the package's order; the counts in and out agree.
///
/// Unless leftovers are refused, the file is read again before anybody gets it: what it would not give back is carried, or, where
/// nothing has to be carried, named as lost. Else what is lost is what the codec says.
///
/// # Errors
/// [`Error::Invalid`] where the format cannot hold such a package, with what to do instead; [`Error::NotNative`];
/// [`Error::Output`].
pub fn encode(
    registry: &Registry,
    format: &str,
    package: &Package,
    leftover: Leftover,
    output: &Arc<dyn Output>,
) -> Result<Written, Error> {
    let (codec, info) = registry.format(format).ok_or_else(|| Error::NoFormat(format.to_owned()))?;
    let (is_native, trial) = natives(codec, info, package, leftover)?;
    if leftover == Leftover::Forbid && is_native.contains(&false) {
        return Err(Error::NotNative(not_native(package, &is_native, format)));
    }
    let (native, carried) = parted(package, &is_native);
    let sealed = package.sealed.clone().map(|content| Layout { format: SEALED.to_owned(), content });
    let placed = |lost: &mut dyn FnMut(&ResourceId) -> Vec<String>| {
        let place = |(entry, native): (&PackageResource, &bool)| {
            let id = entry.resource.head.id.clone();
            let lost = if *native { lost(&id) } else { Vec::new() };
            Placed { id, native: *native, lost }
        };
        package.resources.iter().zip(&is_native).map(place).collect()
    };
    if !info.carries_everything() && (!carried.is_empty() || sealed.is_some()) {
        // All that is lost otherwise comes back out of the attachment.
        let read = Trial::of((codec, info), package, native.clone(), true)?.read;
        let attachment = Carriage::of(package, native.clone(), carried, &read).write(registry, sealed)?;
        write(codec, format, &package.info, native, Some(attachment), output)?;
        return Ok(Written { placed: placed(&mut |_| Vec::new()), lost: Vec::new() });
    }
    if let Some(trial) = trial {
        trial.file.copy_to(output.as_ref())?;
        let (mut resources, lost) = trial.lost(package);
        return Ok(Written { placed: placed(&mut |id| resources.remove(id).unwrap_or_default()), lost });
    }
    let mut written_info = package.info.clone();
    written_info.layouts.extend(sealed);
    let mut placements = write(codec, format, &written_info, native, None, output)?.into_iter();
    let placed = placed(&mut |_| placements.next().map(|placement| placement.lost).unwrap_or_default());
    Ok(Written { placed, lost: Vec::new() })
}

/// Which resources the format holds in its product's own way, one answer per resource; unless leftovers are refused, with a file of
/// those.
fn natives(
    codec: &Arc<dyn Codec>,
    info: &FormatInfo,
    package: &Package,
    leftover: Leftover,
) -> Result<(Vec<bool>, Option<Trial>), Error> {
    let heads = package.resources.iter().map(|entry| &entry.resource.head);
    let mut natives: Vec<bool> = heads.map(|head| info.writes(&head.id.kind, &head.dialect)).collect();
    if leftover == Leftover::Refuse || info.carries_everything() || natives.is_empty() {
        return Ok((natives, None));
    }
    if natives.contains(&true) {
        let source = source(package.info.clone(), parted(package, &natives).0, None);
        let mut fits = codec.fits(&info.id, &source)?.into_iter();
        natives.iter_mut().filter(|native| **native).for_each(|native| *native = fits.next().unwrap_or(false));
    }
    loop {
        let trial = Trial::of((codec, info), package, parted(package, &natives).0, false)?;
        let read = trial.read.index();
        let is_read = |entry: &PackageResource| read.contains_key(&entry.resource.head.id);
        let given_back: Vec<bool> =
            natives.iter().zip(&package.resources).map(|(native, entry)| *native && is_read(entry)).collect();
        if given_back == natives {
            return Ok((natives, Some(trial)));
        }
        // A file gives one back as another one: then it is no place for it.
        natives = given_back;
    }
}

/// An error for each resource that would be carried.
fn not_native(package: &Package, is_native: &[bool], format: &str) -> Vec<Diagnostic> {
    let heads = package.resources.iter().map(|entry| &entry.resource.head).zip(is_native);
    let error = |(head, _): (&Head, &bool)| {
        let summary = format!("{} ({}) has no place of its own in the format {format}", head.id, head.name);
        let help = "leave --strict away to carry it along, or write another format";
        Diagnostic::error("E-STRICT", summary).about(&head.id).help(help)
    };
    heads.filter(|(_, is_native)| !**is_native).map(error).collect()
}

/// The resources that are native, and the others.
fn parted(package: &Package, is_native: &[bool]) -> (Vec<PackageResource>, Vec<PackageResource>) {
    let (native, others): (Vec<_>, Vec<_>) =
        package.resources.iter().cloned().zip(is_native).partition(|(_, is_native)| **is_native);
    let entries = |entries: Vec<(PackageResource, &bool)>| entries.into_iter().map(|(entry, _)| entry).collect();
    (entries(native), entries(others))
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
struct Writing<P> {
    file: Mutex<File>,
    progress: P,
}

impl<P: Fn(u64) + Send + Sync> Output for Writing<P> {
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
) -> Result<Written, Error> {
    write_whole(path, overwrite, |file| write_into(registry, format, package, (path, file), leftover, progress))
}

/// Writes a package into an open file; the path is what the file is called in errors.
///
/// # Errors
/// As [`encode`]; [`Error::File`] where the file takes no more.
pub fn write_into(
    registry: &Registry,
    format: &str,
    package: &Package,
    (path, file): (&Path, File),
    leftover: Leftover,
    progress: impl Fn(u64) + Send + Sync + 'static,
) -> Result<Written, Error> {
    let output: Arc<dyn Output> = Arc::new(Writing { file: Mutex::new(file), progress });
    encode(registry, format, package, leftover, &output).map_err(|error| match error {
        Error::Output(why) => Error::file(path, why),
        other => other,
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

    /// What is in an open file by now.
    ///
    /// # Errors
    /// When the system does not say how much that is.
    pub fn of(file: File) -> io::Result<FileInput> {
        Ok(FileInput { len: file.metadata()?.len(), file: Mutex::new(file) })
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
