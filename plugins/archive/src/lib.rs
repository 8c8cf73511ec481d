//! Strict ZIP reading and writing.
//!
//! [`Archive::open`] checks the whole structure before a single byte is inflated: the end records, every directory record
//! against its local header, every name, and that the entries lie side by side from the first byte of the file to the
//! directory. What two programs could read in two ways is refused. [`Archive::read`] then streams one entry and checks its
//! size and checksum. [`ArchiveWriter`] writes what Power Automate's exporter writes.
//!
//! Input and output are random access through [`ReadAt`] and [`WriteAt`], in blocks of about 256 KiB, so that the crate
//! works inside a WebAssembly plugin where each access is a call to the host.
//!
//! The headers are parsed here rather than by a library: the libraries take archives with data before, between and behind
//! the entries, and do not show the raw fields that tell.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod access;
mod archive;
mod collision;
mod content;
mod directory;
mod end;
mod entry;
mod error;
mod extra;
mod layout;
mod limits;
mod name;
mod names;
mod output;
mod records;
mod sniff;
mod window;
mod writer;
mod zip64;

pub use access::{ReadAt, WriteAt};
pub use archive::Archive;
pub use entry::{DosTime, Entry, Method};
pub use error::{
    DataError, Error, ErrorKind, HeaderError, LimitError, NameError, NameProblem, Place, StructureError, WriteError,
};
pub use limits::Limits;
pub use names::NameSet;
pub use sniff::{Sniffed, sniff};
pub use writer::{ArchiveWriter, EntryOptions};
