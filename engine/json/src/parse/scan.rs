//! The tokens of RFC 8259. Strings and white space go eight bytes at a time: plain integer arithmetic, which is fast in
//! wasm too, where there are no vector instructions by default.

use super::fault::BadToken;
use crate::error::Problem;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
const SPACES: u64 = ONES * b' ' as u64;

/// The first byte at or after `at` that is no white space.
#[inline]
pub(super) fn skip_white_space(bytes: &[u8], mut at: usize) -> usize {
    // Compact documents have none, and should not pay for more than this.
    match bytes.get(at) {
        Some(b' ' | b'\n' | b'\r' | b'\t') => {}
        _ => return at,
    }
    at += 1;
    loop {
        while word(bytes, at) == Some(SPACES) {
            at += 8;
        }
        match bytes.get(at) {
            Some(b' ' | b'\n' | b'\r' | b'\t') => at += 1,
            _ => return at,
        }
    }
}

/// The end of the string whose opening quote stands at `start`, and whether it holds escapes.
#[inline]
pub(super) fn string(bytes: &[u8], start: usize) -> Result<(usize, bool), BadToken> {
    let at = skip_plain(bytes, start + 1);
    if bytes.get(at) == Some(&b'"') {
        return Ok((at + 1, false));
    }
    string_with_escapes(bytes, at)
}

fn string_with_escapes(bytes: &[u8], mut at: usize) -> Result<(usize, bool), BadToken> {
    let mut escaped = false;
    loop {
        match bytes.get(at) {
            Some(b'"') => return Ok((at + 1, escaped)),
            Some(b'\\') => {
                escaped = true;
                at = skip_plain(bytes, escape(bytes, at)?);
            }
            Some(&control) => {
                return Err(BadToken {
                    problem: Problem::ControlCharacter { character: char::from(control) },
                    offset: at,
                });
            }
            None => {
                return Err(BadToken { problem: Problem::End { expected: "the end of a string" }, offset: at });
            }
        }
    }
}

/// The first byte at or after `at` that is a quote, a backslash or a control character.
#[inline]
fn skip_plain(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = word(bytes, at) {
        let special = zero_bytes(word ^ (ONES * b'"' as u64))
            | zero_bytes(word ^ (ONES * b'\\' as u64))
            | (word.wrapping_sub(ONES * 0x20) & !word & HIGH_BITS);
        if special != 0 {
            return at + special.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while let Some(&byte) = bytes.get(at) {
        if byte < 0x20 || byte == b'"' || byte == b'\\' {
            break;
        }
        at += 1;
    }
    at
}

/// Sets the high bit of each byte that is zero. A borrow can mark bytes above one that is, never below: the lowest mark
/// is right.
#[inline]
fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGH_BITS
}

#[inline]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|chunk| u64::from_le_bytes(*chunk))
}

/// The end of the escape whose backslash stands at `start`; of both, if it is a surrogate pair.
fn escape(bytes: &[u8], start: usize) -> Result<usize, BadToken> {
    let bad = |problem| Err(BadToken { problem, offset: start });
    match bytes.get(start + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(start + 2),
        Some(b'u') => match code_unit(bytes, start) {
            None => bad(Problem::Escape),
            Some(high @ 0xD800..=0xDBFF) => match code_unit(bytes, start + 6) {
                Some(0xDC00..=0xDFFF) => Ok(start + 12),
                _ => bad(Problem::LoneSurrogate { unit: high }),
            },
            Some(low @ 0xDC00..=0xDFFF) => bad(Problem::LoneSurrogate { unit: low }),
            Some(_) => Ok(start + 6),
        },
        _ => bad(Problem::Escape),
    }
}

/// The number in a `\u` escape that begins at `start`.
fn code_unit(bytes: &[u8], start: usize) -> Option<u16> {
    let digits = bytes.get(start..start + 6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit, &digit| {
        let digit = char::from(digit).to_digit(16)?;
        Some(unit << 4 | digit as u16)
    })
}

/// The end of the number that begins at `start` with a minus sign or a digit.
#[inline]
pub(super) fn number(bytes: &[u8], start: usize) -> Result<usize, BadToken> {
    let bad = |offset, reason| Err(BadToken { problem: Problem::Number { reason }, offset });
    let mut at = start + usize::from(bytes[start] == b'-');
    match bytes.get(at) {
        Some(b'0') => {
            at += 1;
            if bytes.get(at).is_some_and(u8::is_ascii_digit) {
                return bad(at - 1, "it has a leading zero");
            }
        }
        Some(b'1'..=b'9') => at = skip_digits(bytes, at),
        _ => return bad(at, "no digit follows the minus sign"),
    }
    if bytes.get(at) == Some(&b'.') {
        let fraction = at + 1;
        at = skip_digits(bytes, fraction);
        if at == fraction {
            return bad(at, "no digit follows the decimal point");
        }
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        at += 1;
        if let Some(b'+' | b'-') = bytes.get(at) {
            at += 1;
        }
        let exponent = at;
        at = skip_digits(bytes, exponent);
        if at == exponent {
            return bad(at, "its exponent has no digit");
        }
    }
    Ok(at)
}

#[inline]
fn skip_digits(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_special_byte_at_every_place() {
        for length in 0..40 {
            for place in 0..length {
                for special in (0..0x20).chain([b'"', b'\\']) {
                    for filler in [b'a', b' ', b'!', b'#', b'[', b']', 0x7F, 0x80, 0xA0, 0xA2, 0xDC, 0xFF] {
                        let mut bytes = vec![filler; length];
                        assert_eq!(skip_plain(&bytes, 0), length);
                        bytes[place] = special;
                        assert_eq!(skip_plain(&bytes, 0), place, "{special} in {filler}");
                    }
                }
            }
        }
    }

    #[test]
    fn skips_only_the_four_white_space_characters() {
        for length in 0..30 {
            for byte in 0..=255 {
                let mut bytes = vec![b' '; length];
                bytes.extend([byte, b'x']);
                let expected = length + usize::from(b" \n\r\t".contains(&byte));
                assert_eq!(skip_white_space(&bytes, 0), expected);
            }
        }
    }

    #[test]
    fn takes_exactly_the_numbers_of_the_grammar() {
        for good in [
            "0", "-0", "1", "10", "-10", "0.0", "-0.0", "1.25", "1e5", "1E5", "1e+5", "1e-05", "0e0", "1.5E-400",
            "1e400",
        ] {
            for rest in ["", " ", ",", "]", "}", "x"] {
                let text = format!("{good}{rest}");
                assert_eq!(number(text.as_bytes(), 0), Ok(good.len()), "{text}");
            }
        }
        for (bad, offset) in [
            ("-", 1),
            ("-a", 1),
            ("--1", 1),
            ("00", 0),
            ("01", 0),
            ("-01", 1),
            ("1.", 2),
            ("1.e5", 2),
            ("1e", 2),
            ("1e+", 3),
            ("1E-x", 3),
            ("-.5", 1),
        ] {
            assert_eq!(number(bad.as_bytes(), 0).unwrap_err().offset, offset, "{bad}");
        }
    }

    #[test]
    fn checks_escapes() {
        for good in [r#"\"\\\/\b\f\n\r\t"#, r"\u0000", r"\uAbCd", r"\ud83d\ude00", r"\uD7FF\uE000", r"\\u12"] {
            let text = format!("\"{good}\"");
            assert_eq!(string(text.as_bytes(), 0), Ok((text.len(), true)), "{good}");
        }
        for bad in [r"\a", r"\'", r"\u12", r"\u123g", r"\U1234", r"\u+123", "\\\n", r"\x41", r"\u00e", "\\é"] {
            let text = format!("\"ab{bad}\"");
            let error = string(text.as_bytes(), 0).unwrap_err();
            assert_eq!(error, BadToken { problem: Problem::Escape, offset: 3 }, "{bad}");
        }
        for (bad, unit) in [
            (r"\ud800", 0xD800),
            (r"\udbff\u0041", 0xDBFF),
            (r"\udc00", 0xDC00),
            (r"\ude00\ud83d", 0xDE00),
            (r"\ud800\ud800", 0xD800),
            (r"\ud800\n", 0xD800),
            (r"\ud800\udc0", 0xD800),
        ] {
            let text = format!("\"{bad}\"");
            let error = string(text.as_bytes(), 0).unwrap_err();
            assert_eq!(error, BadToken { problem: Problem::LoneSurrogate { unit }, offset: 1 }, "{bad}");
        }
    }

    #[test]
    fn refuses_strings_without_end() {
        for text in ["\"", "\"abc", "\"abcdefghijkl", "\"a\\\"", "\"\\n"] {
            let error = string(text.as_bytes(), 0).unwrap_err();
            assert!(matches!(error.problem, Problem::End { .. }), "{text}");
            assert_eq!(error.offset, text.len());
        }
        // The text ends within an escape.
        assert_eq!(string(b"\"\\", 0).unwrap_err().problem, Problem::Escape);
    }
}
