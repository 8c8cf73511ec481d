use flowport_boomi_flow::{ELEMENT_KINDS, FLOW, MAP_CONFIGURATIONS, guid};
use flowport_plugin::ResourceId;
use flowport_plugin::json::{Kind, Value};

use crate::format::{ATTACHMENT_KEY, CULTURES_KEY, DOCUMENTS_KEY, FLOW_KEY, FLOWS_KEY, Format};
use crate::model::{composite, element_id};
use crate::problems::Problems;
use crate::{attachment, codes};

const EXPORT_AGAIN: &str = "export the package again from Boomi Flow";

/// The members of a package, found once and of the right shape.
pub(super) struct File<'d> {
    pub(super) root: Value<'d>,
    pub(super) format: Format,
    pub(super) flows: Vec<Value<'d>>,
    /// The one flow stands under the name of the first generation.
    pub(super) is_singular: bool,
    /// None where null or missing.
    pub(super) cultures: Option<Value<'d>>,
    pub(super) maps: Option<Value<'d>>,
    pub(super) documents: Vec<Value<'d>>,
    /// With the position of their kind in [`ELEMENT_KINDS`].
    pub(super) elements: Vec<(usize, Value<'d>)>,
    pub(super) attachment: Option<Vec<u8>>,
}

impl<'d> File<'d> {
    /// Finds the members. None where nothing more can be said than `problems` hold.
    pub(super) fn read(root: Value<'d>, problems: &mut Problems) -> Option<File<'d>> {
        let mut file = File {
            root,
            format: Format::Package,
            flows: Vec::new(),
            is_singular: true,
            cultures: None,
            maps: None,
            documents: Vec::new(),
            elements: Vec::new(),
            attachment: None,
        };
        for (key, value) in root.members() {
            let name = key.name();
            match name.as_ref() {
                FLOW_KEY => file.flows.extend(object(value, problems)),
                FLOWS_KEY => {
                    file.format = Format::Package2;
                    file.is_singular = false;
                    file.flows.extend(objects(value, problems));
                }
                CULTURES_KEY => file.cultures = list(value, problems),
                MAP_CONFIGURATIONS => file.maps = list(value, problems),
                DOCUMENTS_KEY => file.documents = objects(value, problems),
                ATTACHMENT_KEY => file.attachment = attachment::decode(value, problems),
                _ => {
                    let Some(kind) = ELEMENT_KINDS.iter().position(|kind| name == kind.configurations) else {
                        continue;
                    };
                    if !ELEMENT_KINDS[kind].in_package {
                        file.format = Format::Package2;
                    }
                    file.elements.extend(objects(value, problems).into_iter().map(|element| (kind, element)));
                }
            }
        }
        if file.flows.is_empty() {
            // A flow of the wrong shape has been named already.
            if !problems.has_errors() {
                let summary = format!("the package has no flow: neither {FLOW_KEY} nor an entry of {FLOWS_KEY}");
                problems.error(codes::NO_FLOW, root, summary, "give a package of a flow, exported from Boomi Flow");
            }
            return None;
        }
        if file.flows.len() > 1 && root.get(FLOW_KEY).is_some() {
            let summary = format!("the package has both {FLOW_KEY} and {FLOWS_KEY}");
            problems.error(codes::WRONG_SHAPE, root, summary, EXPORT_AGAIN);
        }
        Some(file)
    }

    /// Elements of all kinds with their ids: flows, map elements, then the others.
    pub(super) fn identified(&self) -> impl Iterator<Item = (ElementOf, Value<'d>)> {
        let flows = self.flows.iter().enumerate().map(|(index, flow)| (ElementOf::Flow(index), *flow));
        let maps = self.maps.into_iter().flat_map(Value::elements).map(|map| (ElementOf::Map, map));
        let elements = self.elements.iter().enumerate().map(|(index, element)| (ElementOf::Element(index), element.1));
        flows.chain(maps).chain(elements)
    }

    /// The id of an element's resource.
    pub(super) fn resource(&self, element: usize) -> ResourceId {
        let (kind, value) = self.elements[element];
        ResourceId::new(ELEMENT_KINDS[kind].kind, &element_id(value))
    }

    /// The id of a flow's resource.
    pub(super) fn flow(&self, index: usize) -> ResourceId {
        ResourceId::new(FLOW, &element_id(self.flows[index]))
    }
}

/// What an element is, and which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ElementOf {
    Flow(usize),
    Map,
    Element(usize),
}

fn object<'d>(value: Value<'d>, problems: &mut Problems) -> Option<Value<'d>> {
    if value.kind() == Kind::Object {
        return Some(value);
    }
    let summary = format!("{} must be an object", name_of(value));
    problems.error(codes::WRONG_SHAPE, value, summary, EXPORT_AGAIN);
    None
}

/// A list, or null.
fn list<'d>(value: Value<'d>, problems: &mut Problems) -> Option<Value<'d>> {
    match value.kind() {
        Kind::Array => {
            for element in value.elements().filter(|element| element.kind() != Kind::Object) {
                object(element, problems);
            }
            Some(value)
        }
        Kind::Null => None,
        _ => {
            let summary = format!("{} must be a list or null", name_of(value));
            problems.error(codes::WRONG_SHAPE, value, summary, EXPORT_AGAIN);
            None
        }
    }
}

fn objects<'d>(value: Value<'d>, problems: &mut Problems) -> Vec<Value<'d>> {
    list(value, problems).into_iter().flat_map(Value::elements).filter(|value| value.kind() == Kind::Object).collect()
}

fn name_of(value: Value<'_>) -> String {
    match value.key() {
        Some(key) => key.name().into_owned(),
        None => "each entry".to_owned(),
    }
}

/// The guid of an element; what is wrong with it otherwise.
pub(super) fn identity<'d>(element: Value<'d>, problems: &mut Problems) -> Option<Value<'d>> {
    let guid = composite(element).and_then(|composite| composite.get("guid"));
    let Some(value) = guid.filter(|value| value.kind() == Kind::String) else {
        let summary = "an element has no guid at compositeId.guid".to_owned();
        problems.error(codes::NO_GUID, element, summary, EXPORT_AGAIN);
        return None;
    };
    well_formed(value, problems).then_some(value)
}

/// Whether a string is a guid that names something.
pub(super) fn well_formed(value: Value<'_>, problems: &mut Problems) -> bool {
    let text = value.as_str().unwrap_or_default();
    let is_guid = guid::is(&text);
    if !is_guid {
        problems.error(codes::BAD_GUID, value, format!("{} is no guid", value.raw()), EXPORT_AGAIN);
    }
    is_guid
}
