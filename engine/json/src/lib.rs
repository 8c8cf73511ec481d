//! Strict, lossless JSON: checks a document, walks it, and edits it in place while every other byte stays as it was.
//!
//! A [`Document`] keeps its text and a flat table of where each value stands in it; a [`Value`] is an index into that
//! table. Numbers, escapes, the order of keys and white space are therefore never rewritten, and nothing here recurses,
//! however deep a document nests.
//!
//! ```
//! use flowport_json::{Document, Edits};
//!
//! let document = Document::parse(r#"{ "name": "old", "limit": 1.50 }"#)?;
//! let name = document.at("/name").expect("the document has a name");
//! let mut edits = Edits::new(&document);
//! edits.replace_string(name, "new");
//! assert_eq!(edits.finish()?, br#"{ "name": "new", "limit": 1.50 }"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod document;
mod edit;
mod equivalent;
mod error;
mod iterate;
mod limits;
mod parse;
pub mod pointer;
mod pretty;
mod string;
mod tape;
mod value;
mod writer;

pub use document::Document;
pub use edit::{EditError, Edits, MemberOrder};
pub use error::{Error, Position, Problem};
pub use iterate::{Elements, Members, Walk};
pub use limits::Limits;
pub use pretty::{compact, pretty};
pub use string::quote;
pub use value::{Key, Kind, Value};
pub use writer::Writer;
