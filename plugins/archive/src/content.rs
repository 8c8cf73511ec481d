//! The content of one entry, in chunks.

use flate2::{Crc, Decompress, FlushDecompress, Status};

use crate::window::{BLOCK, Window};
use crate::{DataError, Entry, Error, Method, Place, ReadAt};

/// Takes the content of an entry piece by piece; an error ends the reading.
pub(crate) type Sink<'s> = dyn FnMut(&[u8]) -> Result<(), String> + 's;

/// What is kept from one entry to the next: making it anew costs more than inflating a small entry.
pub(crate) struct Reader<'a> {
    window: Window<'a>,
    inflater: Option<Decompress>,
    buffer: Vec<u8>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(input: &'a dyn ReadAt) -> Self {
        Reader::with_window(Window::new(input))
    }

    pub(crate) fn with_window(window: Window<'a>) -> Self {
        Reader { window, inflater: None, buffer: Vec::new() }
    }

    /// Passes the content of `entry` to `sink` and checks its size and checksum.
    pub(crate) fn read(&mut self, entry: &Entry, sink: &mut Sink<'_>) -> Result<(), Error> {
        let mut checked = Checked { entry, crc: Crc::new(), size: 0, sink };
        match entry.method {
            Method::Stored => self.copy(&mut checked)?,
            // A directory may leave out even the empty block.
            Method::Deflate if entry.directory && entry.compressed_size == 0 => {}
            Method::Deflate => self.inflate(&mut checked)?,
        }
        checked.finish()
    }

    fn copy(&mut self, checked: &mut Checked<'_, '_, '_>) -> Result<(), Error> {
        let entry = checked.entry;
        while checked.size < entry.size {
            let offset = entry.data_offset + checked.size;
            let chunk = self.window.some(offset, entry.size - checked.size)?;
            checked.take(chunk)?;
        }
        Ok(())
    }

    fn inflate(&mut self, checked: &mut Checked<'_, '_, '_>) -> Result<(), Error> {
        let entry = checked.entry;
        let inflater = self.inflater.get_or_insert_with(|| Decompress::new(false));
        inflater.reset(false);
        // One byte more than stated shows content that is longer.
        let room = entry.size.saturating_add(1).min(u64::from(BLOCK)) as usize;
        if self.buffer.len() < room {
            self.buffer.resize(room, 0);
        }
        loop {
            let consumed = inflater.total_in();
            let chunk = self.window.some(entry.data_offset + consumed, entry.compressed_size - consumed)?;
            let status = inflater
                .decompress(chunk, &mut self.buffer, FlushDecompress::None)
                .map_err(|_| DataError::Deflate { place: checked.place(), good: checked.size })?;
            let produced = (inflater.total_out() - checked.size) as usize;
            checked.take(&self.buffer[..produced])?;
            let stuck = produced == 0 && inflater.total_in() == consumed;
            match status {
                Status::StreamEnd => break,
                Status::Ok | Status::BufError if !stuck => {}
                Status::Ok | Status::BufError => {
                    return Err(
                        DataError::Shorter { place: checked.place(), size: entry.size, found: checked.size }.into()
                    );
                }
            }
        }
        let length = entry.compressed_size - inflater.total_in();
        if length > 0 {
            let place = checked.place();
            return Err(DataError::Trailing { place, length }.into());
        }
        Ok(())
    }
}

/// Counts what passes to the sink.
struct Checked<'e, 'f, 's> {
    entry: &'e Entry,
    crc: Crc,
    size: u64,
    sink: &'f mut Sink<'s>,
}

impl Checked<'_, '_, '_> {
    fn place(&self) -> Place {
        Place::new(&self.entry.name, self.entry.data_offset)
    }

    fn take(&mut self, chunk: &[u8]) -> Result<(), Error> {
        if chunk.is_empty() {
            return Ok(());
        }
        self.size += chunk.len() as u64;
        if self.size > self.entry.size {
            return Err(DataError::Longer { place: self.place(), size: self.entry.size }.into());
        }
        self.crc.update(chunk);
        (self.sink)(chunk).map_err(|reason| Error::Sink { place: self.place(), reason })
    }

    fn finish(self) -> Result<(), Error> {
        if self.size != self.entry.size {
            return Err(DataError::Shorter { place: self.place(), size: self.entry.size, found: self.size }.into());
        }
        let (stated, found) = (self.entry.crc, self.crc.sum());
        if stated != found {
            let place = self.place();
            return Err(DataError::Checksum { place, stated, found }.into());
        }
        Ok(())
    }
}
