//! Values bound to one environment.

use flowport_plugin::detect::{FoundLiteral, Text};
use flowport_plugin::json::{Kind, Value};

use crate::class;
use crate::names::CONNECTOR;

/// What in one string of a resource of that kind is bound to the environment, by ranges of the unescaped text.
pub(crate) fn find(kind: &str, value: Value<'_>, text: Text<'_>) -> Vec<FoundLiteral> {
    let is_root = value.parent().is_some_and(|parent| parent.parent().is_none());
    let is_uri = kind == CONNECTOR && is_root && value.key().is_some_and(|key| key.is("uri"));
    // With a password in it, only its host is shown.
    if is_uri && !text.as_str().is_empty() && text.secrets(None).is_empty() {
        return vec![FoundLiteral::plain("service-uri", 0..text.as_str().len())];
    }
    text.literals()
}

/// The name of a .NET class, which says nothing of any environment.
pub(crate) fn is_product_text(value: Value<'_>) -> bool {
    value.key().is_some_and(|key| key.is(class::MEMBER))
}

/// `UserOwnerObject`, `UserCreatedObject`, `UserModifiedObject`: name and e-mail of a builder.
#[must_use]
pub fn is_person(value: Value<'_>) -> bool {
    if value.kind() != Kind::Object {
        return false;
    }
    let is_named_so = value.key().is_some_and(|key| {
        let name = key.name();
        matches!(name.as_ref(), "UserOwnerObject" | "UserCreatedObject" | "UserModifiedObject")
    });
    is_named_so || class::of(value) == Some("AppUser")
}
