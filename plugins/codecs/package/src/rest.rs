//! `rest.json`: what a package says beside its elements, as far as that is out of the ordinary. It is a part of the
//! first flow, so that a file comes back as it was even after its resources were in an environment.

use std::borrow::Cow;
use std::collections::HashSet;

use flowport_plugin::json::{Document, Value, Writer};

use crate::model::{Piece, lower, owner_id, pieces};
use crate::sink::Encoding;

/// What is out of the ordinary; nothing by default.
#[derive(Debug, Default)]
pub(crate) struct Rest<'a> {
    pub(crate) encoding: Encoding,
    /// A package of the second generation that has its one flow under the name of the first.
    pub(crate) is_singular: bool,
    /// The members of the package, in order, where they are not the usual ones.
    pub(crate) keys: Vec<Cow<'a, str>>,
    /// How members without elements are written, where that is not the usual way.
    pub(crate) empty: Vec<(Cow<'a, str>, &'a str)>,
    /// The guids of the elements of a member, where the lists of the flows give another order.
    pub(crate) order: Vec<(Cow<'a, str>, Vec<Cow<'a, str>>)>,
    /// Content documents of elements that are not there.
    pub(crate) documents: Vec<Piece<'a>>,
    /// Members that are not known.
    pub(crate) extra: Vec<(Cow<'a, str>, &'a str)>,
}

impl<'a> Rest<'a> {
    /// Reads what [`Rest::to_json`] writes; what has another shape counts as not there.
    pub(crate) fn read(document: &'a Document) -> Rest<'a> {
        let root = document.root();
        let members = |name: &str| root.get(name).into_iter().flat_map(Value::members);
        let raw = |name: &str| members(name).map(|(key, value)| (key.name(), value.raw())).collect();
        let is_single = root.get("encoding").is_some_and(|value| value.raw() == "\"single\"");
        Rest {
            encoding: if is_single { Encoding::Single } else { Encoding::Double },
            is_singular: root.get("singular").and_then(Value::as_bool) == Some(true),
            keys: root.get("keys").map(strings).unwrap_or_default(),
            empty: raw("empty"),
            order: members("order").map(|(key, value)| (key.name(), strings(value))).collect(),
            documents: root.get("documents").map(|list| pieces(list, owner_id)).unwrap_or_default(),
            extra: raw("extra"),
        }
    }

    /// As JSON; none where nothing is out of the ordinary.
    pub(crate) fn to_json(&self) -> Option<String> {
        let mut writer = Writer::compact();
        writer.begin_object();
        if self.encoding == Encoding::Single {
            writer.key("encoding").string("single");
        }
        if self.is_singular {
            writer.key("singular").boolean(true);
        }
        if !self.keys.is_empty() {
            writer.key("keys");
            write_strings(&self.keys, &mut writer);
        }
        write_raw("empty", &self.empty, &mut writer);
        if !self.order.is_empty() {
            writer.key("order").begin_object();
            for (key, ids) in &self.order {
                writer.key(key);
                write_strings(ids, &mut writer);
            }
            writer.end_object();
        }
        if !self.documents.is_empty() {
            writer.key("documents").begin_array();
            for document in &self.documents {
                writer.raw(document.value.raw());
            }
            writer.end_array();
        }
        write_raw("extra", &self.extra, &mut writer);
        writer.end_object();
        let text = writer.finish();
        (text != "{}").then_some(text)
    }

    /// What the file of another flow says as well, where both now go into one. The first one decides how the file is
    /// written.
    pub(crate) fn add(&mut self, other: Rest<'a>) {
        for piece in other.documents {
            if !self.documents.iter().any(|known| known.value.raw() == piece.value.raw()) {
                self.documents.push(piece);
            }
        }
        for (key, raw) in other.extra {
            if !self.extra.iter().any(|(known, _)| *known == key) {
                self.extra.push((key, raw));
            }
        }
        for (key, ids) in other.order {
            match self.order.iter_mut().find(|(known, _)| *known == key) {
                None => self.order.push((key, ids)),
                Some((_, known)) => {
                    let seen: HashSet<Cow<'a, str>> = known.iter().cloned().collect();
                    known.extend(ids.into_iter().filter(|id| !seen.contains(id)));
                }
            }
        }
    }

    /// The order of a member's elements.
    pub(crate) fn order_of(&self, key: &str) -> &[Cow<'a, str>] {
        self.order.iter().find(|(known, _)| known == key).map_or(&[], |(_, ids)| ids)
    }

    /// How a member without elements is written.
    pub(crate) fn empty_of(&self, key: &str) -> Option<&'a str> {
        self.empty.iter().find(|(known, _)| known == key).map(|(_, raw)| *raw)
    }
}

fn strings(list: Value<'_>) -> Vec<Cow<'_, str>> {
    list.elements().filter_map(Value::as_str).map(lower_guid).collect()
}

/// Guids are compared in lower case; names of members have guids nowhere.
fn lower_guid(text: Cow<'_, str>) -> Cow<'_, str> {
    if flowport_boomi_flow::guid::is(&text) { lower(text) } else { text }
}

fn write_strings(strings: &[Cow<'_, str>], writer: &mut Writer) {
    writer.begin_array();
    for text in strings {
        writer.string(text);
    }
    writer.end_array();
}

fn write_raw(name: &str, members: &[(Cow<'_, str>, &str)], writer: &mut Writer) {
    if members.is_empty() {
        return;
    }
    writer.key(name).begin_object();
    for (key, raw) in members {
        writer.key(key).raw(raw);
    }
    writer.end_object();
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &str = r#"{"encoding":"single","singular":true,"keys":["b","a"],"empty":{"a":[],"b":null},"order":{"a":["1","2"]},"documents":[{"elementId":"x"}],"extra":{"c":1}}"#;

    #[test]
    fn it_reads_what_it_writes() {
        let document = Document::parse(ALL).unwrap();
        let rest = Rest::read(&document);
        assert_eq!(rest.to_json().as_deref(), Some(ALL));
        assert_eq!(rest.empty_of("b"), Some("null"));
        assert_eq!(rest.order_of("a"), ["1", "2"]);
        assert_eq!(Rest::default().to_json(), None);
    }

    #[test]
    fn two_of_them_become_one() {
        let (first, second) = (
            Document::parse(ALL).unwrap(),
            Document::parse(
                r#"{"order":{"a":["2","3"],"z":["1"]},"documents":[{"elementId":"x"},{"elementId":"y"}],"extra":{"c":2,"d":3}}"#,
            )
            .unwrap(),
        );
        let mut rest = Rest::read(&first);
        rest.add(Rest::read(&second));
        let expected = ALL
            .replace(r#"["1","2"]}"#, r#"["1","2","3"],"z":["1"]}"#)
            .replace(r#"{"elementId":"x"}"#, r#"{"elementId":"x"},{"elementId":"y"}"#)
            .replace(r#""c":1"#, r#""c":1,"d":3"#);
        assert_eq!(rest.to_json(), Some(expected));
    }
}
