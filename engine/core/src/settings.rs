//! The answers a wizard would ask for: from a settings file and from flags, the flags on top.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::content::Hash;
use crate::error::Error;
use crate::model::{Action, Diagnostic};

/// What an import shall do with one resource.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetupEntry {
    /// Which action.
    #[serde(default, deserialize_with = "known_action", skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// Which existing resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// A new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A new version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

fn known_action<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Action>, D::Error> {
    let word = String::deserialize(deserializer)?;
    word.parse().map(Some).map_err(serde::de::Error::custom)
}

/// What becomes of a resource that the target changed since it was imported last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Resolve {
    /// It stays as the target has it.
    Keep,
    /// It becomes what the package has.
    Take,
}

impl Resolve {
    /// As users write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Resolve::Keep => "keep",
            Resolve::Take => "take",
        }
    }
}

impl FromStr for Resolve {
    type Err = String;
    fn from_str(text: &str) -> Result<Resolve, String> {
        let known = [Resolve::Keep, Resolve::Take].into_iter().find(|known| known.as_str() == text);
        known.ok_or_else(|| format!("{text:?} is neither keep nor take"))
    }
}

/// Where a secret is taken from.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretSource {
    /// An environment variable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env: Option<String>,
    /// A file, without its last line end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

impl fmt::Debug for SecretSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SecretSource").field("env", &self.env).field("file", &self.file).finish()
    }
}

/// All answers. Keys name resources of the package as users write them: `kind/id` or `kind/name`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// By resource of the package.
    #[serde(default)]
    pub setup: BTreeMap<String, SetupEntry>,
    /// From a resource of the package, or one it refers to, to one of the target.
    #[serde(default)]
    pub map: BTreeMap<String, String>,
    /// From a value bound to the source environment to the target's.
    #[serde(default)]
    pub replace: BTreeMap<String, String>,
    /// By resource of the package: what becomes of one that the target changed too.
    #[serde(default)]
    pub resolve: BTreeMap<String, Resolve>,
    /// By `kind/name#slot`.
    #[serde(default)]
    pub secrets: BTreeMap<String, SecretSource>,
}

impl Settings {
    /// Reads a settings file.
    ///
    /// # Errors
    /// [`Error::Invalid`] with line and column.
    pub fn parse(text: &str, path: &Path) -> Result<Settings, Error> {
        toml::from_str(text).map_err(|error| {
            let place = error.span().map_or_else(String::new, |span| {
                let before = &text[..span.start.min(text.len())];
                let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
                format!(" at line {}, column {column}", before.matches('\n').count() + 1)
            });
            let what = without_values(error.message().trim()).replace('\n', " ");
            let diagnostic = Diagnostic::error("S-SYNTAX", format!("{}{place}: {what}", path.display()))
                .help("docs/guide.md shows a settings file; `flowport plan --settings-template` writes one");
            Error::Invalid(vec![diagnostic])
        })
    }

    /// Over what is said, however it is written: comments, order and spelling do not count.
    #[must_use]
    pub fn hash(&self) -> Hash {
        let text = serde_json::to_vec(self)
            .unwrap_or_else(|_| unreachable!("its keys are texts, and it has no numbers of its own"));
        Hash::of(&text)
    }

    /// Lays other answers on top of these.
    pub fn overlay(&mut self, other: Settings) {
        for (resource, entry) in other.setup {
            let mine = self.setup.entry(resource).or_default();
            mine.action = entry.action.or(mine.action.take());
            mine.target = entry.target.or(mine.target.take());
            mine.name = entry.name.or(mine.name.take());
            mine.version = entry.version.or(mine.version.take());
        }
        self.map.extend(other.map);
        self.replace.extend(other.replace);
        self.resolve.extend(other.resolve);
        self.secrets.extend(other.secrets);
    }
}

/// The message without the texts that stood where something else belongs: one may be a secret.
fn without_values(message: &str) -> String {
    let Some((before, value)) = message.split_once("string \"") else { return message.to_owned() };
    let end = value.rfind("\", expected").map_or(value.len(), |end| end + 1);
    format!("{before}a text{}", &value[end..])
        .replace("struct SecretSource", "{ env = \"NAME\" } or { file = \"PATH\" }")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_in_the_wrong_place_is_not_shown() {
        let text = "[secrets]\n\"flow/x#y\" = \"hunter2\"\n";
        let error = Settings::parse(text, Path::new("prod.toml")).unwrap_err();
        let summary = &error.diagnostics()[0].summary;
        assert!(!summary.contains("hunter2") && summary.contains("env = "), "{summary}");
    }

    #[test]
    fn a_settings_file_is_read() {
        let text = "[setup.\"flow/Order intake\"]\naction = \"update\"\ntarget = \"flow/7\"\n[map]\n\"connection/a\" = \"connection/b\"\n[replace]\n\"https://a\" = \"https://b\"\n[resolve]\n\"flow/*\" = \"take\"\n[secrets]\n\"connector/CRM#password\" = { env = \"CRM_PASSWORD\" }\n";
        let settings = Settings::parse(text, Path::new("prod.toml")).unwrap();
        assert_eq!(settings.setup["flow/Order intake"].action, Some(Action::Update));
        assert_eq!(settings.map["connection/a"], "connection/b");
        assert_eq!(settings.resolve["flow/*"], Resolve::Take);
        assert_eq!(settings.secrets["connector/CRM#password"].env.as_deref(), Some("CRM_PASSWORD"));
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let message =
            |text: &str| Settings::parse(text, Path::new("prod.toml")).unwrap_err().diagnostics()[0].summary.clone();
        assert!(
            message("[setup.\"flow/x\"]\naction = \"upsert\"\n").contains("prod.toml at line 2"),
            "{}",
            message("[setup.\"flow/x\"]\naction = \"upsert\"\n")
        );
        assert!(message("[mapp]\n").contains("mapp"));
        assert!(message("[resolve]\n\"flow/x\" = \"mine\"\n").contains("keep"));
    }

    #[test]
    fn flags_go_over_the_file() {
        let entry = |action: Option<Action>, name: Option<&str>| SetupEntry {
            action,
            name: name.map(str::to_owned),
            ..SetupEntry::default()
        };
        let mut settings = Settings {
            setup: [("flow/x".to_owned(), entry(Some(Action::Update), Some("n")))].into(),
            ..Settings::default()
        };
        settings.overlay(Settings {
            setup: [("flow/x".to_owned(), entry(Some(Action::Skip), None))].into(),
            ..Settings::default()
        });
        assert_eq!(settings.setup["flow/x"], entry(Some(Action::Skip), Some("n")));
    }
}
