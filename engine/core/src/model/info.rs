use serde::{Deserialize, Serialize};

use super::{Action, Diagnostic, Kind, ResourceId};

/// Members of an array are the same thing when this member is equal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArrayKey {
    /// The name of the part.
    pub part: String,
    /// A JSON pointer to the array; `*` stands for any one token.
    pub path: String,
    /// The member that names an element.
    pub key: String,
}

/// What is true of a kind in a dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Traits {
    /// The id carries a version.
    pub versioned: bool,
    /// Can be switched on and off.
    pub activated: bool,
    /// Belongs to someone.
    pub owned: bool,
    /// Drafts do not leave an environment unless asked.
    pub drafts: bool,
    /// A copy can be made under a new id.
    pub generated_ids: bool,
    /// The product knows one by a key beside the id, which [`EditOp::PRODUCT_KEY`](super::EditOp::PRODUCT_KEY) changes.
    pub product_keys: bool,
}

impl Traits {
    /// What people make, run and version; all else is there because that needs it.
    #[must_use]
    pub fn stands_alone(self) -> bool {
        self.owned || self.activated || self.versioned
    }

    /// Of its versions one can be on.
    #[must_use]
    pub fn one_is_live(self) -> bool {
        self.versioned && self.activated
    }
}

/// A kind in the dialects that share all of the following.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindInfo {
    /// What it is.
    pub kind: Kind,
    /// Whose languages.
    pub dialects: Vec<String>,
    /// For people.
    pub title: String,
    /// For people.
    pub plural: String,
    /// What import can do with one, the default first.
    pub actions: Vec<Action>,
    /// What is true of it.
    pub traits: Traits,
    /// For diffs.
    pub keys: Vec<ArrayKey>,
    /// Slots whose change is no change.
    pub volatile: Vec<String>,
    /// A JSON Schema of the main part.
    pub schema: Option<String>,
}

/// A kind in a dialect; `*` for both: everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Native {
    /// A kind or `*`.
    pub kind: String,
    /// A dialect or `*`.
    pub dialect: String,
}

/// A package format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormatInfo {
    /// Unique.
    pub id: String,
    /// For people.
    pub title: String,
    /// Without the dot, the usual one first.
    pub extensions: Vec<String>,
    /// Of the file.
    pub media_type: String,
    /// What it writes in the product's own way.
    pub writes: Vec<Native>,
    /// True where a public specification or real files prove the format.
    pub verified: bool,
}

impl FormatInfo {
    /// True where the format has a place of its own for such a resource.
    #[must_use]
    pub fn writes(&self, kind: &Kind, dialect: &str) -> bool {
        let fits = |word: &str, text: &str| word == "*" || word == text;
        self.writes.iter().any(|native| fits(&native.kind, kind.as_str()) && fits(&native.dialect, dialect))
    }

    /// True where the format carries everything.
    #[must_use]
    pub fn carries_everything(&self) -> bool {
        self.writes.iter().any(|native| native.kind == "*" && native.dialect == "*")
    }
}

/// How sure a codec is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// It is something else.
    No,
    /// It may be.
    Maybe,
    /// It is.
    Certain,
}

/// What one format makes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognition {
    /// The format's id.
    pub format: String,
    /// How sure.
    pub confidence: Confidence,
    /// What the file is instead.
    pub why_not: Option<Diagnostic>,
}

/// How a resource was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// Which.
    pub id: ResourceId,
    /// What the format has no place for, by name.
    pub lost: Vec<String>,
}
