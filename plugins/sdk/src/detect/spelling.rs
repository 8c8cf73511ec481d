use std::borrow::Cow;

use super::percent::{Decoded, Escapes, MOST};

/// How a value is written where it stands. A new value in its place is written in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Spelling(Form);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Form {
    Plain,
    Constant,
    Encoded { times: u8, escapes: Escapes },
}

impl Spelling {
    /// As it is.
    pub const PLAIN: Spelling = Spelling(Form::Plain);

    /// Between the quotes of a constant in an expression, where two quotes are one.
    pub const CONSTANT: Spelling = Spelling(Form::Constant);

    /// Percent-encoded so many times, in the manner of `raw`: its hex digits in upper or lower case, `!` and `*` escaped or not.
    #[must_use]
    pub fn percent_encoded(raw: &str, times: u8) -> Spelling {
        let escapes = |is_lower, is_strict| Escapes { is_lower, is_strict };
        let manners = [(false, false), (true, false), (false, true), (true, true)];
        let spelling = |(is_lower, is_strict)| Spelling(Form::Encoded { times, escapes: escapes(is_lower, is_strict) });
        let value = spelling(manners[0]).read(raw);
        // Escapes of both cases, or of what needs none, are written in the first manner: they mean the same.
        let same = manners.into_iter().map(spelling).find(|spelling| spelling.write(&value) == raw);
        same.unwrap_or_else(|| spelling(manners[0]))
    }

    /// How `raw` may be meant: as it is, and where something in it is percent-encoded, decoded once or twice.
    pub fn possible(raw: &str) -> impl Iterator<Item = Spelling> {
        let most = if raw.contains('%') { MOST } else { 0 };
        (0..=most).map(|times| if times == 0 { Spelling::PLAIN } else { Spelling::percent_encoded(raw, times) })
    }

    /// What is meant by what stands there.
    #[must_use]
    pub fn read(self, raw: &str) -> Cow<'_, str> {
        match self.0 {
            Form::Plain => Cow::Borrowed(raw),
            Form::Constant if raw.contains("''") => Cow::Owned(raw.replace("''", "'")),
            Form::Constant => Cow::Borrowed(raw),
            Form::Encoded { times, .. } => {
                let decoded = std::iter::successors(Some(Decoded::of(raw)), Decoded::again);
                Cow::Owned(decoded.take(1 + usize::from(times)).last().map_or_else(String::new, |last| last.text))
            }
        }
    }

    /// What must stand there to mean `value`.
    #[must_use]
    pub fn write(self, value: &str) -> String {
        match self.0 {
            Form::Plain => value.to_owned(),
            Form::Constant => value.replace('\'', "''"),
            Form::Encoded { times, escapes } => (0..times).fold(value.to_owned(), |text, _| escapes.encode(&text)),
        }
    }
}
