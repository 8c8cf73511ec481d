//! Names the encodings that are not taken, so that nobody has to guess why a text "is not UTF-8".

/// The encoding of a text that is plainly not UTF-8: by its byte order mark, or by the NUL bytes that UTF-16 and UTF-32
/// put around the first character, which JSON wants to be ASCII.
pub(super) fn foreign(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        // Before UTF-16LE, whose mark this begins with.
        [0xFF, 0xFE, 0, 0, ..] => Some("UTF-32LE"),
        [0, 0, 0xFE, 0xFF, ..] => Some("UTF-32BE"),
        [0xFF, 0xFE, ..] => Some("UTF-16LE"),
        [0xFE, 0xFF, ..] => Some("UTF-16BE"),
        [0, 0, 0, 1..=0xFF, ..] => Some("UTF-32BE"),
        [1..=0xFF, 0, 0, 0, ..] => Some("UTF-32LE"),
        [0, 1..=0xFF, 0, 1..=0xFF, ..] | [0, 1..=0xFF] => Some("UTF-16BE"),
        [1..=0xFF, 0, 1..=0xFF, 0, ..] | [1..=0xFF, 0] => Some("UTF-16LE"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::foreign;

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    fn utf32(text: &str, bytes: fn(u32) -> [u8; 4]) -> Vec<u8> {
        text.chars().flat_map(|character| bytes(character as u32)).collect()
    }

    #[test]
    fn names_encodings_with_and_without_byte_order_mark() {
        for text in ["{}", "[\"é\"]", "\u{FEFF}{\"a\":1}", "1"] {
            assert_eq!(foreign(&utf16(text, u16::to_le_bytes)), Some("UTF-16LE"), "{text}");
            assert_eq!(foreign(&utf16(text, u16::to_be_bytes)), Some("UTF-16BE"), "{text}");
            assert_eq!(foreign(&utf32(text, u32::to_le_bytes)), Some("UTF-32LE"), "{text}");
            assert_eq!(foreign(&utf32(text, u32::to_be_bytes)), Some("UTF-32BE"), "{text}");
            assert_eq!(foreign(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn leaves_other_texts_alone() {
        for bytes in [&b""[..], b"\0", b"\xFF", b"\xEF\xBB\xBF{}", b"[1,\0]", b"\x80abc"] {
            assert_eq!(foreign(bytes), None, "{bytes:?}");
        }
    }
}
