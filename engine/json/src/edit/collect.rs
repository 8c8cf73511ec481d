use std::collections::BTreeMap;

use super::error::EditError;
use super::{check, splice};
use crate::document::{BYTE_ORDER_MARK, Document};
use crate::string;
use crate::value::{Kind, Value};

/// Changes to a document, collected in any order and applied in one pass. All bytes but theirs stay as they are.
///
/// Edits refer to the document as it was parsed: what one inserts, another cannot change. A mistake shows at
/// [`Edits::finish`].
#[derive(Debug, Clone)]
pub struct Edits<'d> {
    pub(super) document: &'d Document,
    /// By node, therefore in document order.
    pub(super) changes: BTreeMap<u32, Change>,
    /// The first mistake.
    mistake: Option<EditError>,
}

/// All that happens to one value.
#[derive(Debug, Clone, Default)]
pub(super) struct Change {
    pub(super) replacement: Option<String>,
    pub(super) name: Option<String>,
    pub(super) is_removed: bool,
    pub(super) insertions: Vec<Insertion>,
    /// Elements that come before it.
    pub(super) before: Vec<String>,
}

/// A member or element to add at the end.
#[derive(Debug, Clone)]
pub(super) struct Insertion {
    /// Of a member, unescaped.
    pub(super) name: Option<String>,
    pub(super) raw: String,
}

impl Change {
    /// Whether the bytes of the value, or of anything below it, are gone.
    pub(super) fn takes_all(&self) -> bool {
        self.is_removed || self.replacement.is_some()
    }
}

impl<'d> Edits<'d> {
    /// No edits yet.
    pub fn new(document: &'d Document) -> Self {
        Edits { document, changes: BTreeMap::new(), mistake: None }
    }

    /// Puts JSON text in the place of a value.
    pub fn replace(&mut self, value: Value<'d>, raw: impl Into<String>) -> &mut Self {
        let raw = raw.into();
        self.change(value, |change| {
            let is_first = !change.takes_all() && change.insertions.is_empty();
            change.replacement = Some(raw);
            is_first
        })
    }

    /// Puts a string in the place of a value, escaped as [`quote`](crate::quote) does.
    pub fn replace_string(&mut self, value: Value<'d>, text: &str) -> &mut Self {
        self.replace(value, string::quote(text))
    }

    /// Gives the member whose value this is another name.
    pub fn rename_key(&mut self, value: Value<'d>, name: &str) -> &mut Self {
        if value.key().is_none() {
            let pointer = value.pointer();
            return self.refuse(EditError::NotAMember { pointer });
        }
        self.change(value, |change| {
            let is_first = !change.is_removed && change.name.is_none();
            change.name = Some(name.to_owned());
            is_first
        })
    }

    /// Adds a member at the end of an object, laid out like those before it; in an empty object, like what is around.
    pub fn insert_member(&mut self, object: Value<'d>, name: &str, raw: impl Into<String>) -> &mut Self {
        if object.kind() != Kind::Object {
            let pointer = object.pointer();
            return self.refuse(EditError::NotAnObject { pointer });
        }
        self.insert(object, Some(name.to_owned()), raw.into())
    }

    /// Adds an element at the end of an array, laid out like those before it; in an empty array, like what is around.
    pub fn insert_element(&mut self, array: Value<'d>, raw: impl Into<String>) -> &mut Self {
        if array.kind() != Kind::Array {
            let pointer = array.pointer();
            return self.refuse(EditError::NotAnArray { pointer });
        }
        self.insert(array, None, raw.into())
    }

    /// Adds an element before another one, laid out like those around it.
    pub fn insert_before(&mut self, element: Value<'d>, raw: impl Into<String>) -> &mut Self {
        if element.parent().is_none_or(|parent| parent.kind() != Kind::Array) {
            let pointer = element.pointer();
            return self.refuse(EditError::NotAnElement { pointer });
        }
        let raw = raw.into();
        self.change(element, |change| {
            change.before.push(raw);
            !change.is_removed
        })
    }

    fn insert(&mut self, container: Value<'d>, name: Option<String>, raw: String) -> &mut Self {
        self.change(container, |change| {
            change.insertions.push(Insertion { name, raw });
            !change.takes_all()
        })
    }

    /// Takes away an element, or a member with its name, and one comma.
    pub fn remove(&mut self, value: Value<'d>) -> &mut Self {
        if value.parent().is_none() {
            return self.refuse(EditError::RemovesRoot);
        }
        self.change(value, |change| {
            let is_first = !change.takes_all()
                && change.name.is_none()
                && change.insertions.is_empty()
                && change.before.is_empty();
            change.is_removed = true;
            is_first
        })
    }

    /// Whether nothing has been asked for.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.mistake.is_none()
    }

    /// The bytes of the edited document, with the byte order mark if there was one; without edits, those that were
    /// parsed.
    ///
    /// # Errors
    /// The first mistake found; see [`EditError`]. What comes out nests no deeper than the limits of the document allow,
    /// but its length is not checked against them.
    pub fn finish(self) -> Result<Vec<u8>, EditError> {
        if let Some(mistake) = self.mistake {
            return Err(mistake);
        }
        check::check(&self)?;
        let splices = splice::of(&self);
        let text = self.document.text();
        let mark = if self.document.has_bom { BYTE_ORDER_MARK } else { b"" };
        let added: usize = splices.iter().map(|splice| splice.text.len()).sum();
        let mut bytes = Vec::with_capacity(mark.len() + text.len() + added);
        bytes.extend_from_slice(mark);
        let mut kept = 0;
        for splice in splices {
            bytes.extend_from_slice(&text.as_bytes()[kept..splice.range.start]);
            bytes.extend_from_slice(splice.text.as_bytes());
            kept = splice.range.end;
        }
        bytes.extend_from_slice(&text.as_bytes()[kept..]);
        Ok(bytes)
    }

    /// `apply` says whether the change can stand beside those to the same value before it.
    fn change(&mut self, value: Value<'d>, apply: impl FnOnce(&mut Change) -> bool) -> &mut Self {
        if !std::ptr::eq(value.document(), self.document) {
            let pointer = value.pointer();
            return self.refuse(EditError::OtherDocument { pointer });
        }
        if !apply(self.changes.entry(value.index()).or_default()) {
            let pointer = value.pointer();
            return self.refuse(EditError::Overlap { pointer });
        }
        self
    }

    fn refuse(&mut self, mistake: EditError) -> &mut Self {
        self.mistake.get_or_insert(mistake);
        self
    }
}
