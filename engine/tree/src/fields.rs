//! Reading the files that flowport itself writes into a tree, strictly: people edit them. All mistakes at once, each with file,
//! line and column.

use flowport_core::model::Diagnostic;
use flowport_core::select::nearest;
use flowport_json::{Document, Kind, Value};

use crate::spelling::limits;

/// The code of what is wrong with a file of a tree.
pub(crate) const CODE: &str = "E-TREE";
/// How git marks what it could not merge.
const CONFLICT: [&[u8]; 3] = [b"<<<<<<< ", b"=======", b">>>>>>> "];

/// A file being read, and what was found wrong with it.
pub(crate) struct Fields<'f> {
    /// As messages name it: relative to the tree.
    pub(crate) file: &'f str,
    pub(crate) faults: Vec<Diagnostic>,
}

/// The document in a file; where it is none, why.
pub(crate) fn parse(file: &str, bytes: Vec<u8>) -> Result<Document, Diagnostic> {
    Document::parse_with(bytes.as_slice(), &limits()).map_err(|error| {
        let (line, column) = (error.position.line, error.position.column);
        let broken = bytes.split(|byte| *byte == b'\n').nth(line.saturating_sub(1)).unwrap_or_default();
        if CONFLICT.iter().any(|mark| broken.starts_with(mark)) {
            let summary = format!("{file}:{line}:{column}: a merge conflict is not resolved here");
            return Diagnostic::error("E-JSON", summary).help("resolve it, or take the file from one of the two sides");
        }
        let place = if error.pointer.is_empty() { String::new() } else { format!(" (in {})", error.pointer) };
        Diagnostic::error("E-JSON", format!("{file}:{line}:{column}: {}{place}", error.problem))
            .help("the file must be strict JSON; mend it there, or take it back from version control")
    })
}

/// `file:line:column` of a value.
pub(crate) fn place(file: &str, value: Value<'_>) -> String {
    let position = value.position();
    format!("{file}:{}:{}", position.line, position.column)
}

impl<'f> Fields<'f> {
    pub(crate) fn of(file: &'f str) -> Fields<'f> {
        Fields { file, faults: Vec::new() }
    }

    /// Something is wrong with a value.
    pub(crate) fn fault(&mut self, value: Value<'_>, what: impl std::fmt::Display) {
        self.faults.push(Diagnostic::error(CODE, format!("{}: {what}", place(self.file, value))));
    }

    /// An object with no other members than these.
    pub(crate) fn object<'d>(&mut self, value: Value<'d>, what: &str, names: &[&str]) -> Option<Value<'d>> {
        if value.kind() != Kind::Object {
            self.fault(value, format!("{what} is an object"));
            return None;
        }
        for (key, member) in value.members() {
            let name = key.name();
            if !names.contains(&name.as_ref()) {
                let near = nearest(&name, names.iter().map(|name| (*name).to_owned()));
                let near =
                    near.map_or_else(|| format!("it has {}", names.join(", ")), |near| format!("did you mean {near}?"));
                self.fault(member, format!("{what} has no member {name:?}; {near}"));
            }
        }
        Some(value)
    }

    /// A text that must be there.
    pub(crate) fn text(&mut self, object: Value<'_>, name: &str) -> Option<String> {
        if object.get(name).is_none() {
            self.fault(object, format!("the member {name:?} is missing"));
        }
        self.optional_text(object, name)
    }

    /// A text that may be there.
    pub(crate) fn optional_text(&mut self, object: Value<'_>, name: &str) -> Option<String> {
        let value = object.get(name)?;
        let text = value.as_str().map(std::borrow::Cow::into_owned);
        if text.is_none() {
            self.fault(value, format!("{name:?} is a text"));
        }
        text
    }

    /// A whole number that may be there.
    pub(crate) fn optional_number(&mut self, object: Value<'_>, name: &str) -> Option<u64> {
        let value = object.get(name)?;
        let number = value.as_u64();
        if number.is_none() {
            self.fault(value, format!("{name:?} is a whole number"));
        }
        number
    }

    /// The elements of an array that may be there.
    pub(crate) fn elements<'d>(&mut self, object: Value<'d>, name: &str) -> Vec<Value<'d>> {
        let Some(value) = object.get(name) else { return Vec::new() };
        if value.kind() != Kind::Array {
            self.fault(value, format!("{name:?} is an array"));
        }
        value.elements().collect()
    }

    /// Texts in an array that may be there.
    pub(crate) fn texts(&mut self, object: Value<'_>, name: &str) -> Vec<String> {
        let elements = self.elements(object, name);
        let mut texts = Vec::with_capacity(elements.len());
        for element in elements {
            match element.as_str() {
                Some(text) => texts.push(text.into_owned()),
                None => self.fault(element, format!("{name:?} is an array of texts")),
            }
        }
        texts
    }

    /// One of some words, that may be there.
    pub(crate) fn word<T: Copy>(
        &mut self,
        object: Value<'_>,
        name: &str,
        words: &[T],
        text: fn(T) -> &'static str,
    ) -> Option<T> {
        let value = object.get(name)?;
        let word = value.as_str().and_then(|found| words.iter().copied().find(|word| text(*word) == found));
        if word.is_none() {
            let all: Vec<&str> = words.iter().map(|word| text(*word)).collect();
            self.fault(value, format!("{name:?} is one of {}", all.join(", ")));
        }
        word
    }
}
