use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use flowport_boomi_flow::MAP_IDS;
use flowport_boomi_flow::mention::dictionary_entries;
use flowport_boomi_flow::{ELEMENT_KINDS, ElementKind};
use flowport_plugin::json::Value;

use super::cultures;
use super::file::{ElementOf, File, identity};
use crate::codes;
use crate::model::{Element, Flow, Piece, element_id, lower, owner_id};
use crate::problems::Problems;

/// Who owns what, by guid: found in one pass over the file.
pub(super) struct Owners<'d> {
    pub(super) by_guid: HashMap<Cow<'d, str>, (ElementOf, Value<'d>)>,
    /// The flow of each map element that a flow lists.
    pub(super) flow_of_map: HashMap<Cow<'d, str>, usize>,
}

impl<'d> Owners<'d> {
    pub(super) fn of(file: &File<'d>, problems: &mut Problems) -> Owners<'d> {
        let mut by_guid: HashMap<Cow<'d, str>, (ElementOf, Value<'d>)> = HashMap::new();
        for (of, element) in file.identified() {
            let Some(guid) = identity(element, problems) else { continue };
            match by_guid.entry(element_id(element)) {
                Entry::Vacant(place) => {
                    place.insert((of, element));
                }
                Entry::Occupied(first) => {
                    let summary = format!(
                        "two elements have the guid {}: #{} is the other",
                        first.key(),
                        first.get().1.pointer()
                    );
                    problems.error(codes::TWICE, guid, summary, "take one of the two out, or export the package again");
                }
            }
        }
        let mut flow_of_map = HashMap::new();
        for (index, flow) in file.flows.iter().enumerate() {
            for (key, _) in flow.get(MAP_IDS).into_iter().flat_map(Value::members) {
                flow_of_map.entry(lower(key.name())).or_insert(index);
            }
        }
        Owners { by_guid, flow_of_map }
    }

    /// The flow of a map element; the first one where none lists it.
    pub(super) fn flow_of(&self, map: &str) -> usize {
        self.flow_of_map.get(map).copied().unwrap_or(0)
    }

    /// Gives each flow and each element what is its own; content documents that nobody owns are left.
    pub(super) fn share_out(&self, file: &File<'d>) -> (Vec<Flow<'d>>, Vec<Element<'d>>, Vec<Piece<'d>>) {
        let mut flows: Vec<Flow<'d>> = file.flows.iter().map(|flow| flow_of(*flow)).collect();
        let element = |(kind, value): &(usize, Value<'d>)| Element {
            kind: *kind,
            piece: Piece { id: element_id(*value), value: *value },
            documents: Vec::new(),
        };
        let mut elements: Vec<Element<'d>> = file.elements.iter().map(element).collect();
        if let (Some(_), [only]) = (file.maps, flows.as_mut_slice()) {
            only.maps = Some(Vec::new());
        }
        for map in file.maps.into_iter().flat_map(Value::elements) {
            let piece = Piece { id: element_id(map), value: map };
            let index = self.flow_of(&piece.id);
            flows[index].maps.get_or_insert_default().push(piece);
        }
        let mut left = Vec::new();
        for document in &file.documents {
            let piece = Piece { id: owner_id(*document), value: *document };
            match self.by_guid.get(&piece.id) {
                Some((ElementOf::Flow(index), _)) => flows[*index].documents.push(piece),
                Some((ElementOf::Map, _)) => flows[self.flow_of(&piece.id)].documents.push(piece),
                Some((ElementOf::Element(index), _)) => elements[*index].documents.push(piece),
                None => left.push(piece),
            }
        }
        cultures::share_out(file.cultures, &mut flows, &elements);
        (flows, elements, left)
    }
}

fn flow_of<'d>(flow: Value<'d>) -> Flow<'d> {
    Flow {
        id: element_id(flow),
        configuration: Cow::Borrowed(flow.raw()),
        listed: listed(flow),
        maps: None,
        cultures: None,
        documents: Vec::new(),
    }
}

/// What a flow lists: position of the kind, and guid.
pub(crate) fn listed(flow: Value<'_>) -> Vec<(usize, Cow<'_, str>)> {
    let position = |kind: &ElementKind| ELEMENT_KINDS.iter().position(|entry| entry.kind == kind.kind);
    dictionary_entries(flow).filter_map(|(kind, key, _)| Some((position(kind)?, lower(key)))).collect()
}
