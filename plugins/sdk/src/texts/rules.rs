use crate::detect::{FoundLiteral, FoundSecret, Text};
use crate::json::Value;

/// Which strings are looked at, and what is found in each. The defaults are the rules of [`detect`](crate::detect) for every
/// string; a product that knows more of its own strings replaces them.
pub trait Rules {
    /// False for a string that is passed over, such as one that says who the resource is: an import changes that by other means.
    fn looks_at(&self, _string: Value<'_>) -> bool {
        true
    }

    /// Secrets in one string, in the order of the text; `text` is what it means.
    fn secrets(&self, string: Value<'_>, text: Text<'_>) -> Vec<FoundSecret> {
        let key = string.key().map(|key| key.name());
        text.secrets(key.as_deref())
    }

    /// Values bound to an environment in one string. Those that reach into a secret are left out: literals are shown.
    fn literals(&self, _string: Value<'_>, text: Text<'_>) -> Vec<FoundLiteral> {
        text.literals()
    }
}

/// The rules of [`detect`](crate::detect) for every string.
#[derive(Debug, Clone, Copy)]
pub struct Everywhere;

impl Rules for Everywhere {}
