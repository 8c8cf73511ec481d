//! Files that are there whole or not at all.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// Writes a file, whole or not at all: what `write` makes of a temporary file beside it is synced, then renamed. Others may read
/// it as they may read any new file.
///
/// # Errors
/// As `write`; [`Error::File`] as [`may_write`], or where it cannot be written.
pub fn write_whole<T>(path: &Path, overwrite: bool, write: impl FnOnce(File) -> Result<T, Error>) -> Result<T, Error> {
    let failed = |why: io::Error| Error::file(path, why);
    let resolved = may_write(path, overwrite)?;
    let path = resolved.as_path();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let temporary = temporary_in(folder).map_err(failed)?;
    let written = write(temporary.reopen().map_err(failed)?)?;
    temporary.as_file().sync_all().map_err(failed)?;
    let persisted = if overwrite { temporary.persist(path) } else { temporary.persist_noclobber(path) };
    persisted.map_err(|error| failed(error.error))?;
    sync_folder(folder);
    Ok(written)
}

/// Makes the names in a folder safe, as syncing a file makes only its bytes; where folders can be synced at all.
pub fn sync_folder(folder: &Path) {
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
