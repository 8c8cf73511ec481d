//! One writer at a time, by a lock of the operating system on a file: it cannot outlive the process that holds it.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use same_file::Handle;
use serde::{Deserialize, Serialize};

/// So long one that holds a lock may say nothing of itself: it has just come, is about to go, or finishes what another one left.
const GRACE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(5);

/// Who writes to an environment, for whoever comes second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Who acts, as in `--as`.
    pub owner: String,
    /// The name of the machine; empty where it has none.
    pub host: String,
    /// The number of the process on that machine.
    pub process: u32,
    /// Since when; RFC 3339, UTC.
    pub since: String,
}

impl Holder {
    /// This process.
    #[must_use]
    pub fn this_process(owner: impl Into<String>, host: impl Into<String>, since: impl Into<String>) -> Holder {
        Holder { owner: owner.into(), host: host.into(), process: std::process::id(), since: since.into() }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Holder { owner, host, process, since } = self;
        let on = if host.is_empty() { "" } else { " on " };
        write!(formatter, "{owner}{on}{host} (process {process}) since {since}")
    }
}

/// Who holds something, and what to do.
#[must_use]
pub fn held(holder: Option<&Holder>) -> String {
    match holder {
        Some(holder) => format!("{holder}; wait for it with --wait SECONDS, or try again when that is done"),
        None => "another program writes to its store; close that, or try again when it is done".to_owned(),
    }
}

/// Who holds now what was lost.
#[must_use]
pub fn lost(by: Option<&Holder>) -> String {
    match by {
        Some(holder) => format!("it is held by {holder}"),
        None => "its lock was taken away".to_owned(),
    }
}

/// Why a lock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Somebody has it; none where that one said nothing of itself.
    #[error("held: {}", held(.0.as_ref()))]
    Held(Option<Holder>),
    /// The file cannot be made, opened or locked.
    #[error("{}: it cannot be locked: {why}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
}

/// Held until it is dropped, or the process ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Locks this file, made where there is none. `holder` says who has it, where somebody has; it is asked again for a moment as
    /// long as it says nobody.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn take(path: &Path, holder: impl Fn() -> Option<Holder>) -> Result<Lock, LockError> {
        let failed = |why| LockError::File { path: path.to_owned(), why };
        let started = Instant::now();
        loop {
            // Never truncated or written to: Windows lets nobody else read a locked file.
            let opened = OpenOptions::new().create(true).truncate(false).write(true).open(path);
            let lock = Lock { file: opened.map_err(failed)?, path: path.to_owned() };
            match lock.file.try_lock() {
                // Between the two, somebody may have taken the file away: then whoever comes next locks another one.
                Ok(()) if lock.is_in_place() => return Ok(lock),
                Ok(()) => {}
                Err(TryLockError::Error(why)) => return Err(failed(why)),
                Err(TryLockError::WouldBlock) => match holder() {
                    None if started.elapsed() < GRACE => thread::sleep(PAUSE),
                    holder => return Err(LockError::Held(holder)),
                },
            }
        }
    }

    /// False where the file was taken away or replaced since: whoever comes next locks another one, and this lock keeps nobody out.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        let ours = self.file.try_clone().and_then(Handle::from_file);
        matches!((ours, Handle::from_path(&self.path)), (Ok(ours), Ok(there)) if ours == there)
    }

    /// Takes the file away and lets go of it, in this order: nobody can lock it in between. Another one in its place stays.
    ///
    /// # Errors
    /// Where the system does not take it away; the lock is let go of all the same.
    pub fn remove(self) -> io::Result<()> {
        if self.is_in_place() { fs::remove_file(&self.path) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ana() -> Holder {
        Holder::this_process("ana", "build-7", "2026-01-01T00:00:00Z")
    }

    #[test]
    fn one_has_it_and_the_second_is_told_who() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let lock = Lock::take(&path, || None).unwrap();
        let error = Lock::take(&path, || Some(ana())).unwrap_err();
        let words = format!("ana on build-7 (process {}) since 2026-01-01T00:00:00Z", std::process::id());
        assert!(matches!(&error, LockError::Held(Some(holder)) if holder.to_string() == words), "{error}");
        drop(lock);
        Lock::take(&path, || Some(ana())).unwrap();
    }

    #[test]
    fn one_that_says_nothing_of_itself_is_asked_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let _lock = Lock::take(&path, || None).unwrap();
        let asked = std::cell::Cell::new(0);
        let late = || {
            asked.set(asked.get() + 1);
            (asked.get() == 3).then(ana)
        };
        assert!(matches!(Lock::take(&path, late), Err(LockError::Held(Some(_)))));
        assert_eq!(asked.get(), 3);
    }

    #[test]
    fn whose_file_is_gone_or_another_one_no_longer_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = Lock::take(&path, || None).unwrap();
        assert!(first.is_in_place());
        fs::remove_file(&path).unwrap();
        assert!(!first.is_in_place());
        let second = Lock::take(&path, || None).unwrap();
        assert!(!first.is_in_place() && second.is_in_place());
    }

    #[test]
    fn a_file_that_is_taken_away_leaves_one_holder_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let inside = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        let Ok(lock) = Lock::take(&path, || None) else { continue };
                        use std::sync::atomic::Ordering::SeqCst;
                        assert_eq!(inside.fetch_add(1, SeqCst), 0, "two hold it");
                        std::thread::yield_now();
                        inside.fetch_sub(1, SeqCst);
                        lock.remove().unwrap();
                    }
                });
            }
        });
    }

    #[test]
    fn what_cannot_be_locked_says_where_and_why() {
        let folder = tempfile::tempdir().unwrap();
        let error = Lock::take(folder.path(), || None).unwrap_err().to_string();
        assert!(error.contains(&folder.path().display().to_string()) && error.contains("cannot be locked"), "{error}");
    }
}
