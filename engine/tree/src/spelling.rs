//! JSON for people: one member per line, and all that is needed to spell it as it was.

use flowport_core::model::ArrayKey;
use flowport_json::{Document, EditError, Edits, Limits, MemberOrder, compact, pretty};

use crate::volatile::{self, Kept, Step};

/// What a text may have in a tree: indentation makes more of it, and attributes stand two levels deeper.
pub(crate) fn limits() -> Limits {
    let limits = Limits::default();
    Limits { max_bytes: 2 * limits.max_bytes, max_depth: limits.max_depth + 4, ..limits }
}

/// A text indented beyond this stays as it is.
const LONGEST: usize = 64 << 20;

/// How a text was spelled before it was made readable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// Without white space between its tokens.
    #[default]
    Compact,
    /// One member per line and two spaces per level.
    Pretty,
    /// The same with a line end behind it.
    PrettyLine,
    /// In its own way: the whole text.
    Original(Vec<u8>),
}

/// What is not in the readable text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Hidden {
    pub(crate) spelling: Spelling,
    pub(crate) volatile: Vec<Kept>,
}

impl Hidden {
    /// True where the readable text says everything.
    pub(crate) fn is_nothing(&self) -> bool {
        *self == Hidden::default()
    }
}

/// Why a text cannot be made what it was.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unspellable {
    #[error("what is kept of its text is no JSON: {0}")]
    Json(#[from] flowport_json::Error),
    #[error("{0}")]
    Edit(#[from] EditError),
}

/// The readable form of a JSON text, with `null` at its volatile slots and one line end behind it. None where the text is no
/// JSON, or would become too long.
pub(crate) fn readable(bytes: &[u8], pointers: &[&str], keys: &[&ArrayKey]) -> Option<(String, Hidden)> {
    let document = Document::parse_with(bytes, &limits()).ok()?;
    let indented = if indented_length(&document) <= LONGEST { pretty(&document) } else { return None };
    let spelling = if compact(document.root()).as_bytes() == bytes {
        Spelling::Compact
    } else if indented.as_bytes() == bytes {
        Spelling::Pretty
    } else if bytes.strip_suffix(b"\n") == Some(indented.as_bytes()) {
        Spelling::PrettyLine
    } else {
        Spelling::Original(bytes.to_owned())
    };
    let (stable, volatile) = volatile::take(&document, pointers, keys).ok()?;
    let stable = Document::parse_with(stable, &limits()).ok()?;
    let mut text = pretty(&stable);
    text.push('\n');
    let hidden = Hidden { spelling, volatile };
    // A text that would not come back to the byte is better unread than changed.
    let written = Document::parse_with(text.as_str(), &limits()).ok()?;
    let (back, _) = original(&written, &hidden).ok()?;
    (back == bytes).then_some((text, hidden))
}

/// A readable text as it was spelled, edits and all; and the places of volatile values that are gone.
pub(crate) fn original<'h>(text: &Document, hidden: &'h Hidden) -> Result<(Vec<u8>, Vec<&'h [Step]>), Unspellable> {
    let (filled, lost) = volatile::put_back(text, &hidden.volatile)?;
    let document = Document::parse_with(filled, &limits())?;
    let bytes = match &hidden.spelling {
        Spelling::Compact => compact(document.root()).into_bytes(),
        Spelling::Pretty => pretty(&document).into_bytes(),
        Spelling::PrettyLine => (pretty(&document) + "\n").into_bytes(),
        Spelling::Original(bytes) => {
            let before = Document::parse_with(bytes.as_slice(), &limits())?;
            let mut edits = Edits::new(&before);
            edits.adapt(before.root(), document.root(), MemberOrder::Follow);
            edits.finish()?
        }
    };
    Ok((bytes, lost.into_iter().map(|position| hidden.volatile[position].at.as_slice()).collect()))
}

/// At most so many bytes the document takes when it is indented.
fn indented_length(document: &Document) -> usize {
    let mut ends: Vec<usize> = Vec::new();
    let mut length = document.text().len();
    for value in document.walk() {
        let span = value.span();
        while ends.last().is_some_and(|end| span.start >= *end) {
            ends.pop();
        }
        let line = 2 * ends.len() + 2;
        length += line;
        if !value.is_empty() {
            length += line;
            ends.push(span.end);
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Document {
        Document::parse_with(text, &limits()).unwrap()
    }

    /// The original after the readable text was edited.
    fn after(original_text: &str, edit: impl Fn(&str) -> String) -> String {
        let (text, hidden) = readable(original_text.as_bytes(), &["/time"], &[]).unwrap();
        let (bytes, _) = original(&parse(&edit(&text)), &hidden).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn plain_spellings_need_no_copy() {
        let spelling = |text: &str| readable(text.as_bytes(), &[], &[]).unwrap().1.spelling;
        assert_eq!(spelling("{\"a\":[1.50,\"\\u0061\"]}"), Spelling::Compact);
        assert_eq!(spelling("{\n  \"a\": 1\n}"), Spelling::Pretty);
        assert_eq!(spelling("{\n  \"a\": 1\n}\n"), Spelling::PrettyLine);
        for odd in ["{\r\n  \"a\": 1\r\n}", "{\"a\": 1}", "\u{feff}{}", "{} "] {
            assert_eq!(spelling(odd), Spelling::Original(odd.into()), "{odd:?}");
        }
    }

    #[test]
    fn white_space_line_ends_and_a_byte_order_mark_are_no_edit() {
        for text in
            ["{\"b\":1,\"a\":[ 2 ],\"time\":3}", "{\"b\":1,\"a\":[2],\"time\":3}", "{\n  \"b\": 1\n}\n", "\u{feff}[ ]"]
        {
            assert_eq!(after(text, |text| text.replace('\n', "\r\n")), text);
            assert_eq!(after(text, |text| format!("\u{feff}{}", text.replace("  ", "\t"))), text);
        }
    }

    #[test]
    fn an_edit_changes_what_it_changes() {
        let edit = |text: &str| text.replace("old", "new");
        assert_eq!(after("{ \"a\":\"old\",\r\n\"time\" : 1}", edit), "{ \"a\":\"new\",\r\n\"time\" : 1}");
        assert_eq!(after("{\"a\":\"old\",\"time\":1}", edit), "{\"a\":\"new\",\"time\":1}");
        assert_eq!(after("{\n  \"a\": \"old\"\n}\n", edit), "{\n  \"a\": \"new\"\n}\n");
    }

    #[test]
    fn what_is_no_json_or_would_become_too_long_stays() {
        assert!(readable(b"{", &[], &[]).is_none());
        let (depth, nodes) = (250, 200_000);
        let deep = format!("{}{}0{}", "[".repeat(depth), "0,".repeat(nodes), "]".repeat(depth));
        assert!(readable(deep.as_bytes(), &[], &[]).is_none());
        assert!(indented_length(&parse(&deep)) >= pretty(&parse(&deep)).len());
    }

    /// JSON texts with white space wherever it may stand.
    fn texts() -> impl Strategy<Value = String> {
        let space = || prop::sample::select(vec!["", "", " ", "\n", "\r\n\t"]);
        let leaf = prop_oneof![
            prop::sample::select(vec!["null", "true", "-0.0", "1e400", "\"\\u0061\\/\"", "\"é\"", "\"\"", "[ ]", "{}"])
                .prop_map(str::to_owned),
            any::<i32>().prop_map(|number| number.to_string()),
        ];
        leaf.prop_recursive(4, 24, 4, move |inner| {
            let element =
                (space(), inner, space()).prop_map(|(before, value, after)| format!("{before}{value}{after}"));
            let names = prop::sample::select(vec!["a", "time", "\\u0062", "c d", "0", ""]);
            let member = (space(), names, space(), element.clone());
            prop_oneof![
                prop::collection::vec(element, 1..4).prop_map(|elements| format!("[{}]", elements.join(","))),
                prop::collection::vec(member, 1..4).prop_map(|mut members| {
                    members.sort_by_key(|member| member.1);
                    members.dedup_by_key(|member| member.1);
                    let member = |(before, name, after, value)| format!("{before}\"{name}\"{after}:{value}");
                    format!("{{{}}}", members.into_iter().map(member).collect::<Vec<_>>().join(","))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_text_comes_back_to_the_byte(text in texts(), mark in any::<bool>()) {
            let text = if mark { format!("\u{feff}{text}") } else { text };
            let pointers = ["/time", "/*/a", "/a/*/*"];
            let (written, hidden) = readable(text.as_bytes(), &pointers, &[]).unwrap();
            let (back, lost) = original(&parse(&written.replace('\n', "\r\n")), &hidden).unwrap();
            prop_assert_eq!(back, text.as_bytes());
            prop_assert!(lost.is_empty());
            prop_assert!(indented_length(&parse(&written)) >= written.len() - 1);
        }
    }
}
