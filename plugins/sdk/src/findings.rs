//! Collecting what is found in one part of a resource, and words for what stands there.

use crate::json::{Kind, Value, pointer};
use crate::{Diagnostic, ResourceId, Severity, Slot, detect};

/// More than anyone reads, and few enough for the engine to carry.
const MOST: usize = 1_000;
/// How much of a name is shown, in characters.
const LONGEST: usize = 80;

/// Collects what is found in one part. Of the first thousand findings each is kept; the others are counted, and the worst of them
/// says how bad it is.
#[derive(Debug, Clone)]
pub struct Findings {
    part: &'static str,
    subject: Option<ResourceId>,
    too_many: &'static str,
    found: Vec<Diagnostic>,
    left_out: usize,
    worst_left_out: Severity,
}

impl Findings {
    /// Findings in a part of a resource; no resource where the part is too broken to be one. `too_many` is the code of the
    /// finding that counts those left out.
    #[must_use]
    pub fn in_part(part: &'static str, subject: Option<ResourceId>, too_many: &'static str) -> Findings {
        Findings { part, subject, too_many, found: Vec::new(), left_out: 0, worst_left_out: Severity::Info }
    }

    /// Adds one about a value.
    pub fn at(&mut self, value: Value<'_>, diagnostic: Diagnostic) {
        self.add(diagnostic, || value.pointer());
    }

    /// Adds one about a member, there or not.
    pub fn at_member(&mut self, object: Value<'_>, member: &str, diagnostic: Diagnostic) {
        self.add(diagnostic, || pointer::join(&object.pointer(), member));
    }

    fn add(&mut self, diagnostic: Diagnostic, pointer: impl FnOnce() -> String) {
        if self.found.len() == MOST {
            self.left_out += 1;
            self.worst_left_out = worse(self.worst_left_out, diagnostic.severity);
            return;
        }
        let mut diagnostic = diagnostic.at(Slot::new(self.part, pointer()));
        diagnostic.subject.clone_from(&self.subject);
        self.found.push(diagnostic);
    }

    /// All of them, in the order in which they were added.
    #[must_use]
    pub fn finish(mut self) -> Vec<Diagnostic> {
        if self.left_out > 0 {
            let summary = format!("{} more findings are not listed", self.left_out);
            let rest = Diagnostic::info(self.too_many, summary).help("repair those listed first");
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

/// What a value is, for people: `a list`.
#[must_use]
pub fn kind(value: Value<'_>) -> &'static str {
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
#[must_use]
pub fn shown(name: &str) -> String {
    let name = detect::strip(None, name);
    let mut characters = name.chars().map(|character| if character.is_control() { '\u{FFFD}' } else { character });
    let mut short: String = characters.by_ref().take(LONGEST).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    format!("`{short}`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Document;

    #[test]
    fn each_finding_says_where_and_about_what() {
        let document = Document::parse(r#"{"a/b":[1]}"#).unwrap();
        let id = ResourceId::new("flow", "f");
        let mut findings = Findings::in_part("flow.json", Some(id.clone()), "X99");
        findings.at(document.at("/a~1b/0").unwrap(), Diagnostic::error("X1", "wrong"));
        findings.at_member(document.root(), "c/d", Diagnostic::info("X2", "missing"));
        let all = findings.finish();
        let slots: Vec<_> = all.iter().map(|found| found.slot.as_deref().unwrap()).collect();
        assert_eq!(slots, ["flow.json#/a~1b/0", "flow.json#/c~1d"]);
        assert!(all.iter().all(|found| found.subject.as_ref() == Some(&id)));
    }

    #[test]
    fn an_error_among_those_left_out_still_blocks() {
        let document = Document::parse("{}").unwrap();
        for (severities, worst) in [
            ([Severity::Info, Severity::Error, Severity::Warning], Severity::Error),
            ([Severity::Info, Severity::Warning, Severity::Info], Severity::Warning),
            ([Severity::Info; 3], Severity::Info),
        ] {
            let mut findings = Findings::in_part("flow.json", None, "X99");
            for _ in 0..MOST {
                findings.at(document.root(), Diagnostic::info("X1", "note"));
            }
            assert_eq!(findings.clone().finish().len(), MOST);
            for severity in severities {
                let diagnostic = Diagnostic { severity, ..Diagnostic::info("X2", "one more") };
                findings.at(document.root(), diagnostic);
            }
            let all = findings.finish();
            assert_eq!((all.len(), all[MOST].severity, all[MOST].code.as_str()), (MOST + 1, worst, "X99"));
            assert!(all[MOST].summary.starts_with("3 more"), "{}", all[MOST].summary);
        }
    }

    #[test]
    fn names_are_short_and_hold_no_secret() {
        assert_eq!(shown("a\nb"), "`a\u{FFFD}b`");
        assert_eq!(shown(&"é".repeat(80)), format!("`{}`", "é".repeat(80)));
        assert_eq!(shown(&"é".repeat(81)), format!("`{}…`", "é".repeat(80)));
        assert_eq!(shown("https://ana:pass@h.example"), "`https://ana:@h.example`");
    }

    #[test]
    fn each_kind_has_a_word() {
        let document = Document::parse(r#"[null,true,1,"",[],{}]"#).unwrap();
        let words: Vec<_> = document.root().elements().map(kind).collect();
        assert_eq!(words, ["null", "true or false", "a number", "a text", "a list", "an object"]);
    }
}
