//! Words of a command line that is advised.

use std::fmt::Display;

/// A text as one word for a shell, whatever is in it: in single quotes, which nothing inside can end.
#[must_use]
pub fn word(text: impl Display) -> String {
    format!("'{}'", text.to_string().replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_its_quotes() {
        assert_eq!(word("flow/x"), "'flow/x'");
        assert_eq!(word("flow/it's; $(x) \"y\" \\"), r#"'flow/it'\''s; $(x) "y" \'"#);
        assert_eq!(word(""), "''");
    }
}
