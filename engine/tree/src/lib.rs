//! Packages and environments as folders of readable files, one per part, for people whose truth is a version control system.
//!
//! [`unpack`] writes a package as a tree, [`read`] gives the package back: to the byte where nobody edited, edited where
//! somebody did. [`DirEnvironment`] keeps an environment in such a tree. What a tree looks like is in docs/formats/tree.md.

mod environment;
mod error;
mod fields;
mod journal;
mod lock;
mod manifest;
mod names;
mod place;
mod read;
mod record;
mod resource;
mod scan;
mod spelling;
mod transaction;
mod unpack;
mod volatile;
mod write;

pub use environment::{DirEnvironment, DirReader, remove};
pub use error::TreeError;
pub use manifest::{holds, is_tree};
pub use read::{Entry, Tree, read};
pub use unpack::{Request, Unpacked, unpack};

/// The format of a tree, where formats of packages are named.
pub const FORMAT: &str = "flowport-tree";
/// The manifest of a tree.
pub(crate) const MANIFEST: &str = "package.json";
/// What is said of a resource beside its parts.
pub(crate) const RESOURCE: &str = "resource.json";
/// Where a tree keeps what is in the way of reading.
pub(crate) const LAYOUT: &str = "layout";
/// What is kept of a resource there, beside texts.
pub(crate) const RECORD: &str = "layout.json";
/// Where a tree keeps what belongs to one machine: lock, secrets, unfinished writes.
pub(crate) const PRIVATE: &str = ".flowport";
/// What git does with the files.
pub(crate) const ATTRIBUTES_OF_GIT: &str = ".gitattributes";
