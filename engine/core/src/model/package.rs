use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Action, Resource, ResourceId};
use crate::content::{Hash, Hasher};
use crate::environment::fingerprint;

/// What import shall do with a resource unless its user says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Setup {
    /// None: the kind's default.
    pub suggested: Option<Action>,
    /// Empty: everything the kind can do.
    pub allowed: Vec<Action>,
    /// From the maker of the package to its importer.
    pub comment: Option<String>,
}

/// What a codec needs to write the same file again, opaque to everyone else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The format that wrote it.
    pub format: String,
    /// Text of its choosing.
    pub content: String,
}

/// What is said of a package as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackageInfo {
    /// Its name.
    pub name: String,
    /// May be empty.
    pub description: String,
    /// RFC 3339, UTC.
    pub created: Option<String>,
    /// Who made it.
    pub creator: Option<String>,
    /// Where it came from: a label.
    pub source: Option<String>,
    /// A kind of environment or an environment's name.
    pub intended_for: Option<String>,
    /// One at most per format.
    pub layouts: Vec<Layout>,
}

/// A resource in a package, with its setup.
#[derive(Debug, Clone)]
pub struct PackageResource {
    /// The resource.
    pub resource: Resource,
    /// What import shall do with it.
    pub setup: Setup,
}

/// Metadata and resources, as decoded from one file or selected for one.
#[derive(Debug, Clone, Default)]
pub struct Package {
    /// Of the whole.
    pub info: PackageInfo,
    /// In the order of the file.
    pub resources: Vec<PackageResource>,
    /// Declared secrets, sealed for an addressee: armoured text of age, for whoever has the key.
    pub sealed: Option<String>,
}

impl Package {
    /// The position of each resource.
    #[must_use]
    pub fn index(&self) -> HashMap<&ResourceId, usize> {
        self.resources.iter().enumerate().map(|(index, entry)| (&entry.resource.head.id, index)).collect()
    }

    /// A hash over its resources, for a package that is no file.
    #[must_use]
    pub fn fingerprint(&self) -> Hash {
        let mut hasher = Hasher::default();
        self.resources.iter().for_each(|entry| hasher.update(&fingerprint(&entry.resource).0));
        hasher.finish()
    }

    /// The ids and names, for [`Pattern::select`](super::Pattern::select).
    pub fn names(&self) -> impl Iterator<Item = (&ResourceId, &str)> + Clone {
        self.resources.iter().map(|entry| (&entry.resource.head.id, entry.resource.head.name.as_str()))
    }
}
