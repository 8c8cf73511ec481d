//! Values as they may be shown: never a secret, nor what holds one.

use std::cell::OnceCell;
use std::collections::HashSet;

use flowport_json::{Document, Edits, Kind, Value, compact, pointer};

use super::model::Shown;
use crate::error::Error;
use crate::model::{Diagnostic, Secret};
use crate::plugin::SharedView;
use crate::registry::Registry;

/// What stands in place of a secret inside a larger value, as JSON text.
const HIDDEN: &str = "\"(secret)\"";

/// What is known of the secrets of a resource, found out when the first value is to be shown: where nothing differs but what is
/// volatile or how it is spelled, no handler need look.
pub(super) struct Secrecy<'a> {
    find: Box<dyn Fn() -> Known + 'a>,
    known: OnceCell<Known>,
}

impl<'a> Secrecy<'a> {
    /// Of a resource of which `stored` says what its environment knows.
    pub(super) fn of(
        registry: &'a Registry,
        view: &'a SharedView,
        stored: impl Fn() -> Result<Vec<Secret>, Error> + 'a,
    ) -> Secrecy<'a> {
        let find = move || match stored() {
            Ok(stored) => Known::of(registry, view, stored),
            Err(error) => Known { slots: Vec::new(), doubt: Some(doubt(view, error.to_string())) },
        };
        Secrecy { find: Box::new(find), known: OnceCell::new() }
    }

    pub(super) fn known(&self) -> &Known {
        self.known.get_or_init(&self.find)
    }

    /// Why some of the values shown were masked though nobody said that they are secrets.
    pub(super) fn doubt(self) -> Option<Diagnostic> {
        self.known.into_inner()?.doubt
    }
}

fn doubt(view: &SharedView, why: String) -> Diagnostic {
    let id = &view.head.id;
    let summary = format!("{id} cannot be looked at; its texts are not shown, as any may be a secret");
    Diagnostic::warning("D-UNREADABLE", summary).about(id).detail(why)
}

/// What is known of the secrets of a resource.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Where they are, declared and found.
    slots: Vec<String>,
    /// Why nobody can say where they are: then any text may be one.
    doubt: Option<Diagnostic>,
}

impl Known {
    /// Asks its handler. `stored` is what its environment knows.
    fn of(registry: &Registry, view: &SharedView, stored: Vec<Secret>) -> Known {
        let id = &view.head.id;
        let mut slots: Vec<String> = stored.into_iter().map(|secret| secret.slot).collect();
        let Some((handler, _)) = registry.handler(&view.head) else {
            let summary = format!("no loaded plugin handles {id}; its texts are not shown, as any may be a secret");
            let help = "load a plugin that does, with --plugin or in flowport.toml";
            return Known { slots, doubt: Some(Diagnostic::warning("D-UNHANDLED", summary).about(id).help(help)) };
        };
        match handler.inspect(view) {
            Ok(inspection) => {
                slots.extend(inspection.secrets.into_iter().map(|secret| secret.slot));
                Known { slots, doubt: None }
            }
            Err(error) => Known { slots, doubt: Some(doubt(view, error.to_string())) },
        }
    }

    /// The pointers of the secrets in a part.
    fn pointers<'k>(&'k self, part: &'k str) -> impl Iterator<Item = &'k str> {
        self.slots.iter().filter_map(move |slot| slot.strip_prefix(part)?.strip_prefix('#'))
    }

    /// Text that is no JSON.
    pub(super) fn text(&self, part: &str, text: String) -> Option<Shown> {
        match &self.doubt {
            Some(_) => None,
            None if self.pointers(part).next().is_some() => Some(Shown::Secret),
            None => Some(Shown::Text(text)),
        }
    }
}

/// What of a document is not shown.
pub(super) struct Mask {
    /// The first bytes of the values; what stands in them is not shown either.
    starts: HashSet<usize>,
    all_texts: bool,
}

impl Mask {
    pub(super) fn of(document: &Document, part: &str, known: &Known) -> Mask {
        let places = known.pointers(part).flat_map(|pointer| places(document, pointer));
        Mask { starts: places.map(|value| value.span().start).collect(), all_texts: known.doubt.is_some() }
    }

    fn hides(&self, value: Value<'_>) -> bool {
        let is_hidden = self.starts.contains(&value.span().start) || self.all_texts && value.kind() == Kind::String;
        is_hidden && !value.is_null()
    }

    /// A value, with the secrets in it masked.
    pub(super) fn show(&self, value: Value<'_>) -> Shown {
        if std::iter::successors(Some(value), |value| value.parent()).any(|value| self.hides(value)) {
            return if value.is_null() { Shown::Json("null".to_owned()) } else { Shown::Secret };
        }
        let start = value.span().start;
        let hidden: HashSet<usize> =
            value.descendants().filter(|inner| self.hides(*inner)).map(|inner| inner.span().start - start).collect();
        if hidden.is_empty() {
            return Shown::Json(compact(value));
        }
        masked(value.raw(), &hidden).map_or(Shown::Secret, Shown::Json)
    }
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
        let known = Known { slots: slots.iter().map(|slot| (*slot).to_owned()).collect(), doubt: None };
        Mask::of(&document, "p", &known).show(document.at(at).unwrap())
    }

    fn json(text: &str) -> Shown {
        Shown::Json(text.to_owned())
    }

    impl Secrecy<'_> {
        /// Of a resource without secrets.
        pub(in crate::diff) fn none() -> Secrecy<'static> {
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

    #[test]
    fn where_nobody_knows_no_text_is_shown() {
        let document = Document::parse(r#"{"a":["x",1,null,{"b":"y"}]}"#).unwrap();
        let known = Known { slots: Vec::new(), doubt: Some(Diagnostic::warning("D", "d")) };
        let mask = Mask::of(&document, "p", &known);
        assert_eq!(mask.show(document.root()), json(r#"{"a":["(secret)",1,null,{"b":"(secret)"}]}"#));
        assert_eq!(mask.show(document.at("/a/0").unwrap()), Shown::Secret);
        assert_eq!(mask.show(document.at("/a/1").unwrap()), json("1"));
        assert_eq!(known.text("p", "x".to_owned()), None);
    }
}
