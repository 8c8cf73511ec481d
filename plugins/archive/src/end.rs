//! The end records: where the directory is, and that nothing else claims to say so.

use crate::records::{
    END_LENGTH, END_SIGNATURE, End, SEE_ZIP64, ZIP64_END_LENGTH, ZIP64_LOCATOR_LENGTH, Zip64End, Zip64Locator,
};
use crate::window::{BLOCK, Window};
use crate::{Error, Sniffed, StructureError};

/// Where the central directory is, by the end records, which agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Directory {
    pub(crate) offset: u64,
    pub(crate) size: u64,
    pub(crate) entries: u64,
}

/// Finds and checks the end records. `sniffed` is what the file looks like, for the message if there are none.
pub(crate) fn find_directory(window: &mut Window<'_>, sniffed: impl FnOnce() -> Sniffed) -> Result<Directory, Error> {
    let (end_offset, end) = find_end(window, sniffed)?;
    let several = |offset| StructureError::SeveralDisks { offset };
    let (directory_end, directory) = match find_zip64(window, end_offset)? {
        None => {
            if end.disk != 0 || end.directory_disk != 0 || end.disk_entries != end.entries {
                return Err(several(end_offset).into());
            }
            let directory = Directory {
                offset: u64::from(end.directory_offset),
                size: u64::from(end.directory_size),
                entries: u64::from(end.entries),
            };
            (end_offset, directory)
        }
        Some((offset, record)) => {
            check_zip64(offset, &record, end_offset, &end)?;
            let directory =
                Directory { offset: record.directory_offset, size: record.directory_size, entries: record.entries };
            (offset, directory)
        }
    };
    if directory.offset.checked_add(directory.size) != Some(directory_end) {
        return Err(StructureError::DirectoryMisplaced {
            offset: directory.offset,
            size: directory.size,
            end: directory_end,
        }
        .into());
    }
    Ok(directory)
}

/// The one end record that ends with the file.
fn find_end(window: &mut Window<'_>, sniffed: impl FnOnce() -> Sniffed) -> Result<(u64, End), Error> {
    let length = window.length();
    let searched = length.min((END_LENGTH + usize::from(u16::MAX)) as u64);
    let base = length - searched;
    // A whole block: in small archives it holds the directory and all entries too.
    let loaded = length.min(u64::from(BLOCK));
    window.bytes(length - loaded, loaded as u32, 0)?;
    let tail = window.bytes(base, searched as u32, 0)?;

    let mut found: Option<(usize, End)> = None;
    let mut misfit = None;
    for at in signatures(tail).rev() {
        let rest = &tail[at..];
        let record = rest.first_chunk().and_then(End::parse);
        let record_end = record.map_or(END_LENGTH, |end| END_LENGTH + usize::from(end.comment_length));
        match record.filter(|_| record_end == rest.len()) {
            Some(end) => {
                if let Some((later, _)) = found.replace((at, end)) {
                    return Err(StructureError::SeveralEndRecords {
                        first: base + at as u64,
                        second: base + later as u64,
                    }
                    .into());
                }
            }
            None => {
                misfit.get_or_insert((at, record_end));
            }
        }
    }
    if let Some((at, end)) = found {
        check_comment(&tail[at..], base + at as u64)?;
        return Ok((base + at as u64, end));
    }
    Err(match misfit {
        Some((at, record_end)) if at + record_end > tail.len() => {
            StructureError::EndRecordCut { offset: base + at as u64 }
        }
        Some((at, record_end)) => StructureError::DataAfterEnd {
            offset: base + (at + record_end) as u64,
            length: (tail.len() - at - record_end) as u64,
        },
        None => match sniffed() {
            Sniffed::Zip => StructureError::EndRecordMissing,
            sniffed => StructureError::NotAnArchive { sniffed },
        },
    }
    .into())
}

fn signatures(tail: &[u8]) -> impl DoubleEndedIterator<Item = usize> {
    tail.windows(END_SIGNATURE.len()).enumerate().filter(|(_, window)| *window == END_SIGNATURE).map(|(at, _)| at)
}

/// A comment may be any text, but no part of an archive: programs that search forward, or for the last signature, would take
/// it for one. `record` is the end record with its comment.
fn check_comment(record: &[u8], offset: u64) -> Result<(), Error> {
    let is_signature = |window: &[u8]| {
        matches!(window, b"PK\x01\x02" | b"PK\x03\x04" | b"PK\x05\x06" | b"PK\x06\x06" | b"PK\x06\x07" | b"PK\x07\x08")
    };
    let comment = &record[END_LENGTH..];
    match comment.windows(4).position(is_signature) {
        None => Ok(()),
        Some(at) => Err(StructureError::CommentHoldsArchive { offset: offset + (END_LENGTH + at) as u64 }.into()),
    }
}

/// The zip64 end record and its offset, if a locator stands right before the end record.
fn find_zip64(window: &mut Window<'_>, end_offset: u64) -> Result<Option<(u64, Zip64End)>, Error> {
    let Some(locator_offset) = end_offset.checked_sub(ZIP64_LOCATOR_LENGTH as u64) else {
        return Ok(None);
    };
    let Some(locator) = Zip64Locator::parse(&window.array(locator_offset, 0)?) else {
        return Ok(None);
    };
    if locator.disk != 0 || locator.disks > 1 {
        return Err(StructureError::SeveralDisks { offset: locator_offset }.into());
    }
    let offset = locator.record_offset;
    let missing = StructureError::Zip64Record { offset };
    if offset.checked_add(ZIP64_END_LENGTH as u64) != Some(locator_offset) {
        return Err(missing.into());
    }
    let record = Zip64End::parse(&window.array(offset, 0)?).ok_or(missing)?;
    Ok(Some((offset, record)))
}

fn check_zip64(offset: u64, record: &Zip64End, end_offset: u64, end: &End) -> Result<(), Error> {
    let agrees = |stated: u64, largest: u64, number: u64| stated == largest || stated == number;
    let disk = |stated: u16, number: u32| agrees(stated.into(), u16::MAX.into(), number.into());
    let count = |stated: u16, number: u64| agrees(stated.into(), u16::MAX.into(), number);
    let long = |stated: u32, number: u64| agrees(stated.into(), SEE_ZIP64.into(), number);
    if record.disk != 0 || record.directory_disk != 0 || record.disk_entries != record.entries {
        return Err(StructureError::SeveralDisks { offset }.into());
    }
    if !disk(end.disk, record.disk) || !disk(end.directory_disk, record.directory_disk) {
        return Err(StructureError::SeveralDisks { offset: end_offset }.into());
    }
    let counts = count(end.entries, record.entries) && count(end.disk_entries, record.disk_entries);
    let field = if !counts {
        "count"
    } else if !long(end.directory_size, record.directory_size) {
        "size"
    } else if !long(end.directory_offset, record.directory_offset) {
        "offset"
    } else {
        return Ok(());
    };
    Err(StructureError::Zip64Disagrees { offset, field }.into())
}
