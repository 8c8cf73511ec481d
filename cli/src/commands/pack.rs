use flowport_core::encode::{Leftover, Placed, choose_format};
use flowport_core::model::{Diagnostic, Package, sort_by_severity};
use flowport_tree::Tree;
use serde_json::json;

use super::inspect::secrets;
use super::placed;
use crate::arguments::Pack;
use crate::context::Context;
use crate::exit::{self, Failure, Outcome};
use crate::output;
use crate::render;
use crate::report::Report;
use crate::signing;
use crate::text::{count, path as shown_path};

pub(super) fn run(context: &Context, arguments: &Pack) -> Outcome<Report> {
    output::may_take(context, &arguments.file)?;
    let tree = flowport_tree::read(&arguments.dir)?;
    let package = tree.package();
    let inspected = context.inspect(&package)?;
    let mut findings = secrets(&inspected);
    findings.extend(inspected.into_iter().flat_map(|entry| entry.inspection.diagnostics));
    let mut found = tree.diagnostics.clone();
    found.extend(tree.located(&arguments.dir, findings));
    sort_by_severity(&mut found);
    if found.iter().any(Diagnostic::is_error) {
        let what = format!("{} cannot be packed; nothing was written", arguments.dir.display());
        return Err(Failure::blocked(what, found));
    }
    let format = format(context, arguments, &tree, &package)?;
    if !arguments.carry {
        is_run(context, &format, &package)?;
    }
    let leftover = if arguments.carry { Leftover::Carry } else { Leftover::Refuse };
    let written = context.write_package(&format, &package, &arguments.file, arguments.overwrite, leftover)?;
    found.extend(signing::stale(&arguments.file));
    // What is native and whole is the usual case, and need not be listed.
    let is_odd = |placed: &&Placed| !placed.native || !placed.lost.is_empty();
    let row = |placed: &Placed| vec![placed.id.to_string(), placed::how(placed), placed::lost(placed)];
    let odd: Vec<Vec<String>> = written.placed.iter().filter(is_odd).map(row).collect();
    let table = if odd.is_empty() { String::new() } else { render::table(&["RESOURCE", "HOW", "LOST"], odd) };
    let lost = placed::lost_of_package(&written);
    let what = count(written.placed.len(), "resource", "resources");
    let text = format!("{table}{lost}{what} packed into {} ({format})\n", shown_path(&arguments.file));
    let result = json!({
        "folder": arguments.dir.display().to_string(),
        "file": arguments.file.display().to_string(),
        "format": format,
        "lost": written.lost,
        "resources": placed::json(&written),
    });
    Ok(Report::done(result, text).noting(found))
}

/// A file of which its product would run nothing is not what somebody packs.
fn is_run(context: &Context, format: &str, package: &Package) -> Outcome<()> {
    let Some((_, info)) = context.registry()?.format(format) else { return Ok(()) };
    let mut heads = package.resources.iter().map(|entry| &entry.resource.head);
    let is_anything = heads.any(|head| info.carries_everything() || info.writes(&head.id.kind, &head.dialect));
    if is_anything || package.resources.is_empty() {
        return Ok(());
    }
    let what =
        format!("the format {format} has no place for any of this; name a file of another format, or say --carry");
    Err(Failure::failed(what).with_exit(exit::BLOCKED))
}

/// The format that was asked for, else the one that the package came in where the file's extension fits, else as for any new
/// file.
fn format(context: &Context, arguments: &Pack, tree: &Tree, package: &Package) -> Outcome<String> {
    let registry = context.registry()?;
    let extension = arguments.file.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    let recorded = tree.format.as_deref().filter(|_| arguments.format.is_none()).and_then(|id| registry.format(id));
    let fits = |extensions: &[String]| extension.as_ref().is_none_or(|extension| extensions.contains(extension));
    if let Some((_, info)) = recorded.filter(|(_, info)| fits(&info.extensions)) {
        return Ok(info.id.clone());
    }
    let chosen = choose_format(registry, arguments.format.as_deref(), &arguments.file, package);
    chosen.map_err(|error| Failure::from(error).with_exit(exit::USAGE))
}
