/// Random access to the bytes of an archive.
pub trait ReadAt {
    /// The length in bytes; constant.
    fn len(&self) -> u64;

    /// The bytes from `offset`: exactly `max` of them, fewer only where the input ends.
    ///
    /// # Errors
    /// What went wrong, for people.
    fn read_at(&self, offset: u64, max: u32) -> Result<Vec<u8>, String>;

    /// Whether there is nothing to read.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Random access to the bytes of an archive being written.
pub trait WriteAt {
    /// Writes all of `bytes` at `offset`. Offsets only grow, but for the twelve bytes of a local header whose checksum and
    /// sizes were not known when it was written.
    ///
    /// # Errors
    /// What went wrong, for people.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> Result<(), String>;
}

impl ReadAt for Vec<u8> {
    fn len(&self) -> u64 {
        self.as_slice().len() as u64
    }

    fn read_at(&self, offset: u64, max: u32) -> Result<Vec<u8>, String> {
        let rest = usize::try_from(offset).ok().and_then(|start| self.get(start..)).unwrap_or_default();
        let length = rest.len().min(max as usize);
        Ok(rest[..length].to_vec())
    }
}

impl WriteAt for Vec<u8> {
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> Result<(), String> {
        let start = usize::try_from(offset).map_err(|error| error.to_string())?;
        let end = start + bytes.len();
        if self.as_slice().len() < end {
            self.resize(end, 0);
        }
        self[start..end].copy_from_slice(bytes);
        Ok(())
    }
}
