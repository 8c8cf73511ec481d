use flowport_plugin::json::{Document, Limits, Value};
use flowport_plugin::{Diagnostic, Failure, Head, Origin, View, read_part};

use crate::codes;
use crate::entries::is_standard;
use crate::kind::ModelKind;

/// An entity or picklist, read.
pub(crate) struct Part {
    pub(crate) kind: ModelKind,
    pub(crate) head: Head,
    pub(crate) document: Document,
}

impl Part {
    /// # Errors
    /// `Failure::Malformed` where the part is missing or no JSON.
    pub(crate) fn read(view: &dyn View) -> Result<Part, Failure> {
        let head = view.head();
        let kind = ModelKind::of(&head)?;
        let text = read_part(view, kind.part(), Limits::default().max_bytes as u64)?;
        Part::parse(kind, head, text)
    }

    /// # Errors
    /// `Failure::Malformed` where the text is no JSON.
    pub(crate) fn parse(kind: ModelKind, head: Head, text: Vec<u8>) -> Result<Part, Failure> {
        match Document::parse(text) {
            Ok(document) => Ok(Part { kind, head, document }),
            Err(error) => Err(Diagnostic::error(codes::NOT_JSON, format!("{}: {error}", kind.part()))
                .subject(head.id)
                .at(format!("{}#{}", kind.part(), error.pointer))
                .help("repair the file, or export it again")
                .into()),
        }
    }

    pub(crate) fn root(&self) -> Value<'_> {
        self.document.root()
    }

    /// Where head and part disagree, `standard` counts: taking too little along harms nothing.
    pub(crate) fn is_standard(&self) -> bool {
        self.head.origin == Origin::Standard || is_standard(self.root())
    }

    /// Whether these are the bytes that were read.
    pub(crate) fn has_bytes(&self, bytes: &[u8]) -> bool {
        match bytes.strip_prefix(b"\xEF\xBB\xBF") {
            Some(text) => self.document.has_bom() && text == self.document.text().as_bytes(),
            None => !self.document.has_bom() && bytes == self.document.text().as_bytes(),
        }
    }
}
