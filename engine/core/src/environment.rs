//! Environments: named places that hold resources. A trait, so that adapters to live products can come later;
//! `flowport-store` keeps them in an embedded database.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::content::Hash;
use crate::history::{Cause, History, RunId};
use crate::lock::{self, Holder};
use crate::model::{Diagnostic, Head, Inspection, Reference, Resource, ResourceId, SlotValue};

/// What an environment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EnvironmentKind {
    /// Where flows are made.
    Development,
    /// Where they are tested.
    Test,
    /// Where their users accept them.
    Acceptance,
    /// The last stop before production.
    Staging,
    /// Where they run.
    Production,
    /// The one a tenant comes with.
    Default,
}

impl EnvironmentKind {
    /// All of them.
    pub const ALL: [EnvironmentKind; 6] = [
        EnvironmentKind::Development,
        EnvironmentKind::Test,
        EnvironmentKind::Acceptance,
        EnvironmentKind::Staging,
        EnvironmentKind::Production,
        EnvironmentKind::Default,
    ];

    /// As users write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            EnvironmentKind::Development => "development",
            EnvironmentKind::Test => "test",
            EnvironmentKind::Acceptance => "acceptance",
            EnvironmentKind::Staging => "staging",
            EnvironmentKind::Production => "production",
            EnvironmentKind::Default => "default",
        }
    }
}

impl fmt::Display for EnvironmentKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for EnvironmentKind {
    type Err = String;
    fn from_str(text: &str) -> Result<EnvironmentKind, String> {
        EnvironmentKind::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            let known = EnvironmentKind::ALL.map(EnvironmentKind::as_str).join(", ");
            format!("{text:?} is no kind of environment; there are {known}")
        })
    }
}

/// Why an environment could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum EnvironmentError {
    /// Another run holds it.
    #[error("another run holds the environment {environment}: {}", lock::held(.holder.as_deref()))]
    Held {
        /// Which.
        environment: String,
        /// Who; none for a program that does not say.
        holder: Option<Box<Holder>>,
    },
    /// This run held it, and does so no longer: its lock was taken away, or another run took its place. Nothing was written.
    #[error("this run no longer holds the environment {environment}: {}; nothing was written, run the command again", lock::lost(.by.as_deref()))]
    Replaced {
        /// Which.
        environment: String,
        /// Who holds it now, as far as known.
        by: Option<Box<Holder>>,
    },
    /// What a change was planned against is no longer there; nothing was written.
    #[error("{resource} changed in {environment} since the plan was made; nothing was written")]
    Stale {
        /// Which environment.
        environment: String,
        /// Which resource.
        resource: Box<ResourceId>,
    },
    /// The saved plan that is carried out was carried out before; nothing was written.
    #[error("{environment}: this plan was carried out already, by run {run}; nothing was written")]
    AppliedBefore {
        /// Which environment.
        environment: String,
        /// By which run.
        run: RunId,
    },
    /// A change is decided and cannot be undone, but not all of it is in place. The next command finishes it.
    #[error("{environment}: {what}")]
    Unfinished {
        /// Which.
        environment: String,
        /// What is in the way, and what to do.
        what: String,
    },
    /// The disk failed in the last moment, and nobody knows yet whether the change is made.
    #[error(
        "{environment}: {what}; once that is mended, `flowport runs {environment}` shows whether the changes are there"
    )]
    Undecided {
        /// Which.
        environment: String,
        /// What was being done and why it failed.
        what: String,
    },
    /// The store cannot be opened, read or written.
    #[error("{environment}: {what}")]
    Store {
        /// Which environment.
        environment: String,
        /// What was being done and why it failed.
        what: String,
    },
}

/// One line of a list: a resource without its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its head.
    pub head: Head,
    /// Who owns it, the owner first, then the co-owners.
    pub owners: Vec<String>,
    /// In bytes, all parts together.
    pub size: u64,
    /// When it was last written; RFC 3339, UTC.
    pub changed: String,
}

/// A reference from somewhere, for "who uses this?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referrer {
    /// The resource that refers.
    pub from: ResourceId,
    /// How.
    pub reference: Reference,
}

/// Reading an environment. Planning gets no more than this: that it cannot write is a matter of types.
pub trait ReadEnvironment: History + Send + Sync {
    /// Its name in the project file.
    fn name(&self) -> &str;

    /// All resources, ordered by kind, name and id.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`].
    fn list(&self) -> Result<Vec<Summary>, EnvironmentError>;

    /// One resource; its parts are read when they are asked for.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`].
    fn get(&self, id: &ResourceId) -> Result<Option<Resource>, EnvironmentError>;

    /// Who owns it, the owner first; empty where there is no such resource or it has no owner.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`].
    fn owners(&self, id: &ResourceId) -> Result<Vec<String>, EnvironmentError>;

    /// The heads of the resources that carry this identity, strongest rank first.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`].
    fn find(&self, identity: &str) -> Result<Vec<Head>, EnvironmentError>;

    /// The versions there are of one id, in the order in which they came.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`].
    fn versions(&self, kind: &str, id: &str) -> Result<Vec<String>, EnvironmentError>;

    /// What was found when the resource was stored: identities, references, secrets, literals. Nothing is parsed again.
    /// Diagnostics are not kept. A declared secret is set where its value is kept.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`].
    fn inspection(&self, id: &ResourceId) -> Result<Inspection, EnvironmentError>;

    /// The declared secrets that are kept apart from the resource: raw JSON text by slot. Whoever asks decides where they go;
    /// they are never shown.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`], also where they cannot be opened.
    fn secrets(&self, id: &ResourceId) -> Result<Vec<SlotValue>, EnvironmentError>;

    /// Of the declared secrets that are kept for it, by slot, a hash of each as it was sealed, or of one in a file that somebody
    /// edited a hash that only who has the key can make: equal for one that nobody touched. It says nothing of the value. None for
    /// one in a file where there is no key yet.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`].
    fn kept(&self, id: &ResourceId) -> Result<BTreeMap<String, Option<Hash>>, EnvironmentError>;

    /// Who refers to it.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`].
    fn referrers(&self, id: &ResourceId) -> Result<Vec<Referrer>, EnvironmentError>;

    /// Reads what many questions at once will need. Whoever asks from several threads calls it first: what one answer waits for
    /// must not wait for that answer's thread.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`].
    fn prepare(&self) -> Result<(), EnvironmentError> {
        Ok(())
    }

    /// What is wrong with what is kept, where people change it with their own tools, and what is worth saying about it. A resource
    /// with an error cannot be read: nothing else here knows of it.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`].
    fn problems(&self) -> Result<Vec<Diagnostic>, EnvironmentError> {
        Ok(Vec::new())
    }
}

/// The other versions of a thing, in the order in which they came.
///
/// # Errors
/// [`EnvironmentError::Store`].
pub fn other_versions(environment: &dyn ReadEnvironment, id: &ResourceId) -> Result<Vec<ResourceId>, EnvironmentError> {
    let versions = environment.versions(id.kind.as_str(), &id.id)?;
    let all = versions.into_iter().map(|version| ResourceId { version: Some(version.into()), ..id.clone() });
    Ok(all.filter(|other| other != id).collect())
}

/// One write to an environment.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "nearly every write is a put")]
pub enum Write {
    /// Store a resource, new or in place of the one with its id.
    Put {
        /// What.
        resource: Resource,
        /// What its handler found in it: becomes the index.
        inspection: Inspection,
        /// Who owns it, the owner first. None: as before; a new one belongs to the acting user.
        owners: Option<Vec<String>>,
        /// Declared secrets to keep apart from it. Those kept before stay as long as the inspection knows their slot; one
        /// without a value is forgotten.
        secrets: Vec<SlotValue>,
        /// What was there when this was planned: the hash over head and parts, none for nothing.
        expected: Expected,
    },
    /// Take a resource out.
    Delete {
        /// Which.
        id: ResourceId,
        /// What was there when this was planned.
        expected: Expected,
    },
}

impl Write {
    /// Which resource it is about.
    #[must_use]
    pub fn id(&self) -> &ResourceId {
        match self {
            Write::Put { resource, .. } => &resource.head.id,
            Write::Delete { id, .. } => id,
        }
    }
}

/// What must be in the environment for a write to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// No matter what.
    Anything,
    /// No such resource.
    Absent,
    /// A resource with this fingerprint, see [`fingerprint`].
    Fingerprint(Hash),
}

/// Writing an environment. Who has one holds the environment until it is dropped: nobody else writes to it meanwhile.
pub trait Environment: ReadEnvironment {
    /// Makes all writes in one transaction, in order, and remembers them as one run; none where there is nothing to write and
    /// nothing came. `progress` hears the number of writes done.
    ///
    /// # Errors
    /// [`EnvironmentError`]; then nothing was written, but after [`EnvironmentError::Unfinished`] all of it will be, and after
    /// [`EnvironmentError::Undecided`] all of it may be.
    fn apply(
        &mut self,
        cause: &Cause,
        writes: &[Write],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Option<RunId>, EnvironmentError>;
}

/// A hash over all that an import would store of a resource: head and the hashes of its parts.
#[must_use]
pub fn fingerprint(resource: &Resource) -> Hash {
    let mut hasher = crate::content::Hasher::default();
    let mut field = |bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    let Head { id, name, dialect, state, origin, attributes } = &resource.head;
    field(id.to_string().as_bytes());
    for text in [name.as_str(), dialect, state.as_str(), origin.as_str(), attributes] {
        field(text.as_bytes());
    }
    for part in &resource.parts {
        field(part.name.as_bytes());
        field(part.media_type.as_bytes());
        field(&part.content.hash().0);
    }
    hasher.finish()
}
