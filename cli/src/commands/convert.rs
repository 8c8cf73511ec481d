use flowport_core::encode::{Leftover, Placed, choose_format, is_native};
use flowport_core::model::Diagnostic;
use serde_json::json;

use super::inspect::secrets;
use crate::arguments::Convert;
use crate::context::{self, Context};
use crate::exit::{self, Failure, Outcome};
use crate::render;
use crate::report::Report;
use crate::source::Source;
use crate::text::{clean, count};

pub(super) fn run(context: &Context, arguments: &Convert) -> Outcome<Report> {
    context::is_file_name(&arguments.output)?;
    let registry = context.registry()?;
    let source = Source::of(context, &arguments.input)?;
    let decoded = source.decode(context)?;
    let mut found = decoded.diagnostics;
    let inspected = context.inspect(&decoded.package)?;
    found.extend(secrets(&inspected));
    found.extend(inspected.into_iter().flat_map(|entry| entry.inspection.diagnostics));
    if found.iter().any(Diagnostic::is_error) {
        let what = format!("{} breaks the rules of its format; nothing was written", source.shown());
        return Err(Failure { exit: exit::BLOCKED, what, diagnostics: found });
    }
    let usage = |error: flowport_core::Error| Failure::from(error).with_exit(exit::USAGE);
    let format =
        choose_format(registry, arguments.format.as_deref(), &arguments.output, &decoded.package).map_err(usage)?;
    if arguments.strict {
        strict(context, &decoded.package, &format)?;
    }
    let placed =
        context.write_package(&format, &decoded.package, &arguments.output, arguments.overwrite, Leftover::Carry)?;
    let shown = source.shown();
    // A file is as good as an import.
    source.used()?;
    let names: std::collections::HashMap<_, _> = decoded.package.names().collect();
    let row = |placed: &Placed| {
        let how = if placed.native { "native" } else { "carried: not run by that product" };
        vec![
            placed.id.to_string(),
            (*names.get(&placed.id).unwrap_or(&"")).to_owned(),
            how.to_owned(),
            placed.lost.join(", "),
        ]
    };
    let table = render::table(&["RESOURCE", "NAME", "HOW", "LOST"], placed.iter().map(row).collect());
    let text = format!(
        "{table}{} in {} ({}), {} in {} ({format})\n",
        count(decoded.package.resources.len(), "resource", "resources"),
        clean(&shown),
        decoded.format,
        placed.len(),
        clean(&arguments.output.display().to_string())
    );
    let resource = |placed: &Placed| json!({ "resource": placed.id, "native": placed.native, "lost": placed.lost });
    let result = json!({
        "input": { "file": shown, "format": decoded.format, "resources": decoded.package.resources.len() },
        "output": { "file": arguments.output.display().to_string(), "format": format, "resources": placed.len() },
        "resources": placed.iter().map(resource).collect::<Vec<_>>(),
    });
    Ok(Report::done(result, text).noting(found))
}

/// With `--strict` anything that the format does not hold natively is an error, before anything is written.
fn strict(context: &Context, package: &flowport_core::model::Package, format: &str) -> Outcome<()> {
    let natives = is_native(context.registry()?, format, package, Leftover::Carry)?;
    let carried: Vec<Diagnostic> = package
        .resources
        .iter()
        .zip(natives)
        .filter(|(_, is_native)| !is_native)
        .map(|(entry, _)| &entry.resource.head)
        .map(|head| {
            let summary = format!("{} ({}) has no place of its own in the format {format}", head.id, head.name);
            Diagnostic::error("E-STRICT", summary)
                .about(&head.id)
                .help("leave --strict away to carry it along, or write another format")
        })
        .collect();
    if carried.is_empty() {
        return Ok(());
    }
    Err(Failure {
        exit: exit::BLOCKED,
        what: "--strict: not everything is native; nothing was written".to_owned(),
        diagnostics: carried,
    })
}
