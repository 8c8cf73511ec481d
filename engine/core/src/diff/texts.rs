//! What secrets are, so that they are known wherever else they stand. Kept for as long as one resource is compared with another.

use std::collections::HashSet;

use flowport_json::{Document, Kind, Value, quote};

/// So many characters a secret has that is looked for elsewhere: "a" stands in every text.
const LEAST: usize = 6;
/// So many characters a word has that is looked for by itself, as the token in an address or behind `Bearer`.
const LEAST_OF_WORD: usize = 12;

/// The texts of secrets. Nothing prints them, hence no `Debug`.
#[derive(Default)]
pub(super) struct Texts(HashSet<String>);

impl Texts {
    /// All that stands in a value is secret.
    pub(super) fn learn(&mut self, value: Value<'_>) {
        for inner in std::iter::once(value).chain(value.descendants()) {
            match inner.kind() {
                Kind::String => self.learn_text(&inner.as_str().unwrap_or_default()),
                Kind::Number => self.keep(inner.raw(), LEAST),
                Kind::Null | Kind::Bool | Kind::Array | Kind::Object => {}
            }
        }
    }

    /// The raw JSON text of a secret.
    pub(super) fn learn_raw(&mut self, raw: &str) {
        if let Ok(document) = Document::parse(raw) {
            self.learn(document.root());
        }
    }

    /// A text that is a secret, or holds one.
    pub(super) fn learn_text(&mut self, text: &str) {
        self.keep(text, LEAST);
        // A text in a text is escaped once more.
        let quoted = quote(text);
        self.keep(&quoted[1..quoted.len() - 1], LEAST);
        let is_of_word = |character: char| character.is_ascii_alphanumeric() || "+/_.~%-".contains(character);
        let words = text.split(|character| !is_of_word(character));
        // Words of a language have no digits; what begins so is a host.
        let words = words.filter(|word| word.contains(|character: char| character.is_ascii_digit()));
        words.filter(|word| !word.starts_with("//")).for_each(|word| self.keep(word, LEAST_OF_WORD));
    }

    /// All of both.
    pub(super) fn join(&mut self, others: Texts) {
        self.0.extend(others.0);
    }

    /// True where one of them stands in the text.
    pub(super) fn are_in(&self, text: &str) -> bool {
        self.0.iter().any(|secret| text.contains(secret.as_str()))
    }

    fn keep(&mut self, text: &str, least: usize) {
        if text.chars().count() >= least {
            self.0.insert(text.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(raw: &str) -> Texts {
        let mut texts = Texts::default();
        texts.learn_raw(raw);
        texts
    }

    #[test]
    fn a_secret_is_known_in_any_text() {
        for (secret, text) in [
            (r#""hunter""#, "my hunter2"),
            (r#"{"a":["s3cret",1]}"#, "s3cret"),
            ("1234567", "code 1234567"),
            (r#""say \"hush\"""#, r#"{"k":"say \"hush\""}"#),
            (r#""https://a.example/?v=1&client_secret=0a1b2c3d4e5f""#, "https://b.example/?c_s=0a1b2c3d4e5f"),
            (r#""Bearer abc.def-0123456""#, "abc.def-0123456"),
        ] {
            assert!(known(secret).are_in(text), "{secret} in {text}");
        }
    }

    #[test]
    fn what_is_short_or_common_is_not_looked_for() {
        for (secret, text) in [
            (r#""abc""#, "abc"),
            ("[null,true,12]", "null true 12"),
            (r#""https://a.example/v2?version=2016-10-01&sig=zzzz""#, "https://a.example/v2 2016-10-01"),
            (r#""Bearer concatenation of 0a1b2c3d4e5f""#, "concatenation"),
        ] {
            assert!(!known(secret).are_in(text), "{secret} in {text}");
        }
    }
}
