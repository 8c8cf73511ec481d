use super::NameProblem;

/// Why an archive was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The output failed.
    #[error("the archive cannot be written at byte {offset}: {reason}")]
    Output {
        /// Where the writing failed.
        offset: u64,
        /// What the output said.
        reason: String,
    },
    /// A name that the reader would refuse.
    #[error("entry \"{entry}\": {problem}")]
    Name {
        /// The name, fit for showing.
        entry: String,
        /// What is wrong with it.
        problem: NameProblem,
    },
    /// A name longer than the reader takes.
    #[error("entry \"{entry}\": the name has {length} bytes; the limit is {limit}")]
    NameLength {
        /// The name, fit for showing.
        entry: String,
        /// Its bytes.
        length: usize,
        /// The bytes allowed.
        limit: usize,
    },
    /// A directory where a file is meant or the other way round, or a name with backslashes.
    #[error("entry \"{entry}\": names are written with `/`, and end with one only where they name a directory")]
    Profile {
        /// The name, fit for showing.
        entry: String,
    },
    /// Two names are one, or one is a file and a folder.
    #[error("entry \"{entry}\" collides with \"{other}\"; on many file systems they are one file")]
    Collision {
        /// The later name, fit for showing.
        entry: String,
        /// The earlier one, fit for showing.
        other: String,
    },
    /// Attributes of a link or device, or of a directory where a file is meant or the other way round.
    #[error("entry \"{entry}\": attributes {attributes:#010x} are not those of what the name names")]
    Attributes {
        /// The name, fit for showing.
        entry: String,
        /// The attributes.
        attributes: u32,
    },
    /// Four gigabytes or more, or too many entries: zip64 is not written.
    #[error("the archive would need zip64 ({what}), which the exporter's format does not have; split it")]
    TooLarge {
        /// What became too large.
        what: &'static str,
    },
    /// Content or an end of an entry without a beginning.
    #[error("no entry was started")]
    NoEntry,
    /// A beginning of an entry, or the end of the archive, before the end of the entry before.
    #[error("entry \"{entry}\" was not finished")]
    EntryOpen {
        /// The open entry, fit for showing.
        entry: String,
    },
    /// The compressor failed: a fault of the program, not of the content.
    #[error("entry \"{entry}\": the compressor failed: {reason}")]
    Deflate {
        /// The name, fit for showing.
        entry: String,
        /// What it said.
        reason: String,
    },
}
