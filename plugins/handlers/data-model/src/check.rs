//! Reads members strictly: what is missing or has the wrong form becomes a finding, and the caller goes on with the rest.

use std::ops::RangeInclusive;

use flowport_plugin::Diagnostic;
use flowport_plugin::json::{Kind, Value};

use crate::codes;
use crate::findings::{Findings, shown};

/// What a schema name may be at most, in characters.
const LONGEST_NAME: usize = 128;

/// Whether a member must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Required,
    Optional,
}

/// A member that has the given form.
fn member<'d>(
    findings: &mut Findings,
    object: Value<'d>,
    name: &str,
    presence: Presence,
    (expected, form): (&str, impl Fn(Value<'d>) -> bool),
) -> Option<Value<'d>> {
    let Some(value) = object.get(name) else {
        if presence == Presence::Required {
            let summary = format!("{} has no `{name}`", owner(findings, object));
            findings.at_member(
                object,
                name,
                Diagnostic::error(codes::MISSING, summary).help(format!("add `{name}`: {expected}")),
            );
        }
        return None;
    };
    if !form(value) {
        let summary = format!("`{name}` of {} is not {expected}", owner(findings, object));
        findings.at(value, Diagnostic::error(codes::WRONG_SHAPE, summary).help(format!("make it {expected}")));
        return None;
    }
    Some(value)
}

/// What an object is called in messages: by its name, so that the same finding reads the same after entries moved.
fn owner(findings: &Findings, object: Value<'_>) -> String {
    let list = object.parent().and_then(Value::key).map_or_else(String::new, |key| key.name().into_owned());
    let word = list.strip_suffix('s').unwrap_or(&list);
    let name = object.get("name").and_then(Value::as_str);
    let name = name.map(|name| shown(&name)).or_else(|| object.get("value").map(|value| shown(value.raw())));
    match (object.parent(), name) {
        (None, _) => findings.part().to_owned(),
        (Some(_), Some(name)) => format!("{word} {name}"),
        (Some(_), None) => format!("a {word}"),
    }
}

/// Any string.
pub(crate) fn text(findings: &mut Findings, object: Value<'_>, name: &str, presence: Presence) -> Option<String> {
    let form = ("a string", |value: Value<'_>| value.kind() == Kind::String);
    member(findings, object, name, presence, form)?.as_str().map(|text| text.into_owned())
}

pub(crate) fn boolean(findings: &mut Findings, object: Value<'_>, name: &str) {
    let form = ("true or false", |value: Value<'_>| value.kind() == Kind::Bool);
    member(findings, object, name, Presence::Optional, form);
}

pub(crate) fn integer(findings: &mut Findings, object: Value<'_>, name: &str) -> Option<i64> {
    let form = ("an integer", |value: Value<'_>| value.as_i64().is_some());
    member(findings, object, name, Presence::Required, form)?.as_i64()
}

/// A whole number within a range.
pub(crate) fn number_within(findings: &mut Findings, object: Value<'_>, name: &str, range: RangeInclusive<u64>) {
    let Some(value) = object.get(name) else { return };
    if value.as_u64().is_none_or(|number| !range.contains(&number)) {
        let summary = format!("`{name}` of {} is {}, out of range", owner(findings, object), shown(value.raw()));
        let help = format!("make it a whole number from {} to {}", range.start(), range.end());
        findings.at(value, Diagnostic::error(codes::OUT_OF_RANGE, summary).help(help));
    }
}

/// One of a few words.
pub(crate) fn word(
    findings: &mut Findings,
    object: Value<'_>,
    name: &str,
    presence: Presence,
    allowed: &[&str],
) -> Option<String> {
    let word = text(findings, object, name, presence)?;
    if allowed.contains(&word.as_str()) {
        return Some(word);
    }
    let summary = format!("`{name}` of {} is {}, which is not known", owner(findings, object), shown(&word));
    let help = format!("use one of {}", allowed.join(", "));
    findings.at_member(object, name, Diagnostic::error(codes::UNKNOWN_WORD, summary).help(help));
    None
}

/// A schema name.
pub(crate) fn name(findings: &mut Findings, object: Value<'_>, member: &str, presence: Presence) -> Option<String> {
    let name = text(findings, object, member, presence)?;
    if let Err(problem) = usable(&name) {
        let summary = format!("`{member}` {} cannot be a schema name: {problem}", shown(&name));
        let help = format!("use 1 to {LONGEST_NAME} characters without control characters and outer white space");
        findings.at_member(object, member, Diagnostic::error(codes::UNUSABLE_NAME, summary).help(help));
        return None;
    }
    Some(name)
}

/// Whether this can be a schema name; if not, why.
pub(crate) fn usable(name: &str) -> Result<(), &'static str> {
    if name.is_empty() {
        return Err("it is empty");
    }
    if name.chars().count() > LONGEST_NAME {
        return Err("it is too long");
    }
    if name.chars().any(char::is_control) {
        return Err("it holds a control character");
    }
    if name.trim() != name {
        return Err("it begins or ends with white space");
    }
    Ok(())
}

/// The objects of an array; other elements become findings.
pub(crate) fn objects<'d>(
    findings: &mut Findings,
    object: Value<'d>,
    name: &str,
    presence: Presence,
) -> Vec<Value<'d>> {
    let form = ("an array", |value: Value<'_>| value.kind() == Kind::Array);
    let Some(array) = member(findings, object, name, presence, form) else { return Vec::new() };
    let (objects, others): (Vec<_>, Vec<_>) = array.elements().partition(|element| element.kind() == Kind::Object);
    for other in others {
        let summary = format!("an element of `{name}` is not an object");
        findings.at(other, Diagnostic::error(codes::WRONG_SHAPE, summary).help("make it an object, or take it out"));
    }
    objects
}

/// The schema names in an array of strings.
pub(crate) fn names<'d>(
    findings: &mut Findings,
    object: Value<'d>,
    name: &str,
    presence: Presence,
) -> Vec<(Value<'d>, String)> {
    let form = ("an array", |value: Value<'_>| value.kind() == Kind::Array);
    let Some(array) = member(findings, object, name, presence, form) else { return Vec::new() };
    let mut names = Vec::new();
    for element in array.elements() {
        match element.as_str() {
            Some(name) => names.push((element, name.into_owned())),
            None => {
                let summary = format!("an element of `{name}` of {} is not a string", owner(findings, object));
                findings.at(element, Diagnostic::error(codes::WRONG_SHAPE, summary).help("make it a schema name"));
            }
        }
    }
    names
}
