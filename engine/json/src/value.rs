use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::document::Document;
use crate::equivalent;
use crate::error::Position;
use crate::iterate::{Elements, Members, Walk};
use crate::pointer;
use crate::string;
use crate::tape::{NO_NODE, Node, Tag};

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number of any size and precision.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// One value of a [`Document`].
#[derive(Clone, Copy)]
pub struct Value<'d> {
    document: &'d Document,
    node: u32,
}

impl<'d> Value<'d> {
    pub(crate) fn new(document: &'d Document, node: u32) -> Self {
        Value { document, node }
    }

    pub(crate) fn document(self) -> &'d Document {
        self.document
    }

    pub(crate) fn index(self) -> u32 {
        self.node
    }

    pub(crate) fn node(self) -> &'d Node {
        &self.document.nodes[self.node as usize]
    }

    /// What the value is.
    pub fn kind(self) -> Kind {
        match self.node().tag() {
            Tag::Null => Kind::Null,
            Tag::False | Tag::True => Kind::Bool,
            Tag::Number => Kind::Number,
            Tag::Array => Kind::Array,
            Tag::Object => Kind::Object,
            // A value never stands at the node of a name.
            Tag::String | Tag::Key => Kind::String,
        }
    }

    /// Its text, unchanged.
    pub fn raw(self) -> &'d str {
        &self.document.text[self.span()]
    }

    /// The bytes of [`Document::text`] it takes.
    pub fn span(self) -> Range<usize> {
        self.node().range()
    }

    /// What a string means, without quotes and escapes. `None` for anything else.
    pub fn as_str(self) -> Option<Cow<'d, str>> {
        (self.kind() == Kind::String).then(|| content(self.document, self.node()))
    }

    /// `None` for anything but `true` and `false`.
    pub fn as_bool(self) -> Option<bool> {
        match self.node().tag() {
            Tag::True => Some(true),
            Tag::False => Some(false),
            _ => None,
        }
    }

    /// A number written as a plain integer (`10`, but neither `10.0` nor `1e1`) that is in range.
    pub fn as_i64(self) -> Option<i64> {
        self.as_number()?.parse().ok()
    }

    /// As [`Value::as_i64`], for numbers without a sign.
    pub fn as_u64(self) -> Option<u64> {
        self.as_number()?.parse().ok()
    }

    fn as_number(self) -> Option<&'d str> {
        (self.kind() == Kind::Number).then(|| self.raw())
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    /// The member with this name, unescaped. `None` also where this is no object. Looks at one member after the other.
    pub fn get(self, name: &str) -> Option<Value<'d>> {
        self.members().find(|(key, _)| key.is(name)).map(|(_, value)| value)
    }

    /// The members of an object, in document order; none of anything else.
    pub fn members(self) -> Members<'d> {
        Members::of(self)
    }

    /// The elements of an array, in document order; none of anything else.
    pub fn elements(self) -> Elements<'d> {
        Elements::of(self)
    }

    /// How many members or elements it has; 0 for anything but objects and arrays.
    pub fn len(self) -> usize {
        self.last_child().map_or(0, |last| last.node().ordinal() as usize + 1)
    }

    /// Whether it has neither members nor elements.
    pub fn is_empty(self) -> bool {
        self.node().next == self.node + 1
    }

    pub(crate) fn last_child(self) -> Option<Value<'d>> {
        let mut last = Value::new(self.document, self.node().next - 1);
        if last.node == self.node {
            return None;
        }
        // The last node below is the last child or stands in it: as many steps as it is deep.
        while last.node().parent != self.node {
            last.node = last.node().parent;
        }
        Some(last)
    }

    /// The name of the member that this is the value of. `None` for the root and for elements of arrays.
    pub fn key(self) -> Option<Key<'d>> {
        let is_member = self.node > 0 && self.document.nodes[self.node as usize - 1].is_key();
        is_member.then(|| Key::new(self.document, self.node - 1))
    }

    /// The object or array it stands in. `None` for the root.
    pub fn parent(self) -> Option<Value<'d>> {
        let parent = self.node().parent;
        (parent != NO_NODE).then(|| Value::new(self.document, parent))
    }

    /// From the object or array it stands in out to the root.
    pub(crate) fn ancestors(self) -> impl Iterator<Item = Value<'d>> {
        std::iter::successors(self.parent(), |value| value.parent())
    }

    /// Its RFC 6901 pointer, computed on demand, in as many steps as it is deep.
    pub fn pointer(self) -> String {
        // All but the root have a token of their own.
        let tokens = || std::iter::successors(Some(self), |value| value.parent()).take_while(|value| value.node > 0);
        let mut path = Vec::with_capacity(tokens().count());
        path.extend(tokens());
        let length = path.iter().map(|value| value.key().map_or(2, |key| 1 + key.node().content().len())).sum();
        let mut pointer = String::with_capacity(length);
        for value in path.into_iter().rev() {
            match value.key() {
                Some(key) => pointer::push(&mut pointer, &key.name()),
                None => pointer::push(&mut pointer, &value.node().ordinal().to_string()),
            }
        }
        pointer
    }

    /// Itself and every value below it, depth first, in document order.
    pub fn descendants(self) -> Walk<'d> {
        Walk::of(self)
    }

    /// Where it begins. Counts the lines before it.
    pub fn position(self) -> Position {
        Position::of(self.document.text.as_bytes(), self.span().start)
    }

    /// Whether both are the same JSON value. White space, the order of members and how strings are escaped are no
    /// difference; numbers are compared as text, so `1.0` is not `1`.
    pub fn equivalent(self, other: Value<'_>) -> bool {
        equivalent::compare(self, other)
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Value").field("pointer", &self.pointer()).field("raw", &self.raw()).finish()
    }
}

/// The name of a member.
#[derive(Clone, Copy)]
pub struct Key<'d> {
    document: &'d Document,
    node: u32,
}

impl<'d> Key<'d> {
    pub(crate) fn new(document: &'d Document, node: u32) -> Self {
        Key { document, node }
    }

    fn node(self) -> &'d Node {
        &self.document.nodes[self.node as usize]
    }

    /// The name, without quotes and escapes.
    pub fn name(self) -> Cow<'d, str> {
        content(self.document, self.node())
    }

    /// Whether this is the name.
    pub fn is(self, name: &str) -> bool {
        let node = self.node();
        if node.is_escaped() {
            content(self.document, node) == name
        } else {
            &self.document.text.as_bytes()[node.content()] == name.as_bytes()
        }
    }

    /// Its text with quotes and escapes, unchanged.
    pub fn raw(self) -> &'d str {
        &self.document.text[self.span()]
    }

    /// The bytes of [`Document::text`] it takes, with its quotes.
    pub fn span(self) -> Range<usize> {
        self.node().range()
    }
}

impl fmt::Debug for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Key").field(&self.name()).finish()
    }
}

/// What a string or name means.
fn content<'d>(document: &'d Document, node: &Node) -> Cow<'d, str> {
    let content = &document.text[node.content()];
    if node.is_escaped() { string::unescape(content) } else { Cow::Borrowed(content) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{
  "text": "a\u00e9\n", "plain": "é",
  "numbers": [0, -0, -0.0, 1e400, 18446744073709551615, -9223372036854775808, 9223372036854775808, 1.0],
  "a/b~c": { "": [true, false, null, [], {}, [[1]]] }
}"#;

    #[test]
    fn reads_scalars() {
        let document = Document::parse(TEXT).unwrap();
        let at = |pointer: &str| document.at(pointer).unwrap();
        assert_eq!(at("/text").as_str().unwrap(), "aé\n");
        assert_eq!(at("/text").raw(), r#""a\u00e9\n""#);
        assert!(matches!(at("/plain").as_str(), Some(Cow::Borrowed("é"))));
        assert_eq!(at("/numbers").as_str(), None);
        let integers: Vec<_> = at("/numbers").elements().map(|number| (number.as_i64(), number.as_u64())).collect();
        assert_eq!(
            integers,
            [
                (Some(0), Some(0)),
                (Some(0), None),
                (None, None),
                (None, None),
                (None, Some(u64::MAX)),
                (Some(i64::MIN), None),
                (None, Some(1 << 63)),
                (None, None),
            ]
        );
        assert_eq!(at("/plain").as_i64(), None);
        assert_eq!(at("/a~1b~0c//0").as_bool(), Some(true));
        assert_eq!(at("/a~1b~0c//1").as_bool(), Some(false));
        assert_eq!(at("/a~1b~0c//2").as_bool(), None);
        assert!(at("/a~1b~0c//2").is_null());
        assert!(!at("/a~1b~0c//1").is_null());
    }

    #[test]
    fn knows_kinds_lengths_and_places() {
        let document = Document::parse(TEXT).unwrap();
        let all: Vec<_> = document.walk().map(|value| (value.pointer(), value.kind(), value.len())).collect();
        let expected = [
            ("", Kind::Object, 4),
            ("/text", Kind::String, 0),
            ("/plain", Kind::String, 0),
            ("/numbers", Kind::Array, 8),
        ];
        assert_eq!(all.len(), 22);
        for (found, (pointer, kind, len)) in all.iter().zip(expected) {
            assert_eq!(*found, (pointer.to_owned(), kind, len));
        }
        let nested = document.at("/a~1b~0c/").unwrap();
        assert_eq!(nested.len(), 6);
        let kinds: Vec<_> = nested.elements().map(Value::kind).collect();
        assert_eq!(kinds, [Kind::Bool, Kind::Bool, Kind::Null, Kind::Array, Kind::Object, Kind::Array]);
        assert!(nested.elements().nth(4).unwrap().is_empty());
        assert_eq!(nested.elements().nth(5).unwrap().len(), 1);
        assert_eq!(nested.pointer(), "/a~1b~0c/");
        for value in document.walk() {
            assert_eq!(document.at(&value.pointer()).unwrap().span(), value.span());
        }
    }

    #[test]
    fn knows_parents_and_keys() {
        let document = Document::parse(TEXT).unwrap();
        assert!(document.root().parent().is_none());
        assert!(document.root().key().is_none());
        let inner = document.at("/a~1b~0c//5/0/0").unwrap();
        assert!(inner.key().is_none());
        let parents: Vec<_> = inner.ancestors().map(Value::pointer).collect();
        assert_eq!(parents, ["/a~1b~0c//5/0", "/a~1b~0c//5", "/a~1b~0c/", "/a~1b~0c", ""]);
        let key = document.at("/a~1b~0c").unwrap().key().unwrap();
        assert_eq!((key.raw(), &*key.name()), (r#""a/b~c""#, "a/b~c"));
        assert_eq!(&document.text()[key.span()], key.raw());
    }

    #[test]
    fn gets_members_by_unescaped_name() {
        let document = Document::parse(r#"{"\u0061":1,"b":{"a":2},"c":3}"#).unwrap();
        assert_eq!(document.root().get("a").unwrap().raw(), "1");
        assert_eq!(document.root().get("c").unwrap().raw(), "3");
        assert!(document.root().get("\\u0061").is_none());
        assert!(document.at("/c").unwrap().get("a").is_none());
    }

    #[test]
    fn tells_line_and_column() {
        let document = Document::parse("{\r\n \"é😀\": [1,\n2]}").unwrap();
        let position = |pointer: &str| {
            let Position { line, column, offset } = document.at(pointer).unwrap().position();
            (line, column, offset)
        };
        assert_eq!(position(""), (1, 1, 0));
        assert_eq!(position("/é😀/0"), (2, 9, 15));
        assert_eq!(position("/é😀/1"), (3, 1, 18));
    }
}
