//! How a share is used once, on any file system, whatever program is killed when.
//!
//! The lock is on the file of the package, which is never written again, replaced or renamed. That it was used is told by a second
//! file, the mark, of another name. So whoever opened the package before it was used and gets the lock afterwards finds the mark:
//! that is why opening looks for it once it has the lock. The mark appears by one rename, to a name that is free: two who both
//! think they hold the lock, on a network drive that keeps none, cannot both leave it. Killed before the rename, the share is
//! unused; killed after it, it is used, and the package goes when somebody tries to open it.
//!
//! Not the mark in the package's place: renaming over a file that is open fails on Windows' network drives, and whoever opened the
//! file before would have to notice that it is no longer the one of that name. Not the package overwritten in place: that can be
//! interrupted half way. Not a file only to be locked: it stays for ever, or is deleted under whoever is about to lock it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;

use jiff::Timestamp;

use crate::error::ShareError;
use crate::record::{About, Record, Terms};
use crate::sealed;
use crate::store::used_at;
use crate::token::Token;

/// A share that may be used.
///
/// One that can be used once is locked until this is dropped, by whichever end the program comes to. It stays usable until
/// [`used`](Share::used) has returned.
#[derive(Debug)]
pub struct Share {
    /// What it is, as whoever shared it wrote it.
    pub about: About,
    /// On which terms it is shared.
    pub terms: Terms,
    pub(crate) file: File,
    pub(crate) path: PathBuf,
    pub(crate) mark: PathBuf,
    pub(crate) token: Token,
}

impl Share {
    /// Writes the package out and returns its length, having verified all of it. Each call begins anew.
    ///
    /// # Errors
    /// [`ShareError::Altered`], [`ShareError::Output`], [`ShareError::Io`]. Pieces of 64 KiB are written as soon as they are
    /// verified: after an error the output holds the beginning of a package, **which is to be discarded**.
    pub fn copy_to(&mut self, output: &mut dyn Write) -> Result<u64, ShareError> {
        let (record, mut content) = sealed::read(&self.file, &self.path, &self.token)?;
        if !matches!(record, Record::Package { .. }) {
            return Err(ShareError::altered(&self.path, "another file was put in its place"));
        }
        sealed::copy(&mut content, output, |error| sealed::read_failed(&self.path, error), ShareError::Output)
    }

    /// The package was imported. A share that can be used once is from now on refused as [`ShareError::Used`], which is on the
    /// disk when this returns, and its package is deleted; for others nothing happens.
    ///
    /// # Errors
    /// [`ShareError::Io`]: it is not marked, and the token can be used again. [`ShareError::Used`]: another one used it, too,
    /// since the file system keeps no locks.
    pub fn used(self, now: Timestamp) -> Result<(), ShareError> {
        if !self.terms.once {
            return Ok(());
        }
        let Share { file, path, mark, token, .. } = self;
        let marked = sealed::write(&mark, &token, &Record::Used { at: now }, &mut io::empty());
        // Windows deletes a file for good when nobody has it open. The mark is there: the lock has done its work.
        drop(file);
        match marked {
            Err(ShareError::Io { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists => {
                return Err(used_at(&mark, &token)?.map_or(ShareError::Busy, |at| ShareError::Used { at }));
            }
            marked => marked?,
        }
        // A package that stays is refused, and goes when somebody tries to open it.
        if fs::remove_file(&path).is_ok() {
            sealed::sync_folder(path.parent().unwrap_or(&path));
        }
        Ok(())
    }
}
