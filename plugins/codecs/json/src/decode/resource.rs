use flowport_plugin::json::{Kind, Value};
use flowport_plugin::{Action, Head, Origin, ResourceId, Setup, State};

use super::fields::{Fields, expect, text};
use super::{Resource, part};
use crate::format::{MAX_ATTRIBUTES, RESOURCE_KEYS, SETUP_KEYS};
use crate::problems::{Problems, nearest, shown};
use crate::words::{self, ACTIONS, ORIGINS, OTHER_ACTION, STATES};
use crate::{codes, names};

/// Checks a resource; where its id cannot be read, it is empty.
pub(super) fn check<'d>(value: Value<'d>, problems: &mut Problems) -> Option<Resource<'d>> {
    let fields = Fields::of(value, "a resource", RESOURCE_KEYS, problems)?;
    let id = id(fields, problems);
    problems.subject.clone_from(&id);
    fields.warn_unknown(problems);
    let head = Head {
        id: id.unwrap_or_else(|| ResourceId::new("", "")),
        name: fields.required_text("name", problems).unwrap_or_default(),
        dialect: checked_text(fields, "dialect", names::fault_of_key, problems).unwrap_or_default(),
        state: word(fields, "state", STATES, problems).unwrap_or(State::Published),
        origin: word(fields, "origin", ORIGINS, problems).unwrap_or(Origin::Custom),
        attributes: attributes(fields, problems).unwrap_or("{}").to_owned(),
    };
    let setup = fields.get("setup").map(|value| setup(value, problems));
    let parts = fields.get("parts").map(|value| part::check_all(value, problems));
    problems.subject = None;
    Some(Resource { head, setup: setup.unwrap_or_else(Setup::none), parts: parts.unwrap_or_default() })
}

fn id(fields: Fields<'_>, problems: &mut Problems) -> Option<ResourceId> {
    let kind = checked_text(fields, "kind", names::fault_of_kind, problems);
    let id = checked_text(fields, "id", names::fault_of_key, problems);
    let version = match fields.get("version") {
        None => None,
        Some(_) => Some(checked_text(fields, "version", names::fault_of_text, problems)?),
    };
    Some(ResourceId { kind: kind?, id: id?, version })
}

fn checked_text(
    fields: Fields<'_>,
    name: &'static str,
    fault: fn(&str) -> Option<&'static str>,
    problems: &mut Problems,
) -> Option<String> {
    let value = fields.require(name, problems)?;
    let text = text(value, name, problems)?;
    let Some(fault) = fault(&text) else {
        return Some(text);
    };
    let help = match name {
        "kind" => "write the kind as `flowport plugin list` shows it, such as flow or connector",
        "id" => "write the key by which the product knows it",
        "dialect" => "write whose language the parts are in, such as power-automate",
        _ => "write it without line breaks and other control characters",
    };
    problems.error(codes::WRONG_NAME, value, format!("the {name} {} {fault}", shown(&text)), help);
    None
}

fn word<T: Clone>(
    fields: Fields<'_>,
    name: &'static str,
    table: &'static [(&'static str, T)],
    problems: &mut Problems,
) -> Option<T> {
    let value = fields.get(name)?;
    let text = text(value, name, problems)?;
    let meaning = words::meaning(table, &text);
    if meaning.is_none() {
        let all = table.iter().map(|(word, _)| *word);
        problems.error(
            codes::UNKNOWN_WORD,
            value,
            format!("the {name} {} is not known", shown(&text)),
            &choice(&text, all),
        );
    }
    meaning
}

/// `did you mean X?`, or what there is to choose from.
fn choice<'w>(written: &str, all: impl Iterator<Item = &'w str> + Clone) -> String {
    match nearest(written, all.clone()) {
        Some(meant) => format!("did you mean {}?", shown(meant)),
        None => format!("write one of {}", all.collect::<Vec<_>>().join(", ")),
    }
}

/// The raw text, because the order of keys and the digits of numbers are kept.
fn attributes<'d>(fields: Fields<'d>, problems: &mut Problems) -> Option<&'d str> {
    let value = fields.get("attributes")?;
    if !expect(value, Kind::Object, "attributes", problems) {
        return None;
    }
    let raw = value.raw();
    if raw.len() > MAX_ATTRIBUTES {
        let what = format!("the attributes have {} bytes; {MAX_ATTRIBUTES} are taken at most", raw.len());
        problems.error(codes::ATTRIBUTES, value, what, "move what is large into a part");
    }
    Some(raw)
}

fn setup(value: Value<'_>, problems: &mut Problems) -> Setup {
    let mut setup = Setup::none();
    let Some(fields) = Fields::of(value, "a setup", SETUP_KEYS, problems) else {
        return setup;
    };
    fields.warn_unknown(problems);
    setup.suggested = fields.get("suggested").and_then(|value| action(value, "suggested", problems));
    let allowed: Vec<Value<'_>> = fields.list("allowed", problems).collect();
    setup.allowed = allowed.into_iter().filter_map(|value| action(value, "an allowed action", problems)).collect();
    setup.comment = fields.text("comment", problems);
    setup
}

fn action(value: Value<'_>, what: &str, problems: &mut Problems) -> Option<Action> {
    let text = text(value, what, problems)?;
    let action = words::action(&text);
    if action.is_none() {
        let choice = choice(&text, ACTIONS.iter().map(|(word, _)| *word));
        let help = format!("{choice} (a product's own word is written {OTHER_ACTION}WORD)");
        problems.error(codes::UNKNOWN_WORD, value, format!("the action {} is not known", shown(&text)), &help);
    }
    action
}
