//! What the host lends a plugin, as traits: the component gets the host's handles, native tests get [`fake`](crate::fake)s.

use crate::bindings::handler::flowport::plugin::host;
use crate::{Diagnostic, Failure, Head, Level, PackageInfo, PartInfo, ResourceId, Setup};

/// How much of a part or file one call brings over: few calls for small ones, little memory for large ones.
const CHUNK: u32 = 256 * 1024;

/// One resource, read-only.
pub trait View {
    /// All but the parts.
    fn head(&self) -> Head;
    /// In the order in which the format holds them.
    fn parts(&self) -> Vec<PartInfo>;
    /// At most `max` bytes of a part from `offset` on.
    ///
    /// # Errors
    /// `Failure::Other` where there is no such part.
    fn read(&self, part: &str, offset: u64, max: u32) -> Result<Vec<u8>, Failure>;
}

/// The target with the package laid over it, read-only.
pub trait Reader {
    /// The resources that carry this identity.
    fn find(&self, identity: &str) -> Vec<Head>;
    /// One resource by its id.
    fn get(&self, id: &ResourceId) -> Option<Box<dyn View>>;
    /// The versions there are of one id.
    fn versions(&self, kind: &str, id: &str) -> Vec<String>;
}

/// A file being read.
pub trait Input {
    /// In bytes.
    fn len(&self) -> u64;
    /// True for a file of no bytes.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// At most `max` bytes from `offset` on; fewer only at the end.
    ///
    /// # Errors
    /// When the host cannot read the file.
    fn read_at(&self, offset: u64, max: u32) -> Result<Vec<u8>, Failure>;
    /// The whole file.
    ///
    /// # Errors
    /// `Failure::Limit` when it is longer than `max` bytes.
    fn read_all(&self, max: u64) -> Result<Vec<u8>, Failure> {
        let len = self.len();
        if len > max {
            return Err(Failure::Limit(format!("the file has {len} bytes; {max} are read at most")));
        }
        collect(len, |offset, max| self.read_at(offset, max))
    }
}

/// A file being written.
pub trait Output {
    /// Writes at an offset.
    ///
    /// # Errors
    /// When the host refuses or cannot write.
    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<(), Failure>;
}

/// A package being decoded into the engine.
pub trait PackageWriter {
    /// What is said of the package as a whole; once, first.
    ///
    /// # Errors
    /// When called twice.
    fn describe(&self, info: PackageInfo) -> Result<(), Failure>;
    /// Begins a resource.
    ///
    /// # Errors
    /// When there is one with this id already.
    fn add(&self, head: Head, setup: Setup) -> Result<(), Failure>;
    /// Begins a part of the resource added last.
    ///
    /// # Errors
    /// When there is one of this name already.
    fn part(&self, name: &str, media_type: &str) -> Result<(), Failure>;
    /// Appends to the part begun last.
    ///
    /// # Errors
    /// When a limit is passed.
    fn write(&self, bytes: &[u8]) -> Result<(), Failure>;
    /// Appends to the bytes that an encoder was given as attachment.
    ///
    /// # Errors
    /// When a limit is passed.
    fn attachment(&self, bytes: &[u8]) -> Result<(), Failure>;
}

/// A package being encoded.
pub trait PackageReader {
    /// What is said of the package as a whole.
    fn info(&self) -> PackageInfo;
    /// How many resources there are to write.
    fn len(&self) -> u32;
    /// True when everything is in the attachment.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The setup of one.
    fn setup(&self, index: u32) -> Setup;
    /// The resource itself.
    fn view(&self, index: u32) -> Box<dyn View>;
    /// Bytes to store as they are.
    fn attachment(&self) -> Option<Box<dyn Input>>;
}

/// The whole of a part.
///
/// # Errors
/// `Failure::Malformed` where there is no such part, `Failure::Limit` when it is longer than `max` bytes.
pub fn read_part(view: &dyn View, part: &str, max: u64) -> Result<Vec<u8>, Failure> {
    let [content] = read_parts(view, [part], max)?;
    Ok(content)
}

/// The whole of several parts, with one question to the host about what there is.
///
/// # Errors
/// `Failure::Malformed` where one of them is missing, `Failure::Limit` when one is longer than `max` bytes.
pub fn read_parts<const N: usize>(view: &dyn View, parts: [&str; N], max: u64) -> Result<[Vec<u8>; N], Failure> {
    let there = view.parts();
    let mut contents = [const { Vec::new() }; N];
    for (content, part) in contents.iter_mut().zip(parts) {
        let Some(info) = there.iter().find(|info| info.name == part) else {
            let diagnostic = Diagnostic::error("PART01", format!("the part {part} is missing"));
            let help = "export the resource again from where it came from";
            return Err(diagnostic.subject(view.head().id).help(help).into());
        };
        if info.len > max {
            return Err(Failure::Limit(format!("{part} has {} bytes; {max} are read at most", info.len)));
        }
        *content = collect(info.len, |offset, max| view.read(part, offset, max))?;
    }
    Ok(contents)
}

fn collect(len: u64, mut read: impl FnMut(u64, u32) -> Result<Vec<u8>, Failure>) -> Result<Vec<u8>, Failure> {
    let mut content = Vec::new();
    while (content.len() as u64) < len {
        let left = len - content.len() as u64;
        let chunk = read(content.len() as u64, CHUNK.min(u32::try_from(left).unwrap_or(CHUNK)))?;
        if chunk.is_empty() {
            return Err(Failure::Other(format!("{} bytes were read of {len}", content.len())));
        }
        if content.is_empty() && chunk.len() as u64 == len {
            return Ok(chunk);
        }
        content.extend_from_slice(&chunk);
    }
    Ok(content)
}

/// A line for people who look for a fault. Never log a secret. Natively it goes to stderr.
pub fn log(level: Level, message: &str) {
    if cfg!(target_arch = "wasm32") {
        host::log(level, message);
    } else {
        eprintln!("{message}");
    }
}

impl View for host::View {
    fn head(&self) -> Head {
        host::View::head(self)
    }
    fn parts(&self) -> Vec<PartInfo> {
        host::View::parts(self)
    }
    fn read(&self, part: &str, offset: u64, max: u32) -> Result<Vec<u8>, Failure> {
        host::View::read(self, part, offset, max)
    }
}

impl Reader for host::Reader {
    fn find(&self, identity: &str) -> Vec<Head> {
        host::Reader::find(self, identity)
    }
    fn get(&self, id: &ResourceId) -> Option<Box<dyn View>> {
        host::Reader::get(self, id).map(|view| Box::new(view) as Box<dyn View>)
    }
    fn versions(&self, kind: &str, id: &str) -> Vec<String> {
        host::Reader::versions(self, kind, id)
    }
}

impl Input for host::Input {
    fn len(&self) -> u64 {
        host::Input::len(self)
    }
    fn read_at(&self, offset: u64, max: u32) -> Result<Vec<u8>, Failure> {
        host::Input::read_at(self, offset, max)
    }
}

impl Output for host::Output {
    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<(), Failure> {
        host::Output::write_at(self, offset, bytes)
    }
}

impl PackageWriter for host::PackageWriter {
    fn describe(&self, info: PackageInfo) -> Result<(), Failure> {
        host::PackageWriter::describe(self, &info)
    }
    fn add(&self, head: Head, setup: Setup) -> Result<(), Failure> {
        host::PackageWriter::add(self, &head, &setup)
    }
    fn part(&self, name: &str, media_type: &str) -> Result<(), Failure> {
        host::PackageWriter::part(self, name, media_type)
    }
    fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        host::PackageWriter::write(self, bytes)
    }
    fn attachment(&self, bytes: &[u8]) -> Result<(), Failure> {
        host::PackageWriter::attachment(self, bytes)
    }
}

impl PackageReader for host::PackageReader {
    fn info(&self) -> PackageInfo {
        host::PackageReader::info(self)
    }
    fn len(&self) -> u32 {
        host::PackageReader::len(self)
    }
    fn setup(&self, index: u32) -> Setup {
        host::PackageReader::setup(self, index)
    }
    fn view(&self, index: u32) -> Box<dyn View> {
        Box::new(host::PackageReader::view(self, index))
    }
    fn attachment(&self) -> Option<Box<dyn Input>> {
        host::PackageReader::attachment(self).map(|input| Box::new(input) as Box<dyn Input>)
    }
}
