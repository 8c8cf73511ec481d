use std::ops::Range;

use super::Text;

impl Text<'_> {
    /// The constants of the expressions in a text, by the ranges between their quotes: all of `@concat('a', 'b')`, and what
    /// stands in the braces of `x @{variables('y')}`. Without expressions there are none.
    pub(super) fn constants(self) -> Vec<Range<usize>> {
        let text = self.text;
        let mut found = Vec::new();
        if self.is_expression() {
            constants_from(text, 1, &mut found);
            return found;
        }
        let mut done = 0;
        for (at, _) in text.match_indices("@{") {
            // `@@{` is a text that looks like an expression.
            if at >= done && !text[..at].ends_with('@') {
                done = constants_from(text, at + "@{".len(), &mut found);
            }
        }
        found
    }
}

/// Adds the constants of the expression that begins there; gives where it ends.
fn constants_from(text: &str, start: usize, found: &mut Vec<Range<usize>>) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    while at < bytes.len() && bytes[at] != b'}' {
        if bytes[at] != b'\'' {
            at += 1;
            continue;
        }
        let begin = at + 1;
        let mut end = begin;
        while end < bytes.len() {
            let is_quote = bytes[end] == b'\'';
            if is_quote && bytes.get(end + 1) != Some(&b'\'') {
                break;
            }
            end += if is_quote { 2 } else { 1 };
        }
        let end = end.min(bytes.len());
        found.push(begin..end);
        at = end + 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_stand_in_expressions_only() {
        for (text, constants) in [
            ("@concat('a', 'it''s', '')", &["a", "it''s", ""][..]),
            ("x 'no' @{f('a}b')}/'no'/@{g(1)}'no'", &["a}b"]),
            ("@@{f('no')} 'no'", &[]),
            ("@f('open", &["open"]),
            ("@f('open''", &["open''"]),
            ("'no'", &[]),
        ] {
            let found: Vec<&str> = Text::of(text).constants().into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, constants, "{text}");
        }
    }
}
