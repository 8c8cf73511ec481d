use super::Place;
use crate::Sniffed;

/// The parts of the archive do not fit together.
#[derive(Debug, thiserror::Error)]
pub enum StructureError {
    /// Something else than a ZIP archive.
    #[error("not a ZIP archive but {sniffed}")]
    NotAnArchive {
        /// What it looks like.
        sniffed: Sniffed,
    },
    /// Begins as an archive, but has no end record.
    #[error("the end record is missing: the archive was cut off, or something was appended to it")]
    EndRecordMissing,
    /// The end record, or the comment it announces, goes past the end of the file.
    #[error("the end record at byte {offset} goes past the end of the file: the archive was cut off")]
    EndRecordCut {
        /// Where the record begins.
        offset: u64,
    },
    /// The archive is not all of the file.
    #[error(
        "{length} bytes follow the end record, at byte {offset}; programs disagree on whether they belong to the archive"
    )]
    DataAfterEnd {
        /// Where they begin.
        offset: u64,
        /// How many.
        length: u64,
    },
    /// Two end records both end where the file ends.
    #[error(
        "two end records, at bytes {first} and {second}, both end with the file; programs would read different archives"
    )]
    SeveralEndRecords {
        /// The earlier one.
        first: u64,
        /// The later one.
        second: u64,
    },
    /// The comment of the archive contains the signature of a ZIP record.
    #[error("the archive's comment has a ZIP signature at byte {offset}; programs would read different archives")]
    CommentHoldsArchive {
        /// Where the signature is.
        offset: u64,
    },
    /// Part of a set of several files.
    #[error("the end record at byte {offset} belongs to an archive of several disks; the other parts are not here")]
    SeveralDisks {
        /// The end record, zip64 locator or zip64 end record.
        offset: u64,
    },
    /// The zip64 end record is not where its locator says, or not of the size it must have.
    #[error("the zip64 end record at byte {offset} is missing or malformed; programs would find different directories")]
    Zip64Record {
        /// Where it should be.
        offset: u64,
    },
    /// The end record and the zip64 end record disagree.
    #[error(
        "the zip64 end record at byte {offset} has another {field} than the end record; programs would read different archives"
    )]
    Zip64Disagrees {
        /// The zip64 record.
        offset: u64,
        /// The field: `count`, `size` or `offset`.
        field: &'static str,
    },
    /// The directory does not end where the end record begins.
    #[error(
        "by the end record the central directory is at byte {offset} with {size} bytes, but it must end at byte {end}; programs would look for it in different places"
    )]
    DirectoryMisplaced {
        /// The offset stated.
        offset: u64,
        /// The size stated.
        size: u64,
        /// Where the first end record begins.
        end: u64,
    },
    /// No directory record where one must be.
    #[error("no directory record at byte {offset}, where number {index} must be; the directory is cut or padded")]
    DirectoryRecord {
        /// Where it should begin.
        offset: u64,
        /// Its number, from 0.
        index: u64,
    },
    /// The end record counts other than the directory.
    #[error("the end record counts {stated} entries, the directory has {found}; programs would see different entries")]
    EntryCount {
        /// By the end record.
        stated: u64,
        /// In the directory; where it is longer than stated, the number up to which it was read.
        found: u64,
    },
    /// The first entry does not begin at the first byte.
    #[error("{length} bytes before the first entry; the file is an archive and something else at the same time")]
    DataBeforeFirst {
        /// How many.
        length: u64,
    },
    /// Bytes that belong to no entry.
    #[error("{length} bytes at byte {offset} belong to no entry; something may be hidden there")]
    DataBetween {
        /// Where they begin.
        offset: u64,
        /// How many.
        length: u64,
    },
    /// Bytes that belong to no entry, before the central directory.
    #[error(
        "{length} bytes at byte {offset}, before the central directory, belong to no entry; something may be hidden there"
    )]
    DataBeforeDirectory {
        /// Where they begin.
        offset: u64,
        /// How many.
        length: u64,
    },
    /// A local header that no directory record points to.
    #[error(
        "a local header at byte {offset} is absent from the directory; programs that read from the start would see an entry more"
    )]
    HiddenEntry {
        /// Where it is.
        offset: u64,
    },
    /// No local header where the directory says.
    #[error("{place}: no local header there, where the directory says; the entry cannot be read")]
    LocalHeaderMissing {
        /// The entry and the offset of its local header by the directory.
        place: Place,
    },
    /// Two entries share bytes, or one reaches into the directory.
    #[error(
        "{place}: its header or data reach beyond byte {limit}, where the next entry or the directory begins; shared data make a small archive unpack to a huge one"
    )]
    Overlap {
        /// The entry and the offset of its local header.
        place: Place,
        /// Where it must end.
        limit: u64,
    },
}
