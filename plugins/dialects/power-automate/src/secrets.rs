//! Secrets in a flow, by what they are and by where they stand.

use std::ops::Range;

use flowport_plugin::detect::{FoundSecret, Text};
use flowport_plugin::json::{Kind, Value};

/// Members of an `authentication` object whose literal value is a credential.
const CREDENTIALS: [&str; 4] = ["secret", "password", "pfx", "certificate"];
/// In the name of a header that carries a credential.
const HEADER_WORDS: [&str; 6] = ["key", "token", "secret", "password", "authorization", "cookie"];

/// Finds secrets in the strings of one flow definition.
pub(crate) struct Secrets {
    /// The default values of secure parameters, by their bytes in the document.
    defaults: Vec<Range<usize>>,
}

impl Secrets {
    /// `root` is that of `definition.json`.
    pub(crate) fn of(root: Value<'_>) -> Secrets {
        let parameters = root
            .get("properties")
            .and_then(|properties| properties.get("definition"))
            .and_then(|definition| definition.get("parameters"));
        let is_secure = |parameter: &Value<'_>| {
            parameter.get("type").and_then(Value::as_str).is_some_and(|name| {
                name.eq_ignore_ascii_case("SecureString") || name.eq_ignore_ascii_case("SecureObject")
            })
        };
        let parameters = parameters.into_iter().flat_map(Value::members).map(|(_, parameter)| parameter);
        let defaults = parameters.filter(is_secure).filter_map(|parameter| parameter.get("defaultValue"));
        // `$authentication` has an empty object here in every package.
        let filled = defaults.filter(|value| value.kind() == Kind::String || !value.is_empty());
        Secrets { defaults: filled.map(Value::span).collect() }
    }

    /// What in one string is a secret, by ranges of the unescaped text.
    pub(crate) fn find(&self, value: Value<'_>, text: Text<'_>) -> Vec<FoundSecret> {
        let key = value.key().map(|key| key.name());
        let found = text.secrets(key.as_deref());
        if !found.is_empty() || text.as_str().is_empty() || text.is_computed() {
            return found;
        }
        let rule = if self.is_default(value) {
            Some("the default value of a secure parameter")
        } else {
            key.and_then(|key| by_place(&key, value.parent()?))
        };
        let advice = "keep it in a vault or a secured connection and take it from there at run time";
        rule.map(|rule| FoundSecret { rule, advice, range: 0..text.as_str().len() }).into_iter().collect()
    }

    fn is_default(&self, value: Value<'_>) -> bool {
        let span = value.span();
        self.defaults.iter().any(|default| default.start <= span.start && span.end <= default.end)
    }
}

fn by_place(key: &str, parent: Value<'_>) -> Option<&'static str> {
    let place = parent.key()?.name();
    if place == "authentication" {
        // Raw takes its value from an expression in every package; a literal one is a token.
        let kind = parent.get("type").and_then(Value::as_str).unwrap_or_default();
        let is_token = key == "value" && kind.eq_ignore_ascii_case("Raw");
        return (is_token || CREDENTIALS.contains(&key)).then_some("a credential of an authentication");
    }
    if place == "headers" {
        let name = key.to_ascii_lowercase();
        let names_one = HEADER_WORDS.iter().any(|word| name.contains(word)) && !name.contains("idempotency");
        return names_one.then_some("a header that carries a credential");
    }
    None
}
