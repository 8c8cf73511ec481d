//! Problems and notes, those with one remedy together.

use flowport_core::model::{Diagnostic, Severity};
use maud::{Markup, html};

use super::entries::Entries;
use super::frame::{NEWLINE, Section, Tone, code, long};
use super::table::nothing;
use crate::render;

/// So many of one kind are shown at once.
const SHOWN: usize = 10;

fn of(severity: Severity) -> Tone {
    match severity {
        Severity::Error => Tone::Bad,
        Severity::Warning => Tone::Careful,
        Severity::Info => Tone::Plain,
    }
}

/// None where there are none.
pub(crate) fn findings(diagnostics: &[Diagnostic], entries: &Entries<'_>) -> Option<Section> {
    if diagnostics.is_empty() {
        return None;
    }
    let group = |group: &Vec<&Diagnostic>| {
        let (first, rest) = group.split_at(if group.len() > SHOWN + 1 { SHOWN } else { group.len() });
        let severity = group[0].severity;
        html! {
            (NEWLINE)
            article.finding.(of(severity).class()) {
                p.label { span.badge { (severity) } " " (code(&group[0].code)) }
                ul { @for diagnostic in first { (finding(diagnostic, entries)) } }
                @if !rest.is_empty() {
                    details.rest {
                        summary { "and " (rest.len()) " more" }
                        ul { @for diagnostic in rest { (finding(diagnostic, entries)) } }
                    }
                }
                @if let Some(help) = &group[0].help { div.help { strong { "What to do: " } (long(help)) } }
            }
        }
    };
    let body = html! { @for found in render::by_remedy(diagnostics) { (group(&found)) } };
    let (id, title) = ("problems", "Problems and notes");
    Some(Section { id, title, count: Some(diagnostics.len()), about: nothing(), body })
}

fn finding(diagnostic: &Diagnostic, entries: &Entries<'_>) -> Markup {
    html! {
        li {
            div { (long(&diagnostic.summary)) }
            @if let Some(detail) = &diagnostic.detail { div.detail { "Why: " (long(detail)) } }
            @if diagnostic.resource.is_some() || diagnostic.slot.is_some() {
                p.place {
                    "At "
                    @if let Some(id) = &diagnostic.resource { (entries.link(id)) " " }
                    @if let Some(slot) = &diagnostic.slot { (code(slot)) }
                }
            }
        }
    }
}
