//! One writer at a time: a lock keeps the others out, a file beside it says who that is and fences off who comes late.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use flowport_core::file::sync_folder;
use flowport_core::lock::{Holder, Lock, LockError};
use serde::{Deserialize, Serialize};

use crate::PRIVATE;
use crate::error::{TreeError, about};
use crate::journal::fence;

/// Who is writing, for whoever comes second. Not in the locked file, which Windows lets nobody else read.
const WRITER: &str = "writer";
/// What is locked.
pub(crate) const LOCK: &str = "lock";

/// What stands in [`WRITER`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Writer {
    /// One more for each that came.
    number: u64,
    /// None: nobody.
    holder: Option<Holder>,
}

/// The right to write to a tree, until it is dropped.
#[derive(Debug)]
pub(crate) struct Hold {
    root: PathBuf,
    writer: Writer,
    replaced: Option<Holder>,
    lock: Lock,
}

impl Hold {
    /// Takes the lock of a tree, whose private folder is made where there is none, and finishes what a killed run left. Who stands
    /// there still has ended without letting go.
    pub(crate) fn take(root: &Path, holder: &Holder) -> Result<Hold, TreeError> {
        let lock = lock(root)?;
        let before = Writer::read(root).unwrap_or_default();
        let writer = Writer { number: before.number.saturating_add(1), holder: Some(holder.clone()) };
        writer.write(root)?;
        let hold = Hold { root: root.to_owned(), writer, replaced: before.holder, lock };
        fence(&hold)?;
        Ok(hold)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Who had it before and ended without letting go.
    pub(crate) fn replaced(&self) -> Option<&Holder> {
        self.replaced.as_ref()
    }

    /// The number of this hold, which no other one of this tree has.
    pub(crate) fn number(&self) -> u64 {
        self.writer.number
    }

    /// Whether nobody took its place.
    ///
    /// # Errors
    /// [`TreeError::Replaced`].
    pub(crate) fn check(&self) -> Result<(), TreeError> {
        let writer = Writer::read(&self.root);
        let is_ours = writer.as_ref() == Some(&self.writer);
        if is_ours && self.lock.is_in_place() {
            return Ok(());
        }
        let by = writer.and_then(|writer| writer.holder).filter(|_| !is_ours);
        Err(TreeError::Replaced { path: self.root.clone(), by: by.map(Box::new) })
    }

    /// Takes the lock away, and what says who has it; nobody who waits for it takes the old one.
    pub(crate) fn remove(self) {
        if self.check().is_ok() {
            // What stays is no harm.
            let _ = fs::remove_file(self.root.join(PRIVATE).join(WRITER));
            let _ = fs::remove_file(self.root.join(PRIVATE).join(LOCK));
        }
    }
}

impl Drop for Hold {
    /// Takes the name away; who came in its place keeps theirs.
    fn drop(&mut self) {
        if self.check().is_ok() {
            // Where it stays, the next one takes it for that of a dead process, which this will be.
            let _ = Writer { holder: None, ..self.writer.clone() }.write(&self.root);
        }
    }
}

impl Writer {
    /// None where nobody ever wrote, or nobody can read it: then the numbers begin again, and the times tell them apart.
    fn read(root: &Path) -> Option<Writer> {
        serde_json::from_slice(&fs::read(root.join(PRIVATE).join(WRITER)).ok()?).ok()
    }

    /// Whole or not at all.
    fn write(&self, root: &Path) -> Result<(), TreeError> {
        let path = root.join(PRIVATE).join(WRITER);
        let part = root.join(PRIVATE).join(format!("{WRITER}.part"));
        let text = serde_json::to_string_pretty(self).map_err(|why| TreeError::file(&path, why.into()))? + "\n";
        create(&part).and_then(|mut file| file.write_all(text.as_bytes())).map_err(about(&part))?;
        fs::rename(&part, &path).map_err(about(&path))
    }
}

/// The lock alone, for who only finishes what a killed run left.
pub(crate) fn lock(root: &Path) -> Result<Lock, TreeError> {
    let path = private(root)?.join(LOCK);
    let named = || Writer::read(root).and_then(|writer| writer.holder);
    Lock::take(&path, named).map_err(|error| match error {
        LockError::Held(holder) => TreeError::Held { path: root.to_owned(), holder: holder.map(Box::new) },
        LockError::File { path, why } => TreeError::File { path, why },
    })
}

/// Somebody else is writing.
pub(crate) fn held(root: &Path) -> TreeError {
    let holder = Writer::read(root).and_then(|writer| writer.holder);
    TreeError::Held { path: root.to_owned(), holder: holder.map(Box::new) }
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

    fn holder(owner: &str) -> Holder {
        Holder::this_process(owner, "build-7", "2026-01-01T00:00:00Z")
    }

    #[test]
    fn one_writes_and_the_second_is_told_who() {
        let folder = tempfile::tempdir().unwrap();
        let hold = Hold::take(folder.path(), &holder("ana")).unwrap();
        let error = Hold::take(folder.path(), &holder("ben")).unwrap_err();
        assert!(error.to_string().contains("ana on build-7 (process "), "{error}");
        drop(hold);
        assert_eq!(Writer::read(folder.path()), Some(Writer { number: 1, holder: None }));
        assert_eq!(Hold::take(folder.path(), &holder("ben")).unwrap().replaced(), None);
    }

    #[test]
    fn who_ended_without_letting_go_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        drop(Hold::take(folder.path(), &holder("ana")).unwrap());
        Writer { number: 5, holder: Some(holder("ana")) }.write(folder.path()).unwrap();
        let hold = Hold::take(folder.path(), &holder("ben")).unwrap();
        assert_eq!((hold.replaced(), hold.number()), (Some(&holder("ana")), 6));
    }

    #[test]
    fn who_was_replaced_knows_it_and_leaves_the_other_ones_name() {
        let folder = tempfile::tempdir().unwrap();
        let late = Hold::take(folder.path(), &holder("ana")).unwrap();
        late.check().unwrap();
        fs::remove_file(folder.path().join(PRIVATE).join(LOCK)).unwrap();
        let error = late.check().unwrap_err();
        assert!(error.to_string().contains("its lock was taken away"), "{error}");
        let hold = Hold::take(folder.path(), &holder("ben")).unwrap();
        let error = late.check().unwrap_err();
        assert!(error.to_string().contains("it is held by ben"), "{error}");
        drop(late);
        hold.check().unwrap();
    }

    #[test]
    fn who_takes_its_lock_away_late_leaves_the_other_ones() {
        let folder = tempfile::tempdir().unwrap();
        let late = Hold::take(folder.path(), &holder("ana")).unwrap();
        fs::remove_file(folder.path().join(PRIVATE).join(LOCK)).unwrap();
        let hold = Hold::take(folder.path(), &holder("ben")).unwrap();
        late.remove();
        hold.check().unwrap();
    }

    #[test]
    fn who_stands_there_counts_though_the_lock_keeps_nobody_out() {
        let folder = tempfile::tempdir().unwrap();
        let late = Hold::take(folder.path(), &holder("ana")).unwrap();
        // As on a drive whose locks are not told to other machines.
        let ben = Writer { number: 2, holder: Some(holder("ben")) };
        ben.write(folder.path()).unwrap();
        let error = late.check().unwrap_err();
        assert!(error.to_string().contains("it is held by ben"), "{error}");
        drop(late);
        assert_eq!(Writer::read(folder.path()), Some(ben));
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
            ["lock", "writer", "writer.part", "commit.json", "done.json", "staging-1", "secrets.json", ".gitignore"]
        {
            let folder = tempfile::tempdir().unwrap();
            let elsewhere = folder.path().join("elsewhere");
            fs::write(&elsewhere, "mine").unwrap();
            let root = folder.path().join("tree");
            fs::create_dir_all(root.join(PRIVATE)).unwrap();
            let link = root.join(PRIVATE).join(name);
            std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
            let error = Hold::take(&root, &holder("ana")).unwrap_err();
            assert!(matches!(&error, TreeError::Taken { path, .. } if *path == link), "{name}: {error}");
            assert!(error.to_string().ends_with("take the link away"), "{error}");
            assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "mine", "{name}");
        }
    }
}
