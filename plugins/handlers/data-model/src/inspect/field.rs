use flowport_plugin::Diagnostic;
use flowport_plugin::json::Value;

use super::options;
use super::structure::ORIGINS;
use crate::check::{Presence, boolean, name, number_within, text, word};
use crate::codes;
use crate::entries::{Entries, OPTIONS, text_of};
use crate::field_type::FieldType;
use crate::findings::{Findings, shown};

pub(super) fn check(findings: &mut Findings, field: Value<'_>) {
    text(findings, field, "displayName", Presence::Optional);
    text(findings, field, "description", Presence::Optional);
    word(findings, field, "origin", Presence::Optional, &ORIGINS);
    boolean(findings, field, "required");
    let words: Vec<&str> = FieldType::ALL.iter().map(|(word, _)| *word).collect();
    let field_type = word(findings, field, "type", Presence::Required, &words);
    let Some(field_type) = field_type.as_deref().and_then(FieldType::parse) else { return };
    match field_type.max_length() {
        Some(max) => number_within(findings, field, "length", 1..=max),
        None => foreign(findings, field, "length", "text and memo"),
    }
    match field_type.max_precision() {
        Some(max) => number_within(findings, field, "precision", 0..=max),
        None => foreign(findings, field, "precision", "decimal and currency"),
    }
    match field_type {
        FieldType::Picklist => picklist(findings, field),
        _ => {
            foreign(findings, field, "picklist", "picklist");
            foreign(findings, field, "options", "picklist");
        }
    }
    match field_type {
        FieldType::Lookup => lookup(findings, field),
        _ => foreign(findings, field, "lookup", "lookup"),
    }
    default(findings, field, field_type);
}

fn title(field: Value<'_>) -> String {
    format!("field {}", shown(&text_of(field, "name").unwrap_or_default()))
}

/// A member that only fields of other types have.
fn foreign(findings: &mut Findings, field: Value<'_>, member: &str, types: &str) {
    if field.get(member).is_none() {
        return;
    }
    let own = text_of(field, "type").unwrap_or_default();
    let summary = format!("{} has `{member}`, but is of type {own}", title(field));
    let help = format!("take `{member}` out: only fields of type {types} have one");
    findings.at_member(field, member, Diagnostic::error(codes::NOT_OF_THIS_TYPE, summary).help(help));
}

fn picklist(findings: &mut Findings, field: Value<'_>) {
    let problem = match (field.get("picklist").is_some(), field.get("options").is_some()) {
        (false, false) => Some("has neither `picklist` nor `options`"),
        (true, true) => Some("has both `picklist` and `options`"),
        _ => None,
    };
    if let Some(problem) = problem {
        let summary = format!("{} {problem}", title(field));
        let help = "name a shared picklist in `picklist`, or list the field's own `options`";
        findings.at_member(field, "picklist", Diagnostic::error(codes::NO_OPTIONS, summary).help(help));
    }
    name(findings, field, "picklist", Presence::Optional);
    options::check(findings, field, Presence::Optional);
}

fn lookup(findings: &mut Findings, field: Value<'_>) {
    if field.get("lookup").is_none() {
        let summary = format!("{} is a lookup without an entity", title(field));
        let help = "name the entity in `lookup`";
        findings.at_member(field, "lookup", Diagnostic::error(codes::NO_LOOKUP, summary).help(help));
    }
    name(findings, field, "lookup", Presence::Optional);
}

fn default(findings: &mut Findings, field: Value<'_>, field_type: FieldType) {
    let Some(default) = field.get("default").filter(|default| !default.is_null()) else { return };
    let own = text_of(field, "type").unwrap_or_default();
    let (problem, help) = match field_type.default_is() {
        None => ("cannot have a default".to_owned(), "take `default` out: data rows and ids do not travel".to_owned()),
        Some(form) if !field_type.takes_default(default) => {
            ("does not fit its default".to_owned(), format!("make the default {form}"))
        }
        Some(_) => match misfit(field, default) {
            Some(misfit) => misfit,
            None => return,
        },
    };
    let summary = format!("{} of type {own} {problem}", title(field));
    findings.at(default, Diagnostic::error(codes::UNFIT_DEFAULT, summary).help(help));
}

/// A default of the right form that the field still cannot hold.
fn misfit(field: Value<'_>, default: Value<'_>) -> Option<(String, String)> {
    if let (Some(text), Some(length)) = (default.as_str(), field.get("length").and_then(Value::as_u64)) {
        let characters = text.chars().count() as u64;
        return (characters > length).then(|| {
            (format!("is shorter than its default, {characters} characters"), "shorten the default".to_owned())
        });
    }
    let value = default.as_i64().filter(|_| field.get("options").is_some())?;
    Entries::of(field, &OPTIONS).get(&value.to_string()).is_none().then(|| {
        (format!("has no option {value}, its default"), "make the value of one of its options the default".to_owned())
    })
}
