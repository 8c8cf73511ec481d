use flowport_k2view_dpm::{PART, head};
use flowport_plugin::{Action, Diagnostic, Failure, Output, PackageReader, Placement, Setup, Slot, View, attachment};

use crate::document::FILE;
use crate::{CHUNK, FORMAT, codes};

/// How many names of flows a message lists.
const SHOWN: u32 = 3;

/// Which flow has the file to itself.
pub(crate) fn fits(package: &dyn PackageReader) -> Vec<bool> {
    FILE.fits(package, PART, head)
}

/// Writes the one flow of a package as it is.
pub(crate) fn encode(package: &dyn PackageReader, file: &dyn Output) -> Result<Vec<Placement>, Failure> {
    if let (0, Some(attached)) = (package.len(), package.attachment()) {
        attachment::write_alone(FORMAT, attached.as_ref(), file)?;
        return Ok(Vec::new());
    }
    if package.len() != 1 {
        return Err(not_one(package).into());
    }
    let view = package.view(0);
    let head = view.head();
    let document = FILE.read_part(view.as_ref(), PART)?;
    attachment::refuse_own_key(&document, "the flow", codes::ATTACHMENT)
        .map_err(|found| found.subject(head.id.clone()).at(Slot::new(PART, "")))?;
    let text = match package.attachment() {
        None => document.into_bytes(),
        Some(attached) => attachment::append(&document, attached.as_ref())?,
    };
    for (index, chunk) in text.chunks(CHUNK).enumerate() {
        file.write_at((index * CHUNK) as u64, chunk)?;
    }
    Ok(vec![Placement { lost: lost(view.as_ref(), &package.setup(0)), id: head.id }])
}

fn not_one(package: &dyn PackageReader) -> Diagnostic {
    let count = package.len();
    let names: Vec<String> = (0..count.min(SHOWN)).map(|index| package.view(index).head().id.id).collect();
    let more = if count > SHOWN { format!(" and {} more", count - SHOWN) } else { String::new() };
    let summary = match count {
        0 => "a file of DPM holds one flow, and there is none to write".to_owned(),
        _ => format!("a file of DPM holds one flow, not {count}: {}{more}", names.join(", ")),
    };
    Diagnostic::error(codes::NOT_ONE_FLOW, summary)
        .help("write a file for each with --split, or one for all in another format (--format json)")
}

/// What the file has no place for.
fn lost(view: &dyn View, setup: &Setup) -> Vec<String> {
    let mut lost = Vec::new();
    // What an import does anyway is no loss.
    let says_more = setup.suggested.as_ref().is_some_and(|action| *action != Action::Create);
    if says_more || setup.comment.is_some() || !setup.allowed.is_empty() {
        lost.push("what the package says of its import".to_owned());
    }
    if view.head().attributes.trim() != "{}" {
        lost.push("the attributes".to_owned());
    }
    let others = view.parts().into_iter().filter(|part| part.name != PART);
    lost.extend(others.map(|part| format!("the part {}", part.name)));
    lost
}
