//! Inputs, which are read by offset, read from their beginning to their end.

use std::io;

use crate::content::{Hash, Hasher};
use crate::plugin::Input;

/// What is hashed at a time, in bytes.
const CHUNK: usize = 1 << 20;

/// An input from its beginning to its end.
pub struct Stream<'a> {
    input: &'a dyn Input,
    offset: u64,
}

impl<'a> Stream<'a> {
    /// From its first byte on.
    #[must_use]
    pub fn of(input: &'a dyn Input) -> Stream<'a> {
        Stream { input, offset: 0 }
    }
}

impl io::Read for Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.input.read_at(self.offset, buffer.len())?;
        buffer[..bytes.len()].copy_from_slice(&bytes);
        self.offset += bytes.len() as u64;
        Ok(bytes.len())
    }
}

/// The hash of all that is in an input.
///
/// # Errors
/// When it cannot be read.
pub fn hash_of(input: &dyn Input) -> io::Result<Hash> {
    let (mut hasher, mut offset) = (Hasher::default(), 0);
    loop {
        let bytes = input.read_at(offset, CHUNK)?;
        if bytes.is_empty() {
            return Ok(hasher.finish());
        }
        hasher.update(&bytes);
        offset += bytes.len() as u64;
    }
}
