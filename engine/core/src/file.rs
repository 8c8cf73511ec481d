//! Files that are there whole or not at all.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// What to do about a file that cannot be read or written, as the end of a sentence; empty where the system's words say it.
#[must_use]
pub fn advice(why: &io::Error) -> &'static str {
    match why.kind() {
        io::ErrorKind::StorageFull => "; the disk is full: make room there and try again",
        io::ErrorKind::QuotaExceeded => "; your share of the disk is used up: make room there and try again",
        io::ErrorKind::ReadOnlyFilesystem => "; the disk is read-only: mount it for writing, or keep this elsewhere",
        io::ErrorKind::PermissionDenied => "; check the permissions of the file and of its folder",
        _ => "",
    }
}

/// Writes a file, whole or not at all: what `write` makes of a temporary file beside it is synced, then renamed. Others may read
/// it as they may read any new file.
///
/// # Errors
/// As `write`; [`Error::File`] as [`may_write`], or where it cannot be written.
pub fn write_whole<T>(path: &Path, overwrite: bool, write: impl FnOnce(File) -> Result<T, Error>) -> Result<T, Error> {
    let new = NewFile::at(path, overwrite)?;
    let written = write(new.file()?)?;
    new.put()?;
    Ok(written)
}

/// A file in the making, beside its final name. Dropping it leaves nothing behind.
pub struct NewFile {
    temporary: tempfile::NamedTempFile,
    /// Where it will be.
    path: PathBuf,
    overwrite: bool,
}

impl NewFile {
    /// Begins a file that will be there.
    ///
    /// # Errors
    /// As [`may_write`]; [`Error::File`] where its folder takes none.
    pub fn at(path: &Path, overwrite: bool) -> Result<NewFile, Error> {
        let path = may_write(path, overwrite)?;
        let temporary = temporary_in(folder_of(&path)).map_err(|why| Error::file(&path, why))?;
        Ok(NewFile { temporary, path, overwrite })
    }

    /// What is in it so far, to read and to write.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn file(&self) -> Result<File, Error> {
        self.temporary.reopen().map_err(|why| Error::file(&self.path, why))
    }

    /// Makes its bytes safe: what can go wrong for want of room goes wrong here, and not when it gets its name.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn sync(&self) -> Result<(), Error> {
        self.temporary.as_file().sync_all().map_err(|why| Error::file(&self.path, why))
    }

    /// Makes it safe and gives it its name.
    ///
    /// # Errors
    /// [`Error::File`], also where somebody else made a file of that name meanwhile and none may be written over.
    pub fn put(self) -> Result<(), Error> {
        self.sync()?;
        let NewFile { temporary, path, overwrite } = self;
        let persisted = if overwrite { temporary.persist(&path) } else { temporary.persist_noclobber(&path) };
        persisted.map_err(|error| Error::file(&path, error.error))?;
        sync_folder(folder_of(&path));
        Ok(())
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the names in a folder safe, as syncing a file makes only its bytes; where folders can be synced at all.
pub fn sync_folder(folder: &Path) {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Whether a file may be written there, asked before the work that fills it. Gives where it will be: a link is written through.
///
/// # Errors
/// [`Error::File`] where a file is there and `overwrite` is false, or something that is no file.
pub fn may_write(path: &Path, overwrite: bool) -> Result<PathBuf, Error> {
    let failed = |why: io::Error| Error::file(path, why);
    if !overwrite && path.exists() {
        return Err(failed(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "the file is already there; write over it with --overwrite",
        )));
    }
    let resolved = if overwrite && path.is_symlink() { path.canonicalize().map_err(failed)? } else { path.to_owned() };
    // Nothing but a file is ever replaced.
    if resolved.exists() && !resolved.is_file() {
        return Err(failed(io::Error::other("this is no file; name a file to write to")));
    }
    Ok(resolved)
}

/// A temporary file with the permissions of any new file.
fn temporary_in(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".flowport-").suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}
