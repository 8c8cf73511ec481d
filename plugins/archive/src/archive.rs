use std::cell::Cell;
use std::fmt;

use crate::content::Reader;
use crate::directory::read_directory;
use crate::end::find_directory;
use crate::layout::check_layout;
use crate::sniff::sniff;
use crate::window::Window;
use crate::{Entry, Error, LimitError, Limits, Place, ReadAt};

/// Room made at once for the content of an entry: its size may be a lie.
const TRUSTED_SIZE: u64 = 4 << 20;

/// An archive whose structure is sound.
pub struct Archive<'a> {
    input: &'a dyn ReadAt,
    entries: Vec<Entry>,
    /// Indices of `entries`, sorted by name.
    by_name: Vec<u32>,
    reader: Cell<Option<Box<Reader<'a>>>>,
}

impl fmt::Debug for Archive<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Archive").field("entries", &self.entries).finish_non_exhaustive()
    }
}

impl<'a> Archive<'a> {
    /// Checks the whole structure: end records, directory, names, local headers, and that the entries fill the file.
    /// Nothing is inflated. Memory is bounded by [`Limits::directory_size`] and [`Limits::entries`].
    ///
    /// # Errors
    /// The first rule broken, with entry and offset.
    pub fn open(input: &'a dyn ReadAt, limits: &Limits) -> Result<Archive<'a>, Error> {
        let mut window = Window::new(input);
        let (size, limit) = (window.length(), limits.archive_size);
        if size > limit {
            return Err(LimitError::ArchiveSize { size, limit }.into());
        }
        let directory = find_directory(&mut window, || sniff(input))?;
        let mut drafts = read_directory(&mut window, directory, limits)?;
        check_layout(&mut window, &mut drafts, directory.offset)?;
        let entries: Vec<Entry> = drafts.into_iter().map(|draft| draft.entry).collect();
        let mut by_name: Vec<u32> = (0..entries.len() as u32).collect();
        by_name.sort_unstable_by_key(|&index| &entries[index as usize].name);
        Ok(Archive { input, entries, by_name, reader: Cell::new(Some(Box::new(Reader::with_window(window)))) })
    }

    /// All entries, in the order of the directory.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of exactly this name; that of a directory ends with `/`.
    pub fn find(&self, name: &str) -> Option<&Entry> {
        let entry = |index: u32| &self.entries[index as usize];
        let found = self.by_name.binary_search_by(|&index| entry(index).name.as_str().cmp(name));
        found.ok().map(|position| entry(self.by_name[position]))
    }

    /// Streams the content of one of this archive's entries to `sink`, in pieces of up to 256 KiB. The sink never gets more
    /// than [`Entry::size`] bytes, but only `Ok` says that they were all, and the right ones.
    ///
    /// # Errors
    /// [`Error::Data`] if the content is not what the headers say, [`Error::Sink`] if the sink fails.
    pub fn read(&self, entry: &Entry, sink: &mut dyn FnMut(&[u8]) -> Result<(), String>) -> Result<(), Error> {
        // A sink that reads another entry finds no reader here, and uses one of its own.
        let mut reader = self.reader.take().unwrap_or_else(|| Box::new(Reader::new(self.input)));
        let result = reader.read(entry, sink);
        self.reader.set(Some(reader));
        result
    }

    /// The content of one of this archive's entries, if it has at most `max` bytes.
    ///
    /// # Errors
    /// [`LimitError::Asked`] if it has more; otherwise those of [`read`](Self::read).
    pub fn read_all(&self, entry: &Entry, max: u64) -> Result<Vec<u8>, Error> {
        if entry.size > max {
            return Err(LimitError::Asked {
                place: Place::new(&entry.name, entry.header_offset),
                size: entry.size,
                limit: max,
            }
            .into());
        }
        let mut content = Vec::with_capacity(entry.size.min(TRUSTED_SIZE) as usize);
        self.read(entry, &mut |chunk| {
            content.extend_from_slice(chunk);
            Ok(())
        })?;
        Ok(content)
    }
}
