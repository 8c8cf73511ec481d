use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use flowport_core::content::Hash;
use flowport_core::model::{Kind, Package, PackageInfo, Part, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use crate::error::SignError;
use crate::small;

/// The longest statement that is read, in bytes: some hundred thousand resources.
const MOST: u64 = 64 << 20;
/// What every in-toto statement of this version says it is.
const STATEMENT: &str = "https://in-toto.io/Statement/v1";
/// What flowport's predicates say they are; docs/signatures.md describes it.
const PREDICATE: &str = "https://github.com/flowport/flowport/package/v1";

/// Why a file is no statement of a package.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// It cannot be read as one.
    #[error("this is no statement of a package: {0}")]
    NotAStatement(String),
    /// It is one of something else.
    #[error("this is a statement of another kind: {0}")]
    OtherKind(String),
}

/// Who wrote a package, with what.
#[derive(Debug, Clone, Copy)]
pub struct Maker<'a> {
    /// Who acted.
    pub exporter: &'a str,
    /// The version of flowport.
    pub flowport: &'a str,
}

/// What is in a package: an in-toto Statement v1 about its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    subject: [Subject; 1],
    #[serde(rename = "predicateType")]
    predicate_type: String,
    predicate: Predicate,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Subject {
    name: String,
    digest: Digest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Digest {
    #[serde(with = "hexadecimal")]
    sha256: Hash,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Predicate {
    format: String,
    package: About,
    exporter: String,
    flowport: String,
    resources: Vec<Stated>,
}

/// What its maker says of the package as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct About {
    name: String,
    source: Option<String>,
    created: Option<String>,
}

/// A resource, as the statement has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Stated {
    kind: Kind,
    id: String,
    version: Option<String>,
    name: String,
    dialect: String,
    state: flowport_core::model::State,
    attributes: Digest,
    parts: Vec<StatedPart>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct StatedPart {
    name: String,
    digest: Digest,
}

/// One thing in which a package is not what its statement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which resource; none: the package as a whole.
    pub resource: Option<ResourceId>,
    /// What differs, as a sentence behind the resource's name.
    pub what: String,
}

impl Statement {
    /// States what a file holds: `read` is what reading it gives, `info` what its maker knows of it.
    #[must_use]
    pub fn of(
        (file, hash): (&str, Hash),
        format: &str,
        read: &Package,
        info: &PackageInfo,
        maker: Maker<'_>,
    ) -> Statement {
        let package = About { name: info.name.clone(), source: info.source.clone(), created: info.created.clone() };
        let predicate = Predicate {
            format: format.to_owned(),
            package,
            exporter: maker.exporter.to_owned(),
            flowport: maker.flowport.to_owned(),
            resources: read.resources.iter().map(|entry| Stated::of(&entry.resource)).collect(),
        };
        Statement {
            kind: STATEMENT.to_owned(),
            subject: [Subject { name: file.to_owned(), digest: Digest { sha256: hash } }],
            predicate_type: PREDICATE.to_owned(),
            predicate,
        }
    }

    /// The bytes of a statement's file, read and not understood: their hash is compared first.
    ///
    /// # Errors
    /// [`SignError::File`].
    pub fn bytes_in(path: &Path) -> Result<Vec<u8>, SignError> {
        small::read(path, MOST)
    }

    /// Reads a statement.
    ///
    /// # Errors
    /// [`StatementError`].
    pub fn parse(bytes: &[u8]) -> Result<Statement, StatementError> {
        let statement: Statement =
            serde_json::from_slice(bytes).map_err(|error| StatementError::NotAStatement(error.to_string()))?;
        for (is, wanted) in [(&statement.kind, STATEMENT), (&statement.predicate_type, PREDICATE)] {
            if is != wanted {
                return Err(StatementError::OtherKind(format!("{is} instead of {wanted}")));
            }
        }
        Ok(statement)
    }

    /// As the text of its file.
    ///
    /// # Errors
    /// [`SignError::Failed`].
    pub fn to_text(&self) -> Result<String, SignError> {
        let text = serde_json::to_string_pretty(self).map_err(|error| SignError::Failed(error.to_string()))?;
        Ok(text + "\n")
    }

    /// The hash of the file that it is about.
    #[must_use]
    pub fn file_hash(&self) -> Hash {
        self.subject[0].digest.sha256
    }

    /// Who exported the package.
    #[must_use]
    pub fn exporter(&self) -> &str {
        &self.predicate.exporter
    }

    /// The version of flowport that wrote the package.
    #[must_use]
    pub fn flowport(&self) -> &str {
        &self.predicate.flowport
    }

    /// Name, source and time, as the exporter knew them.
    #[must_use]
    pub fn about(&self) -> (&str, Option<&str>, Option<&str>) {
        let About { name, source, created } = &self.predicate.package;
        (name, source.as_deref(), created.as_deref())
    }

    /// What differs between the statement and what reading the file gives; nothing where it is exactly as stated.
    #[must_use]
    pub fn differences(&self, format: &str, read: &Package) -> Vec<Difference> {
        let mut found = Vec::new();
        if self.predicate.format != format {
            let what = format!("the package is {format}, and {} is stated", self.predicate.format);
            found.push(Difference { resource: None, what });
        }
        let mut unread: HashMap<(&str, &str, Option<&str>), &Resource> = HashMap::with_capacity(read.resources.len());
        unread.extend(read.resources.iter().map(|entry| (key(&entry.resource.head.id), &entry.resource)));
        for stated in &self.predicate.resources {
            let about = |what: String| Difference { resource: stated.resource(), what };
            match unread.remove(&(stated.kind.as_str(), stated.id.as_str(), stated.version.as_deref())) {
                Some(resource) => found.extend(stated.differences(resource).into_iter().map(about)),
                None if stated.resource().is_some() => found.push(about("is stated and not in the package".to_owned())),
                None => {
                    let what = format!("states {}/{:?}, which no resource can be called", stated.kind, stated.id);
                    found.push(about(what));
                }
            }
        }
        let added =
            read.resources.iter().map(|entry| &entry.resource.head.id).filter(|id| unread.contains_key(&key(id)));
        let added = added.map(|id| (id, "is in the package and not stated".to_owned()));
        found.extend(added.map(|(id, what)| Difference { resource: Some(id.clone()), what }));
        found
    }
}

fn key(id: &ResourceId) -> (&str, &str, Option<&str>) {
    (id.kind.as_str(), &id.id, id.version.as_deref())
}

impl Stated {
    fn of(resource: &Resource) -> Stated {
        let head = &resource.head;
        let part = |part: &Part| StatedPart { name: part.name.clone(), digest: Digest { sha256: part.content.hash() } };
        Stated {
            kind: head.id.kind.clone(),
            id: head.id.id.as_ref().to_owned(),
            version: head.id.version.as_deref().map(str::to_owned),
            name: head.name.clone(),
            dialect: head.dialect.clone(),
            state: head.state,
            attributes: Digest { sha256: Hash::of(head.attributes.as_bytes()) },
            parts: resource.parts.iter().map(part).collect(),
        }
    }

    fn resource(&self) -> Option<ResourceId> {
        ResourceId::new(self.kind.as_str(), &self.id, self.version.as_deref()).ok()
    }

    fn differences(&self, resource: &Resource) -> Vec<String> {
        let read = Stated::of(resource);
        let words = [
            ("name", self.name.as_str(), read.name.as_str()),
            ("dialect", &self.dialect, &read.dialect),
            ("state", self.state.as_str(), read.state.as_str()),
        ];
        let differ = words.into_iter().filter(|(_, stated, is)| stated != is);
        let mut found: Vec<String> =
            differ.map(|(word, stated, is)| format!("has the {word} {is:?}, and {stated:?} is stated")).collect();
        if self.attributes != read.attributes {
            found.push("has other attributes than stated".to_owned());
        }
        let digests = |parts: &[StatedPart]| -> BTreeMap<String, Digest> {
            parts.iter().map(|part| (part.name.clone(), part.digest)).collect()
        };
        let (stated, is) = (digests(&self.parts), digests(&read.parts));
        found.extend(stated.iter().filter_map(|(name, digest)| match is.get(name) {
            None => Some(format!("has no part {name}, which is stated")),
            Some(other) if other != digest => Some(format!("has another {name} than stated")),
            Some(_) => None,
        }));
        let added = is.keys().filter(|name| !stated.contains_key(*name));
        found.extend(added.map(|name| format!("has a part {name}, which is not stated")));
        found
    }
}

/// A hash as its hexadecimal digits.
mod hexadecimal {
    use flowport_core::content::Hash;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(hash: &Hash, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(hash)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
        let text = String::deserialize(deserializer)?;
        Hash::parse(&text).ok_or_else(|| D::Error::custom("a sha256 is 64 hexadecimal digits"))
    }
}
