//! A plan for the pages of a pipeline.

use std::path::Path;

use flowport_core::model::Diagnostic;
use flowport_core::plan::Plan;

use super::conflicts::clashing;
use super::page::asked;
use super::{Incoming, summary, target_name};
use crate::arguments::PlanArguments;
use crate::context::Context;
use crate::exit::{self, Failure, Outcome};
use crate::formats::Findings;
use crate::report::Report;
use crate::source::Source;

/// The report with the plan in the format that is asked for.
pub(super) fn shown(
    context: &Context,
    arguments: &PlanArguments,
    (source, incoming): (&Source, &Incoming),
    plan: &Plan,
    mut report: Report,
) -> Report {
    let name = &incoming.decoded.package.info.name;
    let findings = Findings {
        package: if name.is_empty() { source.shown() } else { name.clone() },
        environment: &arguments.environment,
        target: target_name(context, &arguments.environment),
        file: source.file(),
        changes: &plan.changes,
        questions: asked(plan),
        conflicts: clashing(plan),
        diagnostics: &plan.diagnostics,
        verdict: summary(incoming, plan),
        exit: report.exit,
    };
    if let Some(text) = findings.in_format(arguments.format) {
        report.text = text;
    }
    report
}

/// Where the package or the answers cannot be read the format says why, and the command ends as it does without.
pub(super) fn failed(
    context: &Context,
    arguments: &PlanArguments,
    source: &Source,
    failure: Failure,
) -> Outcome<Report> {
    if failure.exit != exit::BLOCKED {
        return Err(failure);
    }
    let why = [Diagnostic::error(failure.code(), failure.what.clone())];
    let findings = Findings {
        package: source
            .file()
            .and_then(Path::file_name)
            .map_or_else(|| source.shown(), |name| name.display().to_string()),
        environment: &arguments.environment,
        target: target_name(context, &arguments.environment),
        file: source.file(),
        changes: &[],
        questions: Vec::new(),
        conflicts: Vec::new(),
        diagnostics: if failure.diagnostics.is_empty() { &why } else { &failure.diagnostics },
        verdict: failure.what.clone(),
        exit: failure.exit,
    };
    match findings.in_format(arguments.format) {
        Some(text) => Ok(Report { text, ..Report::of_failure(&failure) }),
        None => Err(failure),
    }
}
