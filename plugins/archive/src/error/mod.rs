//! Everything that can be wrong, one variant for each rule.

mod data;
mod header;
mod limit;
mod name;
mod place;
mod structure;
mod write;

pub use data::DataError;
pub use header::HeaderError;
pub use limit::LimitError;
pub use name::{NameError, NameProblem};
pub use place::Place;
pub(crate) use place::{Spot, shown};
pub use structure::StructureError;
pub use write::WriteError;

/// Why an archive was not opened, or an entry not read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input failed, not the archive.
    #[error("the archive cannot be read at byte {offset}: {reason}")]
    Input {
        /// Where the reading failed.
        offset: u64,
        /// What the input said.
        reason: String,
    },
    /// The receiver of the content refused it.
    #[error("{place}: the content was not taken: {reason}")]
    Sink {
        /// The entry being read.
        place: Place,
        /// What the receiver said.
        reason: String,
    },
    /// Within the format, but more than [`Limits`](crate::Limits) allow.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// No archive, or an archive whose parts do not fit together.
    #[error(transparent)]
    Structure(#[from] StructureError),
    /// The headers of one entry are wrong, or ask for what is not allowed.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The name of one entry is dangerous or ambiguous.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The content of one entry is not what its headers say.
    #[error(transparent)]
    Data(#[from] DataError),
}

/// What sort of failure an [`Error`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The input or the receiver failed; the archive may be sound.
    Access,
    /// The file is something else.
    NotAnArchive,
    /// The archive is too large for the limits in force.
    Limit,
    /// The archive uses a feature that is refused: encryption, several disks, another compression method.
    Unsupported,
    /// The archive breaks a rule.
    Malformed,
}

impl Error {
    /// What sort of failure this is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Input { .. } | Error::Sink { .. } => ErrorKind::Access,
            Error::Limit(_) => ErrorKind::Limit,
            Error::Structure(StructureError::NotAnArchive { .. }) => ErrorKind::NotAnArchive,
            Error::Structure(StructureError::SeveralDisks { .. })
            | Error::Header(
                HeaderError::Encrypted { .. }
                | HeaderError::Flags { .. }
                | HeaderError::Method { .. }
                | HeaderError::Version { .. }
                | HeaderError::Disk { .. },
            ) => ErrorKind::Unsupported,
            Error::Structure(_) | Error::Header(_) | Error::Name(_) | Error::Data(_) => ErrorKind::Malformed,
        }
    }
}
