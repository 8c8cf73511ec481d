use flowport_plugin::{Failure, Head};

use crate::entries::{FIELDS, KEYS, List, OPTIONS, RELATIONSHIPS};

pub(crate) const DIALECT: &str = "flowport";

/// What this plugin handles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ModelKind {
    Entity,
    Picklist,
}

impl ModelKind {
    pub(crate) fn of(head: &Head) -> Result<ModelKind, Failure> {
        match (head.dialect.as_str(), head.id.kind.as_str()) {
            (DIALECT, "entity") => Ok(ModelKind::Entity),
            (DIALECT, "picklist") => Ok(ModelKind::Picklist),
            (dialect, kind) => Err(Failure::Unsupported(format!(
                "{kind} in the dialect {dialect} is neither an entity nor a picklist"
            ))),
        }
    }

    /// The word for it, in ids and for people.
    pub(crate) fn word(self) -> &'static str {
        match self {
            ModelKind::Entity => "entity",
            ModelKind::Picklist => "picklist",
        }
    }

    /// The name of its part.
    pub(crate) fn part(self) -> &'static str {
        match self {
            ModelKind::Entity => "entity.json",
            ModelKind::Picklist => "picklist.json",
        }
    }

    /// The lists that a merge unites.
    pub(crate) fn lists(self) -> &'static [List] {
        match self {
            ModelKind::Entity => &[FIELDS, KEYS, RELATIONSHIPS],
            ModelKind::Picklist => &[OPTIONS],
        }
    }

    pub(crate) fn identity(self, name: &str) -> String {
        format!("schema:{}:{name}", self.word())
    }
}
