use std::borrow::Cow;

use flowport_plugin::json::{Kind, Value};

use crate::codes;
use crate::problems::{Problems, nearest, shown, shown_pointer};

/// An object of the format, with the keys it may have.
#[derive(Clone, Copy)]
pub(super) struct Fields<'d> {
    object: Value<'d>,
    /// For people: `a resource`.
    what: &'static str,
    known: &'static [&'static str],
}

impl<'d> Fields<'d> {
    /// None, with an error, for anything but an object.
    pub(super) fn of(
        value: Value<'d>,
        what: &'static str,
        known: &'static [&'static str],
        problems: &mut Problems,
    ) -> Option<Fields<'d>> {
        let fields = Fields { object: value, what, known };
        expect(value, Kind::Object, what, problems).then_some(fields)
    }

    /// The object itself, for its place.
    pub(super) fn object(self) -> Value<'d> {
        self.object
    }

    pub(super) fn get(self, name: &str) -> Option<Value<'d>> {
        self.object.get(name)
    }

    /// A key that must be there; an error where it is not.
    pub(super) fn require(self, name: &'static str, problems: &mut Problems) -> Option<Value<'d>> {
        let found = self.get(name);
        if found.is_none() {
            let mistyped = self.unknown().find(|(key, _)| nearest(key, [name]).is_some());
            let help = match mistyped {
                Some((key, _)) => format!("rename {} to {}", shown(&key), shown(name)),
                None => format!("add {}", example(name)),
            };
            let what = format!("{} has no {}", self.what, shown(name));
            problems.error(codes::MISSING_KEY, self.object, what, &help);
        }
        found
    }

    /// A string that may be missing.
    pub(super) fn text(self, name: &'static str, problems: &mut Problems) -> Option<String> {
        text(self.get(name)?, name, problems)
    }

    /// A string that must be there.
    pub(super) fn required_text(self, name: &'static str, problems: &mut Problems) -> Option<String> {
        text(self.require(name, problems)?, name, problems)
    }

    /// A list that may be missing: its elements.
    pub(super) fn list(self, name: &'static str, problems: &mut Problems) -> impl Iterator<Item = Value<'d>> + use<'d> {
        let list = self.get(name).filter(|value| expect(*value, Kind::Array, name, problems));
        list.into_iter().flat_map(Value::elements)
    }

    /// Nothing is dropped without a word.
    pub(super) fn warn_unknown(self, problems: &mut Problems) {
        for (key, value) in self.unknown() {
            problems.warning(codes::UNKNOWN_KEY, value, || {
                let known = self.known.iter().copied();
                let help = match nearest(&key, known) {
                    Some(meant) => format!("did you mean {}?", shown(meant)),
                    None => format!("take it out, or write one of {}", self.known.join(", ")),
                };
                let place = shown_pointer(value);
                (format!("the key {} of {} is not known, and {place} is not read", shown(&key), self.what), help)
            });
        }
    }

    fn unknown(self) -> impl Iterator<Item = (Cow<'d, str>, Value<'d>)> {
        let known = self.known;
        let members = self.object.members().filter(move |(key, _)| !known.iter().any(|name| key.is(name)));
        members.map(|(key, value)| (key.name(), value))
    }
}

/// Whether the value is of that kind; an error where it is not.
pub(super) fn expect(value: Value<'_>, kind: Kind, what: &str, problems: &mut Problems) -> bool {
    let is = value.kind();
    if is == kind {
        return true;
    }
    let help = match (kind, is) {
        (_, Kind::Null) => "leave the key out where there is nothing to say",
        (Kind::String, Kind::Number | Kind::Bool) => "write it in double quotes",
        (Kind::Array, _) => "put it in brackets: [ … ]",
        (Kind::Object, _) => "put it in braces: { … }",
        _ => "write the text itself, in double quotes",
    };
    let what = format!("{what} must be {}, not {}", with_article(kind), with_article(is));
    problems.error(codes::WRONG_TYPE, value, what, help);
    false
}

/// A string; an error for anything else.
pub(super) fn text(value: Value<'_>, what: &str, problems: &mut Problems) -> Option<String> {
    expect(value, Kind::String, what, problems);
    value.as_str().map(Cow::into_owned)
}

fn with_article(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Bool => "true or false",
        Kind::Number => "a number",
        Kind::String => "a string",
        Kind::Array => "a list",
        Kind::Object => "an object",
    }
}

fn example(name: &str) -> &'static str {
    match name {
        "kind" => "what it is, such as \"kind\": \"flow\"",
        "id" => "the product's own key, \"id\": \"…\"",
        "dialect" => "whose language the parts are written in, such as \"dialect\": \"power-automate\"",
        "formatVersion" => "\"formatVersion\": \"1.0\"",
        "package" => "\"package\": { \"name\": \"…\" }",
        "resources" => "\"resources\": [ … ], empty where there are none",
        "format" => "the id of the format that wrote the layout",
        "content" => "the layout's text",
        _ => "\"name\": \"…\", what people call it",
    }
}
