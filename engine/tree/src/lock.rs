//! One writer at a time, by a lock of the operating system: it cannot outlive the process that holds it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::Path;

use crate::PRIVATE;
use crate::error::{TreeError, about};

/// Who is writing, for whoever comes second. Not in the locked file, which Windows lets nobody else read.
const HOLDER: &str = "writer";
const LOCK: &str = "lock";

/// Held until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of a tree, whose private folder is made where there is none.
    pub(crate) fn take(root: &Path) -> Result<Lock, TreeError> {
        let private = private(root)?;
        let path = private.join(LOCK);
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(about(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(held(root)),
            Err(TryLockError::Error(why)) => Err(TreeError::file(&path, why)),
        }
    }

    /// Says who has it.
    pub(crate) fn announce(&self, root: &Path, actor: &str, now: &str) {
        let process = std::process::id();
        let text = format!("{actor} has been writing since {now} (process {process}); try again when that is done");
        // Only the text of a message is at stake.
        let _ = fs::write(root.join(PRIVATE).join(HOLDER), text);
    }
}

/// Somebody else is writing.
pub(crate) fn held(root: &Path) -> TreeError {
    let named = fs::read_to_string(root.join(PRIVATE).join(HOLDER)).ok();
    let unnamed = || "try again when that is done".to_owned();
    TreeError::Held { path: root.to_owned(), holder: named.unwrap_or_else(unnamed) }
}

/// The folder for what belongs to this machine, kept out of version control.
pub(crate) fn private(root: &Path) -> Result<std::path::PathBuf, TreeError> {
    let folder = root.join(PRIVATE);
    if folder.is_symlink() {
        let what = "is a link; flowport writes into the tree's own folder only".to_owned();
        return Err(TreeError::Taken { path: folder, what });
    }
    fs::create_dir_all(&folder).map_err(about(&folder))?;
    let ignore = folder.join(".gitignore");
    if !ignore.exists() {
        fs::write(&ignore, "*\n").map_err(about(&ignore))?;
    }
    Ok(folder)
}
