//! Files of the store: age files in binary form, encrypted to one token.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};
use std::iter;
use std::path::Path;
use std::rc::Rc;

use age::{DecryptError, Decryptor, Encryptor};

use crate::error::ShareError;
use crate::record::{Record, Unreadable};
use crate::token::Token;

/// How much of a package is in memory at a time: what age encrypts at once.
const PIECE: usize = 64 * 1024;

/// The most that is read before age knows the file for one of this token; a header has less than a tenth. Without a limit, a file
/// that is all header would fill the memory.
const HEADER: u64 = 16 * 1024;

/// Writes a file of the store, whole or not at all and durably, and never over another one.
///
/// # Errors
/// [`ShareError::Io`], of kind [`AlreadyExists`](io::ErrorKind::AlreadyExists) where there is one; [`ShareError::Input`];
/// [`ShareError::Unfit`].
pub(crate) fn write(path: &Path, token: &Token, record: &Record, content: &mut dyn Read) -> Result<(), ShareError> {
    let folder = path.parent().unwrap_or(path);
    let record = record.to_bytes()?;
    let temporary = temporary_in(folder)?;
    let failed = ShareError::io("writing", temporary.path());
    let recipient = token.identity().to_public();
    let encryptor = Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient))
        .expect("one recipient agrees with itself");
    let mut sealing = encryptor.wrap_output(temporary.as_file()).map_err(&failed)?;
    sealing.write_all(&record).map_err(&failed)?;
    copy(content, &mut sealing, ShareError::Input, &failed)?;
    sealing.finish().and_then(|file| file.sync_all()).map_err(&failed)?;
    drop(failed);
    temporary.persist_noclobber(path).map_err(|error| ShareError::io("writing", path)(error.error))?;
    sync_folder(folder);
    Ok(())
}

/// A file that does not outlive its value. Others may read it as they may read any new file: only the token opens it, and it is
/// there to be fetched by somebody else.
pub(crate) fn temporary_in(folder: &Path) -> Result<tempfile::NamedTempFile, ShareError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".flowport-").suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let made = builder.tempfile_in(folder);
    made.map_err(ShareError::io("making a file in", folder))
}

/// Names are safe only when the folder is, where folders can be synced at all.
pub(crate) fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Reads a file of the store from its start, up to the package.
///
/// # Errors
/// [`ShareError::Altered`], [`ShareError::Newer`], [`ShareError::Busy`] where Windows lets nobody read a locked file,
/// [`ShareError::Io`].
pub(crate) fn read<'a>(mut file: &'a File, path: &Path, token: &Token) -> Result<(Record, impl Read + 'a), ShareError> {
    file.rewind().map_err(ShareError::io("reading", path))?;
    let left = Rc::new(Cell::new(HEADER));
    let limited = BufReader::with_capacity(PIECE, Limited { file, left: left.clone() });
    let decryptor = Decryptor::new_buffered(limited);
    left.set(u64::MAX);
    let opened = decryptor.and_then(|decryptor| decryptor.decrypt(iter::once(token.identity() as &dyn age::Identity)));
    let mut reader = opened.map_err(|error| match error {
        DecryptError::Io(error) => read_failed(path, error),
        DecryptError::NoMatchingKeys => ShareError::altered(path, "it is not encrypted for this token"),
        _ => ShareError::altered(path, "its beginning was changed"),
    })?;
    let record = Record::read(&mut reader).map_err(|error| match error {
        Unreadable::Newer => ShareError::Newer,
        Unreadable::Unfit => ShareError::altered(path, "it was not made by flowport"),
        Unreadable::Io(error) => read_failed(path, error),
    })?;
    Ok((record, reader))
}

/// Copies to the end, which is where age has verified everything; flushes.
pub(crate) fn copy(
    from: &mut dyn Read,
    to: &mut dyn Write,
    read_failed: impl Fn(io::Error) -> ShareError,
    write_failed: impl Fn(io::Error) -> ShareError,
) -> Result<u64, ShareError> {
    let mut piece = vec![0; PIECE];
    let mut len = 0;
    loop {
        let read = match from.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(read_failed(error)),
        };
        to.write_all(&piece[..read]).map_err(&write_failed)?;
        len += read as u64;
    }
    to.flush().map_err(write_failed)?;
    Ok(len)
}

/// What age says of a file's bytes, apart from what the operating system says.
pub(crate) fn read_failed(path: &Path, error: io::Error) -> ShareError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => ShareError::altered(path, "its end is missing"),
        io::ErrorKind::InvalidData => ShareError::altered(path, "its bytes were changed"),
        // ERROR_LOCK_VIOLATION: another one holds the lock of a share that can be used once.
        _ if cfg!(windows) && error.raw_os_error() == Some(33) => ShareError::Busy,
        _ => ShareError::io("reading", path)(error),
    }
}

/// A file of which no more than `left` is read.
struct Limited<'a> {
    file: &'a File,
    left: Rc<Cell<u64>>,
}

impl Read for Limited<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "no header where one should be"));
        }
        let most = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let read = self.file.read(&mut buffer[..most])?;
        self.left.set(left - read as u64);
        Ok(read)
    }
}
