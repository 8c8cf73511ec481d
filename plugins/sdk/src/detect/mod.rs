//! Finding secrets and values bound to one environment in the strings of any JSON, by rules that hold for every product.
//!
//! A finding is a byte range of the unescaped text, so that only that range is changed when it is replaced or stripped.

mod literals;
mod secrets;

use std::ops::Range;

pub use literals::literals;
pub use secrets::{secrets, strip};

/// A secret that a look at the content found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSecret {
    /// By which rule, for people.
    pub rule: &'static str,
    /// What to do instead.
    pub advice: &'static str,
    /// Where in the unescaped text.
    pub range: Range<usize>,
}

/// A value bound to one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundLiteral {
    /// A short class.
    pub class: &'static str,
    /// Where in the unescaped text.
    pub range: Range<usize>,
}

/// True where the whole string is an expression that is evaluated at run time: it begins with `@`, but neither with an escaped
/// one (`@@`) nor with an expression inside a text (`@{`).
#[must_use]
pub fn is_expression(text: &str) -> bool {
    text.starts_with('@') && !text.starts_with("@@") && !text.starts_with("@{")
}

/// True where an expression decides the text or a part of it.
#[must_use]
pub fn is_computed(text: &str) -> bool {
    is_expression(text) || text.match_indices('@').any(|(at, _)| text[at + 1..].starts_with('{'))
}

/// Bytes without which nothing is found, so that most strings cost one scan.
pub(crate) struct Marks(u8);

impl Marks {
    pub(crate) const AT: u8 = 1;
    pub(crate) const COLON: u8 = 2;
    pub(crate) const EQUALS: u8 = 4;
    /// Of `Bearer` and `Basic`.
    pub(crate) const CAPITAL_B: u8 = 8;
    /// Of `eyJ`.
    pub(crate) const CAPITAL_J: u8 = 16;

    const TABLE: [u8; 256] = {
        let mut table = [0; 256];
        table[b'@' as usize] = Marks::AT;
        table[b':' as usize] = Marks::COLON;
        table[b'=' as usize] = Marks::EQUALS;
        table[b'B' as usize] = Marks::CAPITAL_B;
        table[b'J' as usize] = Marks::CAPITAL_J;
        table
    };

    pub(crate) fn of(text: &str) -> Marks {
        Marks(text.bytes().fold(0, |marks, byte| marks | Marks::TABLE[usize::from(byte)]))
    }

    /// True where one of these is there.
    pub(crate) fn any(&self, marks: u8) -> bool {
        self.0 & marks != 0
    }
}

/// The name and password before the host of a URL whose `://` ends at `authority`: `ana:secret` of `https://ana:secret@host/`.
pub(crate) fn user_info(text: &str, authority: usize) -> Option<Range<usize>> {
    let ends = |character: char| {
        matches!(character, '/' | '?' | '#' | '\'' | '"' | '<' | '>' | '{' | '}') || character.is_whitespace()
    };
    let rest = &text[authority..];
    let rest = &rest[..rest.find(ends).unwrap_or(rest.len())];
    rest.rfind('@').map(|at| authority..authority + at)
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// True for the usual spelling of a GUID, with or without braces.
#[must_use]
pub fn is_guid(text: &str) -> bool {
    let text = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guids() {
        assert!(is_guid("0c96611b-4aee-4ee5-a94a-ac9658556d86") && is_guid("{0C96611B-4AEE-4EE5-A94A-AC9658556D86}"));
        assert!(!is_guid("0c96611b4aee4ee5a94aac9658556d86"));
    }

    #[test]
    fn expressions() {
        assert!(
            is_expression("@body('a')") && !is_expression("@@home") && !is_expression("@{a}/b") && !is_expression("a")
        );
        assert!(is_computed("@{a}/b") && is_computed("@a") && !is_computed("@@home"));
    }
}
