//! Finding secrets and values bound to one environment in the strings of any JSON, by rules that hold for every product.
//!
//! A finding is a byte range of the unescaped text, so that only that range is changed when it is replaced or stripped.

mod covered;
mod encoded;
mod expression;
mod literals;
mod percent;
mod secrets;
mod spelling;

use std::borrow::Cow;
use std::ops::Range;

pub use literals::literals;
pub use secrets::{secrets, strip};
pub use spelling::Spelling;

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
    /// How it is written there.
    pub spelling: Spelling,
}

impl FoundLiteral {
    /// One that is written as it is.
    #[must_use]
    pub fn plain(class: &'static str, range: Range<usize>) -> FoundLiteral {
        FoundLiteral { class, range, spelling: Spelling::PLAIN }
    }

    /// The value, decoded; `text` is the string that it was found in.
    #[must_use]
    pub fn value<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.spelling.read(&text[self.range.clone()])
    }

    /// What is written over its range so that `new` stands there. Its own value gives the very same bytes.
    #[must_use]
    pub fn replaced(&self, text: &str, new: &str) -> String {
        if self.value(text) == new { text[self.range.clone()].to_owned() } else { self.spelling.write(new) }
    }

    /// The same one in a text that begins so many bytes earlier.
    fn moved(mut self, by: usize) -> FoundLiteral {
        self.range = self.range.start + by..self.range.end + by;
        self
    }
}

/// True where an expression decides the text or a part of it.
#[must_use]
pub fn is_computed(text: &str) -> bool {
    Text::of(text).is_computed()
}

/// One string, scanned once: which bytes it holds decides what can be found in it, and most strings hold none of them.
#[derive(Debug, Clone, Copy)]
pub struct Text<'t> {
    text: &'t str,
    marks: u8,
}

impl<'t> Text<'t> {
    const AT: u8 = 1;
    const COLON: u8 = 2;
    const EQUALS: u8 = 4;
    /// Of `Bearer` and `Basic`.
    const CAPITAL_B: u8 = 8;
    /// Of `eyJ`.
    const CAPITAL_J: u8 = 16;
    const PERCENT: u8 = 32;

    /// Eight bytes at a time, in plain arithmetic: each loop costs a look at the clock in a plugin.
    #[must_use]
    pub fn of(text: &'t str) -> Text<'t> {
        let (words, rest) = text.as_bytes().as_chunks::<8>();
        let marks = words.iter().fold(0, |marks, word| marks | Text::marks(u64::from_le_bytes(*word)));
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        Text { text, marks: marks | Text::marks(u64::from_le_bytes(last)) }
    }

    /// Which of the bytes that matter are among these eight.
    fn marks(word: u64) -> u8 {
        const ONES: u64 = u64::from_le_bytes([1; 8]);
        const HIGH_BITS: u64 = ONES << 7;
        let has = |byte: u8, mark: u8| {
            let zeros = word ^ (ONES * u64::from(byte));
            if zeros.wrapping_sub(ONES) & !zeros & HIGH_BITS == 0 { 0 } else { mark }
        };
        has(b'@', Text::AT)
            | has(b':', Text::COLON)
            | has(b'=', Text::EQUALS)
            | has(b'B', Text::CAPITAL_B)
            | has(b'J', Text::CAPITAL_J)
            | has(b'%', Text::PERCENT)
    }

    /// The string.
    #[must_use]
    pub fn as_str(self) -> &'t str {
        self.text
    }

    /// True where the whole string is an expression that is evaluated at run time: it begins with `@`, but neither with an
    /// escaped one (`@@`) nor with an expression inside a text (`@{`).
    #[must_use]
    pub fn is_expression(self) -> bool {
        self.text.starts_with('@') && !self.text.starts_with("@@") && !self.text.starts_with("@{")
    }

    /// True where an expression decides the text or a part of it.
    #[must_use]
    pub fn is_computed(self) -> bool {
        self.any(Text::AT)
            && (self.is_expression()
                || self.text.match_indices('@').any(|(at, _)| self.text[at + 1..].starts_with('{')))
    }

    /// True where one of these bytes is there.
    fn any(self, marks: u8) -> bool {
        self.marks & marks != 0
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
    fn marks_are_seen_wherever_they_stand() {
        for (byte, mark) in [
            ('@', Text::AT),
            (':', Text::COLON),
            ('=', Text::EQUALS),
            ('B', Text::CAPITAL_B),
            ('J', Text::CAPITAL_J),
            ('%', Text::PERCENT),
        ] {
            for length in 0..20 {
                let text = format!("{}{byte}{}", "é".repeat(length), "A".repeat(20 - length));
                assert_eq!(Text::of(&text).marks, mark, "{text}");
            }
        }
        assert_eq!(Text::of("A?;<CKI>9$&\u{0}\u{80}Ā plain").marks, 0);
        assert_eq!(Text::of("").marks, 0);
    }

    #[test]
    fn expressions() {
        let is_expression = |text| Text::of(text).is_expression();
        assert!(
            is_expression("@body('a')") && !is_expression("@@home") && !is_expression("@{a}/b") && !is_expression("a")
        );
        assert!(is_computed("@{a}/b") && is_computed("@a") && !is_computed("@@home"));
    }
}
