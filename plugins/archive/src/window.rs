//! A block of the input, kept: small reads near each other cost one call to the host.

use crate::{Error, ReadAt};

/// Bytes of one large read.
pub(crate) const BLOCK: u32 = 256 << 10;

/// Bytes of a read that does not go on from the one before.
const JUMP: u32 = 64 << 10;

pub(crate) struct Window<'a> {
    input: &'a dyn ReadAt,
    length: u64,
    start: u64,
    bytes: Vec<u8>,
}

impl<'a> Window<'a> {
    pub(crate) fn new(input: &'a dyn ReadAt) -> Self {
        Window { input, length: input.len(), start: 0, bytes: Vec::new() }
    }

    /// The length of the input.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    fn end(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }

    /// Whether `length` bytes at `offset` are here.
    pub(crate) fn holds(&self, offset: u64, length: u64) -> bool {
        offset >= self.start && offset.saturating_add(length) <= self.end()
    }

    fn load(&mut self, offset: u64, length: u64) -> Result<(), Error> {
        let length = length.min(self.length.saturating_sub(offset));
        let most = u32::try_from(length).unwrap_or(u32::MAX);
        let failed = |reason| Error::Input { offset, reason };
        let bytes = self.input.read_at(offset, most).map_err(failed)?;
        if bytes.len() as u64 != length {
            let reason = format!("asked for {length} bytes, got {}", bytes.len());
            return Err(failed(reason));
        }
        self.start = offset;
        self.bytes = bytes;
        Ok(())
    }

    /// Exactly `length` bytes at `offset`. If they are not here, reads `ahead` bytes (or `length`, if more) from there.
    pub(crate) fn bytes(&mut self, offset: u64, length: u32, ahead: u64) -> Result<&[u8], Error> {
        let end = offset.checked_add(u64::from(length));
        if end.is_none_or(|end| end > self.length) {
            let reason = "the input ends before".to_owned();
            return Err(Error::Input { offset, reason });
        }
        if !self.holds(offset, u64::from(length)) {
            self.load(offset, u64::from(length).max(ahead.min(u64::from(BLOCK))))?;
        }
        let from = (offset - self.start) as usize;
        Ok(&self.bytes[from..from + length as usize])
    }

    /// Like [`bytes`](Self::bytes), as an array.
    pub(crate) fn array<const N: usize>(&mut self, offset: u64, ahead: u64) -> Result<[u8; N], Error> {
        let mut out = [0; N];
        out.copy_from_slice(self.bytes(offset, N as u32, ahead)?);
        Ok(out)
    }

    /// At least one and at most `most` bytes at `offset`, as many as are here; none only if `most` is 0.
    pub(crate) fn some(&mut self, offset: u64, most: u64) -> Result<&[u8], Error> {
        if most == 0 {
            return Ok(&[]);
        }
        if !self.holds(offset, 1) {
            let goes_on = offset >= self.end() && offset - self.end() <= u64::from(JUMP);
            let length = if goes_on { u64::from(BLOCK) } else { most.clamp(u64::from(JUMP), u64::from(BLOCK)) };
            self.load(offset, length)?;
        }
        let from = (offset - self.start) as usize;
        let here = self.bytes.get(from..).unwrap_or_default();
        if here.is_empty() {
            let reason = "the input ends before".to_owned();
            return Err(Error::Input { offset, reason });
        }
        Ok(&here[..here.len().min(usize::try_from(most).unwrap_or(usize::MAX))])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    /// Counts the calls; `short` bytes are withheld at the end of each.
    struct Counted {
        bytes: Vec<u8>,
        calls: RefCell<Vec<(u64, u32)>>,
        short: usize,
    }

    impl Counted {
        fn new(length: usize) -> Self {
            Counted { bytes: (0..length).map(|index| index as u8).collect(), calls: RefCell::default(), short: 0 }
        }
    }

    impl ReadAt for Counted {
        fn len(&self) -> u64 {
            self.bytes.len() as u64
        }

        fn read_at(&self, offset: u64, max: u32) -> Result<Vec<u8>, String> {
            self.calls.borrow_mut().push((offset, max));
            let mut bytes = self.bytes.read_at(offset, max)?;
            bytes.truncate(bytes.len() - self.short);
            Ok(bytes)
        }
    }

    #[test]
    fn neighbours_cost_one_call() {
        let input = Counted::new(100_000);
        let mut window = Window::new(&input);
        for offset in (0..50_000).step_by(100) {
            let bytes = window.bytes(offset, 30, 60_000).expect("inside");
            assert_eq!(bytes[0], offset as u8);
            assert_eq!(bytes.len(), 30);
        }
        assert_eq!(*input.calls.borrow(), [(0, 60_000)]);
    }

    #[test]
    fn going_on_reads_a_block_and_jumping_reads_less() {
        let input = Counted::new(2 << 20);
        let mut window = Window::new(&input);
        assert_eq!(window.some(1 << 20, 10).expect("inside").len(), 10);
        let next = (1 << 20) + u64::from(JUMP);
        assert_eq!(window.some(next, 1000).expect("inside").len(), 1000);
        assert_eq!(*input.calls.borrow(), [(1 << 20, JUMP), (next, BLOCK)]);
    }

    #[test]
    fn what_is_not_there_is_an_error() {
        let mut input = Counted::new(100);
        let mut window = Window::new(&input);
        assert!(window.bytes(90, 11, 0).is_err());
        assert!(window.bytes(u64::MAX, 2, 0).is_err());
        assert!(window.some(100, 1).is_err());
        assert_eq!(window.some(100, 0).expect("nothing asked"), b"");
        input.short = 1;
        let mut window = Window::new(&input);
        let error = window.bytes(0, 10, 0).expect_err("one byte is missing");
        assert!(matches!(error, Error::Input { offset: 0, .. }), "{error}");
    }
}
