//! `layout.json` of a resource: what is in the way of reading it.

use std::collections::BTreeMap;

use flowport_core::model::Diagnostic;
use flowport_json::{Kind, Value, Writer};

use crate::fields::{self, Fields};
use crate::spelling::{Hidden, Spelling};
use crate::volatile::{Kept, Step};

/// The words for the spellings that need no text.
const PRETTY: &str = "pretty";
const PRETTY_LINE: &str = "pretty-line";
const ORIGINAL: &str = "original";

/// What is kept of a resource beside its readable files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Record {
    /// In an environment: above those of all that came before it.
    pub(crate) serial: Option<u64>,
    /// In an environment: when it was last written; RFC 3339, UTC.
    pub(crate) changed: Option<String>,
    /// Of the attributes; an original text stands in the record itself.
    pub(crate) attributes: Hidden,
    /// By file of the part; an original text stands in a file of that name beside the record.
    pub(crate) parts: BTreeMap<String, Hidden>,
}

impl Record {
    /// The text of the record; none where there is nothing to keep.
    pub(crate) fn to_text(&self) -> Option<String> {
        if *self == Record::default() {
            return None;
        }
        let mut writer = Writer::pretty();
        writer.begin_object();
        if let Some(serial) = self.serial {
            writer.key("serial").number(serial);
        }
        if let Some(changed) = &self.changed {
            writer.key("changed").string(changed);
        }
        if !self.attributes.is_nothing() {
            writer.key("attributes");
            write_hidden(&mut writer, &self.attributes, true);
        }
        if !self.parts.is_empty() {
            writer.key("parts").begin_object();
            for (file, hidden) in &self.parts {
                writer.key(file);
                write_hidden(&mut writer, hidden, false);
            }
            writer.end_object();
        }
        writer.end_object();
        Some(writer.finish() + "\n")
    }

    /// Reads what [`to_text`](Self::to_text) wrote. `original` gives the text that is kept of a part.
    pub(crate) fn parse(
        file: &str,
        bytes: Vec<u8>,
        original: &dyn Fn(&str) -> Option<Vec<u8>>,
    ) -> Result<Record, Vec<Diagnostic>> {
        let help =
            "without this file flowport reads the resource all the same, spelled plainly and without volatile values";
        let helped = |fault: Diagnostic| fault.help(format!("mend it or delete it: {help}"));
        let document = fields::parse(file, bytes).map_err(|fault| vec![helped(fault)])?;
        let root = document.root();
        let mut fields = Fields::of(file);
        fields.object(root, "the layout", &["serial", "changed", "attributes", "parts"]);
        let mut record = Record {
            serial: fields.optional_number(root, "serial"),
            changed: fields.optional_text(root, "changed"),
            ..Record::default()
        };
        if let Some(value) = root.get("attributes") {
            let text = value.get("text").and_then(|text| text.as_str()).map(|text| text.into_owned().into_bytes());
            record.attributes = read_hidden(&mut fields, value, text);
        }
        for (key, value) in root.get("parts").into_iter().flat_map(Value::members) {
            let name = key.name().into_owned();
            let hidden = read_hidden(&mut fields, value, original(&name));
            record.parts.insert(name, hidden);
        }
        if fields.faults.is_empty() { Ok(record) } else { Err(fields.faults.into_iter().map(helped).collect()) }
    }
}

fn write_hidden(writer: &mut Writer, hidden: &Hidden, with_text: bool) {
    writer.begin_object();
    let word = match &hidden.spelling {
        Spelling::Compact => None,
        Spelling::Pretty => Some(PRETTY),
        Spelling::PrettyLine => Some(PRETTY_LINE),
        Spelling::Original(_) => Some(ORIGINAL),
    };
    if let Some(word) = word {
        writer.key("spelling").string(word);
    }
    if let (true, Spelling::Original(text)) = (with_text, &hidden.spelling) {
        // It was parsed as JSON before.
        writer.key("text").string(&String::from_utf8_lossy(text));
    }
    if !hidden.volatile.is_empty() {
        writer.key("volatile").begin_array();
        for Kept { at, value } in &hidden.volatile {
            writer.begin_object().key("at").begin_array();
            for step in at {
                match step {
                    Step::Member(name) => writer.string(name),
                    Step::Index(index) => writer.number(u64::try_from(*index).unwrap_or(u64::MAX)),
                    Step::Keyed { key, value } => writer.begin_object().key(key).raw(value).end_object(),
                };
            }
            writer.end_array().key("value").raw(value).end_object();
        }
        writer.end_array();
    }
    writer.end_object();
}

fn read_hidden(fields: &mut Fields<'_>, value: Value<'_>, text: Option<Vec<u8>>) -> Hidden {
    let mut hidden = Hidden::default();
    let Some(object) = fields.object(value, "what is kept of a text", &["spelling", "text", "volatile"]) else {
        return hidden;
    };
    let words = [PRETTY, PRETTY_LINE, ORIGINAL];
    hidden.spelling = match (fields.word(object, "spelling", &words, |word| word), text) {
        (Some(PRETTY), _) => Spelling::Pretty,
        (Some(PRETTY_LINE), _) => Spelling::PrettyLine,
        (Some(ORIGINAL), Some(text)) => Spelling::Original(text),
        (Some(_), _) => {
            fields.fault(object, "the original text is gone");
            Spelling::Compact
        }
        (None, _) => Spelling::Compact,
    };
    for kept in fields.elements(object, "volatile") {
        let value = kept.get("value").map(|value| value.raw().to_owned());
        let steps: Option<Vec<Step>> = kept.get("at").map(|at| at.elements().map(step).collect()).unwrap_or_default();
        match (steps, value) {
            (Some(at), Some(value)) => hidden.volatile.push(Kept { at, value }),
            _ => fields.fault(kept, "a volatile value has \"at\", an array of steps, and \"value\""),
        }
    }
    hidden
}

fn step(value: Value<'_>) -> Option<Step> {
    match value.kind() {
        Kind::String => value.as_str().map(|name| Step::Member(name.into_owned())),
        Kind::Number => value.as_u64().and_then(|index| usize::try_from(index).ok()).map(Step::Index),
        Kind::Object => {
            let (key, value) = value.members().next()?;
            Some(Step::Keyed { key: key.name().into_owned(), value: value.raw().to_owned() })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_what_it_writes() {
        let volatile = vec![
            Kept {
                at: vec![
                    Step::Member("a\"".to_owned()),
                    Step::Index(3),
                    Step::Keyed { key: "id".to_owned(), value: "\"\\u0061\"".to_owned() },
                ],
                value: "1.50".to_owned(),
            },
            Kept { at: vec![], value: "\"\\u0061\"".to_owned() },
        ];
        let original = Hidden { spelling: Spelling::Original(b"[ ]".to_vec()), volatile: vec![] };
        let record = Record {
            serial: Some(7),
            changed: Some("2026-01-01T00:00:00Z".to_owned()),
            attributes: Hidden { volatile, ..original.clone() },
            parts: [
                ("a".to_owned(), Hidden { spelling: Spelling::Pretty, volatile: vec![] }),
                ("b/c".to_owned(), original),
                ("d".to_owned(), Hidden { spelling: Spelling::PrettyLine, volatile: vec![] }),
            ]
            .into(),
        };
        let text = record.to_text().unwrap();
        let kept = |file: &str| (file == "b/c").then(|| b"[ ]".to_vec());
        assert_eq!(Record::parse("x", text.clone().into(), &kept).unwrap(), record);
        let lost = Record::parse("x", text.into(), &|_| None).unwrap_err();
        assert!(lost[0].summary.contains("the original text is gone"), "{lost:?}");
        assert_eq!(Record::default().to_text(), None);
    }
}
