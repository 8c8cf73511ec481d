//! Collecting what is wrong with a file, all at once, each with its place.

use flowport_plugin::json::Value;
use flowport_plugin::{Diagnostic, Failure, ResourceId, Severity};

use crate::codes;

/// So many errors, and so many warnings, are kept; of the others only the count.
const KEPT: usize = 50;

/// What was found so far.
#[derive(Default)]
pub(crate) struct Problems {
    errors: Vec<Diagnostic>,
    more_errors: usize,
    others: Vec<Diagnostic>,
    more_others: usize,
}

impl Problems {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        let (kept, more) = match diagnostic.severity {
            Severity::Error => (&mut self.errors, &mut self.more_errors),
            Severity::Warning | Severity::Info => (&mut self.others, &mut self.more_others),
        };
        if kept.len() < KEPT {
            kept.push(diagnostic);
        } else {
            *more += 1;
        }
    }

    /// Something that spoils the package, at a value of it.
    pub(crate) fn error(&mut self, code: &str, at: Value<'_>, summary: String, help: &str) {
        self.push(Diagnostic::error(code, summary).at(place(at)).help(help));
    }

    /// Something to know about a resource.
    pub(crate) fn warning(&mut self, code: &str, at: Value<'_>, about: &ResourceId, summary: String, help: &str) {
        self.push(Diagnostic::warning(code, summary).subject(about.clone()).at(place(at)).help(help));
    }

    /// Something to know about the file.
    pub(crate) fn info(&mut self, code: &str, summary: String, help: &str) {
        self.push(Diagnostic::info(code, summary).help(help));
    }

    pub(crate) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// What is to know, or the failure with everything found.
    ///
    /// # Errors
    /// `Failure::Malformed` where there is an error.
    pub(crate) fn finish(mut self) -> Result<Vec<Diagnostic>, Failure> {
        if self.more_others > 0 {
            let summary = format!("{} more warnings are not shown", self.more_others);
            self.others.push(Diagnostic::warning(codes::MORE, summary));
        }
        if self.errors.is_empty() {
            return Ok(self.others);
        }
        if self.more_errors > 0 {
            let summary = format!("{} more errors are not shown", self.more_errors);
            self.errors.push(Diagnostic::error(codes::MORE, summary));
        }
        self.errors.append(&mut self.others);
        Err(Failure::Malformed(self.errors))
    }
}

/// Where a value stands in the file: `#/valueElementConfigurations/3/compositeId/guid`.
fn place(value: Value<'_>) -> String {
    format!("#{}", value.pointer())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flowport_plugin::json::Document;

    #[test]
    fn errors_are_kept_behind_many_warnings_and_the_rest_is_counted() {
        let document = Document::parse(r#"{"a/b":[1]}"#).unwrap();
        let value = document.at("/a~1b/0").unwrap();
        let mut problems = Problems::default();
        for _ in 0..KEPT + 3 {
            problems.warning("W", value, &ResourceId::new("flow", "f"), "w".to_owned(), "h");
        }
        assert!(!problems.has_errors());
        problems.error("E", value, "wrong".to_owned(), "help");
        let Err(Failure::Malformed(all)) = problems.finish() else { panic!("there is an error") };
        assert_eq!((all[0].code.as_str(), all[0].slot.as_deref()), ("E", Some("#/a~1b/0")));
        assert_eq!(all.len(), 1 + KEPT + 1);
        assert_eq!(all[KEPT + 1].summary, "3 more warnings are not shown");
    }
}
