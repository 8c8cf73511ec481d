//! How the format speaks of other things: in six encodings, each found here and nowhere else.

mod text;
mod whole;
mod xml;

use std::ops::Range;

pub use text::{Inside, inside};
pub use whole::{dictionary_entries, whole};
pub use xml::Fault;

/// What a mention speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// A resource of that kind, by its guid.
    Resource(&'static str),
    /// A property of a type, by its guid alone.
    Property,
    /// A binding of a type, by its guid alone.
    Binding,
    /// A map element of the same flow.
    MapElement,
    /// A container of the same page.
    Container,
    /// A text in the content document of the same element.
    Text,
    /// A value, by its name.
    Name,
}

/// A mention inside a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// What it speaks of.
    pub of: Of,
    /// The guid or name, in the unescaped text.
    pub range: Range<usize>,
}
