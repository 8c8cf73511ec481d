//! `diff`: what differs between two packages or environments.

mod json;
mod page;
mod text;

pub(super) use json::resources;
pub(super) use text::text;

use std::collections::HashSet;
use std::path::Path;

use flowport_core::Error;
use flowport_core::diff::{Options, Side, diff};
use flowport_core::model::{Diagnostic, ResourceId, Severity};
use flowport_core::select::Names;

use crate::arguments::DiffArguments;
use crate::context::Context;
use crate::exit::{self, Outcome};
use crate::html;
use crate::place::{Named, Place, places};
use crate::report::Report;

/// A side, what it is called, and what was found when it was read.
struct Read {
    side: Side,
    shown: String,
    found: Vec<Diagnostic>,
}

pub(super) fn run(context: &Context, arguments: &DiffArguments) -> Outcome<Report> {
    let sources = [Path::new(&arguments.left), Path::new(&arguments.right)];
    let page = html::wanted(context, &arguments.page, &sources)?;
    let [left, right] = places(context, &arguments.left, &arguments.right)?;
    let (left, right) = (read(left)?, read(right)?);
    let options =
        Options { all_fields: arguments.all_fields, bytes: arguments.bytes, only: only(arguments, &left, &right)? };
    let diff = diff(context.registry()?, &left.side, &right.side, &options)?;
    let exit = if arguments.detailed_exitcode && !diff.is_empty() { exit::CHANGES } else { exit::DONE };
    let result = json::result(&diff, &left.shown, &right.shown);
    let mut found = left.found;
    found.extend(right.found);
    found.extend(diff.diagnostics.iter().cloned());
    let page = page.map(|file| (file, page::of(&diff, &left.shown, &right.shown, &found)));
    let report = Report::done(result, text(&diff)).noting(found).with_exit(exit);
    match page {
        Some((file, page)) => file.write(&page, report),
        None => Ok(report),
    }
}

fn read(named: Named) -> Outcome<Read> {
    let (side, mut found) = match named.place {
        Place::Environment(environment) => (Side::of_environment(&environment)?, Vec::new()),
        Place::Package(decoded) => (Side::of_package(decoded.package), decoded.diagnostics),
    };
    // What is wrong with a package may be why it differs; advice about it is no matter of a diff.
    found.retain(|diagnostic| diagnostic.severity != Severity::Info);
    for diagnostic in &mut found {
        diagnostic.summary = format!("{}: {}", named.shown, diagnostic.summary);
    }
    Ok(Read { side, shown: named.shown, found })
}

/// The resources that the patterns name, on either side.
fn only(arguments: &DiffArguments, left: &Read, right: &Read) -> Outcome<Option<HashSet<ResourceId>>> {
    if arguments.select.is_empty() {
        return Ok(None);
    }
    let (mine, theirs) = (Names::new(&*left.shown, left.side.names()), Names::new(&*right.shown, right.side.names()));
    let mut chosen = HashSet::new();
    for pattern in &arguments.select {
        let pattern = std::slice::from_ref(pattern);
        match (mine.several(pattern), theirs.several(pattern)) {
            (Err(Error::NotFound { wanted, nearest, .. }), Err(Error::NotFound { nearest: other, .. })) => {
                let place = format!("{} or {}", left.shown, right.shown);
                return Err(Error::NotFound { wanted, place, nearest: nearest.or(other) }.into());
            }
            (mine, theirs) => {
                for found in [mine, theirs] {
                    match found {
                        Ok(ids) => chosen.extend(ids.into_iter().cloned()),
                        Err(Error::NotFound { .. }) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
            }
        }
    }
    Ok(Some(chosen))
}
