use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a text is no kind or id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidId {
    /// A kind is 1 to 64 bytes of lower-case letters, digits and `-`, beginning with a letter.
    #[error("{0:?} is no kind of resource: a kind is up to 64 lower-case letters, digits and dashes")]
    Kind(String),
    /// An id is 1 to 1,024 bytes without control characters.
    #[error("{0:?} is no id: an id is 1 to 1,024 bytes without control characters")]
    Id(String),
}

/// What a thing is: `flow`, `connector` … Data, not code: the engine names none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(Arc<str>);

impl Kind {
    /// Checks the spelling.
    ///
    /// # Errors
    /// [`InvalidId::Kind`].
    pub fn new(text: &str) -> Result<Kind, InvalidId> {
        let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let valid =
            text.len() <= 64 && text.starts_with(|first: char| first.is_ascii_lowercase()) && text.bytes().all(letters);
        if valid { Ok(Kind(text.into())) } else { Err(InvalidId::Kind(text.to_owned())) }
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// As users write it.
impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Kind, D::Error> {
        Kind::new(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// Which thing: equal triples mean the same thing within one environment or package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId {
    /// What it is.
    pub kind: Kind,
    /// The product's own key.
    pub id: Arc<str>,
    /// Only where versions are things of their own.
    pub version: Option<Arc<str>>,
}

impl ResourceId {
    /// Checks the spelling.
    ///
    /// # Errors
    /// [`InvalidId`].
    pub fn new(kind: &str, id: &str, version: Option<&str>) -> Result<ResourceId, InvalidId> {
        for text in std::iter::once(id).chain(version) {
            if text.is_empty() || text.len() > 1024 || text.chars().any(char::is_control) {
                return Err(InvalidId::Id(text.to_owned()));
            }
        }
        Ok(ResourceId { kind: Kind::new(kind)?, id: id.into(), version: version.map(Into::into) })
    }

    /// The ids that are written so: the one without a version, and, where there is an `@`, the one with a version behind the last.
    pub fn readings(text: &str) -> impl Iterator<Item = ResourceId> {
        let (kind, rest) = text.split_once('/').unwrap_or((text, ""));
        let versioned = rest.rsplit_once('@').map(|(id, version)| ResourceId::new(kind, id, Some(version)));
        std::iter::once(ResourceId::new(kind, rest, None)).chain(versioned).flatten()
    }
}

/// `kind/id` or `kind/id@version`.
impl fmt::Display for ResourceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.kind, self.id)?;
        match &self.version {
            Some(version) => write!(formatter, "@{version}"),
            None => Ok(()),
        }
    }
}

/// As users write it.
impl Serialize for ResourceId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What a user writes to name resources: `kind/id`, `kind/name`, `kind/id@version`, with `*` and `?` where several are meant.
/// Exact id first, then exact name, then a version after the last `@`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    kind: String,
    rest: String,
}

impl Pattern {
    /// Reads `kind/rest`.
    ///
    /// # Errors
    /// One sentence for the user.
    pub fn parse(text: &str) -> Result<Pattern, String> {
        match text.split_once('/') {
            Some((kind, rest)) if !kind.is_empty() && !rest.is_empty() => {
                Ok(Pattern { kind: kind.to_owned(), rest: rest.to_owned() })
            }
            _ => Err(format!(
                "{text:?} names no resource: write kind/id or kind/name, for example flow/Orders or 'flow/*'"
            )),
        }
    }

    /// True where several resources may be meant.
    #[must_use]
    pub fn is_glob(&self) -> bool {
        self.kind.contains(['*', '?']) || self.rest.contains(['*', '?'])
    }

    /// The positions of the resources meant, in order. A pattern without wildcards gives the exact ids, else the exact names,
    /// else the ids or names before the last `@` with the version behind it.
    #[must_use]
    pub fn select<'a>(&self, resources: impl Iterator<Item = (&'a ResourceId, &'a str)> + Clone) -> Vec<usize> {
        let of_kind = resources.enumerate().filter(|(_, (id, _))| wild(&self.kind, id.kind.as_str()));
        let pick = |matches: &dyn Fn(&ResourceId, &str) -> bool| -> Vec<usize> {
            of_kind.clone().filter(|(_, (id, name))| matches(id, name)).map(|(index, _)| index).collect()
        };
        let by_id = pick(&|id, _| id.version.is_none() && *id.id == self.rest || versioned(id) == self.rest);
        if !by_id.is_empty() {
            return by_id;
        }
        let by_bare_id = pick(&|id, _| *id.id == self.rest);
        if !by_bare_id.is_empty() {
            return by_bare_id;
        }
        let by_name = pick(&|_, name| name == self.rest);
        if !by_name.is_empty() {
            return by_name;
        }
        if let Some((name, version)) = self.rest.rsplit_once('@') {
            let by_version = pick(&|id, of| of == name && id.version.as_deref() == Some(version));
            if !by_version.is_empty() {
                return by_version;
            }
        }
        if self.is_glob() { pick(&|id, name| wild(&self.rest, &id.id) || wild(&self.rest, name)) } else { Vec::new() }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.kind, self.rest)
    }
}

fn versioned(id: &ResourceId) -> String {
    match &id.version {
        Some(version) => format!("{}@{version}", id.id),
        None => id.id.as_ref().to_owned(),
    }
}

fn wild(pattern: &str, text: &str) -> bool {
    pattern == text || wildmatch::WildMatch::new(pattern).matches(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_lower_case_words() {
        assert!(Kind::new("flow").is_ok() && Kind::new("data-model2").is_ok());
        for wrong in ["", "Flow", "a b", "-a", "1a", "flow/x", &"a".repeat(65)] {
            assert!(Kind::new(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn ids_hold_no_control_characters() {
        assert!(ResourceId::new("flow", "a\u{1b}[2J", None).is_err());
        assert!(ResourceId::new("flow", "", None).is_err());
        assert!(ResourceId::new("flow", "a", Some("")).is_err());
        assert_eq!(ResourceId::new("flow", "a", Some("2")).unwrap().to_string(), "flow/a@2");
    }

    #[test]
    fn a_text_may_be_read_as_an_id_with_a_version_or_without() {
        let readings = |text: &str| ResourceId::readings(text).collect::<Vec<_>>();
        let id = |id: &str, version: Option<&str>| ResourceId::new("flow", id, version).unwrap();
        assert_eq!(readings("flow/a"), [id("a", None)]);
        assert_eq!(readings("flow/a@b@2"), [id("a@b@2", None), id("a@b", Some("2"))]);
        assert_eq!((readings("flow"), readings("Flow/a"), readings("flow/")), (vec![], vec![], vec![]));
    }

    #[test]
    fn an_exact_id_goes_before_a_name_and_a_name_before_a_version() {
        let id = |id: &str, version: Option<&str>| ResourceId::new("flow", id, version).unwrap();
        let resources =
            [(id("a", None), "b"), (id("b", None), "x"), (id("c", Some("1")), "n"), (id("c", Some("2")), "n")];
        let select = |text: &str| Pattern::parse(text).unwrap().select(resources.iter().map(|(id, name)| (id, *name)));
        assert_eq!(select("flow/b"), [1]);
        assert_eq!(select("flow/x"), [1]);
        assert_eq!(select("flow/c"), [2, 3]);
        assert_eq!(select("flow/c@2"), [3]);
        assert_eq!(select("flow/n@1"), [2]);
        assert_eq!(select("flow/*"), [0, 1, 2, 3]);
        assert_eq!(select("*/x"), [1]);
        assert!(select("flow/zzz").is_empty());
        assert!(Pattern::parse("flow").is_err());
    }
}
