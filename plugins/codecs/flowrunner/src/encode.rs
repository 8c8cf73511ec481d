use flowport_flowrunner::{PART, head};
use flowport_plugin::json::Value;
use flowport_plugin::{Diagnostic, Failure, Output, PackageReader, Placement, ResourceId, Setup, View, read_part};

use crate::{CHUNK, attachment, codes, document};

/// How many names of flows a message lists.
const SHOWN: u32 = 3;

/// Writes the one flow of a package as it is.
pub(crate) fn encode(package: &dyn PackageReader, file: &dyn Output) -> Result<Vec<Placement>, Failure> {
    if package.len() != 1 {
        return Err(not_one(package).into());
    }
    let view = package.view(0);
    let head = view.head();
    let text = read_part(view.as_ref(), PART, document::most_bytes())?;
    let mine = |failure| about(failure, &head.id);
    let document = document::parse(text).map_err(mine)?;
    document::flow(&document).map_err(mine)?;
    if document.root().get(attachment::KEY).is_some() {
        let summary = format!("the flow has a member {}, which flowport keeps for itself", attachment::KEY);
        let help = "rename it, or write the package in another format (--format json)";
        return Err(mine(Diagnostic::error(codes::ATTACHMENT, summary).help(help).into()));
    }
    let lost = lost(view.as_ref(), &package.setup(0), document.root());
    let text = match package.attachment() {
        None => document.into_bytes(),
        Some(attached) => {
            // Before anything as large is made.
            check_size(document.text().len() as u64 + attachment::length(attached.len()))?;
            attachment::append(&document, &attached.read_all(document::most_bytes())?)?
        }
    };
    check_size(text.len() as u64)?;
    for (index, chunk) in text.chunks(CHUNK).enumerate() {
        file.write_at((index * CHUNK) as u64, chunk)?;
    }
    Ok(vec![Placement { id: head.id, lost }])
}

/// What could not be read again is not written.
fn check_size(bytes: u64) -> Result<(), Failure> {
    let most = document::most_bytes();
    if bytes <= most {
        return Ok(());
    }
    Err(Failure::Limit(format!(
        "the file would have {bytes} bytes, and {most} can be read again: write the package in another format (--format zip)"
    )))
}

fn not_one(package: &dyn PackageReader) -> Diagnostic {
    let count = package.len();
    let names: Vec<String> = (0..count.min(SHOWN)).map(|index| package.view(index).head().id.id).collect();
    let more = if count > SHOWN { format!(" and {} more", count - SHOWN) } else { String::new() };
    let summary = match count {
        0 => "a file of FlowRunner holds one flow, and there is none to write".to_owned(),
        _ => format!("a file of FlowRunner holds one flow, not {count}: {}{more}", names.join(", ")),
    };
    Diagnostic::error(codes::NOT_ONE_FLOW, summary)
        .help("write a file for each with --split, or one for all in another format (--format json or zip)")
}

/// Says which resource it was.
fn about(failure: Failure, id: &ResourceId) -> Failure {
    match failure {
        Failure::Malformed(found) => Failure::Malformed(
            found.into_iter().map(|found| found.subject(id.clone()).at(format!("{PART}#"))).collect(),
        ),
        other => other,
    }
}

/// What the file has no place for.
fn lost(view: &dyn View, setup: &Setup, root: Value<'_>) -> Vec<String> {
    let mut lost = Vec::new();
    let ResourceId { id, version, .. } = view.head().id;
    let stated = head(root).map(|head| head.id);
    // Imported again, the file is what it says; a version that was added to another flow does not say so.
    if stated.as_ref().is_some_and(|stated| stated.id != id) {
        lost.push(format!("that it is a version of the flow {id}"));
    }
    if stated.is_some_and(|stated| stated.version != version) {
        lost.push(format!("that it is version {}", version.unwrap_or_default()));
    }
    if *setup != Setup::none() {
        lost.push("what the package says of its import".to_owned());
    }
    if view.head().attributes.trim() != "{}" {
        lost.push("the attributes".to_owned());
    }
    let others = view.parts().into_iter().filter(|part| part.name != PART);
    lost.extend(others.map(|part| format!("the part {}", part.name)));
    lost
}
