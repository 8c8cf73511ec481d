//! The central directory, record by record.

use crate::collision::{Collision, find_collision, folded};
use crate::end::Directory;
use crate::entry::{FileType, file_type};
use crate::error::Spot;
use crate::extra::zip64_field;
use crate::name::normalised_name;
use crate::records::{
    CENTRAL_LENGTH, Central, FLAG_DESCRIPTOR, FLAG_ENCRYPTED, FLAG_LEVEL, FLAG_MASKED, FLAG_STRONG_ENCRYPTION,
    FLAG_UTF8,
};
use crate::window::Window;
use crate::zip64::central_extent;
use crate::{DosTime, Entry, Error, HeaderError, LimitError, Limits, Method, NameError, Place, StructureError};

const FLAGS_READ: u16 = FLAG_LEVEL | FLAG_DESCRIPTOR | FLAG_UTF8;
const FLAGS_OF_ENCRYPTION: u16 = FLAG_ENCRYPTED | FLAG_STRONG_ENCRYPTION | FLAG_MASKED;

/// Version 6.3, the latest: what it brought over 6.2 (methods, flags) is refused by its own rules.
const VERSION_KNOWN: u16 = 63;

/// Packed bytes of a directory that a careless program deflated: an empty last block.
const EMPTY_DEFLATE_LENGTH: u64 = 2;

/// An entry by its directory record, its local header not yet seen.
pub(crate) struct Draft {
    pub(crate) entry: Entry,
    /// The name's bytes where they are not those of `entry.name`.
    raw_name: Option<Box<[u8]>>,
}

impl Draft {
    pub(crate) fn raw_name(&self) -> &[u8] {
        self.raw_name.as_deref().unwrap_or(self.entry.name.as_bytes())
    }

    pub(crate) fn spot(&self) -> Spot<'_> {
        Spot { name: self.raw_name(), offset: self.entry.header_offset }
    }
}

/// All records, in their order, each checked for itself; then the sums.
pub(crate) fn read_directory(
    window: &mut Window<'_>,
    directory: Directory,
    limits: &Limits,
) -> Result<Vec<Draft>, Error> {
    let stated = directory.entries;
    if stated > limits.entries {
        let limit = limits.entries;
        return Err(LimitError::Entries { entries: stated, limit }.into());
    }
    check_directory_size(directory.size, limits)?;
    let fitting = directory.size / CENTRAL_LENGTH as u64;
    let mut drafts = Vec::with_capacity(stated.min(fitting) as usize);
    let (mut total_size, mut total_compressed) = (0_u64, 0_u64);
    let end = directory.offset + directory.size;
    let mut offset = directory.offset;
    while offset < end {
        let index = drafts.len() as u64;
        let found = index + 1;
        let (draft, next) = read_record(window, offset, end, index, limits)?;
        if found > stated {
            return Err(StructureError::EntryCount { stated, found }.into());
        }
        total_size = total_size.saturating_add(draft.entry.size);
        total_compressed = total_compressed.saturating_add(draft.entry.compressed_size);
        if total_size > limits.total_size {
            return Err(LimitError::TotalSize {
                place: Place::new(draft.raw_name(), offset),
                size: total_size,
                limit: limits.total_size,
            }
            .into());
        }
        drafts.push(draft);
        offset = next;
    }
    let found = drafts.len() as u64;
    if found != stated {
        return Err(StructureError::EntryCount { stated, found }.into());
    }
    if exceeds_ratio(total_size, total_compressed, limits) {
        return Err(LimitError::TotalRatio {
            size: total_size,
            compressed_size: total_compressed,
            limit: limits.ratio,
        }
        .into());
    }
    Ok(drafts)
}

fn check_directory_size(size: u64, limits: &Limits) -> Result<(), Error> {
    let limit = limits.directory_size;
    if size > limit {
        return Err(LimitError::DirectorySize { size, limit }.into());
    }
    Ok(())
}

fn exceeds_ratio(size: u64, compressed_size: u64, limits: &Limits) -> bool {
    size > limits.ratio_floor && size > compressed_size.saturating_mul(limits.ratio)
}

/// The record at `offset`, and where the next one begins.
fn read_record(
    window: &mut Window<'_>,
    offset: u64,
    end: u64,
    index: u64,
    limits: &Limits,
) -> Result<(Draft, u64), Error> {
    let missing = || StructureError::DirectoryRecord { offset, index };
    let variable_offset = offset + CENTRAL_LENGTH as u64;
    if variable_offset > end {
        return Err(missing().into());
    }
    let record = Central::parse(&window.array(offset, end - offset)?).ok_or_else(missing)?;
    let next = variable_offset + u64::from(record.variable_length());
    if next > end {
        return Err(missing().into());
    }
    let variable = window.bytes(variable_offset, record.variable_length(), end - variable_offset)?;
    let (name, rest) = variable.split_at(usize::from(record.common.name_length));
    let extra = &rest[..usize::from(record.common.extra_length)];
    let spot = Spot { name, offset };
    if name.len() as u64 > u64::from(limits.name_length) {
        return Err(LimitError::NameLength {
            place: spot.place(),
            length: name.len() as u64,
            limit: u64::from(limits.name_length),
        }
        .into());
    }
    let entry = read_entry(&record, extra, spot)?;
    check_entry(&entry, limits, spot)?;
    let raw_name = (entry.name.as_bytes() != name).then(|| name.into());
    Ok((Draft { entry, raw_name }, next))
}

fn read_entry(record: &Central, extra: &[u8], spot: Spot<'_>) -> Result<Entry, Error> {
    let common = &record.common;
    let place = || spot.place();
    if common.flags & FLAGS_OF_ENCRYPTION != 0 {
        return Err(HeaderError::Encrypted { place: place() }.into());
    }
    if common.flags & !FLAGS_READ != 0 {
        let flags = common.flags;
        return Err(HeaderError::Flags { place: place(), flags }.into());
    }
    // The upper byte names a system, by some old writers.
    let version = common.version_needed & 0xff;
    if version > VERSION_KNOWN {
        return Err(HeaderError::Version { place: place(), version }.into());
    }
    let method = Method::from_code(common.method)
        .ok_or_else(|| HeaderError::Method { place: place(), method: common.method })?;
    let name = normalised_name(spot.name).map_err(|problem| NameError::Refused { place: place(), problem })?;
    let extent =
        central_extent(record, zip64_field(extra, spot)?).ok_or_else(|| HeaderError::Zip64Field { place: place() })?;
    if extent.disk != 0 {
        let disk = extent.disk;
        return Err(HeaderError::Disk { place: place(), disk }.into());
    }
    Ok(Entry {
        directory: name.ends_with('/'),
        name,
        size: extent.size,
        compressed_size: extent.compressed_size,
        crc: common.crc,
        method,
        modified: DosTime { date: common.date, time: common.time },
        external_attributes: record.external_attributes,
        made_by: record.made_by,
        flags: common.flags,
        header_offset: extent.header_offset,
        data_offset: 0,
    })
}

fn check_entry(entry: &Entry, limits: &Limits, spot: Spot<'_>) -> Result<(), Error> {
    let (size, compressed_size) = (entry.size, entry.compressed_size);
    let place = || spot.place();
    let (by_name, by_attributes) = match (entry.directory, file_type(entry.external_attributes)) {
        (_, FileType::Special(what)) => {
            return Err(HeaderError::Special { place: place(), what }.into());
        }
        (true, FileType::File) => ("directory", "file"),
        (false, FileType::Directory) => ("file", "directory"),
        _ => ("", ""),
    };
    if by_name != by_attributes {
        return Err(HeaderError::Type { place: place(), by_name, by_attributes }.into());
    }
    if entry.directory && (size != 0 || entry.crc != 0 || compressed_size > EMPTY_DEFLATE_LENGTH) {
        return Err(HeaderError::DirectoryContent { place: place() }.into());
    }
    if entry.method == Method::Stored && size != compressed_size {
        return Err(HeaderError::StoredSize { place: place(), compressed_size, size }.into());
    }
    if size > limits.entry_size {
        let limit = limits.entry_size;
        return Err(LimitError::EntrySize { place: place(), size, limit }.into());
    }
    if exceeds_ratio(size, compressed_size, limits) {
        return Err(LimitError::Ratio { place: place(), size, compressed_size, limit: limits.ratio }.into());
    }
    Ok(())
}

/// The names against each other.
pub(crate) fn check_names(drafts: &[Draft], limits: &Limits) -> Result<(), Error> {
    let mut keys = Vec::with_capacity(drafts.len());
    let mut folded_size = 0;
    for Draft { entry, .. } in drafts {
        let key = folded(&entry.name);
        folded_size += key.len() as u64;
        check_directory_size(folded_size, limits)?;
        keys.push((key, entry.directory));
    }
    let place = |index: usize| drafts[index].spot().place();
    let file_and_folder = |file, inner| NameError::FileAndFolder { place: place(file), inner: place(inner) };
    let Some(collision) = find_collision(&keys) else {
        return Ok(());
    };
    Err(match collision {
        Collision::FileAndFolder { file, inner } => file_and_folder(file, inner),
        Collision::Same { first, second } => {
            let (earlier, later) = (&drafts[first].entry, &drafts[second].entry);
            match (earlier.directory, later.directory) {
                (true, false) => file_and_folder(second, first),
                (false, true) => file_and_folder(first, second),
                _ if earlier.name == later.name => {
                    NameError::Duplicate { place: place(second), first: earlier.header_offset }
                }
                _ => NameError::Collision { place: place(second), other: place(first) },
            }
        }
    }
    .into())
}
