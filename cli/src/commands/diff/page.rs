//! A comparison as a page.

use flowport_core::diff::{Diff, Status};
use flowport_core::model::Diagnostic;

use crate::html::{self, Entries, Fact, Page, Section, Tone};

pub(super) fn of(diff: &Diff, left: &str, right: &str, found: &[Diagnostic]) -> Page {
    let ids = diff.resources.iter().map(|resource| (&resource.id, resource.name.as_str()));
    let becoming = diff.resources.iter().map(|it| (it.becomes.as_ref().unwrap_or(&it.id), it.name.as_str()));
    let entries = Entries::new(ids).also(becoming);
    let findings = html::findings(found, &entries);
    let sections: Vec<Section> = findings.into_iter().chain(html::differences(diff, [left, right])).collect();
    let verdict = match (diff.is_empty(), diff.resources.is_empty()) {
        (true, _) => (Tone::Good, "No differences".to_owned()),
        (false, true) => (Tone::Plain, "Only the packages' own words differ".to_owned()),
        (false, false) => (Tone::Plain, "They differ".to_owned()),
    };
    Page {
        kind: "Comparison",
        name: format!("{left} → {right}"),
        facts: vec![Fact { label: "Before", value: left.to_owned() }, Fact { label: "After", value: right.to_owned() }],
        verdict,
        figures: vec![
            (diff.count(Status::Changed), "changed", "changed"),
            (diff.count(Status::Added), "added", "added"),
            (diff.count(Status::Removed), "removed", "removed"),
            (diff.same, "the same", "the same"),
        ],
        sections,
    }
}
