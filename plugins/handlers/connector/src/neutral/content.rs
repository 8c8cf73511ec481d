use std::borrow::Cow;

use flowport_plugin::detect::{FoundLiteral, FoundSecret, Text};
use flowport_plugin::json::Value;

/// A string in which secrets and values bound to an environment are looked for.
pub(super) struct Content<'d> {
    key: Option<Cow<'d, str>>,
    text: Cow<'d, str>,
    is_url: bool,
}

impl<'d> Content<'d> {
    /// None where the value is no string. `is_url` where the format says that it is the address of a service.
    pub(super) fn of(value: Value<'d>, is_url: bool) -> Option<Content<'d>> {
        Some(Content { key: value.key().map(|key| key.name()), text: value.as_str()?, is_url })
    }

    /// The string, unescaped.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Secrets in it.
    pub(super) fn secrets(&self) -> Vec<FoundSecret> {
        Text::of(&self.text).secrets(self.key.as_deref())
    }

    /// Values bound to an environment in it. They are shown, so none of them reaches into a secret.
    pub(super) fn literals(&self) -> Vec<FoundLiteral> {
        let secrets = self.secrets();
        if self.is_url && secrets.is_empty() && !self.text.is_empty() {
            return vec![FoundLiteral { class: "service-uri", range: 0..self.text.len() }];
        }
        let mut literals = Text::of(&self.text).literals();
        literals.retain(|literal| {
            secrets
                .iter()
                .all(|secret| secret.range.end <= literal.range.start || literal.range.end <= secret.range.start)
        });
        literals
    }
}
