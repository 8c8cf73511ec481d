//! One writer at a time, by a lock of the operating system: it cannot outlive the process that holds it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use flowport_core::file::sync_folder;

use crate::PRIVATE;
use crate::error::{TreeError, about};

/// Who is writing, for whoever comes second. Not in the locked file, which Windows lets nobody else read.
const HOLDER: &str = "writer";
/// What is locked.
pub(crate) const LOCK: &str = "lock";

/// Held until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
    holder: PathBuf,
}

impl Lock {
    /// Takes the lock of a tree, whose private folder is made where there is none.
    pub(crate) fn take(root: &Path) -> Result<Lock, TreeError> {
        let private = private(root)?;
        let path = private.join(LOCK);
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(about(&path))?;
        match file.try_lock() {
            Ok(()) => {
                let holder = private.join(HOLDER);
                // Of one that was killed.
                let _ = fs::remove_file(&holder);
                Ok(Lock { _file: file, holder })
            }
            Err(TryLockError::WouldBlock) => Err(held(root)),
            Err(TryLockError::Error(why)) => Err(TreeError::file(&path, why)),
        }
    }

    /// Says who has it.
    pub(crate) fn announce(&self, actor: &str, now: &str) {
        let process = std::process::id();
        let text = format!("{actor} has been writing since {now} (process {process}); try again when that is done");
        // Only the text of a message is at stake.
        let _ = create(&self.holder).and_then(|mut file| file.write_all(text.as_bytes()));
    }
}

impl Drop for Lock {
    /// Whoever holds it next may say nothing, and must not pass for this one.
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.holder);
    }
}

/// Somebody else is writing.
pub(crate) fn held(root: &Path) -> TreeError {
    let named = fs::read_to_string(root.join(PRIVATE).join(HOLDER)).ok();
    let unnamed = || "try again when that is done".to_owned();
    TreeError::Held { path: root.to_owned(), holder: named.unwrap_or_else(unnamed) }
}

/// The folder for what belongs to this machine, kept out of version control. Neither it nor anything in it is a link: whoever made
/// the tree would choose what is written over.
pub(crate) fn private(root: &Path) -> Result<PathBuf, TreeError> {
    let folder = root.join(PRIVATE);
    let is_link = |path: &Path| {
        TreeError::taken(path, "is a link, and flowport writes into the tree's own folder only; take the link away")
    };
    if folder.is_symlink() {
        return Err(is_link(&folder));
    }
    if !folder.exists() {
        fs::create_dir_all(&folder).map_err(about(&folder))?;
        sync_folder(root);
    }
    for entry in fs::read_dir(&folder).map_err(about(&folder))? {
        let path = entry.map_err(about(&folder))?.path();
        if path.is_symlink() {
            return Err(is_link(&path));
        }
    }
    let ignore = folder.join(".gitignore");
    if !ignore.exists() {
        fs::write(&ignore, "*\n").map_err(about(&ignore))?;
    }
    Ok(folder)
}

/// A new file in the place of whatever file is there: never the old one, which may have other names.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(why),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_writes_and_the_second_is_told_who() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::take(folder.path()).unwrap();
        lock.announce("ana", "2026-01-01T00:00:00Z");
        let error = Lock::take(folder.path()).unwrap_err();
        assert!(error.to_string().contains("ana has been writing since"), "{error}");
        drop(lock);
        let lock = Lock::take(folder.path()).unwrap();
        let error = Lock::take(folder.path()).unwrap_err();
        assert!(error.to_string().ends_with(": try again when that is done"), "{error}");
        drop(lock);
        // Left by one that was killed.
        fs::write(folder.path().join(PRIVATE).join(HOLDER), "ben").unwrap();
        let _lock = Lock::take(folder.path()).unwrap();
        let error = Lock::take(folder.path()).unwrap_err();
        assert!(!error.to_string().contains("ben"), "{error}");
    }

    #[test]
    fn who_is_writing_stays_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::take(folder.path()).unwrap();
        lock.announce("ana", "2026-01-01T00:00:00Z");
        drop(lock);
        assert!(!folder.path().join(PRIVATE).join(HOLDER).exists());
    }

    #[test]
    fn a_file_with_another_name_elsewhere_is_not_written_into() {
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = folder.path().join("elsewhere");
        fs::write(&elsewhere, "mine").unwrap();
        let path = folder.path().join("file");
        fs::hard_link(&elsewhere, &path).unwrap();
        create(&path).unwrap().write_all(b"new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "mine");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_private_folder_is_refused() {
        for name in
            ["lock", "writer", "commit.json", "commit.json.part", "done.json", "staging", "secrets.json", ".gitignore"]
        {
            let folder = tempfile::tempdir().unwrap();
            let elsewhere = folder.path().join("elsewhere");
            fs::write(&elsewhere, "mine").unwrap();
            let root = folder.path().join("tree");
            fs::create_dir_all(root.join(PRIVATE)).unwrap();
            let link = root.join(PRIVATE).join(name);
            std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
            let error = Lock::take(&root).unwrap_err();
            assert!(matches!(&error, TreeError::Taken { path, .. } if *path == link), "{name}: {error}");
            assert!(error.to_string().ends_with("take the link away"), "{error}");
            assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "mine", "{name}");
        }
    }
}
