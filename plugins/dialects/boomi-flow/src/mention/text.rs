//! Mentions inside texts: `flowkey___…___flowkey` in HTML, `{![Name]}` in any text, guids in the XML of default values.

use std::ops::Range;

use super::xml::{self, Fault};
use super::{Mention, Of};
use crate::guid;
use crate::names::VALUE;

const FLOWKEY_BEGIN: &str = "flowkey___";
const FLOWKEY_END: &str = "___flowkey";
const NAME_BEGIN: &str = "{![";

/// What stands inside one text.
#[derive(Debug, Default)]
pub struct Inside {
    /// In the order of the text. A mention is known by its place in this list.
    pub mentions: Vec<Mention>,
    /// The contents of entries that the product declares secret, empty ones included.
    pub secrets: Vec<Range<usize>>,
    /// Where the text is to be XML and is not.
    pub fault: Option<Fault>,
}

/// Looks into a text. Most texts hold nothing, and one look at their bytes tells.
#[must_use]
pub fn inside(text: &str) -> Inside {
    let mut found = Inside::default();
    if xml::is_object(text) {
        xml::scan(text, &mut found);
    }
    let bytes = text.as_bytes();
    if bytes.contains(&b'|') || bytes.contains(&b'_') {
        flowkeys(text, &mut found.mentions);
    }
    if bytes.contains(&b'!') {
        names(text, &mut found.mentions);
    }
    found.mentions.sort_by_key(|mention| mention.range.start);
    found
}

/// `flowkey___<value>|<property>___flowkey`, seen in the HTML of three samples; the second guid may be missing.
fn flowkeys(text: &str, mentions: &mut Vec<Mention>) {
    let mut from = 0;
    while let Some(begin) = text[from..].find(FLOWKEY_BEGIN).map(|at| from + at + FLOWKEY_BEGIN.len()) {
        from = begin;
        let Some(end) = text[begin..].find(FLOWKEY_END).map(|length| begin + length) else { return };
        let (value, property) = match text[begin..end].find('|') {
            Some(bar) => (begin..begin + bar, Some(begin + bar + 1..end)),
            None => (begin..end, None),
        };
        push(text, value, Of::Resource(VALUE), mentions);
        if let Some(property) = property {
            push(text, property, Of::Property, mentions);
        }
    }
}

/// Adds a guid that leads somewhere.
pub(super) fn push(text: &str, range: Range<usize>, of: Of, mentions: &mut Vec<Mention>) {
    let written = &text[range.clone()];
    if guid::is(written) && guid::leads_somewhere(written) {
        mentions.push(Mention { of, range });
    }
}

/// `{![Name]}` and `{![Name].[Property]}`; names that begin with `$` come with the product.
fn names(text: &str, mentions: &mut Vec<Mention>) {
    for (at, _) in text.match_indices(NAME_BEGIN) {
        let begin = at + NAME_BEGIN.len();
        let Some(length) = text[begin..].find(']') else { return };
        let (name, behind) = (&text[begin..begin + length], &text[begin + length + 1..]);
        if !name.is_empty() && !name.starts_with('$') && behind.starts_with(['}', '.']) {
            mentions.push(Mention { of: Of::Name, range: begin..begin + length });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "0c96611b-4aee-4ee5-a94a-ac9658556d86";
    const B: &str = "1d96611b-4aee-4ee5-a94a-ac9658556d86";

    fn found(text: &str) -> Vec<(Of, &str)> {
        inside(text).mentions.into_iter().map(|mention| (mention.of, &text[mention.range])).collect()
    }

    #[test]
    fn flowkeys_and_names_are_found_in_the_order_of_the_text() {
        let text = format!("{{![Näme]}} <a href=\"flowkey___{A}|{B}___flowkey\"> flowkey___{B}___flowkey {{![X].[Y]}}");
        let value = Of::Resource(VALUE);
        assert_eq!(found(&text), [(Of::Name, "Näme"), (value, A), (Of::Property, B), (value, B), (Of::Name, "X")]);
    }

    #[test]
    fn what_only_looks_like_a_mention_is_none() {
        for text in [
            "flowkey___".to_owned(),
            format!("flowkey___{A}"),
            format!("flowkey___{A}x___flowkey"),
            "flowkey___af48e652-7dec-4739-9c98-586318e0ad7d|00000000-0000-0000-0000-000000000000___flowkey".to_owned(),
            "{![".to_owned(),
            "{![]}".to_owned(),
            "{![$User].[Email]}".to_owned(),
            "{![a] b".to_owned(),
            "{{environment}}!".to_owned(),
        ] {
            assert_eq!(found(&text), [], "{text}");
        }
    }
}
