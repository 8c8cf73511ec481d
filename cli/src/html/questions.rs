//! What must be answered before an import, and how.

use flowport_core::plan::Planned;
use maud::{Markup, html};

use super::frame::{NEWLINE, Section, long, short};
use crate::text::shell;

/// A question.
pub(crate) struct Asked<'a> {
    pub(crate) change: &'a Planned,
    /// What it belongs to and who needs it; may be empty.
    pub(crate) context: String,
    /// A flag, what it is given, and what that means.
    pub(crate) answers: Vec<(&'static str, String, String)>,
}

/// So many answers are shown at once.
const SHOWN: usize = 8;

/// None where there are none.
pub(crate) fn questions(asked: &[Asked<'_>]) -> Option<Section> {
    if asked.is_empty() {
        return None;
    }
    Some(Section {
        id: "questions",
        title: "Questions",
        count: Some(asked.len()),
        about: html! {
            "Each needs one answer: a flag of the command, or a line in a settings file, which "
            code { "flowport plan --settings-template" } " writes."
        },
        body: html! { @for question in asked { (NEWLINE) (article(question)) } },
    })
}

fn article(asked: &Asked<'_>) -> Markup {
    let change = asked.change;
    let several = asked.answers.len() > SHOWN + 1;
    let (first, rest) = asked.answers.split_at(if several { SHOWN } else { asked.answers.len() });
    html! {
        article.question {
            h3 { span.kind { (change.source.kind.as_str()) } " " (short(&change.name)) }
            p.place { bdi { (asked.context.trim_start()) } " " code.id { (change.source) } }
            @if let Some(comment) = &change.comment { div { "The maker of the package says: " (long(comment)) } }
            (answers(first))
            @if !rest.is_empty() {
                details.rest {
                    summary { "and " (rest.len()) " more" }
                    (answers(rest))
                }
            }
        }
    }
}

fn answers(answers: &[(&'static str, String, String)]) -> Markup {
    html! {
        dl.answers {
            @for (flag, answer, meaning) in answers {
                div { dt { (long(meaning)) } dd.code { (flag) " " (long(&shell(answer))) } }
            }
        }
    }
}
