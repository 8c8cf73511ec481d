use std::collections::HashSet;

use flowport_plugin::{Action, Change, Diagnostic, Failure, Reader, View};

use super::outcome::outcome;
use super::{Mode, blocked, merge, overwrite, possible, refuse_out_of_box, usage};
use crate::codes;
use crate::findings::{Findings, shown};
use crate::inspect;
use crate::kind::ModelKind;
use crate::part::Part;

/// Both sides of an import.
pub(super) struct Sides {
    pub(super) incoming: Part,
    pub(super) existing: Part,
}

/// Merges into what is there, or overwrites it.
pub(super) fn plan(
    mode: Mode,
    incoming_view: &dyn View,
    existing_view: &dyn View,
    target: &dyn Reader,
) -> Result<Change, Failure> {
    let action = match mode {
        Mode::Merge => Action::Merge,
        Mode::Overwrite => Action::Overwrite,
    };
    let sides = Sides { incoming: Part::read(incoming_view)?, existing: Part::read(existing_view)? };
    if sides.incoming.kind != sides.existing.kind {
        let (from, to) = (sides.incoming.kind.word(), sides.existing.kind.word());
        return Err(Failure::Other(format!("a {from} cannot be imported into a {to}")));
    }
    let mut findings = Findings::about(&sides.incoming);
    if sides.incoming.is_standard() {
        refuse_out_of_box(&sides.incoming, &mut findings);
    }
    if sides.incoming.is_standard() != sides.existing.is_standard() {
        findings.add(origin_differs(&sides));
        return Ok(blocked(action, &possible(true), findings));
    }
    let result = match (mode, sides.existing.is_standard()) {
        (Mode::Merge, _) => merge::merge(&sides, &mut findings)?,
        (Mode::Overwrite, true) => overwrite::customizations(&sides, target, &mut findings)?,
        (Mode::Overwrite, false) => overwrite::whole(&sides, target, &mut findings)?,
    };
    let keeps_head = mode == Mode::Merge || sides.existing.is_standard();
    let outcome = outcome(keeps_head, &sides, result.clone(), incoming_view, existing_view)?;
    if !findings.has_errors() {
        let head = if keeps_head { &sides.existing.head } else { &outcome.head }.clone();
        check_result(Part::parse(sides.incoming.kind, head, result)?, &sides, target, &mut findings);
    }
    if findings.has_errors() {
        return Ok(blocked(action, &possible(true), findings));
    }
    let mut change = Change::nothing(action);
    change.outcome = outcome.edited;
    change.diagnostics = findings.finish();
    Ok(change)
}

fn origin_differs(sides: &Sides) -> Diagnostic {
    let word = |part: &Part| if part.is_standard() { "standard" } else { "custom" };
    let kind = sides.incoming.kind.word();
    let summary = format!(
        "the {kind} {} is {} in the package and {} in the target",
        shown(&sides.incoming.head.id.id),
        word(&sides.incoming),
        word(&sides.existing)
    );
    let help = format!("map it to another {kind}, or import it under another schema name");
    Diagnostic::error(codes::ORIGIN_DIFFERS, summary).help(help)
}

/// Two valid sides can make an invalid whole: a key that stays behind loses a field, two options get one label.
fn check_result(result: Part, sides: &Sides, target: &dyn Reader, findings: &mut Findings) {
    let known: HashSet<(String, String)> = [&sides.incoming, &sides.existing]
        .into_iter()
        .flat_map(inspect::check)
        .map(|known| (known.code, known.summary))
        .collect();
    for mut found in inspect::check(&result) {
        if !known.contains(&(found.code.clone(), found.summary.clone())) {
            // It would point into neither side.
            found.slot = None;
            found.detail =
                Some("neither the package nor the target has this problem, but both together would".to_owned());
            findings.add(found);
        }
    }
    if result.kind == ModelKind::Entity {
        usage::defaults_have_options(&result, &sides.incoming, target, findings);
    }
}
