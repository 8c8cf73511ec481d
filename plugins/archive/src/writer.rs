use flate2::{Compress, Compression, Crc, FlushCompress, Status};

use crate::collision::{Collision, find_collision, folded};
use crate::entry::{FileType, file_type};
use crate::error::shown;
use crate::name::normalised_name;
use crate::output::Output;
use crate::records::{Central, Common, End, FLAG_UTF8, LOCAL_CHECKSUM_AT, LOCAL_SIGNATURE};
use crate::{DosTime, Limits, Method, WriteAt, WriteError};

/// What the exporter states, for needed and for made by: 2.0.
const VERSION: u16 = 20;

/// Bytes of compressed data collected before they go to the output.
const BUFFER: usize = 64 << 10;

/// What an entry has beside its name and content. The default is the exporter's, at [`DosTime::FIRST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryOptions {
    /// When it was last changed.
    pub modified: DosTime,
    /// Those of a regular file; the exporter writes 0.
    pub external_attributes: u32,
    /// System in the upper byte, ten times the version in the lower; the exporter writes 20.
    pub made_by: u16,
    /// How the content is packed; the exporter deflates.
    pub method: Method,
}

impl Default for EntryOptions {
    fn default() -> Self {
        EntryOptions { modified: DosTime::FIRST, external_attributes: 0, made_by: VERSION, method: Method::Deflate }
    }
}

/// Writes an archive as Power Automate's exporter does: flags 0, no data descriptors, no extra fields, version 2.0, names in
/// plain UTF-8 (flagged only if not ASCII). The exporter has no entries for directories; people's programs do. The same calls
/// give the same bytes.
///
/// What it writes the reader takes, within its limits: names are checked by the same rules. Archives that need zip64 are
/// refused, since the exporter's format has none.
pub struct ArchiveWriter<'a, W: WriteAt> {
    output: Output<'a, W>,
    deflater: Compress,
    buffer: Vec<u8>,
    finished: Vec<Written>,
    open: Option<Open>,
}

/// An entry whose content is complete.
struct Written {
    name: String,
    record: Central,
}

/// The entry whose content is being written.
struct Open {
    name: String,
    options: EntryOptions,
    header_offset: u64,
    data_offset: u64,
    crc: Crc,
    size: u64,
}

impl<'a, W: WriteAt> ArchiveWriter<'a, W> {
    /// An archive in `output`, from its first byte.
    pub fn new(output: &'a mut W) -> Self {
        ArchiveWriter {
            output: Output::new(output),
            deflater: Compress::new(Compression::default(), false),
            buffer: Vec::with_capacity(BUFFER),
            finished: Vec::new(),
            open: None,
        }
    }

    /// Begins the entry of a file.
    ///
    /// # Errors
    /// If the name or the attributes would be refused by the reader, or the entry before is not finished.
    pub fn start(&mut self, name: &str, options: EntryOptions) -> Result<(), WriteError> {
        self.check_closed()?;
        check_name(name, name)?;
        if matches!(file_type(options.external_attributes), FileType::Special(_) | FileType::Directory) {
            return Err(attributes(name, options));
        }
        self.begin(name, options)
    }

    /// Writes the entry of a directory, whose name ends with `/`. It has no content and is stored, whatever the options say.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn directory(&mut self, name: &str, options: EntryOptions) -> Result<(), WriteError> {
        self.check_closed()?;
        let Some(path) = name.strip_suffix('/') else {
            return Err(WriteError::Profile { entry: shown(name.as_bytes()) });
        };
        check_name(name, path)?;
        if matches!(file_type(options.external_attributes), FileType::Special(_) | FileType::File) {
            return Err(attributes(name, options));
        }
        self.begin(name, EntryOptions { method: Method::Stored, ..options })?;
        self.finish_entry()
    }

    fn begin(&mut self, name: &str, options: EntryOptions) -> Result<(), WriteError> {
        if self.finished.len() >= usize::from(u16::MAX) - 1 {
            return Err(WriteError::TooLarge { what: "more than 65,534 entries" });
        }
        let header_offset = self.output.position();
        let open = Open { name: name.to_owned(), options, header_offset, data_offset: 0, crc: Crc::new(), size: 0 };
        let mut header = LOCAL_SIGNATURE.to_vec();
        open.common(0)?.write(&mut header);
        header.extend(name.as_bytes());
        self.output.write(&header)?;
        self.deflater.reset();
        self.open = Some(Open { data_offset: self.output.position(), ..open });
        Ok(())
    }

    /// Adds to the content of the open entry.
    ///
    /// # Errors
    /// If no entry is open, or the output fails.
    pub fn write(&mut self, content: &[u8]) -> Result<(), WriteError> {
        let open = self.open.as_mut().ok_or(WriteError::NoEntry)?;
        open.crc.update(content);
        open.size += content.len() as u64;
        match open.options.method {
            Method::Stored => self.output.write(content),
            Method::Deflate => self.deflate(content, FlushCompress::None),
        }
    }

    /// Completes the open entry.
    ///
    /// # Errors
    /// If no entry is open, it is too large, or the output fails.
    pub fn finish_entry(&mut self) -> Result<(), WriteError> {
        let method = self.open.as_ref().ok_or(WriteError::NoEntry)?.options.method;
        if method == Method::Deflate {
            self.deflate(b"", FlushCompress::Finish)?;
        }
        let open = self.open.take().ok_or(WriteError::NoEntry)?;
        let common = open.common(self.output.position() - open.data_offset)?;
        let mut numbers = Vec::with_capacity(12);
        for number in [common.crc, common.compressed_size, common.size] {
            numbers.extend(number.to_le_bytes());
        }
        self.output.patch(open.header_offset + LOCAL_CHECKSUM_AT, &numbers)?;
        let record = Central {
            made_by: open.options.made_by,
            common,
            comment_length: 0,
            disk: 0,
            external_attributes: open.options.external_attributes,
            header_offset: below_4_gib(open.header_offset, "4 GiB of entries")?,
        };
        self.finished.push(Written { name: open.name, record });
        Ok(())
    }

    /// Writes the directory and the end record.
    ///
    /// # Errors
    /// If an entry is open, two names collide, or the output fails.
    pub fn finish(mut self) -> Result<(), WriteError> {
        self.check_closed()?;
        self.check_collisions()?;
        let directory_offset = self.output.position();
        for Written { name, record } in &self.finished {
            let mut bytes = Vec::new();
            record.write(&mut bytes);
            bytes.extend(name.as_bytes());
            self.output.write(&bytes)?;
        }
        let entries = self.finished.len() as u16;
        let end = End {
            disk: 0,
            directory_disk: 0,
            disk_entries: entries,
            entries,
            directory_size: below_4_gib(self.output.position() - directory_offset, "a directory of 4 GiB")?,
            directory_offset: below_4_gib(directory_offset, "4 GiB of entries")?,
            comment_length: 0,
        };
        let mut bytes = Vec::new();
        end.write(&mut bytes);
        self.output.write(&bytes)?;
        self.output.flush()
    }

    fn check_closed(&self) -> Result<(), WriteError> {
        match &self.open {
            None => Ok(()),
            Some(open) => Err(WriteError::EntryOpen { entry: shown(open.name.as_bytes()) }),
        }
    }

    fn check_collisions(&self) -> Result<(), WriteError> {
        let keys: Vec<_> =
            self.finished.iter().map(|written| (folded(&written.name), written.name.ends_with('/'))).collect();
        let (entry, other) = match find_collision(&keys) {
            None => return Ok(()),
            Some(Collision::Same { first, second }) => (second, first),
            Some(Collision::FileAndFolder { file, inner }) => (file.max(inner), file.min(inner)),
        };
        let name = |index: usize| shown(self.finished[index].name.as_bytes());
        Err(WriteError::Collision { entry: name(entry), other: name(other) })
    }

    fn deflate(&mut self, content: &[u8], flush: FlushCompress) -> Result<(), WriteError> {
        let mut rest = content;
        loop {
            self.buffer.clear();
            let before = self.deflater.total_in();
            let result = self.deflater.compress_vec(rest, &mut self.buffer, flush);
            let status = result.map_err(|error| WriteError::Deflate {
                entry: self.open.as_ref().map_or_else(String::new, |open| shown(open.name.as_bytes())),
                reason: error.to_string(),
            })?;
            rest = &rest[(self.deflater.total_in() - before) as usize..];
            self.output.write(&self.buffer)?;
            let done = match flush {
                FlushCompress::Finish => status == Status::StreamEnd,
                // A full buffer may mean that more is waiting.
                _ => rest.is_empty() && self.buffer.len() < self.buffer.capacity(),
            };
            if done {
                return Ok(());
            }
        }
    }
}

impl Open {
    fn common(&self, compressed_size: u64) -> Result<Common, WriteError> {
        Ok(Common {
            version_needed: VERSION,
            flags: if self.name.is_ascii() { 0 } else { FLAG_UTF8 },
            method: self.options.method.code(),
            time: self.options.modified.time,
            date: self.options.modified.date,
            crc: self.crc.sum(),
            compressed_size: below_4_gib(compressed_size, "an entry of 4 GiB")?,
            size: below_4_gib(self.size, "an entry of 4 GiB")?,
            // `check_name` bounds it.
            name_length: self.name.len() as u16,
            extra_length: 0,
        })
    }
}

/// `path` is the name without the `/` that ends that of a directory.
pub(crate) fn check_name(name: &str, path: &str) -> Result<(), WriteError> {
    let entry = || shown(name.as_bytes());
    let limit = Limits::default().name_length as usize;
    if name.len() > limit {
        return Err(WriteError::NameLength { entry: entry(), length: name.len(), limit });
    }
    let normalised =
        normalised_name(path.as_bytes()).map_err(|problem| WriteError::Name { entry: entry(), problem })?;
    if normalised != path || path.ends_with('/') {
        return Err(WriteError::Profile { entry: entry() });
    }
    Ok(())
}

fn attributes(name: &str, options: EntryOptions) -> WriteError {
    WriteError::Attributes { entry: shown(name.as_bytes()), attributes: options.external_attributes }
}

/// The largest value of 32 bits means: see zip64.
fn below_4_gib(number: u64, what: &'static str) -> Result<u32, WriteError> {
    u32::try_from(number).ok().filter(|&number| number != u32::MAX).ok_or(WriteError::TooLarge { what })
}
