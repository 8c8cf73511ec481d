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

    /// All that is staged reaches the disk, the record last. It lies in the staging folder: who takes our place takes that away, and the
    /// record cannot be put in force any more.
    fn stage_record(&self, record: &Record) -> Result<PathBuf, TreeError> {
        self.sync_staged(record.written.len())?;
        let part = self.staging.join(COMMIT);
        let mut file = create(&part).map_err(self.about(&part))?;
        file.write_all(record.to_text(&self.private).as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(self.about(&part))?;
        Ok(part)
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
        let part = self.stage_record(&record)?;
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
mod tests;
