use super::Place;

/// The archive asks for more than [`Limits`](crate::Limits) allow.
#[derive(Debug, thiserror::Error)]
pub enum LimitError {
    /// The file itself.
    #[error("the archive has {size} bytes; the limit is {limit}")]
    ArchiveSize {
        /// Its bytes.
        size: u64,
        /// The bytes allowed.
        limit: u64,
    },
    /// The number of entries.
    #[error("the archive states {entries} entries; the limit is {limit}")]
    Entries {
        /// The number stated by the end record.
        entries: u64,
        /// The number allowed.
        limit: u64,
    },
    /// The central directory, or all names together.
    #[error("the central directory takes {size} bytes; the limit is {limit}, to bound the memory")]
    DirectorySize {
        /// Its bytes, or those of the names folded for comparison.
        size: u64,
        /// The bytes allowed.
        limit: u64,
    },
    /// One name.
    #[error("{place}: the name has {length} bytes; the limit is {limit}")]
    NameLength {
        /// The directory record.
        place: Place,
        /// The bytes of the name.
        length: u64,
        /// The bytes allowed.
        limit: u64,
    },
    /// One entry, unpacked.
    #[error("{place}: it unpacks to {size} bytes; the limit for one entry is {limit}")]
    EntrySize {
        /// The directory record.
        place: Place,
        /// The bytes stated.
        size: u64,
        /// The bytes allowed.
        limit: u64,
    },
    /// All entries, unpacked.
    #[error("{place}: with it the archive unpacks to {size} bytes; the limit is {limit}")]
    TotalSize {
        /// The directory record with which the sum went over.
        place: Place,
        /// The sum so far.
        size: u64,
        /// The bytes allowed.
        limit: u64,
    },
    /// One entry unpacks to many times its packed size.
    #[error(
        "{place}: {compressed_size} bytes unpack to {size}, more than {limit} to 1; a small file could fill the disk"
    )]
    Ratio {
        /// The directory record.
        place: Place,
        /// The bytes stated, unpacked.
        size: u64,
        /// The bytes stated, packed.
        compressed_size: u64,
        /// Unpacked bytes allowed for one packed byte.
        limit: u64,
    },
    /// All entries together unpack to many times their packed size.
    #[error(
        "the entries together unpack from {compressed_size} to {size} bytes, more than {limit} to 1; a small file could fill the disk"
    )]
    TotalRatio {
        /// The bytes stated, unpacked.
        size: u64,
        /// The bytes stated, packed.
        compressed_size: u64,
        /// Unpacked bytes allowed for one packed byte.
        limit: u64,
    },
    /// More than the caller of [`Archive::read_all`](crate::Archive::read_all) asked for.
    #[error("{place}: it has {size} bytes; at most {limit} are read at once here")]
    Asked {
        /// The entry.
        place: Place,
        /// Its bytes.
        size: u64,
        /// The bytes asked for.
        limit: u64,
    },
}
