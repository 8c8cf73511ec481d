use std::borrow::Cow;

use flowport_plugin::findings::shown;
use flowport_plugin::json::{Kind, Value};
use flowport_plugin::{Diagnostic, Slot};

use super::codes;
use super::kind::{CONNECTOR, NAME, NeutralKind, SECRETS};
use super::part::{Part, is_usable_id, is_usable_name};

/// What people are told to read.
const PAGE: &str = "see docs/formats/connector.md";

/// All that is wrong with a part. No value of a secret is in any of it.
pub(super) fn check(part: &Part) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    members(part, &mut found);
    name(part, &mut found);
    connector(part, &mut found);
    secrets(part, &mut found);
    for diagnostic in &mut found {
        diagnostic.subject = Some(part.head.id.clone());
    }
    found
}

/// Each member is known and has the form it must have, and none is missing.
fn members(part: &Part, found: &mut Vec<Diagnostic>) {
    let known = part.kind.members();
    for member in known.iter().filter(|member| member.is_required && part.root().get(member.name).is_none()) {
        let name = member.name;
        found.push(
            Diagnostic::error(codes::MISSING, format!("{} has no `{name}`", part.kind.part()))
                .at(Slot::of(part.kind.part(), &[name]))
                .help(format!("add `{name}`: {}; {PAGE}", form(member.form))),
        );
    }
    for (key, value) in part.root().members() {
        match known.iter().find(|member| key.is(member.name)) {
            None => found.push(
                Diagnostic::warning(codes::UNKNOWN_MEMBER, format!("{} is not known; it is kept", shown(&key.name())))
                    .at(part.slot(value))
                    .help(format!("check its spelling, or move it into `settings` or `secrets`; {PAGE}")),
            ),
            Some(member) if value.kind() != member.form => {
                let wanted = form(member.form);
                found.push(
                    Diagnostic::error(
                        codes::WRONG_SHAPE,
                        format!("`{}` is {}, not {wanted}", member.name, form(value.kind())),
                    )
                    .at(part.slot(value))
                    .help(format!("make it {wanted}; {PAGE}")),
                );
            }
            Some(_) => {}
        }
    }
}

fn name(part: &Part, found: &mut Vec<Diagnostic>) {
    let Some((value, name)) = string(part, NAME).filter(|(_, name)| *name != part.head.name) else { return };
    let wanted = shown(&part.head.name);
    let summary = format!("`name` is {}, but the name of the resource is {wanted}", shown(&name));
    let help = format!("make both the same: put {wanted} into {}, or change the resource", part.kind.part());
    found.push(Diagnostic::error(codes::HEAD_DISAGREES, summary).at(part.slot(value)).help(help));
}

fn connector(part: &Part, found: &mut Vec<Diagnostic>) {
    if part.kind != NeutralKind::Connection {
        return;
    }
    let Some((value, id)) = string(part, CONNECTOR).filter(|(_, id)| !is_usable_id(id)) else { return };
    found.push(
        Diagnostic::error(codes::UNUSABLE_ID, format!("`connector` is {}, which is no id", shown(&id)))
            .at(part.slot(value))
            .help("write the id of a connector: 1 to 1,024 bytes without control characters"),
    );
}

/// Each secret has a name, and a value that can be set and taken out.
fn secrets(part: &Part, found: &mut Vec<Diagnostic>) {
    let secrets = part.root().get(SECRETS).into_iter().flat_map(Value::members);
    for (key, value) in secrets {
        if !is_usable_name(&key.name()) {
            found.push(
                Diagnostic::error(codes::UNUSABLE_SECRET, format!("a secret cannot be named {}", shown(&key.name())))
                    .at(Slot::of(part.kind.part(), &[SECRETS]))
                    .help("give it a name of at least one character, without control characters"),
            );
        }
        if !matches!(value.kind(), Kind::String | Kind::Null) {
            let what = form(value.kind());
            let summary = format!("the secret {} is {what}, neither a string nor null", shown(&key.name()));
            found.push(
                Diagnostic::error(codes::UNUSABLE_SECRET, summary)
                    .at(part.slot(value))
                    .help("write it between quotation marks, or null where it is not set"),
            );
        }
    }
}

fn string<'p>(part: &'p Part, member: &str) -> Option<(Value<'p>, Cow<'p, str>)> {
    let value = part.root().get(member)?;
    Some((value, value.as_str()?))
}

/// What a value is, for people.
fn form(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Bool => "true or false",
        Kind::Number => "a number",
        Kind::String => "a string",
        Kind::Array => "a list",
        Kind::Object => "an object",
    }
}
