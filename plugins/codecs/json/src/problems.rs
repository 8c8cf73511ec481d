//! Collecting what is wrong with a document, all at once, each with its place.

use std::fmt;

use flowport_plugin::json::Value;
use flowport_plugin::{Diagnostic, Failure, ResourceId};

use crate::codes;

/// So many errors, and so many warnings, are kept; of the others only the count.
const KEPT: usize = 50;
const SHOWN_CHARACTERS: usize = 80;
const SHOWN_POINTER: usize = 200;

/// What was found so far.
#[derive(Default)]
pub(crate) struct Problems {
    errors: Kept,
    warnings: Kept,
    /// The resource that is being read, once its id is known.
    pub(crate) subject: Option<ResourceId>,
}

#[derive(Default)]
struct Kept {
    diagnostics: Vec<Diagnostic>,
    more: usize,
}

impl Kept {
    fn push(&mut self, make: impl FnOnce() -> Diagnostic) {
        if self.diagnostics.len() < KEPT {
            self.diagnostics.push(make());
        } else {
            self.more += 1;
        }
    }
}

impl Problems {
    /// Something that spoils the package. `at` is the value concerned.
    pub(crate) fn error(&mut self, code: &str, at: Value<'_>, what: impl fmt::Display, help: &str) {
        let subject = self.subject.clone();
        self.errors.push(|| {
            let summary = format!("{what}{}", Place(at));
            Diagnostic { subject, ..Diagnostic::error(code, summary).help(help) }
        });
    }

    /// Something to know. `say` gives what and help; it is not called where nobody would read it.
    pub(crate) fn warning(&mut self, code: &str, at: Value<'_>, say: impl FnOnce() -> (String, String)) {
        let subject = self.subject.clone();
        self.warnings.push(|| {
            let (what, help) = say();
            Diagnostic { subject, ..Diagnostic::warning(code, format!("{what}{}", Place(at))).help(help) }
        });
    }

    /// The warnings, or the failure with everything found.
    pub(crate) fn finish(self) -> Result<Vec<Diagnostic>, Failure> {
        let Kept { diagnostics: mut warnings, more } = self.warnings;
        if more > 0 {
            warnings.push(Diagnostic::warning(codes::MORE, format!("{more} more warnings are not shown")));
        }
        let Kept { diagnostics: mut errors, more } = self.errors;
        if errors.is_empty() {
            return Ok(warnings);
        }
        if more > 0 {
            errors.push(Diagnostic::error(codes::MORE, format!("{more} more errors are not shown")));
        }
        errors.extend(warnings);
        Err(Failure::Malformed(errors))
    }
}

/// ` at line 1, column 2 (in /pointer)`
struct Place<'d>(Value<'d>);

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let position = self.0.position();
        write!(formatter, " at line {}, column {}", position.line, position.column)?;
        let pointer = self.0.pointer();
        if pointer.is_empty() { Ok(()) } else { write!(formatter, " (in {})", safe(&pointer, SHOWN_POINTER)) }
    }
}

/// Text of the file in backquotes, safe to print and cut where it is long.
pub(crate) fn shown(text: &str) -> String {
    format!("`{}`", safe(text, SHOWN_CHARACTERS))
}

/// The pointer to a value, safe to print.
pub(crate) fn shown_pointer(value: Value<'_>) -> String {
    safe(&value.pointer(), SHOWN_POINTER)
}

fn safe(text: &str, most: usize) -> String {
    let mut characters = text.chars();
    let mut safe = String::new();
    for character in characters.by_ref().take(most) {
        match character {
            '"' | '\'' | '\\' => safe.push(character),
            _ => safe.extend(character.escape_debug()),
        }
    }
    if characters.next().is_some() {
        safe.push('…');
    }
    safe
}

/// The word of `known` that was probably meant.
pub(crate) fn nearest<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    // Longer than every word by far; distances to it would only take time.
    if written.len() > 40 {
        return None;
    }
    let written = plain(written);
    let distance = |word: &&str| strsim::osa_distance(&written, &plain(word));
    let best = known.into_iter().min_by_key(distance)?;
    let allowed = if best.len() < 4 { 1 } else { 2 };
    (distance(&best) <= allowed).then_some(best)
}

/// `Media_Type` and `mediaType` are the same mistake.
fn plain(word: &str) -> String {
    word.chars().filter(|character| !"-_ ".contains(*character)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flowport_plugin::json::Document;

    #[test]
    fn finds_the_word_that_was_meant() {
        let known = ["kind", "id", "mediaType", "use-existing"];
        let meant = |word| nearest(word, known);
        assert_eq!(meant("knid"), Some("kind"));
        assert_eq!(meant("ID"), Some("id"));
        assert_eq!(meant("media_type"), Some("mediaType"));
        assert_eq!(meant("useExisting"), Some("use-existing"));
        assert_eq!(meant("notes"), None);
        assert_eq!(meant(&"kind".repeat(100)), None);
    }

    #[test]
    fn text_of_the_file_is_made_safe() {
        assert_eq!(shown("a\u{1b}[2J\u{202e}é"), "`a\\u{1b}[2J\\u{202e}é`");
        assert_eq!(shown(&"x".repeat(500)).chars().count(), SHOWN_CHARACTERS + 3);
    }

    #[test]
    fn keeps_errors_behind_many_warnings_and_counts_the_rest() {
        let document = Document::parse("1").expect("this is JSON");
        let mut problems = Problems::default();
        for _ in 0..KEPT + 3 {
            problems.warning("W", document.root(), || ("w".to_owned(), String::new()));
        }
        problems.error("E", document.root(), "wrong", "help");
        let Err(Failure::Malformed(all)) = problems.finish() else { panic!("there is an error") };
        assert_eq!(all[0].summary, "wrong at line 1, column 1");
        assert_eq!(all.len(), 1 + KEPT + 1);
        assert_eq!(all[KEPT + 1].summary, "3 more warnings are not shown");
    }
}
