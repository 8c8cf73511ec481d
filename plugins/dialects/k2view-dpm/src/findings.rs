use flowport_plugin::json::{Kind, Value, pointer};
use flowport_plugin::{Diagnostic, ResourceId, Severity, Slot, detect};

use crate::{PART, codes};

/// More than anyone reads, and few enough for the engine to carry.
const MOST: usize = 1_000;

/// Collects what is found in one flow.
pub(crate) struct Findings {
    subject: Option<ResourceId>,
    found: Vec<Diagnostic>,
    left_out: usize,
    worst_left_out: Severity,
}

impl Findings {
    /// Findings about a resource; none where the flow is too broken to be one.
    pub(crate) fn about(subject: Option<ResourceId>) -> Findings {
        Findings { subject, found: Vec::new(), left_out: 0, worst_left_out: Severity::Info }
    }

    /// Adds one about a value.
    pub(crate) fn at(&mut self, value: Value<'_>, diagnostic: Diagnostic) {
        self.add(diagnostic, || value.pointer());
    }

    /// Adds one about a member, there or not.
    pub(crate) fn at_member(&mut self, object: Value<'_>, member: &str, diagnostic: Diagnostic) {
        self.add(diagnostic, || pointer::join(&object.pointer(), member));
    }

    /// Says that a value is of another type than it must be.
    pub(crate) fn wrong_type(&mut self, value: Value<'_>, what: &str, expected: &str) {
        let summary = format!("{what} must be {expected}, not {}", kind(value));
        let help = format!("write {expected} there, or export the flow again");
        self.at(value, Diagnostic::error(codes::WRONG_TYPE, summary).help(help));
    }

    fn add(&mut self, diagnostic: Diagnostic, pointer: impl FnOnce() -> String) {
        if self.found.len() == MOST {
            self.left_out += 1;
            self.worst_left_out = worse(self.worst_left_out, diagnostic.severity);
            return;
        }
        let mut diagnostic = diagnostic.at(Slot::new(PART, pointer()));
        diagnostic.subject.clone_from(&self.subject);
        self.found.push(diagnostic);
    }

    /// All of them, in the order in which they were added.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        if self.left_out > 0 {
            let summary = format!("{} more findings are not listed", self.left_out);
            let rest = Diagnostic::info(codes::TOO_MANY, summary).help("repair those listed first");
            self.found.push(Diagnostic { severity: self.worst_left_out, subject: self.subject, ..rest });
        }
        self.found
    }
}

fn worse(left: Severity, right: Severity) -> Severity {
    match (left, right) {
        (Severity::Error, _) | (_, Severity::Error) => Severity::Error,
        (Severity::Warning, _) | (_, Severity::Warning) => Severity::Warning,
        _ => Severity::Info,
    }
}

/// What a value is, for people.
pub(crate) fn kind(value: Value<'_>) -> &'static str {
    match value.kind() {
        Kind::Null => "null",
        Kind::Bool => "true or false",
        Kind::Number => "a number",
        Kind::String => "a text",
        Kind::Array => "a list",
        Kind::Object => "an object",
    }
}

/// A name for people: quoted, on one line, not endless, and without what looks like a secret.
pub(crate) fn shown(name: &str) -> String {
    let name = detect::strip(None, name);
    let mut characters = name.chars().map(|character| if character.is_control() { '\u{FFFD}' } else { character });
    let mut short: String = characters.by_ref().take(80).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    format!("`{short}`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use flowport_plugin::json::Document;

    #[test]
    fn an_error_among_those_left_out_still_blocks() {
        let document = Document::parse("{}").unwrap();
        let mut findings = Findings::about(None);
        for _ in 0..=MOST {
            findings.at(document.root(), Diagnostic::info(codes::ROLE, "a role"));
        }
        findings.at(document.root(), Diagnostic::error(codes::MISSING, "no name"));
        findings.at(document.root(), Diagnostic::warning(codes::ORDER_GAP, "a gap"));
        let all = findings.finish();
        assert_eq!((all.len(), all[MOST].severity), (MOST + 1, Severity::Error));
        assert!(all[MOST].summary.starts_with("3 more"), "{}", all[MOST].summary);
    }

    #[test]
    fn names_are_short_and_hold_no_secret() {
        assert_eq!(shown("a\nb"), "`a\u{FFFD}b`");
        assert_eq!(shown(&"é".repeat(81)), format!("`{}…`", "é".repeat(80)));
        assert_eq!(shown("https://ana:pass@h.example"), "`https://ana:@h.example`");
    }
}
