//! The file of a saved plan: JSON that people can read, sealed by a hash over all of it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::content::Hash;
use crate::environment::fingerprint;
use crate::plan::{Plan, Planned};
use crate::settings::Settings;

/// What says that it is one.
const FORMAT: &str = "flowport-plan";
/// The only version there is.
const VERSION: u64 = 1;
const SEAL: &str = "seal";

/// Why a file is no plan to be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAPlan {
    /// Something else.
    #[error("this is no saved plan ({0}); `flowport plan ENV FILE -o PLAN` makes one")]
    Other(String),
    /// Of a version that this flowport does not know.
    #[error("this plan was saved by a newer flowport (version {0}); use that one")]
    Newer(u64),
    /// It is not what was saved.
    #[error("this plan was changed after it was saved, and only what was reviewed is carried out; plan again")]
    Edited,
}

/// A plan, saved. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedPlan {
    /// Who made it.
    pub by: String,
    /// When: RFC 3339, UTC, as exact as the clock is, so that no two plans are one.
    pub at: String,
    /// The version of flowport.
    pub flowport: String,
    /// Where it goes.
    pub environment: PlannedFor,
    /// What is imported.
    pub package: SavedPackage,
    /// The user's answers.
    pub settings: SavedSettings,
    /// Switch on what can be switched on.
    pub publish: bool,
    /// What took part.
    pub plugins: Vec<SavedPlugin>,
    /// What was decided, in the order of the package.
    pub changes: Vec<SavedChange>,
    /// All that the plan depends on in the target.
    pub seen: Vec<Seen>,
}

/// The environment of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedFor {
    /// Its name in the project.
    pub name: String,
    /// What it is for.
    pub kind: String,
    /// Whose it is.
    pub tenant: Option<String>,
    /// The number of its last run; 0 before the first.
    pub last_run: u64,
}

/// The package of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedPackage {
    /// What it is called.
    pub name: String,
    /// As its user named the file; none for a shared one, whose token is a secret.
    pub file: Option<String>,
    /// Of its bytes.
    pub sha256: String,
}

/// The answers of a plan, with those that were given as flags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedSettings {
    /// The settings file, as its user named it.
    pub file: Option<String>,
    /// Of what it says, not of its bytes; none where there is no such file.
    pub sha256: Option<String>,
    /// All answers. Of secrets only where they are taken from.
    pub answers: Settings,
    /// The other flags that were given, word by word, so that the same can be asked again.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub flags: Vec<String>,
}

/// A plugin that took part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedPlugin {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Of its component.
    pub sha256: String,
}

/// What was decided about one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedChange {
    /// In the package.
    pub resource: String,
    /// Its name there.
    pub name: String,
    /// The word for the decision.
    pub action: String,
    /// In the target: an id that was found or made.
    pub target: String,
    /// Its name there.
    pub target_name: String,
    /// Switched on.
    pub activates: bool,
    /// Of what it replaces.
    pub replaces: Option<String>,
    /// Of what will be stored.
    pub outcome: Option<String>,
    /// Slots of the secrets that are set.
    pub secrets: Vec<String>,
}

/// What was asked of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// One resource.
    Resource,
    /// What has an identity.
    Identity,
    /// The versions of a thing.
    Versions,
    /// What is known of a resource.
    Inspection,
    /// The secrets kept for it.
    Secrets,
    /// Who refers to it.
    Referrers,
    /// What was imported for it last.
    Base,
    /// What it was imported as last.
    Came,
}

/// Something that was asked of the target, and a hash of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// What.
    pub asked: Asked,
    /// About what: a resource, an identity.
    pub about: String,
    /// From where, of a base.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<String>,
    /// Which resources.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub found: Vec<String>,
    /// Of the answer; none where nothing was there.
    pub sha256: Option<String>,
}

impl SavedChange {
    /// Of a planned one.
    #[must_use]
    pub fn of(change: &Planned) -> SavedChange {
        let outcome = change.outcome();
        SavedChange {
            resource: change.source.to_string(),
            name: change.name.clone(),
            action: change.word().to_owned(),
            target: change.target.to_string(),
            target_name: change.target_name.clone(),
            activates: outcome.is_some_and(|outcome| outcome.activates),
            replaces: outcome.and_then(|outcome| outcome.replaces.as_ref()).map(|it| it.fingerprint.to_string()),
            outcome: outcome.map(|outcome| fingerprint(&outcome.resource).to_string()),
            secrets: outcome.into_iter().flat_map(|it| &it.secrets).map(|secret| secret.slot.clone()).collect(),
        }
    }
}

impl SavedPlan {
    /// What was decided about each resource.
    #[must_use]
    pub fn changes(plan: &Plan) -> Vec<SavedChange> {
        plan.changes.iter().map(SavedChange::of).collect()
    }

    /// The text of the file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let body = self.body();
        let mut whole = json!({ "format": FORMAT, "version": VERSION, SEAL: seal(&body).to_string() });
        if let (Value::Object(whole), Value::Object(body)) = (&mut whole, body) {
            whole.extend(body);
        }
        format!("{whole:#}\n")
    }

    /// Reads what [`to_text`](Self::to_text) wrote, and nothing else.
    ///
    /// # Errors
    /// [`NotAPlan`].
    pub fn from_text(text: &str) -> Result<SavedPlan, NotAPlan> {
        let other = |why: &str| NotAPlan::Other(why.to_owned());
        let mut body: Value = serde_json::from_str(text).map_err(|why| other(&why.to_string()))?;
        let whole = body.as_object_mut().ok_or_else(|| other("it is no JSON object"))?;
        if whole.shift_remove("format") != Some(json!(FORMAT)) {
            return Err(other(&format!("its format is not {FORMAT}")));
        }
        match whole.shift_remove("version").and_then(|version| version.as_u64()) {
            Some(VERSION) => {}
            Some(version) if version > VERSION => return Err(NotAPlan::Newer(version)),
            _ => return Err(other("its version is none")),
        }
        let sealed = whole.shift_remove(SEAL);
        if sealed != Some(json!(seal(&body).to_string())) {
            return Err(NotAPlan::Edited);
        }
        serde_json::from_value(body).map_err(|why| other(&why.to_string()))
    }

    /// What tells this plan from all others.
    #[must_use]
    pub fn id(&self) -> Hash {
        seal(&self.body())
    }

    fn body(&self) -> Value {
        serde_json::to_value(self)
            .unwrap_or_else(|_| unreachable!("its keys are texts, and it has no numbers of its own"))
    }
}

/// Over all but the seal itself. It guards against mistakes: whoever can write the file can seal it anew.
fn seal(body: &Value) -> Hash {
    Hash::of(body.to_string().as_bytes())
}
