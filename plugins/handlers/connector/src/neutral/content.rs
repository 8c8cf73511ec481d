use flowport_plugin::detect::{FoundLiteral, Text};
use flowport_plugin::json::Value;
use flowport_plugin::texts::{Rules, Texts};

use super::kind::{NeutralKind, URL};
use super::part::{Part, Place};

impl Part {
    /// The strings in which secrets and values bound to an environment are looked for.
    pub(super) fn texts(&self) -> Texts<'_> {
        Texts::by(self, self.kind.part(), &self.document)
    }

    /// Whether the format says that this is the address of a service.
    fn is_url(&self, value: Value<'_>) -> bool {
        let is_at_root = value.parent().is_some_and(|parent| parent.parent().is_none());
        self.kind == NeutralKind::Connector && is_at_root && value.key().is_some_and(|key| key.is(URL))
    }
}

impl Rules for Part {
    fn looks_at(&self, string: Value<'_>) -> bool {
        matches!(self.place(string), Some(Place::Text))
    }

    fn literals(&self, string: Value<'_>, text: Text<'_>) -> Vec<FoundLiteral> {
        // With a secret in it, only its host is shown.
        if self.is_url(string) && !text.as_str().is_empty() && self.secrets(string, text).is_empty() {
            return vec![FoundLiteral::plain("service-uri", 0..text.as_str().len())];
        }
        text.literals()
    }
}
