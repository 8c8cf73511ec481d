use std::collections::HashMap;

use flowport_core::decode::Decoded;
use flowport_core::encode::{Leftover, Placed, choose_format};
use flowport_core::inspect::Inspected;
use flowport_core::model::{Diagnostic, Package};
use flowport_core::retarget::{Change, What, retarget};
use flowport_core::settings::Settings;
use serde_json::{Value, json};

use super::inspect::secrets;
use super::placed;
use crate::answers;
use crate::arguments::{Choices, Convert};
use crate::context::Context;
use crate::exit::{self, Failure, Outcome};
use crate::output;
use crate::render;
use crate::report::Report;
use crate::signing;
use crate::source::Source;
use crate::text::{clean, count};

pub(super) fn run(context: &Context, arguments: &Convert) -> Outcome<Report> {
    output::may_take(context, &arguments.output)?;
    let registry = context.registry()?;
    let source = Source::of(context, &arguments.input)?;
    let decoded = source.decode(context)?;
    let (read, from) = (decoded.package.resources.len(), decoded.format.clone());
    let (package, changes, mut found) = retargeted(context, decoded, &source.shown(), &arguments.choices)?;
    let usage = |error: flowport_core::Error| Failure::from(error).with_exit(exit::USAGE);
    let format = choose_format(registry, arguments.format.as_deref(), &arguments.output, &package).map_err(usage)?;
    let leftover = if arguments.strict { Leftover::Forbid } else { Leftover::Carry };
    let written = context.write_package(&format, &package, &arguments.output, arguments.overwrite, leftover)?;
    found.extend(signing::stale(&arguments.output));
    let shown = source.shown();
    // A file is as good as an import.
    source.used()?;
    let names: HashMap<_, _> = package.names().collect();
    let row = |placed: &Placed| {
        let name = (*names.get(&placed.id).unwrap_or(&"")).to_owned();
        vec![placed.id.to_string(), name, placed::how(placed), placed::lost(placed)]
    };
    let table = render::table(&["RESOURCE", "NAME", "HOW", "LOST"], written.placed.iter().map(row).collect());
    let count_written = written.placed.len();
    let text = format!(
        "{}{table}{}{} in {} ({from}), {count_written} in {} ({format})\n",
        changes_text(&changes),
        placed::lost_of_package(&written),
        count(read, "resource", "resources"),
        clean(&shown),
        clean(&arguments.output.display().to_string())
    );
    let output = arguments.output.display().to_string();
    let result = json!({
        "input": { "file": shown, "format": from, "resources": read },
        "output": { "file": output, "format": format, "resources": count_written, "lost": written.lost },
        "resources": placed::json(&written),
        "changes": changes.iter().map(change_json).collect::<Vec<_>>(),
    });
    Ok(Report::done(result, text).noting(found))
}

/// The package, made to fit by what the user says, with what was changed and what was found. Nothing said changes nothing.
fn retargeted(
    context: &Context,
    decoded: Decoded,
    shown: &str,
    choices: &Choices,
) -> Outcome<(Package, Vec<Change>, Vec<Diagnostic>)> {
    let (mut settings, deployment) = answers::told(choices)?;
    let mut found = decoded.diagnostics;
    let mut inspected = context.inspect(&decoded.package)?;
    let wrong = inspected.iter().flat_map(|entry| &entry.inspection.diagnostics).chain(&found);
    if wrong.into_iter().any(Diagnostic::is_error) {
        found.extend(findings(inspected));
        let what = format!("{shown} breaks the rules of its format; nothing was written");
        return Err(Failure::blocked(what, found));
    }
    if let Some(deployment) = deployment {
        let (maps, said) = deployment.maps(&inspected, &settings.map)?;
        settings.map.extend(maps);
        found.extend(said);
    }
    if settings == Settings::default() {
        found.extend(findings(inspected));
        return Ok((decoded.package, Vec::new(), found));
    }
    let secrets = answers::secrets(&settings)?;
    let done = retarget(context.registry()?, decoded.package, &inspected, &settings, &secrets)?;
    inspected = done.inspected;
    found.extend(findings(inspected));
    found.extend(done.diagnostics);
    Ok((done.package, done.changes, found))
}

/// Secrets, then what its handler says of each resource.
fn findings(inspected: Vec<Inspected>) -> Vec<Diagnostic> {
    let mut found = secrets(&inspected);
    found.extend(inspected.into_iter().flat_map(|entry| entry.inspection.diagnostics));
    found
}

fn change_json(change: &Change) -> Value {
    let Change { resource, slot, what, from, to } = change;
    json!({ "resource": resource, "slot": slot, "what": what.as_str(), "from": from, "to": to })
}

/// The changes for people: the same one in many places is one line.
fn changes_text(changes: &[Change]) -> String {
    let mut lines: Vec<(&Change, usize)> = Vec::new();
    let mut known = HashMap::new();
    for change in changes {
        // Secrets are told one by one: what they were and are is not.
        let slot = change.slot.as_deref().filter(|_| change.what == What::Secret);
        let line =
            *known.entry((&change.resource, &change.what, &change.from, &change.to, slot)).or_insert(lines.len());
        match lines.get_mut(line) {
            Some((_, places)) => *places += 1,
            None => lines.push((change, 1)),
        }
    }
    let row = |(change, places): (&Change, usize)| {
        let text = |side: &Option<String>| side.clone().unwrap_or_else(|| "-".to_owned());
        let place = match &change.slot {
            _ if places > 1 => format!("{places} places"),
            slot => slot.clone().unwrap_or_default(),
        };
        vec![change.resource.to_string(), change.what.as_str().to_owned(), text(&change.from), text(&change.to), place]
    };
    if lines.is_empty() {
        return String::new();
    }
    let rows = lines.into_iter().map(row).collect();
    format!("{}\n", render::table(&["CHANGED", "WHAT", "FROM", "TO", "WHERE"], rows))
}
