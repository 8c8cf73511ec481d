use std::path::Path;

use flowport_core::decode::Decoded;
use flowport_core::inspect::Inspected;
use flowport_core::model::{Diagnostic, ResourceId};
use flowport_core::secrets::lift;
use flowport_tree::{FORMAT, Request, Unpacked};
use serde_json::json;

use super::inspect::secrets;
use crate::arguments::Unpack;
use crate::context::Context;
use crate::exit::{self, Failure, Outcome};
use crate::hold;
use crate::progress::Progress;
use crate::render;
use crate::report::Report;
use crate::source::Source;
use crate::text::{count, path as shown_path};

pub(super) fn run(context: &Context, arguments: &Unpack) -> Outcome<Report> {
    if arguments.overwrite {
        is_no_store(context, &arguments.dir)?;
    }
    let source = Source::of(context, &arguments.file)?;
    let mut decoded = source.decode(context)?;
    let inspected = context.inspect(&decoded.package)?;
    let mut found = std::mem::take(&mut decoded.diagnostics);
    found.extend(inspected.iter().flat_map(|entry| entry.inspection.diagnostics.iter().cloned()));
    if found.iter().any(Diagnostic::is_error) {
        let what = format!("{} breaks the rules of its format; nothing was written", source.shown());
        return Err(Failure::blocked(what, found));
    }
    let left = if arguments.include_secrets {
        found.extend(secrets(&inspected));
        Vec::new()
    } else {
        leave_secrets(context, &mut decoded, inspected, &mut found)?
    };
    let unpacked = hold::taken(context, |holder| {
        let progress = Progress::count("writing", decoded.package.resources.len());
        let request = Request {
            format: Some(decoded.format.as_str()).filter(|format| *format != FORMAT),
            overwrite: arguments.overwrite,
            holder,
        };
        let advance = || progress.advance(1);
        Ok(flowport_tree::unpack(context.registry()?, &decoded.package, &arguments.dir, request, &advance)?)
    })?;
    // Files are as good as an import.
    source.used()?;
    Ok(report(arguments, &decoded, &unpacked, &left).noting(found))
}

/// An environment is changed by importing into it, also before it has written anything.
fn is_no_store(context: &Context, folder: &Path) -> Outcome<()> {
    let Some(name) = context.config()?.at(folder).filter(|_| folder.exists()) else { return Ok(()) };
    let what = format!("{} is where the environment {name} keeps its resources", shown_path(folder));
    Err(Failure::failed(format!("{what}: `flowport import {name} FILE`, or unpack into another folder")))
}

/// Takes the declared secrets out: what is in version control stays there. Says so for each.
fn leave_secrets(
    context: &Context,
    decoded: &mut Decoded,
    inspected: Vec<Inspected>,
    found: &mut Vec<Diagnostic>,
) -> Outcome<Vec<(ResourceId, String)>> {
    let registry = context.registry()?;
    let mut left = Vec::new();
    let mut without = Vec::with_capacity(inspected.len());
    for (entry, inspected) in decoded.package.resources.iter_mut().zip(inspected) {
        let head = inspected.view.head.clone();
        let secrets = inspected.inspection.secrets.clone();
        let (inspected, lifted) = lift(registry, inspected)
            .map_err(|error| Failure::from(flowport_core::Error::from(error)).with_exit(exit::BLOCKED))?;
        for secret in secrets.iter().filter(|secret| lifted.iter().any(|lifted| lifted.slot == secret.slot)) {
            let summary = format!("{} ({}) holds a secret, which is left out: {}", head.id, head.name, secret.label);
            let help = "a package that is packed from the files comes without it; set it where that is imported, with \
                        `flowport secret set`, or unpack with --include-secrets";
            found.push(Diagnostic::warning("E-SECRET", summary).about(&head.id).at(&secret.slot).help(help));
            left.push((head.id.clone(), secret.slot.clone()));
        }
        entry.resource = flowport_core::model::Resource::clone(&inspected.view);
        without.push(inspected);
    }
    found.extend(secrets(&without));
    Ok(left)
}

fn report(arguments: &Unpack, decoded: &Decoded, unpacked: &Unpacked, left: &[(ResourceId, String)]) -> Report {
    let names: std::collections::HashMap<_, _> = decoded.package.names().collect();
    let name = |id: &ResourceId| (*names.get(id).unwrap_or(&"")).to_owned();
    let row = |(id, folder): &(ResourceId, String)| vec![id.to_string(), name(id), folder.clone()];
    let table = render::table(&["RESOURCE", "NAME", "FOLDER"], unpacked.resources.iter().map(row).collect());
    let what = count(unpacked.resources.len(), "resource", "resources");
    let mut text = format!("{table}{what} unpacked into {}", shown_path(&arguments.dir));
    if !unpacked.removed.is_empty() {
        text.push_str(&format!(", {} no longer in the package", unpacked.removed.len()));
    }
    text.push_str(if unpacked.is_changed { "\n" } else { "; no file changed\n" });
    let resource = |(id, folder): &(ResourceId, String)| json!({ "resource": id, "name": name(id), "folder": folder });
    let secret = |(id, slot): &(ResourceId, String)| json!({ "resource": id, "slot": slot });
    let result = json!({
        "folder": arguments.dir.display().to_string(),
        "format": decoded.format,
        "changed": unpacked.is_changed,
        "resources": unpacked.resources.iter().map(resource).collect::<Vec<_>>(),
        "removed": unpacked.removed,
        "secrets_left_out": left.iter().map(secret).collect::<Vec<_>>(),
    });
    Report::done(result, text)
}
