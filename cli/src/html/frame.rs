//! The page around its sections.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::text::{clean, count};

/// Nothing may be fetched and nothing may run, whatever is in the page.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";
const STYLE: &str = include_str!("style.css");

/// How something is to be taken; a colour beside its word, never alone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// It stops.
    Bad,
    /// It needs a look.
    Careful,
    /// All is well.
    Good,
    /// No more than a fact.
    Plain,
}

impl Tone {
    /// As the style sheet calls it.
    pub(super) fn class(self) -> &'static str {
        match self {
            Tone::Bad => "bad",
            Tone::Careful => "careful",
            Tone::Good => "good",
            Tone::Plain => "plain",
        }
    }
}

/// Something to know of the whole, such as who made it.
pub(crate) struct Fact {
    pub(crate) label: &'static str,
    pub(crate) value: String,
}

impl Fact {
    /// None where there is nothing to say.
    pub(crate) fn of(label: &'static str, value: Option<String>) -> Option<Fact> {
        value.filter(|value| !value.is_empty()).map(|value| Fact { label, value })
    }
}

/// A part of the page with a heading.
pub(crate) struct Section {
    /// What links name it.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// How many things it holds, where that says something.
    pub(crate) count: Option<usize>,
    /// A sentence below the heading; may be empty.
    pub(crate) about: Markup,
    pub(crate) body: Markup,
}

/// A page, before it is written.
pub(crate) struct Page {
    /// What kind of page it is.
    pub(crate) kind: &'static str,
    /// What it is about.
    pub(crate) name: String,
    pub(crate) facts: Vec<Fact>,
    /// What it comes to, in one sentence.
    pub(crate) verdict: (Tone, String),
    /// How many of what: a number, and its word in the singular and in the plural.
    pub(crate) figures: Vec<(usize, &'static str, &'static str)>,
    pub(crate) sections: Vec<Section>,
}

impl Page {
    /// The page as HTML. What acts on a reader instead of being shown, such as characters that turn the direction of text, is
    /// shown as its code point wherever it came from.
    pub(crate) fn html(&self) -> String {
        let page = self.markup().into_string();
        page.split('\n').map(clean).collect::<Vec<_>>().join("\n")
    }

    fn markup(&self) -> Markup {
        let generator = concat!("flowport ", env!("CARGO_PKG_VERSION"));
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    meta name="generator" content=(generator);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="format-detection" content="telephone=no";
                    title { (self.kind) ": " (clean(&self.name)) }
                    style { (PreEscaped(STYLE)) }
                }
                (NEWLINE)
                body {
                    header { (self.heading()) }
                    @if self.sections.len() > 1 { (self.contents()) }
                    main {
                        @for section in &self.sections { (NEWLINE) (section.markup()) }
                    }
                    (NEWLINE)
                    footer { p { "Written by " (generator) "." } }
                }
            }
            (NEWLINE)
        }
    }

    fn heading(&self) -> Markup {
        let (tone, verdict) = &self.verdict;
        html! {
            p.kind { (self.kind) }
            h1 { (short(&self.name)) }
            p.verdict.(tone.class()) { (verdict) }
            @if !self.facts.is_empty() {
                dl.facts {
                    @for fact in &self.facts { div { dt { (fact.label) } dd { (long(&fact.value)) } } }
                }
            }
            ul.figures {
                @for (number, one, several) in &self.figures {
                    li { strong { (number) } " " (if *number == 1 { one } else { several }) }
                }
            }
        }
    }

    fn contents(&self) -> Markup {
        html! {
            nav aria-label="Contents" {
                ul {
                    @for section in &self.sections {
                        li {
                            a href={ "#" (section.id) } { (section.title) }
                            @if let Some(count) = section.count { " " span.count { (count) } }
                        }
                    }
                }
            }
        }
    }
}

impl Section {
    fn markup(&self) -> Markup {
        html! {
            section id=(self.id) {
                h2 {
                    (self.title)
                    @if let Some(count) = self.count { " " span.count { (count) } }
                }
                @if !self.about.0.is_empty() { p.about { (self.about) } }
                (self.body)
            }
        }
    }
}

/// Line ends between the larger pieces: an editor opens the page as well.
pub(super) const NEWLINE: PreEscaped<&str> = PreEscaped("\n");

/// Something that can be folded away, open where it is not too long.
pub(super) fn folding(heading: &Markup, long: bool, body: &Markup) -> Markup {
    html! {
        details.group open[!long] {
            summary { (heading) }
            (body)
        }
    }
}

/// So many letters of a text are shown at once.
const LONG: usize = 300;
/// So many where there is no room to unfold it.
const SHORT: usize = 80;

/// A text as it is; of a very long one the beginning, and the whole when it is unfolded. Stands where blocks may stand.
pub(super) fn long(text: &str) -> Markup {
    match text.char_indices().nth(LONG) {
        None => html! { bdi { (clean(text)) } },
        Some((end, _)) => html! {
            details.long {
                summary {
                    bdi { (clean(&text[..end])) "…" } " "
                    span.more { (count(text.chars().count(), "letter", "letters")) }
                }
                bdi { (clean(text)) }
            }
        },
    }
}

/// A place, a code or the like, in the letters of a machine.
pub(super) fn code(text: &str) -> Markup {
    html! { code { (clean(text)) } }
}

/// A text, or its beginning. Stands in links and headings.
pub(super) fn short(text: &str) -> Markup {
    match text.char_indices().nth(SHORT) {
        None => html! { bdi { (clean(text)) } },
        Some((end, _)) => html! { bdi { (clean(&text[..end])) "…" } },
    }
}

#[cfg(test)]
mod tests {
    use flowport_core::model::{Diagnostic, ResourceId};
    use proptest::prelude::*;
    use scraper::Html;

    use super::*;
    use crate::html::{Entries, findings};
    use crate::text::acts_on_terminals;

    /// A page with a text of a package wherever such a text may stand.
    fn page(text: &str) -> String {
        let id = ResourceId::new("flow", "a", None).unwrap();
        let entries = Entries::new([(&id, text)].into_iter());
        let found = Diagnostic::error(text, text).about(&id).at(text).detail(text).help(text);
        let fact = Fact { label: "By", value: text.to_owned() };
        let sections = findings(&[found], &entries).into_iter().collect();
        let verdict = (Tone::Bad, "1 error".to_owned());
        Page { kind: "Package", name: text.to_owned(), facts: vec![fact], verdict, figures: Vec::new(), sections }
            .html()
    }

    /// The names of all elements with those of their attributes.
    fn skeleton(html: &Html) -> Vec<String> {
        let elements = html.root_element().descendent_elements();
        let names = |element: scraper::ElementRef<'_>| {
            let attributes: Vec<&str> = element.value().attrs().map(|(name, _)| name).collect();
            format!("{} {}", element.value().name(), attributes.join(" "))
        };
        elements.map(names).collect()
    }

    proptest! {
        #[test]
        fn no_text_changes_what_a_page_is_made_of(
            text in "([<>&\"'/=` a-z!-]|script|style|<!--|]]>|\\PC|\\u{202e}|\\u{0}|\\u{1b}|\\n){1,8}"
        ) {
            let html = page(&text);
            let read = Html::parse_document(&html);
            prop_assert_eq!(skeleton(&read), skeleton(&Html::parse_document(&page("harmless"))));
            prop_assert!(read.errors.is_empty(), "{:?}", read.errors);
            let shown: String = read.root_element().text().collect();
            prop_assert_eq!(shown.matches(&clean(&text)).count() >= 9, true, "{}", html);
            prop_assert!(!html.contains(|character| character != '\n' && acts_on_terminals(character)));
        }
    }
}
