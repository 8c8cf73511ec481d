//! One walk over all strings of a resource.

use std::collections::HashSet;
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::package::{KINDS, Known, Owner, class_of, is_person, named};
use super::texts::{self, Mention, Of, is_guid, is_secret_type};

/// What comes with the product, and nothing.
const NOWHERE: [&str; 11] = [
    "00000000-0000-0000-0000-000000000000",
    "2674ce95-dd99-42c6-96fc-ad12e1b48a69",
    "7834ce95-dd99-42c6-96fc-ad12e1b48a69",
    "af48e652-7dec-4739-9c98-586318e0ad7d",
    "82de6847-03d6-4ace-91cc-26cd80aea9fc",
    "6f5844b9-b79f-49ce-ba65-843dc754d1b6",
    "e2063196-3c75-4388-8b00-1005b8cd59ad",
    "03dc41dd-1c6b-4b33-bf61-cbd1d0778fff",
    "be1bc78e-fd57-40ec-9a86-a815de2a9e28",
    "496fd041-d91f-48fb-aa4f-91c6c9a11ca1",
    "1f2a56fd-e14b-460c-aabd-9fbf344b84f3",
];

/// One thing found, and where.
pub(super) struct Finding {
    pub(super) slot: String,
    pub(super) what: What,
}

/// What was found.
#[allow(dead_code, reason = "kept as flowport keeps it")]
pub(super) enum What {
    Reference { kind: &'static str, id: String, is_required: bool },
    Literal { class: &'static str, text: String },
    Secret { label: String, is_declared: bool },
}

/// What a look gives.
pub(super) struct Looked {
    pub(super) findings: Vec<Finding>,
    pub(super) attributes: String,
}

/// Looks at all parts.
pub(super) fn look<'v>(owner: &Owner<'v>, cultures: &'v Value, rest: Option<&'v Value>, known: &Known<'v>) -> Looked {
    let mut walk = Walk::new(owner, known);
    if owner.is_flow() {
        for (kind, entries) in KINDS.iter().filter_map(|kind| Some((kind, owner.value[kind.ids].as_object()?))) {
            for id in entries.keys() {
                let slot = format!("flow.json#/{}/{id}", kind.ids);
                walk.reference(slot, kind.kind, id, true);
            }
        }
    }
    walk.value(owner.value);
    walk.list("maps.json", &owner.maps);
    walk.list("contents.json", &owner.documents);
    if owner.is_flow() {
        walk.part = "cultures.json";
        walk.value(cultures);
    }
    if let Some(rest) = rest {
        walk.part = "rest.json";
        walk.value(rest);
    }
    Looked { attributes: walk.attributes().to_string(), findings: walk.findings }
}

/// A step from a value to one in it.
#[derive(Clone, Copy)]
enum Step<'v> {
    Key(&'v str),
    Index(usize),
}

struct Walk<'v, 'k> {
    owner: &'k Owner<'v>,
    known: &'k Known<'v>,
    /// Map elements of a flow, or containers of a page.
    own: HashSet<&'v str>,
    /// The default of a value whose content type is secret.
    declared: Option<&'v str>,
    part: &'static str,
    path: Vec<Step<'v>>,
    findings: Vec<Finding>,
    /// Members of other types, and names of values, that are spoken of.
    members: Map<String, Value>,
    names: Map<String, Value>,
}

impl<'v, 'k> Walk<'v, 'k> {
    fn new(owner: &'k Owner<'v>, known: &'k Known<'v>) -> Walk<'v, 'k> {
        let element = owner.value;
        let mut own: HashSet<&str> = owner.maps.iter().filter_map(|map| map["compositeId"]["guid"].as_str()).collect();
        if owner.kind == "page" {
            containers(&element["pageContainers"], &mut own);
        }
        let is_secret = owner.kind == "value" && element["contentType"].as_str().is_some_and(is_secret_type);
        let default = &element["defaultContentValueContentValueId"]["guid"];
        Walk {
            owner,
            known,
            own,
            declared: default.as_str().filter(|_| is_secret),
            part: owner.main_part(),
            path: Vec::new(),
            findings: Vec::new(),
            members: Map::new(),
            names: Map::new(),
        }
    }

    fn list(&mut self, part: &'static str, values: &[&'v Value]) {
        self.part = part;
        for (index, value) in values.iter().enumerate() {
            self.path.push(Step::Index(index));
            self.value(value);
            self.path.pop();
        }
    }

    fn value(&mut self, value: &'v Value) {
        match value {
            Value::Object(members) => {
                for (key, value) in members {
                    self.path.push(Step::Key(key));
                    match value {
                        Value::String(text) if !text.is_empty() && key != "$type" => self.string(text, key, members),
                        Value::Object(_) if is_person(key, value) => {}
                        Value::Object(_) | Value::Array(_) => self.value(value),
                        _ => {}
                    }
                    self.path.pop();
                }
            }
            Value::Array(elements) => {
                for (index, value) in elements.iter().enumerate() {
                    self.path.push(Step::Index(index));
                    match value {
                        Value::String(text) if !text.is_empty() => self.text(text, None),
                        _ => self.value(value),
                    }
                    self.path.pop();
                }
            }
            _ => {}
        }
    }

    /// The value of a member.
    fn string(&mut self, text: &'v str, key: &'v str, siblings: &'v Map<String, Value>) {
        if self.declared == Some(key) && self.part == "contents.json" {
            let label = format!("default of {}", self.name());
            self.found(What::Secret { label, is_declared: true });
            return;
        }
        match self.whole(text, key, siblings) {
            Some(Of::Resource(kind)) => {
                let is_optional = kind == "identity-provider" || (kind == "value" && self.owner.kind == "page");
                self.reference(self.slot(), kind, text, !is_optional);
            }
            Some(Of::Property) => {
                if let Some(of_type) = self.member(text) {
                    self.reference(self.slot(), "type", of_type, true);
                }
            }
            Some(Of::MapElement) => assert!(!self.owner.is_flow() || self.own.contains(text), "it has the map element"),
            Some(Of::Container) => {
                assert!(self.owner.kind != "page" || self.own.contains(text), "it has the container")
            }
            Some(Of::Text | Of::Name) => {}
            None => self.text(text, Some(key)),
        }
    }

    /// What a guid speaks of.
    fn whole(&self, text: &str, key: &str, siblings: &Map<String, Value>) -> Option<Of> {
        if !is_guid(text) || NOWHERE.contains(&text) {
            return None;
        }
        match key {
            "guid" => embedded(class_of(siblings)?).or_else(|| self.by_holder()),
            "id" => self.by_holder(),
            "flowId" => Some(Of::Resource("flow")),
            "valueElementToReferenceId" => Some(Of::Resource("value")),
            "pageContainerId" => Some(Of::Container),
            "typeElementPropertyToDisplayId" => Some(Of::Property),
            key if key.ends_with("ypeElementPropertyId") || key.ends_with("ypeElementBindingId") => Some(Of::Property),
            _ => None,
        }
    }

    fn by_holder(&self) -> Option<Of> {
        match self.path[..] {
            [.., Step::Key("flowId"), _] => Some(Of::Resource("flow")),
            [.., Step::Key("identityProvider"), _] => Some(Of::Resource("identity-provider")),
            _ => None,
        }
    }

    /// The type of a property or binding, where that is another element.
    fn member(&mut self, guid: &str) -> Option<&'v str> {
        let (of_type, name) = *self.known.members.get(guid)?;
        if of_type == self.owner.id {
            return None;
        }
        if !self.members.contains_key(guid) {
            self.members.insert(guid.to_owned(), json!({ "type": of_type, "name": name }));
        }
        Some(of_type)
    }

    fn text(&mut self, text: &'v str, key: Option<&str>) {
        let inside = texts::inside(text);
        for (index, Mention { of, range }) in inside.mentions.into_iter().enumerate() {
            let written = &text[range];
            let lead = match of {
                Of::Resource(kind) if !NOWHERE.contains(&written) => Some((kind, written)),
                Of::Property => self.member(written).map(|of_type| ("type", of_type)),
                Of::Name => {
                    let value = self.known.values.get(written).copied().flatten();
                    if let Some(value) = value.filter(|_| !self.names.contains_key(written)) {
                        self.names.insert(written.to_owned(), json!(value));
                    }
                    Some(("value", value.unwrap_or(written)))
                }
                _ => None,
            };
            if let Some((kind, id)) = lead {
                self.reference(format!("{}#{index}", self.slot()), kind, id, false);
            }
        }
        if inside.has_secrets {
            let label = format!("password in a default of {}", self.name());
            self.found(What::Secret { label, is_declared: true });
        } else if let Some(rule) = texts::secret(text, inside.marks, key) {
            self.found(What::Secret { label: rule.to_owned(), is_declared: false });
        }
        let is_uri = self.owner.kind == "connector" && matches!(self.path[..], [Step::Key("uri")]);
        let mut literals = texts::literals(text, inside.marks);
        if is_uri {
            literals = vec![("service-uri", text)];
        }
        for (index, (class, found)) in literals.iter().enumerate() {
            if !literals[..index].iter().any(|(_, before)| before == found) {
                self.found(What::Literal { class, text: (*found).to_owned() });
            }
        }
    }

    fn name(&self) -> &str {
        self.owner.value["developerName"].as_str().unwrap_or_default()
    }

    fn reference(&mut self, slot: String, kind: &'static str, id: &str, is_required: bool) {
        let what = What::Reference { kind, id: id.to_owned(), is_required };
        self.findings.push(Finding { slot, what });
    }

    fn found(&mut self, what: What) {
        self.findings.push(Finding { slot: self.slot(), what });
    }

    /// The place where the walk is: `maps.json#/0/outcomes/0/guid`.
    fn slot(&self) -> String {
        let mut slot = String::with_capacity(96);
        slot.push_str(self.part);
        slot.push('#');
        for step in &self.path {
            slot.push('/');
            match step {
                Step::Key(key) if key.contains(['~', '/']) => slot.push_str(&key.replace('~', "~0").replace('/', "~1")),
                Step::Key(key) => slot.push_str(key),
                Step::Index(index) => write!(slot, "{index}").expect("a text grows"),
            }
        }
        slot
    }

    /// What the element alone does not say.
    fn attributes(&mut self) -> Value {
        let mut all = Map::new();
        all.insert("versionId".to_owned(), self.owner.value["compositeId"]["versionId"].clone());
        let mut add = |key: &str, members: Map<String, Value>| {
            if !members.is_empty() {
                all.insert(key.to_owned(), Value::Object(members));
            }
        };
        add("members", std::mem::take(&mut self.members));
        add("names", std::mem::take(&mut self.names));
        if self.owner.kind == "type" {
            for list in ["properties", "bindings"] {
                add(list, named(self.owner.value, list).map(|(guid, name)| (guid.to_owned(), json!(name))).collect());
            }
        }
        Value::Object(all)
    }
}

fn embedded(class: &str) -> Option<Of> {
    match class {
        "MapElementIdEmbedded" => Some(Of::MapElement),
        "ContentValueIdEmbedded" => Some(Of::Text),
        "FlowIdEmbedded" => Some(Of::Resource("flow")),
        _ => KINDS.iter().find(|kind| kind.embedded == class).map(|kind| Of::Resource(kind.kind)),
    }
}

/// Containers stand within each other.
fn containers<'v>(list: &'v Value, guids: &mut HashSet<&'v str>) {
    for container in list.as_array().into_iter().flatten() {
        guids.extend(container["guid"].as_str());
        containers(&container["pageContainers"], guids);
    }
}
