//! A file that nobody else sees: in memory while it is small, in a temporary file when it is large.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tempfile::SpooledTempFile;

use crate::error::Error;
use crate::plugin::{Input, Output};
use crate::stream::Stream;

/// Above this it goes to disk, in bytes.
const IN_MEMORY: usize = 32 << 20;
/// What is copied at a time, in bytes.
const CHUNK: usize = 1 << 20;

/// The file.
pub struct Scratch(Mutex<SpooledTempFile>);

impl Scratch {
    pub(crate) fn new() -> Arc<Scratch> {
        Arc::new(Scratch(Mutex::new(SpooledTempFile::new(IN_MEMORY))))
    }

    /// The bytes that an input has now: whatever becomes of it later, these stay.
    ///
    /// # Errors
    /// When the input cannot be read, or there is no room for the copy.
    pub fn copy_of(input: &dyn Input) -> io::Result<Arc<Scratch>> {
        let scratch = Scratch::new();
        io::copy(&mut Stream::of(input), &mut *scratch.file())?;
        Ok(scratch)
    }

    /// All of it.
    pub(crate) fn read_all(&self) -> Result<Vec<u8>, Error> {
        let len = usize::try_from(self.len()).unwrap_or(usize::MAX);
        self.read_at(0, len).map_err(unreadable)
    }

    /// The same bytes in another file.
    pub(crate) fn copy_to(&self, output: &dyn Output) -> Result<(), Error> {
        let mut offset = 0;
        while offset < self.len() {
            let bytes = self.read_at(offset, CHUNK).map_err(unreadable)?;
            output.write_at(offset, &bytes).map_err(Error::Output)?;
            offset += bytes.len() as u64;
        }
        Ok(())
    }

    fn file(&self) -> MutexGuard<'_, SpooledTempFile> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unreadable(error: io::Error) -> Error {
    Error::file(std::env::temp_dir(), error)
}

impl Output for Scratch {
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.file();
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(bytes)
    }
}

impl Input for Scratch {
    fn len(&self) -> u64 {
        // Where even this fails, reading says why.
        self.file().seek(SeekFrom::End(0)).unwrap_or(0)
    }

    fn read_at(&self, offset: u64, max: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut file = self.file();
        file.seek(SeekFrom::Start(offset))?;
        Read::by_ref(&mut *file).take(max as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
