use crate::error::Error;
use crate::iterate::Walk;
use crate::limits::Limits;
use crate::parse;
use crate::pointer;
use crate::tape::Node;
use crate::value::{Kind, Value};

pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A checked JSON document that owns its text.
#[derive(Clone)]
pub struct Document {
    pub(crate) text: String,
    pub(crate) nodes: Vec<Node>,
    pub(crate) has_bom: bool,
    pub(crate) limits: Limits,
}

impl Document {
    /// Checks a text under the default [`Limits`].
    ///
    /// # Errors
    /// Anything that RFC 8259 does not allow, a member name that appears twice in one object, a lone surrogate,
    /// another encoding than UTF-8, and a document over the limits.
    pub fn parse(text: impl Into<Vec<u8>>) -> Result<Document, Error> {
        Self::parse_with(text, &Limits::default())
    }

    /// Checks a text under limits of the caller.
    ///
    /// # Errors
    /// As [`Document::parse`].
    pub fn parse_with(text: impl Into<Vec<u8>>, limits: &Limits) -> Result<Document, Error> {
        parse::document(text.into(), limits)
    }

    /// The value that is the document.
    pub fn root(&self) -> Value<'_> {
        Value::new(self, 0)
    }

    /// The text exactly as read, but without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the text began with a UTF-8 byte order mark. RFC 8259 lets readers ignore it but no writer add one, so
    /// callers may want to warn.
    pub fn has_bom(&self) -> bool {
        self.has_bom
    }

    /// The value an RFC 6901 pointer leads to. `None` where there is none, or where the pointer is malformed.
    pub fn at(&self, pointer: &str) -> Option<Value<'_>> {
        if !pointer::is_valid(pointer) {
            return None;
        }
        pointer::tokens(pointer).try_fold(self.root(), |value, token| match value.kind() {
            Kind::Object => value.get(&token),
            Kind::Array => value.elements().nth(pointer::array_index(&token)?),
            _ => None,
        })
    }

    /// Every value of the document, depth first, in document order.
    pub fn walk(&self) -> Walk<'_> {
        self.root().descendants()
    }

    /// The bytes as read, with the byte order mark.
    pub fn into_bytes(self) -> Vec<u8> {
        let mut bytes = self.text.into_bytes();
        if self.has_bom {
            bytes.splice(0..0, BYTE_ORDER_MARK.iter().copied());
        }
        bytes
    }
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").field("text", &self.text).field("has_bom", &self.has_bom).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_text_and_byte_order_mark() {
        let bytes = b"\xEF\xBB\xBF { \"a\" : 1.0 }\r\n".to_vec();
        let document = Document::parse(bytes.clone()).unwrap();
        assert!(document.has_bom());
        assert_eq!(document.text(), " { \"a\" : 1.0 }\r\n");
        assert_eq!(document.at("/a").unwrap().span(), 9..12);
        assert_eq!(document.into_bytes(), bytes);

        let document = Document::parse("{}").unwrap();
        assert!(!document.has_bom());
        assert_eq!(document.into_bytes(), b"{}");
    }

    #[test]
    fn finds_the_values_of_rfc_6901() {
        let document = Document::parse(
            r#"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}"#,
        )
        .unwrap();
        let raw = |pointer: &str| document.at(pointer).map(Value::raw);
        assert_eq!(raw(""), Some(document.text()));
        assert_eq!(raw("/foo"), Some(r#"["bar","baz"]"#));
        assert_eq!(raw("/foo/0"), Some(r#""bar""#));
        assert_eq!(raw("/foo/1"), Some(r#""baz""#));
        for (pointer, number) in [
            ("/", "0"),
            ("/a~1b", "1"),
            ("/c%d", "2"),
            ("/e^f", "3"),
            ("/g|h", "4"),
            ("/i\\j", "5"),
            ("/k\"l", "6"),
            ("/ ", "7"),
            ("/m~0n", "8"),
        ] {
            assert_eq!(raw(pointer), Some(number), "{pointer}");
        }
    }

    #[test]
    fn finds_nothing_behind_wrong_pointers() {
        let document = Document::parse(r#"{"foo":["bar"],"~2":1,"1":{"a":2}}"#).unwrap();
        for pointer in
            ["foo", "/foo/00", "/foo/01", "/foo/-", "/foo/1", "/foo/+0", "/foo/ 0", "/foo/0/x", "/~2", "/bar", "/foo/"]
        {
            assert!(document.at(pointer).is_none(), "{pointer}");
        }
        assert!(document.at("/foo/99999999999999999999999").is_none());
    }

    #[test]
    fn finds_members_of_objects_by_digits() {
        let document = Document::parse(r#"{"01":{"a":2}}"#).unwrap();
        assert_eq!(document.at("/01/a").unwrap().raw(), "2");
    }
}
