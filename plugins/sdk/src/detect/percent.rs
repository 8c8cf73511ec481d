use std::ops::Range;

/// How often a value is encoded at most: programs encode a path within a path twice.
pub(super) const MOST: u8 = 2;

/// A text without its percent-encoding, and where each of its bytes came from.
pub(super) struct Decoded {
    pub(super) text: String,
    /// By byte of `text`, the first byte that stands for it; then the length of what was decoded.
    starts: Vec<usize>,
}

impl Decoded {
    /// A text in which nothing is decoded yet.
    pub(super) fn of(text: &str) -> Decoded {
        Decoded { text: text.to_owned(), starts: (0..=text.len()).collect() }
    }

    /// Decoded once more. None where nothing is encoded, or what is encoded is no text.
    pub(super) fn again(&self) -> Option<Decoded> {
        let bytes = self.text.as_bytes();
        let (mut text, mut starts) = (Vec::with_capacity(bytes.len()), Vec::with_capacity(bytes.len() + 1));
        let mut at = 0;
        while at < bytes.len() {
            starts.push(self.starts[at]);
            let (byte, length) = escape(&bytes[at..]).map_or((bytes[at], 1), |byte| (byte, 3));
            text.push(byte);
            at += length;
        }
        starts.push(self.starts[bytes.len()]);
        (text.len() < bytes.len()).then_some(())?;
        Some(Decoded { text: String::from_utf8(text).ok()?, starts })
    }

    /// Where a range of the text stands in what was decoded.
    pub(super) fn encoded(&self, range: &Range<usize>) -> Range<usize> {
        self.starts[range.start]..self.starts[range.end]
    }
}

/// The byte that an escape at the beginning stands for.
fn escape(bytes: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = bytes else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(*high)? << 4 | digit(*low)?)
}

/// True for the bytes that stand for themselves in encoded text. Quotes and parentheses are none, though JavaScript leaves them:
/// in an expression they end what is encoded.
pub(super) fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'!' | b'~' | b'*')
}

/// How escapes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Escapes {
    /// `%2f` rather than `%2F`.
    pub(super) is_lower: bool,
    /// `!` and `*` are escaped as well, as .NET does it and JavaScript does not.
    pub(super) is_strict: bool,
}

impl Escapes {
    /// The text, encoded once.
    pub(super) fn encode(self, text: &str) -> String {
        let mut encoded = String::with_capacity(text.len());
        for byte in text.bytes() {
            if is_plain(byte) && !(self.is_strict && matches!(byte, b'!' | b'*')) {
                encoded.push(char::from(byte));
            } else if self.is_lower {
                encoded.push_str(&format!("%{byte:02x}"));
            } else {
                encoded.push_str(&format!("%{byte:02X}"));
            }
        }
        encoded
    }
}
