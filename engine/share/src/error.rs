use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

/// Why something is not shared, or a share not opened. No message holds a token.
#[derive(Debug, thiserror::Error)]
pub enum ShareError {
    /// Something else altogether.
    #[error("this is no token of a share: those begin with fps1; paste what `flowport share` printed")]
    NotAToken,

    /// It begins as a token does, and its checksum does not agree.
    #[error(
        "this token of a share has a typing error or is not complete; copy it whole: fps1 and 58 lower-case letters and digits"
    )]
    Mistyped,

    /// No file of the store is this token's.
    #[error(
        "no share of this token is in {folder}: it was never put there, was taken away, or is in another store; name the store \
         that it was put in, or ask for a new share"
    )]
    Unknown {
        /// The store.
        folder: PathBuf,
    },

    /// It is too late.
    #[error("this share expired at {at}; ask for a new one, or set this computer's clock if it is wrong")]
    Expired {
        /// From when on it is refused.
        at: Timestamp,
    },

    /// A share that can be used once was.
    #[error("this share can be used once, and was used at {at}; ask for a new one")]
    Used {
        /// When.
        at: Timestamp,
    },

    /// The file is not what was put there. Nothing of it is to be used, not even what was read before this was noticed.
    #[error(
        "the share in {path} is not what was put there: {what}; if the folder is still being copied or synchronised, try again \
         when that is done, otherwise ask for a new share"
    )]
    Altered {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },

    /// A share that can be used once is being used.
    #[error(
        "this share can be used once, and somebody is using it now; try again when they are done: if that fails, it can still \
         be used"
    )]
    Busy,

    /// It asks for what this version does not know.
    #[error("this share was made by a newer flowport; update flowport and try again")]
    Newer,

    /// What is said about a package cannot be kept, or could do harm where it is read.
    #[error("this cannot be shared: {what}")]
    Unfit {
        /// What is wrong with it, and what to do.
        what: &'static str,
    },

    /// The package to be shared cannot be read.
    #[error("the package to be shared cannot be read: {0}")]
    Input(#[source] io::Error),

    /// The package out of a share cannot be written where it is to go.
    #[error("the package out of the share cannot be written: {0}")]
    Output(#[source] io::Error),

    /// The operating system refused.
    #[error(
        "the share store fails at {doing} {path}: {source}; check that the folder is at hand, not full, and yours to use"
    )]
    Io {
        /// What was being done: `reading`.
        doing: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

impl ShareError {
    /// For `map_err`.
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> ShareError {
        move |source| ShareError::Io { doing, path: path.to_owned(), source }
    }

    pub(crate) fn altered(path: &Path, what: &'static str) -> ShareError {
        ShareError::Altered { path: path.to_owned(), what }
    }
}
