use crate::document::Document;
use crate::value::{Kind, Value};
use crate::writer::Writer;

/// The document with one member or element per line and two spaces per level. The order of keys and the text of
/// numbers, strings and names stay; a byte order mark does not. The text ends without a line end.
///
/// Indentation can make much of little: elements of two bytes, 256 levels deep, come out 257 times as long.
pub fn pretty(document: &Document) -> String {
    laid_out(document.root(), Writer::pretty())
}

/// The value without white space between its tokens. The order of keys and the text of numbers, strings and names stay.
pub fn compact(value: Value<'_>) -> String {
    laid_out(value, Writer::compact())
}

pub(crate) fn laid_out(root: Value<'_>, mut writer: Writer) -> String {
    let mut open: Vec<Value<'_>> = Vec::new();
    for value in root.descendants() {
        while let Some(&innermost) = open.last()
            && value.parent().map(Value::index) != Some(innermost.index())
        {
            end(&mut writer, innermost);
            open.pop();
        }
        // The name of the root stands outside of it.
        if let Some(key) = value.key().filter(|_| !open.is_empty()) {
            writer.raw_key(key.raw());
        }
        match value.kind() {
            Kind::Object => {
                writer.begin_object();
                open.push(value);
            }
            Kind::Array => {
                writer.begin_array();
                open.push(value);
            }
            _ => {
                writer.raw(value.raw());
            }
        }
    }
    for value in open.into_iter().rev() {
        end(&mut writer, value);
    }
    writer.finish()
}

fn end(writer: &mut Writer, container: Value<'_>) {
    match container.kind() {
        Kind::Object => writer.end_object(),
        _ => writer.end_array(),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indents_and_keeps_tokens() {
        let document =
            Document::parse("\u{FEFF} {\"\\u0062\":[ ],\"a\":[1.0,-0,{ \"x\\/\":\"\\u00e9\"},[]] ,\r\n\"c\":{}}\n")
                .unwrap();
        let expected = r#"{
  "\u0062": [],
  "a": [
    1.0,
    -0,
    {
      "x\/": "\u00e9"
    },
    []
  ],
  "c": {}
}"#;
        assert_eq!(pretty(&document), expected);
    }

    #[test]
    fn takes_white_space_out_and_keeps_tokens() {
        let document = Document::parse("\u{FEFF} {\"\\u0062\":[ ],\n\"a b\": [1.0, \"x y\\/\"]}\r\n").unwrap();
        assert_eq!(compact(document.root()), r#"{"\u0062":[],"a b":[1.0,"x y\/"]}"#);
        assert_eq!(compact(document.at("/a b").unwrap()), r#"[1.0,"x y\/"]"#);
    }

    #[test]
    fn leaves_single_values() {
        assert_eq!(pretty(&Document::parse(" 1e5 ").unwrap()), "1e5");
        assert_eq!(pretty(&Document::parse(" [ ] ").unwrap()), "[]");
    }
}
