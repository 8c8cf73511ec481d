use flowport_plugin::json::{Value, pointer};
use flowport_plugin::{Diagnostic, ResourceId, Severity, Slot};

use crate::codes;
use crate::part::Part;

/// More than anyone reads, and few enough for the engine to carry.
const MOST: usize = 1_000;

/// Collects what is found in one resource.
pub(crate) struct Findings {
    subject: ResourceId,
    part: &'static str,
    found: Vec<Diagnostic>,
    left_out: usize,
    worst_left_out: Severity,
}

impl Findings {
    pub(crate) fn about(part: &Part) -> Findings {
        Findings {
            subject: part.head.id.clone(),
            part: part.kind.part(),
            found: Vec::new(),
            left_out: 0,
            worst_left_out: Severity::Info,
        }
    }

    /// The name of the part they are about.
    pub(crate) fn part(&self) -> &'static str {
        self.part
    }

    /// Adds one without a place.
    pub(crate) fn add(&mut self, diagnostic: Diagnostic) {
        if self.found.len() < MOST {
            self.found.push(diagnostic.subject(self.subject.clone()));
            return;
        }
        self.left_out += 1;
        self.worst_left_out = match (self.worst_left_out, diagnostic.severity) {
            (Severity::Error, _) | (_, Severity::Error) => Severity::Error,
            (Severity::Warning, _) | (_, Severity::Warning) => Severity::Warning,
            _ => Severity::Info,
        };
    }

    /// Adds one about a value.
    pub(crate) fn at(&mut self, value: Value<'_>, diagnostic: Diagnostic) {
        let slot = Slot::new(self.part, value.pointer());
        self.add(diagnostic.at(slot));
    }

    /// Adds one about a member, there or not.
    pub(crate) fn at_member(&mut self, object: Value<'_>, member: &str, diagnostic: Diagnostic) {
        let slot = Slot::new(self.part, pointer::join(&object.pointer(), member));
        self.add(diagnostic.at(slot));
    }

    pub(crate) fn has_errors(&self) -> bool {
        let among_them = self.found.iter().any(|found| found.severity == Severity::Error);
        among_them || (self.left_out > 0 && self.worst_left_out == Severity::Error)
    }

    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        if self.left_out > 0 {
            let mut rest = Diagnostic::info(codes::TOO_MANY, format!("{} more findings are not listed", self.left_out))
                .subject(self.subject)
                .help("repair those listed first");
            rest.severity = self.worst_left_out;
            self.found.push(rest);
        }
        self.found
    }
}

/// A name for people: quoted, on one line, not endless.
pub(crate) fn shown(name: &str) -> String {
    let mut characters = name.chars().map(|character| if character.is_control() { '\u{FFFD}' } else { character });
    let mut short: String = characters.by_ref().take(80).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    format!("`{short}`")
}

#[cfg(test)]
mod tests {
    use flowport_plugin::{Diagnostic, Head, ResourceId, Severity};

    use super::{Findings, MOST, shown};
    use crate::kind::{DIALECT, ModelKind};
    use crate::part::Part;

    #[test]
    fn an_error_among_those_left_out_still_blocks() {
        let head = Head::new(ResourceId::new("entity", "a"), DIALECT, "A");
        let part = Part::parse(ModelKind::Entity, head, b"{}".to_vec()).unwrap();
        let mut findings = Findings::about(&part);
        for _ in 0..MOST {
            findings.add(Diagnostic::warning("DM14", "a label twice"));
        }
        assert!(!findings.has_errors());
        findings.add(Diagnostic::warning("DM14", "a label twice"));
        findings.add(Diagnostic::error("DM13", "a value twice"));
        findings.add(Diagnostic::info("DM25", "longer"));
        assert!(findings.has_errors());
        let all = findings.finish();
        assert_eq!(all.len(), MOST + 1);
        assert_eq!(all[MOST].severity, Severity::Error);
        assert!(all[MOST].summary.starts_with("3 more"), "{}", all[MOST].summary);
    }

    #[test]
    fn names_are_shown_on_one_short_line() {
        assert_eq!(shown("a\nb"), "`a\u{FFFD}b`");
        assert_eq!(shown(&"é".repeat(80)), format!("`{}`", "é".repeat(80)));
        assert_eq!(shown(&"é".repeat(81)), format!("`{}…`", "é".repeat(80)));
    }
}
