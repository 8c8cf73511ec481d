use std::io;
use std::path::{Path, PathBuf};

use flowport_core::lock::Holder;
use flowport_core::model::Diagnostic;

/// Why a tree could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// A file or folder cannot be read or written.
    #[error("{}: {why}{}", path.display(), flowport_core::file::advice(why))]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// Another run holds it.
    #[error("another run writes to {}: {}", path.display(), flowport_core::lock::held(.holder.as_deref()))]
    Held {
        /// Where.
        path: PathBuf,
        /// Who; none for a program that does not say.
        holder: Option<Box<Holder>>,
    },
    /// This run held it, and does so no longer: its lock was taken away, or another run took its place. Nothing was written.
    #[error(
        "this run no longer holds {}: {}; nothing was written, run the command again",
        path.display(),
        flowport_core::lock::lost(.by.as_deref())
    )]
    Replaced {
        /// Where.
        path: PathBuf,
        /// Who holds it now, as far as known.
        by: Option<Box<Holder>>,
    },
    /// The folder is no tree.
    #[error("{}: this is a folder, and no unpacked package: it has no package.json of the format flowport-tree", .0.display())]
    NotATree(PathBuf),
    /// The folder holds something that must not be written over.
    #[error("{}: {what}", path.display())]
    Taken {
        /// Which.
        path: PathBuf,
        /// What is there, and what to do.
        what: String,
    },
    /// A change is decided, and a file of it cannot be moved into place.
    #[error(
        "the change is decided, but not all of its files are in place: {0}; mend that, and the next command finishes it"
    )]
    Unfinished(Box<TreeError>),
    /// What an earlier run decided cannot be finished, and nothing else is done before it is.
    #[error("not all files of an earlier change are in place: {0}; mend that, and the next command finishes it")]
    Pending(Box<TreeError>),
    /// Files of the tree break its rules.
    #[error("{}", headline(.0))]
    Invalid(Vec<Diagnostic>),
    /// A part cannot be read where it is, or written to a tree.
    #[error("the part {part} of {resource}: {what}")]
    Part {
        /// Of which resource.
        resource: String,
        /// Which.
        part: String,
        /// Why.
        what: String,
    },
}

impl TreeError {
    /// The findings in it, where there are some.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        match self {
            TreeError::Invalid(diagnostics) => diagnostics,
            _ => &[],
        }
    }

    /// The same, where it is about the change of this run.
    pub(crate) fn unfinished(self) -> TreeError {
        match self {
            TreeError::Pending(why) => TreeError::Unfinished(why),
            why => TreeError::Unfinished(Box::new(why)),
        }
    }

    pub(crate) fn taken(path: &Path, what: &str) -> TreeError {
        TreeError::Taken { path: path.to_owned(), what: what.to_owned() }
    }

    pub(crate) fn file(path: &Path, why: io::Error) -> TreeError {
        TreeError::File { path: path.to_owned(), why }
    }
}

/// For `map_err`: a failure about this file.
pub(crate) fn about(path: &Path) -> impl Fn(io::Error) -> TreeError + '_ {
    move |why| TreeError::file(path, why)
}

fn headline(diagnostics: &[Diagnostic]) -> String {
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).collect();
    match errors.as_slice() {
        [only] => only.summary.clone(),
        several => format!("{} problems in the files", several.len()),
    }
}
