use std::path::Path;

use flowport_core::model::KindInfo;
use flowport_runtime::{CONTRACT, Limits, LoadError, Plugin, Role, Runtime};
use serde_json::{Value, json};

use crate::arguments::PluginCommand;
use crate::context::Context;
use crate::exit::{Failure, Outcome};
use crate::render;
use crate::report::Report;
use crate::text::clean;

pub(super) fn run(context: &Context, command: &PluginCommand) -> Outcome<Report> {
    match command {
        PluginCommand::List => list(context),
        PluginCommand::Info(arguments) => info(context, &arguments.name),
    }
}

fn describe(plugin: &Plugin, from: &str) -> Outcome<Value> {
    let kinds = plugin.kinds().map_err(LoadError::from)?;
    let formats = plugin.formats().map_err(LoadError::from)?;
    let role = |role: &Role| match role {
        Role::Handler => "handler",
        Role::Codec => "codec",
    };
    let kind = |info: &KindInfo| {
        let traits = &info.traits;
        let all = [
            ("versioned", traits.versioned),
            ("activated", traits.activated),
            ("owned", traits.owned),
            ("drafts", traits.drafts),
            ("generated-ids", traits.generated_ids),
            ("product-keys", traits.product_keys),
        ];
        json!({
            "kind": info.kind,
            "dialects": info.dialects,
            "actions": info.actions,
            "traits": all.iter().filter(|(_, set)| *set).map(|(name, _)| *name).collect::<Vec<_>>(),
        })
    };
    Ok(json!({
        "name": plugin.name().name,
        "version": plugin.name().version,
        "from": from,
        "contract": CONTRACT,
        "roles": plugin.roles().iter().map(role).collect::<Vec<_>>(),
        "kinds": kinds.iter().map(kind).collect::<Vec<_>>(),
        "formats": formats.iter().map(|format| json!(format.id)).collect::<Vec<_>>(),
        "imports": plugin.imports(),
        "sha256": plugin.hash().to_string(),
    }))
}

fn words(value: &Value, key: &str) -> String {
    let entries = value.as_array().into_iter().flatten();
    let word = |entry: &Value| match entry {
        Value::String(text) => Some(text.clone()),
        other => {
            let dialects = words(&other["dialects"], "");
            other[key]
                .as_str()
                .map(|text| if dialects.is_empty() { text.to_owned() } else { format!("{text} ({dialects})") })
        }
    };
    entries.filter_map(word).collect::<Vec<_>>().join(", ")
}

fn list(context: &Context) -> Outcome<Report> {
    let mut found = Vec::new();
    for loaded in context.plugins()? {
        found.push(describe(&loaded.plugin, &loaded.from)?);
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let row = |entry: &Value| {
        let what = [words(&entry["kinds"], "kind"), words(&entry["formats"], "")];
        let what = what.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join("; ");
        vec![text(&entry["name"]), text(&entry["version"]), words(&entry["roles"], ""), what, text(&entry["from"])]
    };
    let table = render::table(&["PLUGIN", "VERSION", "ROLE", "KNOWS", "FROM"], found.iter().map(row).collect());
    Ok(Report::done(json!({ "plugins": found }), table))
}

fn info(context: &Context, name: &str) -> Outcome<Report> {
    let known = context.plugins()?.iter().find(|loaded| loaded.plugin.name().name == name);
    let entry = match known {
        Some(loaded) => describe(&loaded.plugin, &loaded.from)?,
        None if Path::new(name).is_file() => {
            let loaded = Runtime::new(Limits::default())?.load_file(Path::new(name));
            describe(&loaded.map_err(|error| Failure::from(error).about(Path::new(name)))?, name)?
        }
        None => return Err(Failure::usage(format!("there is no plugin {name}; `flowport plugin list` lists them"))),
    };
    let mut text = String::new();
    for (key, value) in entry.as_object().into_iter().flatten() {
        let shown = match (key.as_str(), value) {
            (_, Value::String(text)) => text.clone(),
            ("imports", Value::Array(list)) => {
                list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n            ")
            }
            ("kinds", list) => words(list, "kind"),
            (_, list) => words(list, ""),
        };
        for (index, line) in shown.lines().enumerate() {
            let label = if index == 0 { key.as_str() } else { "" };
            text.push_str(&format!("{label:<12}{}\n", clean(line.trim())));
        }
    }
    Ok(Report::done(entry, text))
}
