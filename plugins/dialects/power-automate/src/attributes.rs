use flowport_plugin::json::{Document, Kind, Value};
use flowport_plugin::{Diagnostic, Failure, Head};

/// The attributes of a resource: its manifest entry without what the engine keeps elsewhere (type, name, setup, comment), and
/// with what flowport learnt from the flows that use it.
pub struct Attributes {
    document: Document,
}

impl Attributes {
    /// Reads the attributes of a head.
    ///
    /// # Errors
    /// `Failure::Malformed` where they are no JSON object.
    pub fn of(head: &Head) -> Result<Attributes, Failure> {
        let document = Document::parse(head.attributes.clone().into_bytes()).map_err(|error| {
            Diagnostic::error("PA0190", format!("the attributes are no JSON: {error}")).subject(head.id.clone())
        })?;
        if document.root().kind() == Kind::Object {
            Ok(Attributes { document })
        } else {
            Err(Diagnostic::error("PA0190", "the attributes are no JSON object").subject(head.id.clone()).into())
        }
    }

    /// A member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value<'_>> {
        self.document.root().get(name)
    }

    /// A member that is a string.
    #[must_use]
    pub fn string(&self, name: &str) -> Option<String> {
        self.get(name).and_then(|value| value.as_str().map(Into::into))
    }

    /// All members, each with its raw JSON text.
    pub fn members(&self) -> impl Iterator<Item = (String, String)> {
        self.document.root().members().map(|(key, value)| (key.name().into_owned(), value.raw().to_owned()))
    }

    /// The ids that the resource depends on, with their positions; members that are no strings are passed over.
    #[must_use]
    pub fn depends_on(&self) -> Vec<(usize, String)> {
        let elements = self.get("dependsOn").into_iter().flat_map(|list| list.elements().enumerate());
        elements.filter_map(|(index, value)| value.as_str().map(|id| (index, id.into_owned()))).collect()
    }

    /// The connector's id in its environment: `/providers/Microsoft.PowerApps/apis/…`.
    #[must_use]
    pub fn api_id(&self) -> Option<String> {
        // On anything but a standard connector, `id` would be the id of that resource itself.
        self.string(crate::API_ID).or_else(|| self.string("id"))
    }
}
