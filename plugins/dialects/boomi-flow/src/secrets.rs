//! Values that the product declares secret.

use flowport_plugin::json::{Kind, Value};

use crate::guid;
use crate::names::{CONNECTOR, CONTENTS_PART, ELEMENT_PART, IDENTITY_PROVIDER, VALUE};
use crate::subject::Subject;

/// Content types whose values are secret: `CONTENT_TYPE_PASSWORD` and `CONTENT_TYPE_ENCRYPTED` of the SDK.
const SECRET_TYPES: [&str; 2] = ["ContentPassword", "ContentEncrypted"];

/// Secrets of a connector, each with the member that says who it is for: where that is empty, nothing is missing.
const OF_CONNECTORS: [(&str, &str); 2] = [
    ("httpAuthenticationPassword", "httpAuthenticationUsername"),
    ("httpAuthenticationClientCertificatePasswordReference", "httpAuthenticationClientCertificateReference"),
];

/// True for a content type whose values are secret.
pub(crate) fn is_secret_type(content_type: &str) -> bool {
    SECRET_TYPES.iter().any(|secret| secret.eq_ignore_ascii_case(content_type))
}

/// A place for a secret.
pub(crate) struct Place<'d> {
    /// The part.
    pub(crate) part: &'static str,
    /// A string, or null.
    pub(crate) value: Value<'d>,
    /// For people.
    pub(crate) label: String,
    /// False where the place is empty and nobody misses anything.
    pub(crate) is_wanted: bool,
}

impl Place<'_> {
    /// Something stands there.
    pub(crate) fn is_set(&self) -> bool {
        self.value.as_str().is_some_and(|text| !text.is_empty())
    }
}

/// The places that the element itself declares; entries of objects are found inside their texts.
pub(crate) fn places(subject: &Subject) -> Vec<Place<'_>> {
    let element = subject.main().root();
    match subject.head.id.kind.as_str() {
        VALUE => of_value(subject, element),
        CONNECTOR => of_connector(element),
        IDENTITY_PROVIDER => of_identity_provider(element),
        _ => Vec::new(),
    }
}

fn text<'d>(object: Value<'d>, name: &str) -> Option<std::borrow::Cow<'d, str>> {
    object.get(name)?.as_str()
}

/// The default of a value, in each culture.
fn of_value<'d>(subject: &'d Subject, element: Value<'d>) -> Vec<Place<'d>> {
    if !text(element, "contentType").is_some_and(|content_type| is_secret_type(&content_type)) {
        return Vec::new();
    }
    let default = element.get("defaultContentValueContentValueId");
    let Some(default) = default.and_then(|default| text(default, "guid")) else { return Vec::new() };
    let label = format!("default of {}", subject.head.name);
    let documents = subject.part(CONTENTS_PART).into_iter().flat_map(|document| document.root().elements());
    let translations = documents
        .filter_map(|document| document.get("contentValueDocumentTranslations"))
        .flat_map(Value::members)
        .filter_map(|(_, translation)| translation.get("contentValues"));
    translations
        .flat_map(Value::members)
        .filter(|(key, value)| key.name().eq_ignore_ascii_case(&default) && can_hold(*value))
        .map(|(_, value)| Place { part: CONTENTS_PART, value, label: label.clone(), is_wanted: true })
        .collect()
}

fn of_connector(element: Value<'_>) -> Vec<Place<'_>> {
    let place = |(name, owner): (&str, &str)| {
        let value = element.get(name).filter(|value| can_hold(*value))?;
        // The guid of a reference names what holds the secret; a password may look like one.
        if name.ends_with("Reference") && value.as_str().is_some_and(|text| guid::is(&text)) {
            return None;
        }
        let is_wanted = element.get(owner).is_some_and(|owner| match owner.as_str() {
            Some(text) => !text.is_empty(),
            None => !owner.is_null(),
        });
        Some(Place { part: ELEMENT_PART, value, label: name.to_owned(), is_wanted })
    };
    OF_CONNECTORS.into_iter().filter_map(place).collect()
}

/// No sample has an identity provider, so that its secrets are known by their names alone.
fn of_identity_provider(element: Value<'_>) -> Vec<Place<'_>> {
    let place = |value: Value<'_>| {
        let name = value.key()?.name().to_ascii_lowercase();
        let is_secret = ["secret", "password", "privatekey"].iter().any(|end| name.ends_with(end));
        (is_secret && can_hold(value)).then_some(name)
    };
    let strings = element.descendants().filter_map(|value| Some((value, place(value)?)));
    strings.map(|(value, label)| Place { part: ELEMENT_PART, value, label, is_wanted: true }).collect()
}

fn can_hold(value: Value<'_>) -> bool {
    matches!(value.kind(), Kind::String | Kind::Null)
}
