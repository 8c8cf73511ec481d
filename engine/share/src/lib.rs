//! Share stores: folders of packages that only their token opens.
//!
//! [`ShareStore::put`] encrypts a package under a new key, with [age](https://age-encryption.org/v1), and returns the [`Token`]
//! that holds the key; [`ShareStore::open`] finds, checks and decrypts what a token stands for. Contents are streamed, never
//! held in memory.
//!
//! ```
//! use flowport_share::{About, ShareStore, Terms, Token};
//! # let folder = tempfile::tempdir()?;
//! # let now = "2026-01-01T00:00:00Z".parse()?;
//! let about = About {
//!     name: "Order intake".into(),
//!     format: "flowport".into(),
//!     file_name: "orders.flowport".into(),
//!     created: now,
//!     creator: "maker@contoso.example".into(),
//! };
//! let store = ShareStore::at(folder.path());
//! let token = store.put(&mut &b"the package"[..], &Terms { expires: None, once: true }, &about)?.to_string();
//!
//! let mut package = Vec::new();
//! let mut share = store.open(token.parse::<Token>()?, now)?;
//! share.copy_to(&mut package)?; // An error means: discard what was written.
//! assert_eq!(package, b"the package");
//! share.used(now)?; // When it was imported.
//! assert!(store.open(token.parse()?, now).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **What the folder tells**: how many files there are, how large they are (a share is about as large as its package), when they
//! were made, and by a file of a few hundred bytes that some share was used. Not what is in them, who made them, on which terms,
//! or which token is theirs: a file's name is a hash of the key, and its key is nowhere in it.
//!
//! **What is verified**: every byte. The key that files are encrypted to follows from the token alone, so that whoever can write
//! to the folder but holds no token can take shares away, or bring back those that were there, but can change or make none.
//!
//! **What it does not do**: a token is all that is needed, so whoever has it is let in. The terms bind flowport, not a holder of
//! the token who keeps a copy of the file and decrypts it with other means.

mod error;
mod record;
mod sealed;
mod share;
mod store;
mod token;

pub use error::ShareError;
pub use record::{About, Terms};
pub use share::Share;
pub use store::ShareStore;
pub use token::Token;
