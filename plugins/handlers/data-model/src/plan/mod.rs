//! What importing one entity or picklist would do.

mod difference;
mod field;
mod merge;
mod outcome;
mod overwrite;
mod replace;
mod usage;

use flowport_plugin::{Action, Change, Diagnostic, Edited, Failure, Reader, View};

use crate::codes;
use crate::entries::Entries;
use crate::findings::{Findings, shown};
use crate::kind::ModelKind;
use crate::part::Part;

pub(crate) use outcome::media_type;

/// How two things of one name become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Merge,
    Overwrite,
}

pub(crate) fn plan(
    incoming: &dyn View,
    existing: Option<&dyn View>,
    action: Option<Action>,
    target: &dyn Reader,
) -> Result<Change, Failure> {
    let default = if existing.is_some() { Action::Merge } else { Action::Create };
    match (action.unwrap_or(default), existing) {
        (Action::Skip, _) => Ok(Change::nothing(Action::Skip)),
        (Action::UseExisting, Some(_)) => Ok(Change::nothing(Action::UseExisting)),
        (Action::Merge, Some(existing)) => replace::plan(Mode::Merge, incoming, existing, target),
        (Action::Overwrite, Some(existing)) => replace::plan(Mode::Overwrite, incoming, existing, target),
        // Neither needs something to be there already: Microsoft's own Overwrite and Merge create what is missing.
        (Action::Create | Action::Merge | Action::Overwrite, None) => create(incoming, target),
        (action, existing) => refuse(incoming, existing.is_some(), &action),
    }
}

fn create(incoming: &dyn View, target: &dyn Reader) -> Result<Change, Failure> {
    let part = Part::read(incoming)?;
    let mut findings = Findings::about(&part);
    if part.is_standard() {
        let word = part.kind.word();
        let name = shown(&part.head.id.id);
        let summary = format!("the standard {word} {name} must exist in the target");
        let help =
            format!("install the product that brings {name} in the target, or skip it: only its customizations travel");
        findings.add(Diagnostic::error(codes::STANDARD_MISSING, summary).help(help));
        refuse_out_of_box(&part, &mut findings);
    } else if part.kind == ModelKind::Entity {
        usage::defaults_have_options(&part, &part, target, &mut findings);
    }
    if findings.has_errors() {
        return Ok(blocked(Action::Create, &possible(false), findings));
    }
    let mut change = Change::store(Action::Create, Edited::unchanged(incoming.head()));
    change.diagnostics = findings.finish();
    Ok(change)
}

/// Each out-of-box entry in the package of a standard resource. Exports by flowport hold none, other tools may.
fn refuse_out_of_box(part: &Part, findings: &mut Findings) {
    for list in part.kind.lists() {
        let entries = Entries::of(part.root(), list);
        for entry in entries.iter().filter(|entry| entry.is_standard()) {
            let summary = format!("out-of-box {} {} is neither exported nor changed", list.one, shown(&entry.name));
            let help = "take it out of the package: only customizations of standard things travel";
            findings.at(entry.value, Diagnostic::error(codes::OUT_OF_BOX, summary).help(help));
        }
    }
}

/// What can be asked for.
fn possible(exists: bool) -> Vec<Action> {
    match exists {
        true => vec![Action::Merge, Action::Overwrite, Action::UseExisting, Action::Skip],
        false => vec![Action::Create, Action::Skip],
    }
}

fn refuse(incoming: &dyn View, exists: bool, action: &Action) -> Result<Change, Failure> {
    let head = incoming.head();
    let word = ModelKind::of(&head)?.word();
    let name = shown(&head.id.id);
    let (problem, choices) = match exists {
        true => (format!("the {word} {name} exists in the target"), "merge, overwrite, use-existing or skip"),
        false => (format!("the {word} {name} does not exist in the target"), "create or skip"),
    };
    let summary = format!("{}: {problem}", impossible(action));
    let finding =
        Diagnostic::error(codes::IMPOSSIBLE_ACTION, summary).subject(head.id).help(format!("choose {choices}"));
    Ok(Change::choose(possible(exists)).with(finding))
}

fn impossible(action: &Action) -> String {
    let word = match action {
        Action::Create => "create",
        Action::UseExisting => "use-existing",
        Action::Update => "update",
        Action::NewVersion => "new-version",
        Action::Other(word) => return format!("{} is not known here", shown(word)),
        Action::Merge => "merge",
        Action::Overwrite => "overwrite",
        Action::Skip => "skip",
    };
    format!("{word} is not possible")
}

/// The asked action, which errors keep from being carried out, and what else there is.
fn blocked(action: Action, possible: &[Action], findings: Findings) -> Change {
    let allowed = possible.iter().filter(|other| **other != action).cloned().collect();
    Change { action: Some(action), allowed, outcome: None, diagnostics: findings.finish() }
}
