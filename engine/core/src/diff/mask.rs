//! Values as they may be shown: never a secret, nor what holds one.

use std::cell::OnceCell;
use std::collections::HashSet;

use flowport_json::{Document, Edits, Kind, Value, compact, pointer};

use super::model::Shown;
use super::texts::Texts;
use crate::error::Error;
use crate::model::volatile::ATTRIBUTES;
use crate::model::{Diagnostic, Secret, SlotValue};
use crate::plugin::SharedView;
use crate::registry::Registry;

/// What stands in place of a secret inside a larger value, as JSON text.
const HIDDEN: &str = "\"(secret)\"";

/// What is known of the secrets of a resource, found out when the first value is to be shown: where nothing differs but what is
/// volatile or how it is spelled, no handler need look.
pub(crate) struct Secrecy<'a> {
    find: Box<dyn Fn() -> Known + 'a>,
    known: OnceCell<Known>,
}

impl<'a> Secrecy<'a> {
    /// Of a resource of which `stored` says what its environment knows.
    pub(crate) fn of(
        registry: &'a Registry,
        view: &'a SharedView,
        stored: impl Fn() -> Result<Vec<Secret>, Error> + 'a,
    ) -> Secrecy<'a> {
        let find = move || match stored() {
            Ok(stored) => Known::of(registry, view, stored),
            Err(error) => Known { doubt: Some(doubt(view, error.to_string())), ..Known::default() },
        };
        Secrecy { find: Box::new(find), known: OnceCell::new() }
    }

    /// The same, with secrets that are kept apart from the resource.
    pub(crate) fn with(self, apart: impl Fn() -> Vec<SlotValue> + 'a) -> Secrecy<'a> {
        let find = move || {
            let mut known = (self.find)();
            apart().iter().filter_map(|secret| secret.value.as_deref()).for_each(|raw| known.texts.learn_raw(raw));
            known
        };
        Secrecy { find: Box::new(find), known: OnceCell::new() }
    }

    /// What is a secret of any of several sides, of all of them: of the same thing at different times.
    pub(crate) fn joint(sides: Vec<Secrecy<'a>>) -> Secrecy<'a> {
        let find = move || {
            let mut joint = Known::default();
            for Known { slots, texts, doubt } in sides.iter().map(|side| (side.find)()) {
                joint.slots.extend(slots);
                joint.texts.join(texts);
                joint.doubt = joint.doubt.or(doubt);
            }
            joint
        };
        Secrecy { find: Box::new(find), known: OnceCell::new() }
    }

    pub(crate) fn known(&self) -> &Known {
        self.known.get_or_init(&self.find)
    }

    /// Why some of the values shown were masked though nobody said that they are secrets.
    pub(crate) fn doubt(self) -> Option<Diagnostic> {
        self.known.into_inner()?.doubt
    }
}

fn doubt(view: &SharedView, why: String) -> Diagnostic {
    let id = &view.head.id;
    let summary = format!("{id} cannot be looked at; its texts are not shown, as any may be a secret");
    Diagnostic::warning("D-UNREADABLE", summary).about(id).detail(why)
}

/// What is known of the secrets of a resource.
#[derive(Default)]
pub(crate) struct Known {
    /// Where they are, declared and found.
    slots: Vec<String>,
    /// What they are.
    texts: Texts,
    /// Why nobody can say where they are: then any text may be one.
    doubt: Option<Diagnostic>,
}

impl Known {
    /// Asks its handler. `stored` is what its environment knows.
    fn of(registry: &Registry, view: &SharedView, stored: Vec<Secret>) -> Known {
        let id = &view.head.id;
        let slots = stored.into_iter().map(|secret| secret.slot).collect();
        let mut known = Known { slots, ..Known::default() };
        match registry.handler(&view.head).map(|(handler, _)| handler.inspect(view)) {
            None => {
                let summary = format!("no loaded plugin handles {id}; its texts are not shown, as any may be a secret");
                let help = "load a plugin that does, with --plugin or in flowport.toml";
                known.doubt = Some(Diagnostic::warning("D-UNHANDLED", summary).about(id).help(help));
            }
            Some(Ok(inspection)) => known.slots.extend(inspection.secrets.into_iter().map(|secret| secret.slot)),
            Some(Err(error)) => known.doubt = Some(doubt(view, error.to_string())),
        }
        if let Err(error) = known.learn(view) {
            known.doubt.get_or_insert_with(|| doubt(view, error.to_string()));
        }
        known
    }

    /// What stands in the slots.
    fn learn(&mut self, view: &SharedView) -> std::io::Result<()> {
        let mut texts = Texts::default();
        if self.pointers(ATTRIBUTES).next().is_some() {
            self.read(ATTRIBUTES, view.head.attributes.as_bytes().to_vec(), &mut texts);
        }
        for part in view.parts.iter().filter(|part| self.pointers(&part.name).next().is_some()) {
            self.read(&part.name, part.content.read_all()?, &mut texts);
        }
        self.texts = texts;
        Ok(())
    }

    fn read(&self, part: &str, bytes: Vec<u8>, texts: &mut Texts) {
        match Document::parse(bytes.as_slice()) {
            Ok(document) => {
                let places = self.pointers(part).flat_map(|pointer| places(&document, pointer));
                places.for_each(|value| texts.learn(value));
            }
            Err(_) => texts.learn_text(&String::from_utf8_lossy(&bytes)),
        }
    }

    /// The pointers of the secrets in a part.
    fn pointers<'k>(&'k self, part: &'k str) -> impl Iterator<Item = &'k str> {
        self.slots.iter().filter_map(move |slot| slot.strip_prefix(part)?.strip_prefix('#'))
    }
}

/// Text that is no JSON. Secrets of either side are known.
pub(super) fn text([own, other]: [&Known; 2], part: &str, text: String) -> Option<Shown> {
    let sides = || [own, other].into_iter();
    if sides().any(|known| known.doubt.is_some()) {
        return None;
    }
    let is_secret = sides().any(|known| known.pointers(part).next().is_some() || known.texts.are_in(&text));
    Some(if is_secret { Shown::Secret } else { Shown::Text(text) })
}

/// What of a document is not shown.
pub(crate) struct Mask<'k> {
    /// The first bytes of the values; what stands in them is not shown either.
    starts: HashSet<usize>,
    /// What is secret on either side, wherever it stands.
    texts: [&'k Texts; 2],
    all_texts: bool,
}

impl<'k> Mask<'k> {
    /// Of a document of the one side; what the other knows to be secret is secret here as well.
    pub(crate) fn of(document: &Document, part: &str, [own, other]: [&'k Known; 2]) -> Mask<'k> {
        let places = own.pointers(part).flat_map(|pointer| places(document, pointer));
        Mask {
            starts: places.map(|value| value.span().start).collect(),
            texts: [&own.texts, &other.texts],
            all_texts: own.doubt.is_some() || other.doubt.is_some(),
        }
    }

    fn knows(&self, text: &str) -> bool {
        self.texts.iter().any(|texts| texts.are_in(text))
    }

    fn hides(&self, value: Value<'_>) -> bool {
        self.starts.contains(&value.span().start) && !value.is_null()
            || match value.kind() {
                Kind::String => self.all_texts || self.knows(&value.as_str().unwrap_or_default()),
                Kind::Number => self.knows(value.raw()),
                Kind::Null | Kind::Bool | Kind::Array | Kind::Object => false,
            }
    }

    /// A value beside others that it may be instead, one of which may be a secret.
    pub(crate) fn show_beside(&self, value: Value<'_>, is_secret: bool) -> Shown {
        if is_secret && !value.is_null() && !self.touches(value) { Shown::Secret } else { self.show(value) }
    }

    /// True where the value is, stands in or holds a secret.
    pub(crate) fn touches(&self, value: Value<'_>) -> bool {
        let mut around = std::iter::successors(Some(value), |value| value.parent());
        around.any(|value| self.hides(value))
            || value.descendants().any(|inner| self.hides(inner) || self.is_named(inner))
    }

    /// True where a secret is the name of the member.
    fn is_named(&self, value: Value<'_>) -> bool {
        value.key().is_some_and(|key| self.knows(&key.name()))
    }

    /// A value, with the secrets in it masked.
    pub(crate) fn show(&self, value: Value<'_>) -> Shown {
        let mut around = std::iter::successors(Some(value), |value| value.parent());
        if around.any(|value| self.hides(value)) {
            return if value.is_null() { Shown::Json("null".to_owned()) } else { Shown::Secret };
        }
        if !self.touches(value) {
            return Shown::Json(compact(value));
        }
        let inside = || value.descendants().filter(|inner| inner.span() != value.span());
        if inside().any(|inner| self.is_named(inner)) {
            return Shown::Secret;
        }
        let start = value.span().start;
        let hidden: HashSet<usize> =
            inside().filter(|inner| self.hides(*inner)).map(|inner| inner.span().start - start).collect();
        masked(value.raw(), &hidden).map_or(Shown::Secret, Shown::Json)
    }
}

/// A value that became another: what is secret on either side is secret on both.
pub(super) fn changed(sides: [(&Mask<'_>, Value<'_>); 2]) -> [Shown; 2] {
    let is_secret = sides.iter().any(|(mask, value)| mask.touches(*value));
    sides.map(|(mask, value)| mask.show_beside(value, is_secret))
}

/// The text of a value with others in place of those that begin at these bytes. What cannot be masked is not shown.
fn masked(raw: &str, hidden: &HashSet<usize>) -> Option<String> {
    let document = Document::parse(raw).ok()?;
    let mut edits = Edits::new(&document);
    let mut done = 0;
    for value in document.walk().filter(|value| hidden.contains(&value.span().start)) {
        if value.span().start >= done {
            done = value.span().end;
            edits.replace(value, HIDDEN);
        }
    }
    let masked = Document::parse(edits.finish().ok()?).ok()?;
    Some(compact(masked.root()))
}

/// The values that a secret's pointer means: the one it leads to, else the text that it leads into. Of a longer form that only a
/// handler knows, the members that it begins with.
fn places<'d>(document: &'d Document, slot: &str) -> Vec<Value<'d>> {
    let mut value = document.root();
    for token in pointer::tokens(slot) {
        let next = match value.kind() {
            Kind::Object => value.get(&token),
            Kind::Array => token.parse().ok().and_then(|position: usize| value.elements().nth(position)),
            _ => return vec![value],
        };
        let Some(next) = next else {
            let members = value.members().filter(|(key, _)| token.starts_with(&*key.name()) && !key.name().is_empty());
            let digits = &token[..token.bytes().take_while(u8::is_ascii_digit).count()];
            let element = digits.parse().ok().and_then(|position: usize| value.elements().nth(position));
            return members.map(|(_, member)| member).chain(element).collect();
        };
        value = next;
    }
    vec![value]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str, at: &str, slots: &[&str]) -> Shown {
        let document = Document::parse(text).unwrap();
        let known = Known { slots: slots.iter().map(|slot| (*slot).to_owned()).collect(), ..Known::default() };
        Mask::of(&document, "p", [&known, &Known::default()]).show(document.at(at).unwrap())
    }

    fn json(text: &str) -> Shown {
        Shown::Json(text.to_owned())
    }

    impl Secrecy<'_> {
        /// Of a resource without secrets.
        pub(crate) fn none() -> Secrecy<'static> {
            Secrecy { find: Box::new(Known::default), known: OnceCell::new() }
        }
    }

    #[test]
    fn a_secret_is_never_shown() {
        let text = r#"{"a":{"key":"s3cret","b":[1,{"x":"s3cret"}],"json":"{\"k\":\"s3cret\"}"},"n":null}"#;
        for (at, slot) in [
            ("/a/key", "p#/a/key"),
            ("/a/b/1/x", "p#/a/b/1"),
            ("/a/key", "p#"),
            ("/a/json", "p#/a/json/k"),
            ("/a/json", "p#/a/json#/k"),
            ("/a/b/1/x", "p#/a/b/1[x]"),
        ] {
            assert_eq!(show(text, at, &[slot]), Shown::Secret, "{at} {slot}");
        }
        assert_eq!(show(text, "/n", &["p#/n"]), json("null"));
        assert_eq!(show(text, "/a/key", &["q#/a/key", "p2#/a/key", "p#/a/other"]), json("\"s3cret\""));
    }

    #[test]
    fn what_holds_secrets_is_shown_without_them() {
        let text = r#"{ "a": { "key": "s3cret", "b": ["s3cret", 2], "c": {"d": "s3cret"} } }"#;
        let slots = ["p#/a/key", "p#/a/b/0", "p#/a/c", "p#/a/c/d"];
        let expected = json(r#"{"key":"(secret)","b":["(secret)",2],"c":"(secret)"}"#);
        assert_eq!(show(text, "/a", &slots), expected);
    }

    fn knowing(secret: &str) -> Known {
        let mut known = Known::default();
        known.texts.learn_text(secret);
        known
    }

    #[test]
    fn a_secret_of_either_side_is_not_shown_elsewhere() {
        let document = Document::parse(r#"{"a":"see s3cret","b":[7,"x",{"c":"s3cret"}],"d":{"s3cret":1}}"#).unwrap();
        let (known, none) = (knowing("s3cret"), Known::default());
        for sides in [[&known, &none], [&none, &known]] {
            let mask = Mask::of(&document, "p", sides);
            let show = |at: &str| mask.show(document.at(at).unwrap());
            assert_eq!(show("/a"), Shown::Secret);
            assert_eq!(show("/b"), json(r#"[7,"x",{"c":"(secret)"}]"#));
            assert_eq!(show("/b/1"), json("\"x\""));
            assert_eq!(show("/d"), Shown::Secret, "the name of a member cannot be masked");
            assert_eq!(text(sides, "p", "a s3cret".to_owned()), Some(Shown::Secret));
            assert_eq!(text(sides, "p", "a".to_owned()), Some(Shown::Text("a".to_owned())));
        }
    }

    #[test]
    fn a_change_that_is_secret_on_one_side_is_secret_on_both() {
        let document = Document::parse(r#"["s3cret","plain","other",null,{"k":"s3cret"}]"#).unwrap();
        let (known, none) = (knowing("s3cret"), Known::default());
        let mask = Mask::of(&document, "p", [&known, &none]);
        let show = |from: &str, to: &str| changed([from, to].map(|at| (&mask, document.at(at).unwrap())));
        assert_eq!(show("/0", "/1"), [Shown::Secret, Shown::Secret]);
        assert_eq!(show("/1", "/0"), [Shown::Secret, Shown::Secret]);
        assert_eq!(show("/0", "/3"), [Shown::Secret, json("null")]);
        assert_eq!(show("/4", "/1"), [json(r#"{"k":"(secret)"}"#), Shown::Secret]);
        assert_eq!(show("/1", "/2"), [json("\"plain\""), json("\"other\"")]);
    }

    #[test]
    fn where_nobody_knows_no_text_is_shown() {
        let document = Document::parse(r#"{"a":["x",1,null,{"b":"y"}]}"#).unwrap();
        let (known, none) =
            (Known { doubt: Some(Diagnostic::warning("D", "d")), ..Known::default() }, Known::default());
        for sides in [[&known, &none], [&none, &known]] {
            let mask = Mask::of(&document, "p", sides);
            assert_eq!(mask.show(document.root()), json(r#"{"a":["(secret)",1,null,{"b":"(secret)"}]}"#));
            assert_eq!(mask.show(document.at("/a/0").unwrap()), Shown::Secret);
            assert_eq!(mask.show(document.at("/a/1").unwrap()), json("1"));
            assert_eq!(text(sides, "p", "x".to_owned()), None);
        }
    }
}
