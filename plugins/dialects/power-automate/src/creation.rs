//! The manifest's words for what an import shall do: `suggestedCreationType`, and `creationType`, one string with `, ` between.

use flowport_plugin::Action;

use crate::{APP, CONNECTION, CONNECTOR, FLOW};

/// The action of a creation type.
#[must_use]
pub fn action_of(word: &str) -> Action {
    match word {
        "New" => Action::Create,
        "Update" => Action::Update,
        "Existing" => Action::UseExisting,
        "Merge" => Action::Merge,
        "Overwrite" => Action::Overwrite,
        other => Action::Other(other.to_owned()),
    }
}

/// The creation type of an action; none where the format has no word for it.
#[must_use]
pub fn creation_type(action: &Action) -> Option<&str> {
    match action {
        Action::Create => Some("New"),
        Action::Update => Some("Update"),
        Action::UseExisting => Some("Existing"),
        Action::Merge => Some("Merge"),
        Action::Overwrite => Some("Overwrite"),
        Action::Other(word) => Some(word),
        Action::NewVersion | Action::Skip => None,
    }
}

/// The actions in a `creationType`.
#[must_use]
pub fn allowed_actions(creation_types: &str) -> Vec<Action> {
    creation_types.split(',').map(str::trim).filter(|word| !word.is_empty()).map(action_of).collect()
}

/// The `creationType` of a resource: what was allowed, else what the exporter writes for its kind. None for standard
/// connectors, which carry no such key.
#[must_use]
pub fn creation_types(kind: &str, standard: bool, allowed: &[Action]) -> Option<String> {
    let words: Vec<&str> = allowed.iter().filter_map(creation_type).collect();
    if !words.is_empty() {
        return Some(words.join(", "));
    }
    match kind {
        FLOW => Some("Existing, New, Update".to_owned()),
        APP => Some("New, Update".to_owned()),
        CONNECTOR if standard => None,
        CONNECTOR | CONNECTION => Some("Existing".to_owned()),
        _ => None,
    }
}
