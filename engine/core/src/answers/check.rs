//! Answers that do not fit the kind of what they are for.

use super::Answer;
use crate::model::{Action, Diagnostic, Head, KindInfo, ResourceId};

/// What users write for the version behind the highest one.
pub(crate) const NEXT: &str = "next";

/// True where an import can do that with a resource of the kind, and for kinds that nobody knows.
pub(crate) fn supported(info: Option<&KindInfo>, action: &Action) -> bool {
    info.is_none_or(|info| info.actions.contains(action))
}

/// A version for a kind without versions.
pub(crate) fn wrong_version(head: &Head, info: Option<&KindInfo>, answer: &Answer) -> Option<Diagnostic> {
    let versioned = info.is_none_or(|info| info.traits.versioned);
    if answer.version.is_none() || versioned {
        return None;
    }
    let summary = format!("{} ({}) has no versions of its own", head.id, head.name);
    Some(Diagnostic::error("P-VERSION", summary).about(&head.id).help("leave --set-version away"))
}

/// An action that the kind does not have.
pub(crate) fn wrong_action(head: &Head, info: Option<&KindInfo>, answer: &Answer) -> Option<Diagnostic> {
    let action = answer.action.as_ref()?;
    let known = info?.actions.iter().map(Action::as_str).collect::<Vec<_>>().join(", ");
    if supported(info, action) {
        return None;
    }
    let summary = format!("{} ({}) cannot be imported with the action {action}", head.id, head.name);
    Some(Diagnostic::error("P-ACTION", summary).about(&head.id).help(format!("choose one of {known}")))
}

/// A version that is no word.
pub(crate) fn wrong_word(id: &ResourceId, answer: &Answer) -> Option<Diagnostic> {
    let version = answer.version.as_deref()?;
    let is_word = !version.is_empty() && !version.contains(['@', '/']) && !version.contains(char::is_whitespace);
    if is_word {
        return None;
    }
    let summary = format!("{version:?} is no version: it is a word without @ and /");
    let help = "--set-version RESOURCE=VERSION, or RESOURCE=next";
    Some(Diagnostic::error("P-VERSION", summary).about(id).help(help))
}
