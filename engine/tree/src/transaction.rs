//! Many files changed as one: written and synced beside the tree, named in a record, then moved into place. Whoever is killed
//! before the record is there leaves the old files; after it, the next run moves the rest.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use flowport_core::content::{Content, Hash};
use flowport_core::file::sync_folder;
use rayon::prelude::*;

use crate::PRIVATE;
use crate::error::{TreeError, about};
use crate::journal::{COMMIT, DONE, Record, roll_forward, staging, target};
use crate::lock::{Hold, create, held, lock};

/// So long a reader waits for a writer that is moving files.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(5);
/// Files on their way to the disk at once.
const SYNCING: usize = 16;
/// Of a content that is copied.
const PIECE: usize = 1 << 20;

/// Changes to a tree that are being collected.
pub(crate) struct Transaction<'h> {
    hold: &'h Hold,
    root: PathBuf,
    private: PathBuf,
    staging: PathBuf,
    /// In the order of their numbers, which name them in the staging folder.
    written: Mutex<Vec<String>>,
    removed: Mutex<Vec<String>>,
}

impl<'h> Transaction<'h> {
    /// Finishes what is not in place yet, then begins.
    pub(crate) fn begin(hold: &'h Hold) -> Result<Transaction<'h>, TreeError> {
        let root = hold.root().to_owned();
        let private = root.join(PRIVATE);
        hold.check()?;
        roll_forward(&root, Some(hold))?;
        let staging = staging(&private, Some(hold.number()));
        if staging.exists() {
            fs::remove_dir_all(&staging).map_err(about(&staging))?;
        }
        fs::create_dir(&staging).map_err(about(&staging))?;
        let (written, removed) = (Mutex::default(), Mutex::default());
        Ok(Transaction { hold, root, private, staging, written, removed })
    }

    /// For `map_err`: who takes our place takes our files away.
    fn about<'p>(&self, path: &'p Path) -> impl Fn(io::Error) -> TreeError + use<'h, 'p> {
        let hold = self.hold;
        move |why| hold.check().err().unwrap_or_else(|| TreeError::file(path, why))
    }

    /// A file, new or in the place of the one that is there. One with these bytes is left alone.
    pub(crate) fn write(&self, path: &str, content: &Content) -> Result<(), TreeError> {
        let target = target(&self.root, path)?;
        if fs::metadata(&target).is_ok_and(|there| there.is_file() && there.len() == content.len()) {
            let there = fs::read(&target).map_err(about(&target))?;
            if Hash::of(&there) == content.hash() {
                return Ok(());
            }
        }
        self.stage(path, &target, std::slice::from_ref(content))
    }

    /// A new file of several contents, one behind the other.
    pub(crate) fn write_joined(&self, path: &str, contents: &[Content]) -> Result<(), TreeError> {
        self.stage(path, &target(&self.root, path)?, contents)
    }

    fn stage(&self, path: &str, target: &Path, contents: &[Content]) -> Result<(), TreeError> {
        let number = {
            let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
            written.push(path.to_owned());
            written.len() - 1
        };
        let staged = self.staged(number);
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if path.starts_with(PRIVATE) {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        let failed = self.about(&staged);
        let mut file = options.open(&staged).map_err(&failed)?;
        for content in contents {
            let mut offset = 0;
            loop {
                let piece = content.read_at(offset, PIECE).map_err(about(target))?;
                if piece.is_empty() {
                    break;
                }
                offset += piece.len() as u64;
                file.write_all(&piece).map_err(&failed)?;
            }
        }
        Ok(())
    }

    /// A text file.
    pub(crate) fn write_text(&self, path: &str, text: impl Into<Vec<u8>>) -> Result<(), TreeError> {
        self.write(path, &Content::from_bytes(text.into()))
    }

    /// A file that goes; none there is fine.
    pub(crate) fn remove(&self, path: &str) -> Result<(), TreeError> {
        target(&self.root, path)?;
        self.removed.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_owned());
        Ok(())
    }

    fn staged(&self, number: usize) -> PathBuf {
        self.staging.join(number.to_string())
    }

    /// What is staged reaches the disk. A disk takes many at once faster than one after the other.
    fn sync_staged(&self, written: usize) -> Result<(), TreeError> {
        let staging = self.staging.as_path();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(SYNCING).build();
        let pool = pool.map_err(|error| TreeError::file(staging, io::Error::other(error)))?;
        pool.install(|| {
            (0..written).into_par_iter().try_for_each(|number| {
                let staged = self.staged(number);
                // Windows syncs only what can be written to.
                let file = fs::OpenOptions::new().write(true).open(&staged).map_err(self.about(&staged))?;
                file.sync_all().map_err(self.about(&staged))
            })
        })?;
        sync_folder(staging);
        Ok(())
    }

    /// Makes all changes, or none; after [`TreeError::Unfinished`] the next run makes the rest. True where there were any.
    pub(crate) fn commit(self) -> Result<bool, TreeError> {
        let written = std::mem::take(&mut *self.written.lock().unwrap_or_else(PoisonError::into_inner));
        let removed = std::mem::take(&mut *self.removed.lock().unwrap_or_else(PoisonError::into_inner));
        let removed: Vec<String> =
            removed.into_iter().filter(|path| self.root.join(path).symlink_metadata().is_ok()).collect();
        if written.is_empty() && removed.is_empty() {
            return Ok(false);
        }
        let record = Record { hold: Some(self.hold.number()), written, removed };
        record.check(&self.root)?;
        self.sync_staged(record.written.len())?;
        // In the staging folder: who takes our place takes that away, and the record cannot be put in force any more.
        let part = self.staging.join(COMMIT);
        let mut file = create(&part).map_err(self.about(&part))?;
        file.write_all(record.to_text(&self.private).as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(self.about(&part))?;
        drop(file);
        self.hold.check()?;
        let commit = self.private.join(COMMIT);
        fs::rename(&part, &commit).map_err(self.about(&commit))?;
        sync_folder(&self.private);
        roll_forward(&self.root, Some(self.hold)).map_err(TreeError::unfinished)?;
        Ok(true)
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if !self.private.join(COMMIT).exists() {
            // What stays is taken away by the next writer.
            let _ = fs::remove_dir_all(&self.staging);
        }
    }
}

/// What was done last, and nothing else being moved.
fn at_rest(root: &Path, hold: Option<&Hold>) -> Result<Option<Vec<u8>>, TreeError> {
    let private = root.join(PRIVATE);
    let started = Instant::now();
    while private.join(COMMIT).exists() {
        if hold.is_some() {
            roll_forward(root, hold)?;
            break;
        }
        match lock(root) {
            Ok(_lock) => roll_forward(root, None)?,
            // Its writer is still moving files.
            Err(TreeError::Held { .. }) if started.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
            Err(error) => return Err(error),
        }
    }
    Ok(fs::read(private.join(DONE)).ok())
}

/// Reads the files of a tree as one writer left them; what a killed run has left to do is done first. Whoever holds the tree
/// says so.
pub(crate) fn settled<T>(
    root: &Path,
    hold: Option<&Hold>,
    read: impl Fn() -> Result<T, TreeError>,
) -> Result<T, TreeError> {
    let started = Instant::now();
    loop {
        let before = at_rest(root, hold)?;
        let value = read();
        let is_same =
            !root.join(PRIVATE).join(COMMIT).exists() && fs::read(root.join(PRIVATE).join(DONE)).ok() == before;
        if is_same {
            return value;
        }
        if started.elapsed() > PATIENCE {
            return Err(held(root));
        }
    }
}

#[cfg(test)]
mod tests {
    use flowport_core::lock::Holder;

    use super::*;

    fn tree() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.json"), "old").unwrap();
        fs::create_dir_all(folder.path().join("kind")).unwrap();
        fs::create_dir_all(folder.path().join("old/x")).unwrap();
        fs::write(folder.path().join("old/x/gone.json"), "old").unwrap();
        folder
    }

    fn read(root: &Path, path: &str) -> Option<String> {
        fs::read_to_string(root.join(path)).ok()
    }

    fn held_by_ana(root: &Path) -> Hold {
        Hold::take(root, &Holder::this_process("ana", "", "2026-01-01T00:00:00Z")).unwrap()
    }

    fn changes(hold: &Hold) -> Transaction<'_> {
        let transaction = Transaction::begin(hold).unwrap();
        transaction.write_text("a.json", "new").unwrap();
        transaction.write_text("kind/y/b.json", "new").unwrap();
        transaction.remove("old/x/gone.json").unwrap();
        transaction
    }

    #[test]
    fn all_changes_are_made_and_empty_folders_go() {
        let folder = tree();
        let root = folder.path();
        let hold = held_by_ana(root);
        assert!(changes(&hold).commit().unwrap());
        assert_eq!(
            (read(root, "a.json").as_deref(), read(root, "kind/y/b.json").as_deref()),
            (Some("new"), Some("new"))
        );
        assert!(!root.join("old").exists() && root.join("kind").exists());
        assert!(!changes(&hold).commit().unwrap(), "nothing is left to change");
    }

    #[test]
    fn without_a_record_nothing_has_happened() {
        let folder = tree();
        let root = folder.path();
        let hold = held_by_ana(root);
        // Killed: nothing is dropped.
        std::mem::forget(changes(&hold));
        drop(hold);
        assert_eq!(settled(root, None, || Ok(read(root, "a.json"))).unwrap().as_deref(), Some("old"));
        let hold = held_by_ana(root);
        assert!(!Transaction::begin(&hold).unwrap().commit().unwrap());
        assert!(read(root, "old/x/gone.json").is_some() && !root.join("kind/y").exists());
    }

    #[test]
    fn with_a_record_the_next_one_finishes_it_wherever_it_stopped() {
        // Two files to be moved, then one that goes, and the folder that it leaves empty.
        for steps in 0..=4 {
            let folder = tree();
            let root = folder.path();
            let hold = held_by_ana(root);
            let transaction = changes(&hold);
            let written = transaction.written.lock().unwrap().clone();
            let removed = transaction.removed.lock().unwrap().clone();
            let text =
                Record { hold: Some(hold.number()), written: written.clone(), removed }.to_text(&transaction.private);
            fs::write(transaction.private.join(COMMIT), text).unwrap();
            for (number, path) in written.iter().enumerate().take(steps) {
                fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
                fs::rename(transaction.staged(number), root.join(path)).unwrap();
            }
            if steps > 2 {
                fs::remove_file(root.join("old/x/gone.json")).unwrap();
            }
            if steps > 3 {
                fs::remove_dir(root.join("old/x")).unwrap();
            }
            std::mem::forget(transaction);
            drop(hold);
            assert_eq!(settled(root, None, || Ok(read(root, "a.json"))).unwrap().as_deref(), Some("new"));
            assert!(read(root, "kind/y/b.json").is_some() && !root.join("old").exists(), "after {steps} steps");
            assert!(!root.join(PRIVATE).join(COMMIT).exists() && !staging(&root.join(PRIVATE), Some(1)).exists());
        }
    }

    #[test]
    fn a_record_that_leads_elsewhere_is_refused() {
        for path in ["../x", "/etc/x", ".git/hooks/x", "kind/../../x", "a\\..\\x", ".flowport/lock", "C:/x"] {
            let folder = tree();
            let root = folder.path();
            // As an older flowport left it.
            let staging = staging(&root.join(PRIVATE), None);
            fs::create_dir_all(&staging).unwrap();
            fs::write(staging.join("0"), "evil").unwrap();
            for (written, removed) in [(vec![path.to_owned()], vec![]), (vec![], vec![path.to_owned()])] {
                let record = Record { hold: None, written, removed }.to_text(&root.join(PRIVATE));
                fs::write(root.join(PRIVATE).join(COMMIT), record).unwrap();
                let error = settled(root, None, || Ok(())).unwrap_err();
                assert!(matches!(error, TreeError::Taken { .. }), "{path}: {error}");
            }
        }
    }

    #[test]
    fn what_is_in_the_way_is_told_before_anything_is_decided() {
        for (path, is_folder) in [("kind/y", false), ("kind", false), ("kind/y/b.json", true), ("a.json", true)] {
            let folder = tempfile::tempdir().unwrap();
            let root = folder.path();
            let way = root.join(path);
            fs::create_dir_all(if is_folder { &way } else { way.parent().unwrap() }).unwrap();
            if !is_folder {
                fs::write(&way, "mine").unwrap();
            }
            let hold = held_by_ana(root);
            let error = changes(&hold).commit().unwrap_err();
            assert!(matches!(&error, TreeError::Taken { path, .. } if *path == way), "{path}: {error}");
            assert!(error.to_string().ends_with("move it away"), "{error}");
            assert!(!root.join(PRIVATE).join(COMMIT).exists() && read(root, "a.json").is_none());
            settled(root, None, || Ok(())).unwrap();
        }
    }

    #[test]
    fn what_comes_in_the_way_after_the_decision_is_told_and_once_mended_the_next_one_finishes_it() {
        let folder = tree();
        let root = folder.path();
        let hold = held_by_ana(root);
        let transaction = changes(&hold);
        let (written, removed) = (vec!["a.json".to_owned(), "kind/y/b.json".to_owned()], Vec::new());
        let record = Record { hold: Some(hold.number()), written, removed };
        fs::write(transaction.private.join(COMMIT), record.to_text(&transaction.private)).unwrap();
        fs::write(root.join("kind/y"), "mine").unwrap();
        drop(transaction);
        drop(hold);
        for _ in 0..2 {
            let error = settled(root, None, || Ok(())).unwrap_err();
            assert!(matches!(&error, TreeError::Pending(_)), "{error}");
            let text = error.to_string();
            assert!(text.contains("move it away; mend that, and the next command finishes it"), "{text}");
        }
        fs::remove_file(root.join("kind/y")).unwrap();
        assert_eq!(settled(root, None, || Ok(read(root, "kind/y/b.json"))).unwrap().as_deref(), Some("new"));
    }

    #[cfg(unix)]
    #[test]
    fn no_link_is_written_through() {
        let folder = tree();
        let elsewhere = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("flow")).unwrap();
        let hold = held_by_ana(folder.path());
        let transaction = Transaction::begin(&hold).unwrap();
        assert!(matches!(transaction.write_text("flow/x", "x"), Err(TreeError::Taken { .. })));
    }
}
