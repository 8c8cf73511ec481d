//! JSON string literals.

use std::borrow::Cow;
use std::fmt::Write;

/// A text as JSON string literal, quotes included: characters stay as they are but for `"`, `\` and control characters
/// below U+0020, which become `\"`, `\\`, `\n`, `\r`, `\t`, `\b`, `\f` or `\u00xx`.
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    push_quoted(&mut quoted, text);
    quoted
}

pub(crate) fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|character| character < ' ' || character == '"' || character == '\\') {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        match special.as_bytes()[0] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x08 => out.push_str("\\b"),
            0x0C => out.push_str("\\f"),
            // Writing to a String cannot fail.
            control => drop(write!(out, "\\u{control:04x}")),
        }
        rest = &special[1..];
    }
    out.push_str(rest);
    out.push('"');
}

/// The text that a string means, given what stands between its quotes. The escapes must have been checked.
pub(crate) fn unescape(content: &str) -> Cow<'_, str> {
    let Some(first) = content.find('\\') else {
        return Cow::Borrowed(content);
    };
    let mut text = String::with_capacity(content.len());
    let (plain, mut rest) = content.split_at(first);
    text.push_str(plain);
    while let Some(escape) = rest.strip_prefix('\\') {
        let (character, after) = unescape_one(escape);
        text.push(character);
        let end = after.find('\\').unwrap_or(after.len());
        text.push_str(&after[..end]);
        rest = &after[end..];
    }
    Cow::Owned(text)
}

/// The character of an escape and what follows it, given what follows the backslash.
fn unescape_one(escape: &str) -> (char, &str) {
    let short = match escape.as_bytes()[0] {
        b'b' => '\u{8}',
        b'f' => '\u{C}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unescape_code_units(escape),
        itself => char::from(itself),
    };
    (short, &escape[1..])
}

fn unescape_code_units(escape: &str) -> (char, &str) {
    let high = code_unit(&escape[1..5]);
    if let Some(character) = char::from_u32(high) {
        return (character, &escape[5..]);
    }
    // A checked string holds surrogates only in pairs: `uXXXX\uXXXX`.
    let low = code_unit(&escape[7..11]);
    let code_point = 0x10000 + ((high & 0x3FF) << 10 | (low & 0x3FF));
    (char::from_u32(code_point).unwrap_or(char::REPLACEMENT_CHARACTER), &escape[11..])
}

fn code_unit(digits: &str) -> u32 {
    // Four hexadecimal digits always parse.
    u32::from_str_radix(digits, 16).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_only_what_must_be() {
        assert_eq!(quote(""), r#""""#);
        assert_eq!(quote("a/b é 😀 \u{7F} \u{2028}"), "\"a/b é 😀 \u{7F} \u{2028}\"");
        assert_eq!(quote("\"\\\n\r\t\u{8}\u{C}"), r#""\"\\\n\r\t\b\f""#);
        assert_eq!(quote("\0\u{1}\u{1F}"), r#""\u0000\u0001\u001f""#);
    }

    #[test]
    fn unescapes() {
        assert!(matches!(unescape("plain"), Cow::Borrowed("plain")));
        assert_eq!(unescape(r#"\"\\\/\b\f\n\r\t"#), "\"\\/\u{8}\u{C}\n\r\t");
        assert_eq!(unescape(r"a\u00e9b\uD83D\uDE00c\u0000"), "aéb😀c\0");
        assert_eq!(unescape(r"\\u0041\u0041"), "\\u0041A");
        assert_eq!(unescape(r"\udbff\udfff"), "\u{10FFFF}");
        assert_eq!(unescape(r"\ud800\udc00"), "\u{10000}");
    }

    #[test]
    fn every_character_survives_quoting() {
        let all: String = (0..0x3000).filter_map(char::from_u32).collect();
        let quoted = quote(&all);
        assert_eq!(unescape(&quoted[1..quoted.len() - 1]), all);
    }
}
