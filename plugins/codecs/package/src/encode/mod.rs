//! From resources to a file.

mod fits;
mod load;

use flowport_boomi_flow::FLOW;
use flowport_plugin::{Action, Diagnostic, Failure, Output, PackageInfo, PackageReader, Placement, Setup, attachment};

use crate::assemble::Assembled;
use crate::codes;
use crate::format::Format;
use crate::rest::Rest;
use crate::sink::FileSink;
pub(crate) use fits::fits;
use load::Loaded;

/// Writes a package.
pub(crate) fn encode(
    format: Format,
    package: &dyn PackageReader,
    file: &dyn Output,
) -> Result<Vec<Placement>, Failure> {
    if let (0, Some(attached)) = (package.len(), package.attachment()) {
        attachment::write_alone(format.id(), attached.as_ref(), file)?;
        return Ok(Vec::new());
    }
    let loaded =
        (0..package.len()).map(|index| Loaded::of(package.view(index).as_ref())).collect::<Result<Vec<_>, _>>()?;
    count_flows(format, &loaded)?;
    let rest = rest(&loaded);
    let (flows, elements) = load::share_out(&loaded);
    let attachment = package.attachment().map(|input| attachment::encode(input.as_ref())).transpose()?;
    let mut sink = FileSink::new(file, rest.encoding);
    Assembled::of(&flows, &elements, &rest, format).write(&mut sink, attachment.as_deref())?;
    sink.finish()?;
    let info = package.info();
    let placements = loaded.iter().zip(0..package.len());
    Ok(placements
        .map(|(loaded, index)| {
            let lost = lost(&info, &package.setup(index), loaded.head.id.kind == FLOW);
            Placement { id: loaded.head.id.clone(), lost }
        })
        .collect())
}

/// Packages of 2016 have exactly one flow \[all samples\].
fn count_flows(format: Format, loaded: &[Loaded]) -> Result<(), Failure> {
    let flows: Vec<&str> =
        loaded.iter().filter(|loaded| loaded.head.id.kind == FLOW).map(|loaded| loaded.head.name.as_str()).collect();
    let problem = match (flows.as_slice(), format) {
        ([], _) => {
            Diagnostic::error(codes::WITHOUT_FLOW, "a package of Boomi Flow needs a flow, and there is none to write")
                .help("select a flow as well, or write --format json")
        }
        ([_, _, ..], Format::Package) => {
            let shown = flows.iter().take(5).copied().collect::<Vec<_>>().join(", ");
            let more = if flows.len() > 5 { ", …" } else { "" };
            let summary = format!("a package holds exactly one flow; here are {}: {shown}{more}", flows.len());
            Diagnostic::error(codes::SEVERAL_FLOWS, summary).help(
                "write one package per flow with --split, or one file with --format package2 (unverified) or --format json",
            )
        }
        _ => return Ok(()),
    };
    Err(problem.into())
}

/// What the flows brought along from the files that they came from.
fn rest(loaded: &[Loaded]) -> Rest<'_> {
    let mut rests = loaded.iter().filter_map(|loaded| loaded.rest.as_ref()).map(Rest::read);
    let mut rest = rests.next().unwrap_or_default();
    for other in rests {
        rest.add(other);
    }
    rest
}

/// What a package has no place for.
fn lost(info: &PackageInfo, setup: &Setup, is_flow: bool) -> Vec<String> {
    let mut lost = Vec::new();
    if let Some(action) = setup.suggested.as_ref().filter(|action| **action != Action::Update) {
        lost.push(format!("the suggested action {}", word(action)));
    }
    if setup.comment.is_some() {
        lost.push("the comment".to_owned());
    }
    if let Some(wanted) = info.intended_for.as_ref().filter(|_| is_flow) {
        lost.push(format!("that the package is meant for {wanted}"));
    }
    lost
}

fn word(action: &Action) -> &str {
    match action {
        Action::Create => "create",
        Action::Update => "update",
        Action::NewVersion => "new-version",
        Action::Merge => "merge",
        Action::Overwrite => "overwrite",
        Action::UseExisting => "use-existing",
        Action::Skip => "skip",
        Action::Other(word) => word,
    }
}
