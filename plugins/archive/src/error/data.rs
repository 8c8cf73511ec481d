use super::Place;

/// The content of one entry is not what its headers say.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The compressed data are broken.
    #[error("{place}: the compressed data are broken after {good} unpacked bytes; the rest is lost")]
    Deflate {
        /// The entry's data.
        place: Place,
        /// Unpacked bytes up to there.
        good: u64,
    },
    /// The compressed data go on.
    #[error("{place}: it unpacks to more than the {size} bytes stated; limits rest on that figure")]
    Longer {
        /// The entry's data.
        place: Place,
        /// The bytes stated.
        size: u64,
    },
    /// The compressed data end early.
    #[error("{place}: it unpacks to {found} bytes instead of {size}; the content is not complete")]
    Shorter {
        /// The entry's data.
        place: Place,
        /// The bytes stated.
        size: u64,
        /// The bytes found.
        found: u64,
    },
    /// Bytes behind the end of the compressed data.
    #[error("{place}: {length} bytes follow the end of its compressed data; something may be hidden there")]
    Trailing {
        /// The entry's data.
        place: Place,
        /// How many.
        length: u64,
    },
    /// The checksum differs.
    #[error("{place}: checksum {found:08x} instead of {stated:08x}; the content was changed or damaged")]
    Checksum {
        /// The entry's data.
        place: Place,
        /// By the headers.
        stated: u32,
        /// Of the content.
        found: u32,
    },
}
