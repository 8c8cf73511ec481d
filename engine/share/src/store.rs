use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::error::ShareError;
use crate::record::{About, Record, Terms};
use crate::sealed;
use crate::share::Share;
use crate::token::{Role, Token};

/// A folder of shares. Any number of programs may use it at once.
#[derive(Debug, Clone)]
pub struct ShareStore {
    folder: PathBuf,
}

impl ShareStore {
    /// The store in this folder, which need not be there yet.
    #[must_use]
    pub fn at(folder: impl AsRef<Path>) -> ShareStore {
        // Absolute, so that messages about it help from anywhere.
        let folder = folder.as_ref();
        ShareStore { folder: std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned()) }
    }

    /// Puts a package in, read to its end: whole or not at all, and synced to the disk. A folder that is not there is made.
    ///
    /// # Errors
    /// [`ShareError::Input`] where the package cannot be read; [`ShareError::Unfit`] for a file name that is more than a name, or
    /// more than 64 KiB about the package; [`ShareError::Io`].
    pub fn put(&self, content: &mut dyn Read, terms: &Terms, about: &About) -> Result<Token, ShareError> {
        about.check()?;
        fs::create_dir_all(&self.folder).map_err(ShareError::io("making", &self.folder))?;
        let token = Token::generate();
        let record = Record::Package { terms: *terms, about: about.clone() };
        sealed::write(&self.path(&token, Role::Package), &token, &record, content)?;
        Ok(token)
    }

    /// Opens the share of a token, if it may be used `now`. One that can be used once is nobody else's to open until the
    /// [`Share`] is dropped.
    ///
    /// # Errors
    /// [`ShareError::Unknown`], [`Expired`](ShareError::Expired), [`Used`](ShareError::Used), [`Busy`](ShareError::Busy),
    /// [`Altered`](ShareError::Altered), [`Newer`](ShareError::Newer), [`Io`](ShareError::Io); the latter, too, for a share that
    /// can be used once in a folder that cannot be written, where it could not be marked as used.
    pub fn open(&self, token: Token, now: Timestamp) -> Result<Share, ShareError> {
        let (path, mark) = (self.path(&token, Role::Package), self.path(&token, Role::Used));
        let file = match open_to_lock(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let at = used_at(&mark, &token)?;
                return Err(at.map_or_else(
                    || ShareError::Unknown { folder: self.folder.clone() },
                    |at| ShareError::Used { at },
                ));
            }
            Err(error) => return Err(sealed::read_failed(&path, error)),
        };
        let Record::Package { terms, about } = sealed::read(&file, &path, &token)?.0 else {
            return Err(ShareError::altered(&path, "another file was put in its place"));
        };
        if terms.once {
            file.try_lock().map_err(|error| match error {
                TryLockError::WouldBlock => ShareError::Busy,
                TryLockError::Error(error) => ShareError::io("locking", &path)(error),
            })?;
            // Only now: whoever held the lock before may have left the mark.
            if let Some(at) = used_at(&mark, &token)? {
                drop(file);
                // Left behind by whoever was killed before it was gone. While it stays, the mark says the same.
                let _ = fs::remove_file(&path);
                return Err(ShareError::Used { at });
            }
        }
        if let Some(at) = terms.expires.filter(|at| *at <= now) {
            return Err(ShareError::Expired { at });
        }
        if terms.once {
            // Not after the package was imported.
            drop(sealed::temporary_in(&self.folder)?);
        }
        Ok(Share { about, terms, file, path, mark, token })
    }

    fn path(&self, token: &Token, role: Role) -> PathBuf {
        self.folder.join(token.file_name(role))
    }
}

/// For writing, where that is allowed: network file systems lock no file for one alone that was opened to be read.
fn open_to_lock(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(path).or_else(|error| match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => File::open(path),
        _ => Err(error),
    })
}

/// What the mark says, if there is one. One that says nothing is an error: what it stands for cannot be told from a used share.
pub(crate) fn used_at(mark: &Path, token: &Token) -> Result<Option<Timestamp>, ShareError> {
    let file = match File::open(mark) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(ShareError::io("reading", mark)(error)),
    };
    let (record, mut rest) = sealed::read(&file, mark, token)?;
    // To the end: what follows must be verified, too.
    let len = sealed::copy(&mut rest, &mut io::sink(), |error| sealed::read_failed(mark, error), ShareError::Output)?;
    match record {
        Record::Used { at } if len == 0 => Ok(Some(at)),
        _ => Err(ShareError::altered(mark, "another file was put in its place")),
    }
}
