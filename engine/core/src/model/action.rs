use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What an import does with one resource.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum Action {
    /// Store it as new.
    Create,
    /// Replace the existing one.
    Update,
    /// Add a version to the existing one.
    NewVersion,
    /// Add what is missing in the existing one; remove nothing.
    Merge,
    /// Replace all of the existing one.
    Overwrite,
    /// Leave the existing one as it is and use it.
    UseExisting,
    /// Leave it out.
    Skip,
    /// A product's own word: carried and shown, never carried out.
    Other(String),
}

impl Action {
    /// All that can be carried out.
    pub const ALL: [Action; 7] = [
        Action::Create,
        Action::Update,
        Action::NewVersion,
        Action::Merge,
        Action::Overwrite,
        Action::UseExisting,
        Action::Skip,
    ];

    /// As users and scripts write it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
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

    /// True for the actions that change an existing resource.
    #[must_use]
    pub fn changes_existing(&self) -> bool {
        matches!(self, Action::Update | Action::Merge | Action::Overwrite | Action::NewVersion)
    }
}

impl From<String> for Action {
    fn from(word: String) -> Action {
        Action::ALL.into_iter().find(|action| action.as_str() == word).unwrap_or(Action::Other(word))
    }
}

impl From<Action> for String {
    fn from(action: Action) -> String {
        action.as_str().to_owned()
    }
}

impl FromStr for Action {
    type Err = String;
    fn from_str(word: &str) -> Result<Action, String> {
        match Action::from(word.to_owned()) {
            Action::Other(word) => {
                let known = Action::ALL.map(|action| action.as_str().to_owned()).join(", ");
                Err(format!("{word:?} is no action; there are {known}"))
            }
            action => Ok(action),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
