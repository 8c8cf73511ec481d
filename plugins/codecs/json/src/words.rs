//! The words of the format for states, origins and actions.

use std::borrow::Cow;

use flowport_plugin::{Action, Origin, State};

pub(crate) const STATES: &[(&str, State)] = &[("draft", State::Draft), ("published", State::Published)];
pub(crate) const ORIGINS: &[(&str, Origin)] = &[("custom", Origin::Custom), ("standard", Origin::Standard)];
pub(crate) const ACTIONS: &[(&str, Action)] = &[
    ("create", Action::Create),
    ("update", Action::Update),
    ("new-version", Action::NewVersion),
    ("merge", Action::Merge),
    ("overwrite", Action::Overwrite),
    ("use-existing", Action::UseExisting),
    ("skip", Action::Skip),
];

/// Before a product's own word for an action, so that a mistyped `create` is found and `create` of a product is not ours.
pub(crate) const OTHER_ACTION: &str = "other:";

/// What a word of a table means.
pub(crate) fn meaning<T: Clone>(table: &[(&str, T)], word: &str) -> Option<T> {
    let entry = table.iter().find(|(candidate, _)| *candidate == word);
    entry.map(|(_, value)| value.clone())
}

/// The word for a value of a table; empty for a value that is not in it.
pub(crate) fn word<T: PartialEq>(table: &[(&'static str, T)], value: &T) -> &'static str {
    let entry = table.iter().find(|(_, candidate)| candidate == value);
    entry.map_or("", |(word, _)| word)
}

pub(crate) fn action(word: &str) -> Option<Action> {
    match word.strip_prefix(OTHER_ACTION) {
        Some(own) => Some(Action::Other(own.to_owned())),
        None => meaning(ACTIONS, word),
    }
}

pub(crate) fn action_word(action: &Action) -> Cow<'static, str> {
    match action {
        Action::Other(own) => Cow::Owned(format!("{OTHER_ACTION}{own}")),
        known => Cow::Borrowed(word(ACTIONS, known)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_word_that_leads_back() {
        let all = [
            Action::Create,
            Action::Update,
            Action::NewVersion,
            Action::Merge,
            Action::Overwrite,
            Action::UseExisting,
            Action::Skip,
        ];
        for known in all {
            let word = action_word(&known);
            assert!(!word.is_empty());
            assert_eq!(action(&word), Some(known));
        }
        for own in ["Override", "create", "", "other:x"] {
            let other = Action::Other(own.to_owned());
            assert_eq!(action(&action_word(&other)), Some(other));
        }
        assert_eq!(action("Override"), None);
    }
}
