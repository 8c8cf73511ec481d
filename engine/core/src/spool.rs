//! Where a package's parts are kept while it is decoded: in memory while they are few, in a temporary file when they are many.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::SpooledTempFile;

use crate::content::{Content, Hash, Hasher, ReadAt};

/// Above this the spool goes to disk: most packages never touch it, large ones stay out of memory. A package of any size is to go
/// through in 256 MiB; a quarter more than this is held while the spool moves.
const IN_MEMORY: usize = 96 * 1024 * 1024;

/// An append-only store of contents. Dropping the last content removes the file.
pub struct Spool {
    file: Arc<File>,
    end: u64,
}

struct File(Mutex<SpooledTempFile>);

impl ReadAt for File {
    fn read_at(&self, offset: u64, max: usize) -> io::Result<Vec<u8>> {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = vec![0; max];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

/// A content being written.
pub struct Writing {
    start: u64,
    len: u64,
    hasher: Hasher,
}

impl Writing {
    /// In bytes, so far.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// True while nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl Default for Spool {
    fn default() -> Spool {
        Spool { file: Arc::new(File(Mutex::new(SpooledTempFile::new(IN_MEMORY)))), end: 0 }
    }
}

impl Spool {
    /// Begins a content; one at a time.
    #[must_use]
    pub fn begin(&self) -> Writing {
        Writing { start: self.end, len: 0, hasher: Hasher::default() }
    }

    /// Appends to it.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn write(&mut self, writing: &mut Writing, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.file.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.end))?;
        file.write_all(bytes)?;
        writing.hasher.update(bytes);
        writing.len += bytes.len() as u64;
        self.end += bytes.len() as u64;
        Ok(())
    }

    /// The finished content.
    #[must_use]
    pub fn finish(&self, writing: Writing) -> Content {
        let Writing { start, len, hasher } = writing;
        let hash: Hash = hasher.finish();
        Content::elsewhere(self.file.clone(), start, len, hash)
    }
}
