//! From what two values differ in to the edits that make one of the other.

use std::collections::{HashMap, HashSet};

use super::collect::Edits;
use super::style::Style;
use crate::pretty::laid_out;
use crate::value::{Key, Kind, Value};
use crate::writer::Writer;

/// Where the members of an object stand after [`Edits::adapt`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberOrder {
    /// Where they stood; new ones at the end.
    Keep,
    /// Where those of the wanted value stand.
    Follow,
}

impl<'d> Edits<'d> {
    /// Makes a value equal to another one, which may be of any document. What both have in common keeps its bytes: white space,
    /// escapes, and with [`MemberOrder::Keep`] the order of members. What is new is laid out like what is around it. Members that
    /// stand in the same places under other names are renamed.
    pub fn adapt(&mut self, value: Value<'d>, wanted: Value<'_>, order: MemberOrder) -> &mut Self {
        let mut pairs = vec![(value, wanted)];
        let mut adapting = Adapting { edits: self, order, is_compact: None };
        while let Some((value, wanted)) = pairs.pop() {
            match (value.kind(), wanted.kind()) {
                (Kind::Object, Kind::Object) => adapting.object(value, wanted, &mut pairs),
                (Kind::Array, Kind::Array) => adapting.array(value, wanted, &mut pairs),
                _ if value.equivalent(wanted) => {}
                _ => {
                    let text = adapting.text(value, wanted);
                    adapting.edits.replace(value, text);
                }
            }
        }
        self
    }

    /// Adds a value of any document as a member at the end of an object, laid out like what is around it.
    pub fn adopt_member(&mut self, object: Value<'d>, name: &str, value: Value<'_>) -> &mut Self {
        let text = Adapting { edits: self, order: MemberOrder::Keep, is_compact: None }.text_within(object, value);
        self.insert_member(object, name, text)
    }

    /// Adds a value of any document as an element before another one of the array, or at its end, laid out like what is around it.
    pub fn adopt_element(&mut self, array: Value<'d>, value: Value<'_>, before: Option<Value<'d>>) -> &mut Self {
        let text = Adapting { edits: self, order: MemberOrder::Keep, is_compact: None }.text_within(array, value);
        match before {
            Some(next) => self.insert_before(next, text),
            None => self.insert_element(array, text),
        }
    }
}

type Pairs<'d, 'w> = Vec<(Value<'d>, Value<'w>)>;
type Member<'d> = (Key<'d>, Value<'d>);

struct Adapting<'e, 'd> {
    edits: &'e mut Edits<'d>,
    order: MemberOrder,
    /// Whether the document has no white space between its tokens: found out when something new comes in.
    is_compact: Option<bool>,
}

impl<'d> Adapting<'_, 'd> {
    fn object<'w>(&mut self, value: Value<'d>, wanted: Value<'w>, pairs: &mut Pairs<'d, 'w>) {
        let (old, new): (Vec<Member<'d>>, Vec<Member<'w>>) = (value.members().collect(), wanted.members().collect());
        if old.len() == new.len() && old.iter().zip(&new).all(|(old, new)| old.0.is(&new.0.name())) {
            pairs.extend(old.iter().zip(&new).map(|(old, new)| (old.1, new.1)));
            return;
        }
        let by_name: HashMap<_, Value<'d>> = old.iter().map(|(key, value)| (key.name(), *value)).collect();
        let names: HashSet<_> = new.iter().map(|(key, _)| key.name()).collect();
        let is_renamed = |(old, new): &(&Member<'d>, &Member<'w>)| {
            !names.contains(&old.0.name()) && !by_name.contains_key(&new.0.name())
        };
        let stays = |(old, new): &(&Member<'d>, &Member<'w>)| old.0.is(&new.0.name());
        if old.len() == new.len() && old.iter().zip(&new).all(|pair| stays(&pair) || is_renamed(&pair)) {
            for ((key, value), (name, wanted)) in old.iter().zip(&new) {
                if !key.is(&name.name()) {
                    self.edits.rename_key(*value, &name.name());
                }
                pairs.push((*value, *wanted));
            }
            return;
        }
        if self.order == MemberOrder::Follow && !follows(&old, &new, &names) {
            let text = self.text(value, wanted);
            self.edits.replace(value, text);
            return;
        }
        for (key, member) in &old {
            if !names.contains(&key.name()) {
                self.edits.remove(*member);
            }
        }
        for (key, wanted) in &new {
            match by_name.get(&key.name()) {
                Some(member) => pairs.push((*member, *wanted)),
                None => {
                    let text = self.text_within(value, *wanted);
                    self.edits.insert_member(value, &key.name(), text);
                }
            }
        }
    }

    fn array<'w>(&mut self, value: Value<'d>, wanted: Value<'w>, pairs: &mut Pairs<'d, 'w>) {
        let (old, new): (Vec<Value<'d>>, Vec<Value<'w>>) = (value.elements().collect(), wanted.elements().collect());
        let same = |(old, new): &(&Value<'d>, &Value<'w>)| old.equivalent(**new);
        let before = if old.len() == new.len() { 0 } else { old.iter().zip(&new).take_while(same).count() };
        let (old, new) = (&old[before..], &new[before..]);
        let behind =
            if old.len() == new.len() { 0 } else { old.iter().rev().zip(new.iter().rev()).take_while(same).count() };
        let (changed, following) = old.split_at(old.len() - behind);
        let new = &new[..new.len() - behind];
        let paired = changed.len().min(new.len());
        pairs.extend(changed.iter().copied().zip(new.iter().copied()));
        for element in &changed[paired..] {
            self.edits.remove(*element);
        }
        let added = &new[paired..];
        for element in added {
            let text = self.text_within(value, *element);
            match following.first() {
                Some(next) => self.edits.insert_before(*next, text),
                None => self.edits.insert_element(value, text),
            };
        }
    }

    /// What comes in the place of a value.
    fn text(&mut self, place: Value<'d>, wanted: Value<'_>) -> String {
        match place.parent() {
            Some(parent) => self.text_within(parent, wanted),
            None => self.laid_out(wanted, "\n"),
        }
    }

    /// What comes into an object or array, laid out like it.
    fn text_within(&mut self, container: Value<'d>, wanted: Value<'_>) -> String {
        let style = Style::within(container);
        let line = style.before_item.rfind('\n').map_or("\n", |at| {
            let start = if style.before_item[..at].ends_with('\r') { at - 1 } else { at };
            &style.before_item[start..]
        });
        self.laid_out(wanted, line)
    }

    /// `line` is what begins each further line: its end and the indentation of the first.
    fn laid_out(&mut self, wanted: Value<'_>, line: &str) -> String {
        if !matches!(wanted.kind(), Kind::Object | Kind::Array) {
            return wanted.raw().to_owned();
        }
        let root = self.edits.document.root();
        let is_compact = *self.is_compact.get_or_insert_with(|| laid_out(root, Writer::compact()) == root.raw());
        if is_compact {
            return laid_out(wanted, Writer::compact());
        }
        // No token holds a line end of its own.
        laid_out(wanted, Writer::pretty()).replace('\n', line)
    }
}

/// Whether members that stay keep their order, and new ones come behind them.
fn follows(old: &[Member<'_>], new: &[Member<'_>], names: &HashSet<std::borrow::Cow<'_, str>>) -> bool {
    let kept: Vec<&Member<'_>> = old.iter().filter(|(key, _)| names.contains(&key.name())).collect();
    kept.len() <= new.len() && kept.iter().zip(new).all(|(kept, new)| kept.0.is(&new.0.name()))
}

#[cfg(test)]
mod tests {
    use super::MemberOrder::{Follow, Keep};
    use super::*;
    use crate::Document;

    fn adapted(text: &str, wanted: &str, order: MemberOrder) -> String {
        let (document, target) = (Document::parse(text).unwrap(), Document::parse(wanted).unwrap());
        let mut edits = Edits::new(&document);
        edits.adapt(document.root(), target.root(), order);
        let result = String::from_utf8(edits.finish().unwrap()).unwrap();
        let read = Document::parse(result.as_str()).unwrap();
        assert!(read.root().equivalent(target.root()), "{text} to {wanted} became {result}");
        result
    }

    #[test]
    fn what_is_equal_keeps_its_bytes() {
        for order in [Keep, Follow] {
            let text = "{ \"a\" : [1.0 ,\"\\u0061\"],\r\n\"b\":{} }";
            assert_eq!(adapted(text, "{\"a\":[1.0,\"a\"],\"b\":{}}", order), text);
            assert_eq!(adapted(text, "{\"a\":[1.0,\"x\"],\"b\":{}}", order), text.replace("\\u0061", "x"));
        }
        assert_eq!(adapted("{ \"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", Keep), "{ \"a\":1,\"b\":2}");
        assert_eq!(adapted("{ \"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", Follow), "{\n  \"b\": 2,\n  \"a\": 1\n}");
        assert_eq!(adapted("{\"a\":1,\"b\":2}", "{\"b\":2, \"a\":1}", Follow), "{\"b\":2,\"a\":1}");
    }

    #[test]
    fn members_come_go_and_are_renamed() {
        for order in [Keep, Follow] {
            assert_eq!(
                adapted("{\"a\":1,\"b\":[2],\"c\":3}", "{\"a\":1,\"x\":[2],\"c\":4}", order),
                "{\"a\":1,\"x\":[2],\"c\":4}"
            );
            assert_eq!(adapted("{\"a\":1,\"b\":2}", "{\"b\":2,\"c\":{ }}", order), "{\"b\":2,\"c\":{}}");
            assert_eq!(adapted("{\n  \"a\": 1\n}", "{\"a\":1,\"c\":[{\"d\":2}]}", order), {
                "{\n  \"a\": 1,\n  \"c\": [\n    {\n      \"d\": 2\n    }\n  ]\n}"
            });
        }
        assert_eq!(
            adapted("{\r\n\t\"a\": 1\r\n}", "{\"a\":1,\"c\":[2]}", Keep),
            "{\r\n\t\"a\": 1,\r\n\t\"c\": [\r\n\t  2\r\n\t]\r\n}"
        );
    }

    #[test]
    fn what_is_adopted_is_laid_out_like_what_is_around_it() {
        let document = Document::parse("{\n  \"a\": [\n    1\n  ]\n}").unwrap();
        let other = Document::parse(r#"{"x":[{"y":2}]}"#).unwrap();
        let array = document.at("/a").unwrap();
        let mut edits = Edits::new(&document);
        edits.adopt_member(document.root(), "b", other.at("/x").unwrap());
        edits.adopt_element(array, other.at("/x/0").unwrap(), array.elements().next());
        edits.adopt_element(array, other.at("/x/0/y").unwrap(), None);
        let expected = r#"{
  "a": [
    {
      "y": 2
    },
    1,
    2
  ],
  "b": [
    {
      "y": 2
    }
  ]
}"#;
        assert_eq!(String::from_utf8(edits.finish().unwrap()).unwrap(), expected);
    }

    #[test]
    fn elements_come_and_go_where_they_stand() {
        for (text, wanted, expected) in [
            ("[1 ,2, 3]", "[1,3]", "[1 ,3]"),
            ("[1, 2]", "[0,1,2]", "[0, 1, 2]"),
            ("[1, 2]", "[1,7,8,2]", "[1, 7, 8, 2]"),
            ("[1, 2]", "[1,2,3]", "[1, 2, 3]"),
            ("[1, {\"a\":1}, 3]", "[9,{\"a\":2},3,4]", "[9, {\"a\":2}, 3, 4]"),
            ("[ ]", "[1]", "[1]"),
            ("[1]", "[]", "[]"),
            ("[1]", "{}", "{}"),
            ("1", "[2]", "[2]"),
        ] {
            assert_eq!(adapted(text, wanted, Keep), expected, "{text} {wanted}");
        }
    }
}
