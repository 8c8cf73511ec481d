use std::collections::HashMap;

use flowport_plugin::json::{Document, Kind, Value, Writer};
use flowport_plugin::{Diagnostic, Failure, Head};

/// Attribute: the version of the element that was read.
pub const VERSION_ID: &str = "versionId";
/// Attribute: who owns the properties and bindings that the resource names by their bare guid.
pub const MEMBERS: &str = "members";
/// Attribute: the values that the resource names by name.
pub const NAMES: &str = "names";
/// Attribute of a type: its properties, guid to name.
pub const PROPERTIES: &str = "properties";
/// Attribute of a type: its bindings, guid to name.
pub const BINDINGS: &str = "bindings";

/// A property or binding of a type that a resource names by its bare guid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its guid.
    pub guid: String,
    /// The guid of the type that has it.
    pub of_type: String,
    /// What the type calls it.
    pub name: String,
}

/// The attributes of a resource: what its package knows and the resource alone does not say. They are flowport's own
/// and never written into a package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributes {
    /// The version that was read.
    pub version_id: Option<String>,
    /// In the order of their first use.
    pub members: Vec<Member>,
    /// Name and guid of values, in the order of their first use.
    pub names: Vec<(String, String)>,
    /// Guid and name.
    pub properties: Vec<(String, String)>,
    /// Guid and name.
    pub bindings: Vec<(String, String)>,
}

impl Attributes {
    /// Reads the attributes of a head. What has another shape than flowport gives it counts as not there.
    ///
    /// # Errors
    /// `Failure::Malformed` where they are no JSON object.
    pub fn of(head: &Head) -> Result<Attributes, Failure> {
        let wrong = |what: String| {
            let help = "import the resource again";
            Failure::from(Diagnostic::error("BF0200", what).subject(head.id.clone()).at("attributes#").help(help))
        };
        let document = Document::parse(head.attributes.as_str())
            .map_err(|error| wrong(format!("the attributes are no JSON: {error}")))?;
        let root = document.root();
        if root.kind() != Kind::Object {
            return Err(wrong("the attributes are no JSON object".to_owned()));
        }
        Ok(Attributes {
            version_id: text(root, VERSION_ID),
            members: members(root),
            names: pairs(root, NAMES),
            properties: pairs(root, PROPERTIES),
            bindings: pairs(root, BINDINGS),
        })
    }

    /// As JSON; what is empty is left out.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut writer = Writer::compact();
        writer.begin_object();
        if let Some(version) = &self.version_id {
            writer.key(VERSION_ID).string(version);
        }
        if !self.members.is_empty() {
            writer.key(MEMBERS).raw(&self.members_json());
        }
        for (key, entries) in [(NAMES, &self.names), (PROPERTIES, &self.properties), (BINDINGS, &self.bindings)] {
            if !entries.is_empty() {
                writer.key(key).raw(&pairs_json(entries));
            }
        }
        writer.end_object();
        writer.finish()
    }

    /// The members alone.
    pub(crate) fn members_json(&self) -> String {
        let mut writer = Writer::compact();
        writer.begin_object();
        for member in &self.members {
            writer.key(&member.guid).begin_object();
            writer.key("type").string(&member.of_type).key("name").string(&member.name).end_object();
        }
        writer.end_object();
        writer.finish()
    }

    /// The names alone.
    pub(crate) fn names_json(&self) -> String {
        pairs_json(&self.names)
    }

    /// The members by their guids.
    pub(crate) fn members_by_guid(&self) -> HashMap<&str, &Member> {
        self.members.iter().map(|member| (member.guid.as_str(), member)).collect()
    }
}

fn pairs_json(entries: &[(String, String)]) -> String {
    let mut writer = Writer::compact();
    writer.begin_object();
    for (key, value) in entries {
        writer.key(key).string(value);
    }
    writer.end_object();
    writer.finish()
}

fn text(object: Value<'_>, name: &str) -> Option<String> {
    object.get(name)?.as_str().map(|text| text.into_owned())
}

fn members(root: Value<'_>) -> Vec<Member> {
    let members = root.get(MEMBERS).into_iter().flat_map(Value::members);
    let member = |(key, value): (flowport_plugin::json::Key<'_>, Value<'_>)| {
        Some(Member { guid: key.name().into_owned(), of_type: text(value, "type")?, name: text(value, "name")? })
    };
    members.filter_map(member).collect()
}

fn pairs(root: Value<'_>, name: &str) -> Vec<(String, String)> {
    let members = root.get(name).into_iter().flat_map(Value::members);
    members.filter_map(|(key, value)| Some((key.name().into_owned(), value.as_str()?.into_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flowport_plugin::ResourceId;

    #[test]
    fn attributes_read_what_they_write() {
        let pair = |left: &str, right: &str| (left.to_owned(), right.to_owned());
        let attributes = Attributes {
            version_id: Some("v".to_owned()),
            members: vec![Member { guid: "m".to_owned(), of_type: "t".to_owned(), name: "\"N".to_owned() }],
            names: vec![pair("Näme", "g")],
            properties: vec![pair("p", "P")],
            bindings: vec![pair("b", "B")],
        };
        let mut head = Head::new(ResourceId::new("type", "t"), "boomi-flow", "T");
        assert_eq!(Attributes::of(&head), Ok(Attributes::default()));
        head.attributes = attributes.to_json();
        assert_eq!(Attributes::of(&head), Ok(attributes));
        assert_eq!(Attributes::default().to_json(), "{}");
        for wrong in ["[]", "{"] {
            head.attributes = wrong.to_owned();
            assert!(Attributes::of(&head).is_err());
        }
    }
}
