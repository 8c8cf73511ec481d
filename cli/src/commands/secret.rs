//! The secrets that an environment keeps apart. No value is ever shown.

use std::io::{IsTerminal, Read};

use flowport_core::hand;
use flowport_core::model::{Resource, Secret, SlotValue};
use serde_json::json;

use super::{list, put};
use crate::arguments::{SecretCommand, SecretList, SecretPlace, SecretSet};
use crate::ask;
use crate::context::Context;
use crate::exit::{Failure, Outcome};
use crate::render;
use crate::report::Report;
use crate::sealing::{value_in, without_line_end};
use crate::text::clean;

pub(super) fn run(context: &Context, command: &SecretCommand) -> Outcome<Report> {
    match command {
        SecretCommand::List(arguments) => list(context, arguments),
        SecretCommand::Set(arguments) => set(context, arguments),
        SecretCommand::Remove(arguments) => change(context, arguments, |_| Ok(None), "forgotten"),
        SecretCommand::Recipient => recipient(context),
    }
}

fn list(context: &Context, arguments: &SecretList) -> Outcome<Report> {
    let environment = context.read(&arguments.environment)?;
    let summaries = environment.list()?;
    let names = list::names(&arguments.environment, &summaries);
    let chosen = if arguments.select.is_empty() { None } else { Some(names.several(&arguments.select)?) };
    let (mut rows, mut found) = (Vec::new(), Vec::new());
    for summary in &summaries {
        let id = &summary.head.id;
        if chosen.as_ref().is_some_and(|chosen| !chosen.contains(&id)) {
            continue;
        }
        for secret in environment.inspection(id)?.secrets.into_iter().filter(|secret| secret.declared) {
            let state = if secret.is_set { "set" } else { "not set" };
            rows.push(vec![id.to_string(), secret.label.clone(), state.to_owned(), secret.slot.clone()]);
            found.push(json!({ "resource": id, "slot": secret.slot, "label": secret.label, "set": secret.is_set }));
        }
    }
    let text = if rows.is_empty() {
        format!("no declared secrets in {}\n", arguments.environment)
    } else {
        render::table(&["RESOURCE", "SECRET", "STATE", "SLOT"], rows)
    };
    Ok(Report::done(json!({ "secrets": found }), text))
}

fn set(context: &Context, arguments: &SecretSet) -> Outcome<Report> {
    let value = |secret: &Secret| {
        let value = match &arguments.file {
            Some(path) => value_in(path).map_err(|why| Failure::usage(format!("--file {why}")))?,
            None if std::io::stdin().is_terminal() => ask::hidden(&secret.label)?,
            None => {
                let mut text = String::new();
                std::io::stdin()
                    .read_to_string(&mut text)
                    .map_err(|error| Failure::usage(format!("the value on stdin cannot be read: {error}")))?;
                without_line_end(&text).to_owned()
            }
        };
        if value.is_empty() {
            return Err(Failure::usage("the value is empty; `flowport secret remove` forgets one"));
        }
        Ok(Some(flowport_json::quote(&value)))
    };
    change(context, &arguments.place, value, "set")
}

fn change(
    context: &Context,
    place: &SecretPlace,
    value: impl FnOnce(&Secret) -> Outcome<Option<String>>,
    done: &str,
) -> Outcome<Report> {
    let mut environment = context.write(&place.environment)?;
    let summaries = environment.list()?;
    let id = list::names(&place.environment, &summaries).one(&place.resource)?.clone();
    let Some(resource) = environment.get(&id)? else {
        return Err(Failure::failed(format!("{id} is gone: another run took it out")));
    };
    let secret = named(context, &resource, &place.slot)?;
    let value = SlotValue { slot: secret.slot.clone(), value: value(&secret)? };
    let prepared = hand::set_secret(context.registry()?, environment.as_ref(), resource, value)?;
    let done = if prepared.writes.is_empty() { "as it was" } else { done };
    let mut report = put::write(context, environment.as_mut(), prepared, done)?;
    report.text = format!("{}: the secret {:?} of {id} is {done}\n", place.environment, clean(&secret.label));
    Ok(report)
}

/// The declared secret that a user means: by its slot, the end of it, or its label.
fn named(context: &Context, resource: &Resource, text: &str) -> Outcome<Secret> {
    let inspected = flowport_core::inspect::inspect(context.registry()?, resource.clone());
    let declared: Vec<Secret> = inspected.inspection.secrets.into_iter().filter(|secret| secret.declared).collect();
    let is_end = |slot: &str| slot.ends_with(&format!("/{text}"));
    let tests: [&dyn Fn(&Secret) -> bool; 3] =
        [&|secret| secret.slot == text, &|secret| is_end(&secret.slot), &|secret| {
            secret.label.eq_ignore_ascii_case(text)
        }];
    let id = &resource.head.id;
    for test in tests {
        let found: Vec<&Secret> = declared.iter().filter(|secret| test(secret)).collect();
        match found.as_slice() {
            [] => {}
            [only] => return Ok((*only).clone()),
            several => {
                let slots: Vec<&str> = several.iter().map(|secret| secret.slot.as_str()).collect();
                return Err(Failure::usage(format!("{text} may be any of {} of {id}", slots.join(", "))));
            }
        }
    }
    let slots: Vec<&str> = declared.iter().map(|secret| secret.slot.as_str()).collect();
    let what = if slots.is_empty() { "it declares none".to_owned() } else { format!("it has {}", slots.join(", ")) };
    Err(Failure::usage(format!("{id} has no secret {text}: {what}")))
}

fn recipient(context: &Context) -> Outcome<Report> {
    let vault = context.vault()?;
    let recipient = vault.recipient()?;
    let text = format!("{recipient}\n");
    Ok(Report::done(json!({ "recipient": recipient, "key_file": vault.path().display().to_string() }), text))
}
