//! Writes collected into large blocks.

use crate::{WriteAt, WriteError};

const BLOCK: usize = 256 << 10;

pub(crate) struct Output<'a, W: WriteAt> {
    inner: &'a mut W,
    /// Where `pending` begins.
    start: u64,
    pending: Vec<u8>,
}

impl<'a, W: WriteAt> Output<'a, W> {
    pub(crate) fn new(inner: &'a mut W) -> Self {
        Output { inner, start: 0, pending: Vec::new() }
    }

    /// The number of bytes written so far.
    pub(crate) fn position(&self) -> u64 {
        self.start + self.pending.len() as u64
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() >= BLOCK {
            self.flush()?;
        }
        Ok(())
    }

    /// Writes over bytes written before.
    pub(crate) fn patch(&mut self, offset: u64, bytes: &[u8]) -> Result<(), WriteError> {
        if offset < self.start {
            // The bytes may lie on both sides of `start`.
            self.flush()?;
            return self.write_at(offset, bytes);
        }
        let from = (offset - self.start) as usize;
        self.pending[from..from + bytes.len()].copy_from_slice(bytes);
        Ok(())
    }

    pub(crate) fn flush(&mut self) -> Result<(), WriteError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let pending = std::mem::take(&mut self.pending);
        self.write_at(self.start, &pending)?;
        self.start += pending.len() as u64;
        self.pending = pending;
        self.pending.clear();
        Ok(())
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> Result<(), WriteError> {
        self.inner.write_at(offset, bytes).map_err(|reason| WriteError::Output { offset, reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Counted {
        bytes: Vec<u8>,
        calls: Vec<(u64, usize)>,
    }

    impl WriteAt for Counted {
        fn write_at(&mut self, offset: u64, bytes: &[u8]) -> Result<(), String> {
            self.calls.push((offset, bytes.len()));
            self.bytes.write_at(offset, bytes)
        }
    }

    #[test]
    fn small_writes_and_patches_cost_one_call() {
        let mut inner = Counted::default();
        let mut output = Output::new(&mut inner);
        for byte in 0..100 {
            output.write(&[byte]).expect("memory");
        }
        output.patch(10, b"patch").expect("memory");
        assert_eq!(output.position(), 100);
        output.flush().expect("memory");
        output.flush().expect("memory");
        assert_eq!(inner.calls, [(0, 100)]);
        assert_eq!(&inner.bytes[9..16], b"\x09patch\x0f");
    }

    #[test]
    fn what_is_already_out_is_patched_there() {
        let mut inner = Counted::default();
        let mut output = Output::new(&mut inner);
        output.write(&vec![0; BLOCK]).expect("memory");
        output.write(b"12345").expect("memory");
        output.patch(BLOCK as u64 - 2, b"abcd").expect("memory");
        output.write(b"6").expect("memory");
        output.flush().expect("memory");
        assert_eq!(&inner.bytes[BLOCK - 3..], b"\0abcd3456");
        assert_eq!(inner.calls.len(), 4);
    }
}
