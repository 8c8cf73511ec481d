use flowport_plugin::json::{Document, Kind, Limits, Value};
use flowport_plugin::{Diagnostic, Failure, Head, View, read_part};

use crate::attributes::Attributes;
use crate::guid;
use crate::names::{CONTENTS_PART, ELEMENT_PARTS, EXPORT_AGAIN, FLOW, FLOW_PARTS, MAPS_PART};

/// One resource of the dialect, read and parsed.
pub(crate) struct Subject {
    pub(crate) head: Head,
    pub(crate) attributes: Attributes,
    /// The main part first.
    parts: Vec<(&'static str, Document)>,
}

impl Subject {
    /// Reads all parts that the dialect knows.
    ///
    /// # Errors
    /// Where the main part is missing, or a part is not what the format makes of it.
    pub(crate) fn of(view: &dyn View) -> Result<Subject, Failure> {
        let head = view.head();
        let attributes = Attributes::of(&head)?;
        let there = view.parts();
        let mut parts = Vec::new();
        for (index, name) in part_names(&head.id.kind).iter().enumerate() {
            if index == 0 || there.iter().any(|part| part.name == *name) {
                let text = read_part(view, name, Limits::default().max_bytes as u64)?;
                parts.push((*name, parse(&head, name, text)?));
            }
        }
        let subject = Subject { head, attributes, parts };
        subject.check_shape()?;
        Ok(subject)
    }

    /// `flow.json` or `element.json`.
    pub(crate) fn main(&self) -> &Document {
        // `of` does not return without it.
        &self.parts[0].1
    }

    /// The name of the main part.
    pub(crate) fn main_part(&self) -> &'static str {
        self.parts[0].0
    }

    /// A part that may be missing.
    pub(crate) fn part(&self, name: &str) -> Option<&Document> {
        self.parts().find(|part| part.0 == name).map(|part| part.1)
    }

    /// All of them.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (&'static str, &Document)> {
        self.parts.iter().map(|(name, document)| (*name, document))
    }

    /// The guid that the element gives itself.
    pub(crate) fn own_guid(&self) -> Option<Value<'_>> {
        self.main().root().get("compositeId")?.get("guid").filter(|guid| guid.kind() == Kind::String)
    }

    fn check_shape(&self) -> Result<(), Failure> {
        let wrong = |part: &str, summary: String| {
            let diagnostic = Diagnostic::error("BF0200", summary).subject(self.head.id.clone());
            Failure::from(diagnostic.at(format!("{part}#")).help(EXPORT_AGAIN))
        };
        let main = self.main_part();
        if !self.own_guid().and_then(Value::as_str).is_some_and(|text| guid::is(&text)) {
            let summary = format!("{main} is no element of Boomi Flow: it has no guid at compositeId.guid");
            return Err(wrong(main, summary));
        }
        for part in [MAPS_PART, CONTENTS_PART] {
            if self.part(part).is_some_and(|document| document.root().kind() != Kind::Array) {
                return Err(wrong(part, format!("{part} is no array")));
            }
        }
        Ok(())
    }
}

/// The parts that the dialect knows of a kind.
pub(crate) fn part_names(kind: &str) -> &'static [&'static str] {
    if kind == FLOW { &FLOW_PARTS } else { &ELEMENT_PARTS }
}

fn parse(head: &Head, part: &str, text: Vec<u8>) -> Result<Document, Failure> {
    Document::parse(text).map_err(|error| {
        let diagnostic = Diagnostic::error("BF0200", format!("{part}: {error}")).subject(head.id.clone());
        diagnostic.at(format!("{part}#")).help(EXPORT_AGAIN).into()
    })
}
