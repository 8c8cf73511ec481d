use std::cell::Cell;
use std::fmt;
use std::hash::{DefaultHasher, Hasher};

use crate::content::Reader;
use crate::directory::{Draft, check_names, read_directory};
use crate::end::{Directory, find_directory};
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
    by_name: Index,
    reader: Cell<Option<Box<Reader<'a>>>>,
}

fn drafts(window: &mut Window<'_>, input: &dyn ReadAt, limits: &Limits) -> Result<(Directory, Vec<Draft>), Error> {
    let (size, limit) = (window.length(), limits.archive_size);
    if size > limit {
        return Err(LimitError::ArchiveSize { size, limit }.into());
    }
    let directory = find_directory(window, || sniff(input))?;
    Ok((directory, read_directory(window, directory, limits)?))
}

/// Places of entries, sorted by the hash of their names: names of packages begin alike, and comparing them is slow. Names of
/// one hash are told apart by themselves, so that names made for it cost no more than a search in a sorted list.
struct Index(Vec<(u64, u32)>);

impl Index {
    fn of(entries: &[Entry]) -> Index {
        let name = |place: u32| &entries[place as usize].name;
        let mut places: Vec<(u64, u32)> = (0..).zip(entries).map(|(place, entry)| (hash(&entry.name), place)).collect();
        places.sort_unstable_by(|left, right| left.0.cmp(&right.0).then_with(|| name(left.1).cmp(name(right.1))));
        Index(places)
    }

    fn find<'e>(&self, entries: &'e [Entry], name: &str) -> Option<&'e Entry> {
        let wanted = hash(name);
        let entry = |place: u32| &entries[place as usize];
        let order = |(hash, place): &(u64, u32)| hash.cmp(&wanted).then_with(|| entry(*place).name.as_str().cmp(name));
        self.0.binary_search_by(order).ok().map(|position| entry(self.0[position].1))
    }
}

fn hash(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(name.as_bytes());
    hasher.finish()
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
        let (directory, mut drafts) = drafts(&mut window, input, limits)?;
        check_names(&drafts, limits)?;
        check_layout(&mut window, &mut drafts, directory.offset)?;
        let entries: Vec<Entry> = drafts.into_iter().map(|draft| draft.entry).collect();
        let by_name = Index::of(&entries);
        Ok(Archive { input, entries, by_name, reader: Cell::new(Some(Box::new(Reader::with_window(window)))) })
    }

    /// What the directory says is in the archive, each record checked for itself, but neither against its header nor against
    /// the other names: enough to tell what an archive is, and not to read it.
    ///
    /// # Errors
    /// The first rule broken, with entry and offset.
    pub fn list(input: &dyn ReadAt, limits: &Limits) -> Result<Vec<Entry>, Error> {
        let (_, drafts) = drafts(&mut Window::new(input), input, limits)?;
        Ok(drafts.into_iter().map(|draft| draft.entry).collect())
    }

    /// All entries, in the order of the directory.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of exactly this name; that of a directory ends with `/`.
    pub fn find(&self, name: &str) -> Option<&Entry> {
        self.by_name.find(&self.entries, name)
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
