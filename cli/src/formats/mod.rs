//! A plan in the formats that the pages of pipelines show. One file per format; each shows the same: the changes, the questions and
//! the findings. Names and texts of packages are data in every one of them.

mod junit;
mod markdown;
mod sarif;

use std::path::Path;

use flowport_core::model::Diagnostic;
use flowport_core::plan::Planned;

use crate::arguments::PlanFormat;
use crate::html::Asked;
use crate::text::{clean, shell};

/// The code of a question without an answer, beside those of findings.
const QUESTION: &str = "P-QUESTION";

/// A plan, or why there is none.
pub(crate) struct Findings<'a> {
    /// As people call it.
    pub(crate) package: String,
    /// The target's name in the project.
    pub(crate) environment: &'a str,
    /// The target, with its kind and tenant.
    pub(crate) target: String,
    /// Where the package is; a share has no file.
    pub(crate) file: Option<&'a Path>,
    /// One for each resource; none where there is no plan.
    pub(crate) changes: &'a [Planned],
    /// What must be answered.
    pub(crate) questions: Vec<Asked<'a>>,
    /// About the whole, and not about one of the changes.
    pub(crate) diagnostics: &'a [Diagnostic],
    /// Counts, and whether it can be carried out.
    pub(crate) verdict: String,
    /// Of the command.
    pub(crate) exit: u8,
}

impl Findings<'_> {
    /// The plan in a format for programs; none for people's, which their command writes.
    pub(crate) fn in_format(&self, format: PlanFormat) -> Option<String> {
        match format {
            PlanFormat::Text => None,
            PlanFormat::Sarif => Some(sarif::document(self)),
            PlanFormat::Junit => Some(junit::document(self)),
            PlanFormat::Markdown => Some(markdown::document(self)),
        }
    }

    fn all(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().chain(self.changes.iter().flat_map(|change| &change.diagnostics))
    }
}

/// A finding with its severity and code, in lines that are safe to show.
fn in_words(found: &Diagnostic) -> Vec<String> {
    let mut lines = said(found);
    lines[0].insert_str(0, &format!("{}[{}] ", found.severity, clean(&found.code)));
    lines
}

/// What a finding says, in lines that are safe to show; never none.
fn said(found: &Diagnostic) -> Vec<String> {
    let mut lines = vec![clean(&found.summary)];
    lines.extend(found.detail.iter().map(|detail| format!("    why: {}", clean(detail))));
    let place = match (&found.resource, &found.slot) {
        (Some(resource), Some(slot)) => Some(format!("{resource} {slot}")),
        (None, Some(slot)) => Some(slot.clone()),
        (Some(resource), None) if !found.summary.contains(&resource.to_string()) => Some(resource.to_string()),
        _ => None,
    };
    lines.extend(place.map(|place| format!("    at {}", clean(&place))));
    lines.extend(found.help.iter().map(|help| format!("    do: {}", clean(help))));
    lines
}

/// A question with its answers, in lines that are safe to show.
fn asked_in_words(asked: &Asked<'_>) -> Vec<String> {
    let change = asked.change;
    let mut lines = vec![clean(&format!("{} ({}){}", change.source, change.name, asked.context))];
    lines.extend(
        asked
            .answers
            .iter()
            .map(|(flag, answer, meaning)| format!("    {flag} {}   {}", shell(answer), clean(meaning))),
    );
    lines
}
