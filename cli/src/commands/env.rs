use std::path::Path;

use flowport_core::environment::EnvironmentKind;
use flowport_core::model::Diagnostic;
use serde_json::{Value, json};
use toml_edit::{Array, Table, value};

use crate::arguments::{EnvAdd, EnvCommand, EnvRemove};
use crate::ask;
use crate::config::{self, EnvironmentConfig, Store};
use crate::context::Context;
use crate::exit::{self, Failure, Outcome};
use crate::hold;
use crate::project_text::{with_environment, without_environment};
use crate::render;
use crate::report::Report;
use crate::text::path as shown;

pub(super) fn run(context: &Context, command: &EnvCommand) -> Outcome<Report> {
    match command {
        EnvCommand::List => list(context),
        EnvCommand::Add(arguments) => add(context, arguments),
        EnvCommand::Show(arguments) => show(context, &arguments.name),
        EnvCommand::Remove(arguments) => remove(context, arguments),
    }
}

fn describe(context: &Context, name: &str, environment: &EnvironmentConfig) -> Outcome<Value> {
    let count = context.read(name)?.list()?.len();
    Ok(json!({
        "name": name,
        "kind": environment.kind,
        "tenant": environment.tenant,
        "store": context.config()?.store(name, environment)?.path().display().to_string(),
        "makers": environment.makers,
        "signed_by": environment.signed_by,
        "resources": count,
    }))
}

fn list(context: &Context) -> Outcome<Report> {
    let mut found = Vec::new();
    for (name, environment) in &context.config()?.environments {
        // One that cannot be read must not hide the others.
        found.push(describe(context, name, environment).unwrap_or_else(|failure| {
            json!({ "name": name, "kind": environment.kind, "tenant": environment.tenant, "store": environment.store,
                "makers": environment.makers, "signed_by": environment.signed_by, "resources": null, "error": failure.what })
        }));
    }
    let cell = |entry: &Value, key: &str| match &entry[key] {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        other => other.to_string(),
    };
    let row = |entry: &Value| ["name", "kind", "tenant", "resources", "store"].map(|key| cell(entry, key)).to_vec();
    let text = if found.is_empty() {
        "no environments; `flowport init` makes a project with three\n".to_owned()
    } else {
        render::table(&["NAME", "KIND", "TENANT", "RESOURCES", "STORE"], found.iter().map(row).collect())
    };
    let broken = found.iter().filter_map(|entry| entry["error"].as_str());
    let broken: Vec<Diagnostic> = broken.map(|what| Diagnostic::error("E-STORE", what)).collect();
    let exit = if broken.is_empty() { exit::DONE } else { exit::FAILED };
    Ok(Report::done(json!({ "environments": found }), text).noting(broken).with_exit(exit))
}

fn show(context: &Context, name: &str) -> Outcome<Report> {
    let entry = describe(context, name, context.config()?.environment(name)?)?;
    let word = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    };
    let rows = entry.as_object().into_iter().flatten().map(|(key, value)| vec![key.clone(), word(value)]).collect();
    let text = render::table(&["", ""], rows);
    Ok(Report::done(entry, text))
}

/// The project file and its text.
fn project(context: &Context) -> Outcome<(&Path, String)> {
    let Some(path) = context.config()?.path.as_deref() else {
        return Err(Failure::usage("no flowport.toml here or above; make one with `flowport init`"));
    };
    Ok((path, std::fs::read_to_string(path)?))
}

fn save(path: &Path, text: Result<String, toml_edit::TomlError>) -> Outcome<()> {
    let text = text.map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
    config::replace(path, &text).map_err(|error| Failure::failed(format!("{}: {error}", path.display())))
}

fn add(context: &Context, arguments: &EnvAdd) -> Outcome<Report> {
    let name = &arguments.name;
    config::check_name(name).map_err(Failure::usage)?;
    let kind: EnvironmentKind = arguments.kind.parse().map_err(Failure::usage)?;
    let (path, text) = project(context)?;
    if context.config()?.environments.contains_key(name) {
        return Err(Failure::usage(format!("there is an environment {name} already")));
    }
    let mut table = Table::new();
    table["kind"] = value(kind.as_str());
    if let Some(tenant) = &arguments.tenant {
        table["tenant"] = value(tenant);
    }
    table["store"] = value(arguments.store.clone().unwrap_or_else(|| config::default_store(name)));
    if !arguments.makers.is_empty() {
        table["makers"] = value(arguments.makers.iter().map(String::as_str).collect::<Array>());
    }
    let keys = &context.config()?.keys;
    if let Some(unknown) = arguments.signed_by.iter().find(|key| !keys.contains_key(*key)) {
        let what = format!("--signed-by {unknown}: [keys] in {} has no such key", path.display());
        return Err(Failure::usage(format!("{what}; write it there first: {unknown} = \"RW…\"")));
    }
    if !arguments.signed_by.is_empty() {
        table["signed_by"] = value(arguments.signed_by.iter().map(String::as_str).collect::<Array>());
    }
    let config = EnvironmentConfig {
        kind: arguments.kind.clone(),
        tenant: None,
        store: arguments.store.clone(),
        makers: None,
        signed_by: None,
    };
    context.config()?.store(name, &config)?;
    save(path, with_environment(&text, name, table))?;
    Ok(Report::done(
        json!({ "name": name, "kind": kind.as_str() }),
        format!("environment {name} ({kind}) added to {}\n", shown(path)),
    ))
}

fn remove(context: &Context, arguments: &EnvRemove) -> Outcome<Report> {
    let name = &arguments.name;
    let (environment, store) = context.environment(name)?;
    if arguments.delete_store {
        context.permit(name, environment)?;
        let count = context.read(name)?.list()?.len();
        let question = format!("delete {count} resources of {name} ({}) for good?", environment.kind);
        if !arguments.yes && !context.can_ask() {
            return Err(Failure::usage("nobody can be asked here: say --yes to delete the store"));
        }
        if !arguments.yes && !ask::confirm(&question)? {
            return Err(Failure::failed("cancelled, nothing was removed"));
        }
        hold::taken(context, |holder| match &store {
            Store::Database(path) => Ok(flowport_store::remove(name, path)?),
            Store::Folder(path) => Ok(flowport_tree::remove(name, path, holder)?),
        })?;
    }
    let (path, text) = project(context)?;
    save(path, without_environment(&text, name))?;
    let rest = if arguments.delete_store { " and its store deleted" } else { "; its store stays where it is" };
    Ok(Report::done(
        json!({ "name": name, "store_deleted": arguments.delete_store }),
        format!("environment {name} removed from {}{rest}\n", shown(path)),
    ))
}
