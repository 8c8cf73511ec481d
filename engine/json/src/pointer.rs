//! RFC 6901 pointers as text.

use std::borrow::Cow;

/// Escapes one token: `~` becomes `~0`, `/` becomes `~1`.
pub fn escape(token: &str) -> Cow<'_, str> {
    if !token.contains(['~', '/']) {
        return Cow::Borrowed(token);
    }
    let mut escaped = String::with_capacity(token.len() + 4);
    push_escaped(&mut escaped, token);
    Cow::Owned(escaped)
}

/// The pointer to `token` below `base`; `token` is escaped.
pub fn join(base: &str, token: &str) -> String {
    let mut pointer = String::with_capacity(base.len() + 1 + token.len());
    pointer.push_str(base);
    push(&mut pointer, token);
    pointer
}

/// The tokens of a pointer, unescaped. None for the empty pointer; a malformed pointer gives tokens too, so ask
/// [`is_valid`] first.
pub fn tokens(pointer: &str) -> impl Iterator<Item = Cow<'_, str>> {
    pointer.split('/').skip(1).map(unescape)
}

/// Whether the text is an RFC 6901 pointer: empty, or `/` before each token and no `~` but in `~0` and `~1`.
pub fn is_valid(pointer: &str) -> bool {
    (pointer.is_empty() || pointer.starts_with('/'))
        && pointer.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']))
}

/// The index a token means in an array: digits without a leading zero.
pub(crate) fn array_index(token: &str) -> Option<usize> {
    let plain = token == "0" || (!token.starts_with('0') && token.bytes().all(|byte| byte.is_ascii_digit()));
    // An empty token or one too large for usize does not parse.
    if plain { token.parse().ok() } else { None }
}

pub(crate) fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    push_escaped(pointer, token);
}

fn push_escaped(pointer: &mut String, token: &str) {
    if !token.bytes().any(|byte| matches!(byte, b'~' | b'/')) {
        pointer.push_str(token);
        return;
    }
    for character in token.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        // In this order: `~01` is `~1`, not `/`.
        Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_unescapes() {
        assert_eq!(escape("plain"), "plain");
        assert!(matches!(escape("plain"), Cow::Borrowed(_)));
        assert_eq!(escape("a/b~c"), "a~1b~0c");
        assert_eq!(join("/x", "a/b"), "/x/a~1b");
        assert_eq!(join("", ""), "/");
        assert_eq!(tokens("/a~1b/~01//é").collect::<Vec<_>>(), ["a/b", "~1", "", "é"]);
        assert_eq!(tokens("").count(), 0);
    }

    #[test]
    fn knows_valid_pointers() {
        for valid in ["", "/", "/a", "/~0~1", "//", "/~00"] {
            assert!(is_valid(valid), "{valid}");
        }
        for invalid in ["a", "a/b", "/~", "/~2", "/a~/b", "#/a"] {
            assert!(!is_valid(invalid), "{invalid}");
        }
    }

    #[test]
    fn knows_array_indexes() {
        assert_eq!(array_index("0"), Some(0));
        assert_eq!(array_index("10"), Some(10));
        for token in ["", "00", "01", "-", "-1", "+1", "1a", "99999999999999999999999"] {
            assert_eq!(array_index(token), None, "{token}");
        }
    }
}
