//! Who owns what, and what must agree.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::texts::is_guid;

pub(super) const FLOWS: &str = "flowConfigurations";
pub(super) const CULTURES: &str = "contentValueCultures";
pub(super) const DOCUMENTS: &str = "contentValueDocuments";
pub(super) const MAPS: &str = "mapElementConfigurations";
const MAP_IDS: &str = "mapElementIds";

/// A kind of elements that flows share.
pub(super) struct Kind {
    pub(super) kind: &'static str,
    pub(super) configurations: &'static str,
    pub(super) ids: &'static str,
    pub(super) embedded: &'static str,
}

const fn kind(kind: &'static str, configurations: &'static str, ids: &'static str, embedded: &'static str) -> Kind {
    Kind { kind, configurations, ids, embedded }
}

pub(super) const KINDS: [Kind; 8] = [
    kind("navigation", "navigationElementConfigurations", "navigationElementIds", "NavigationElementIdEmbedded"),
    kind("group", "groupElementConfigurations", "groupElementIds", "GroupElementIdEmbedded"),
    kind("connector", "serviceElementConfigurations", "serviceElementIds", "ServiceElementIdEmbedded"),
    kind("type", "typeElementConfigurations", "typeElementIds", "TypeElementIdEmbedded"),
    kind("value", "valueElementConfigurations", "valueElementIds", "SharedElementIdEmbedded"),
    kind("macro", "macroElementConfigurations", "macroElementIds", "MacroElementIdEmbedded"),
    kind("tag", "tagElementConfigurations", "tagElementIds", "TagElementIdEmbedded"),
    kind("page", "pageElementConfigurations", "pageElementIds", "PageElementIdEmbedded"),
];

/// A flow or an element, with all that is its own.
pub(super) struct Owner<'v> {
    pub(super) kind: &'static str,
    pub(super) id: &'v str,
    pub(super) value: &'v Value,
    pub(super) maps: Vec<&'v Value>,
    pub(super) documents: Vec<&'v Value>,
}

impl Owner<'_> {
    pub(super) fn is_flow(&self) -> bool {
        self.kind == "flow"
    }

    pub(super) fn main_part(&self) -> &'static str {
        if self.is_flow() { "flow.json" } else { "element.json" }
    }
}

/// A package, shared out.
pub(super) struct Package<'v> {
    /// Flows first, then elements in the order of the file.
    pub(super) owners: Vec<Owner<'v>>,
    pub(super) cultures: &'v Value,
    /// By guid, map elements too: the position of the owner, and the element.
    by_guid: HashMap<&'v str, (usize, &'v Value)>,
}

impl<'v> Package<'v> {
    pub(super) fn of(root: &'v Map<String, Value>) -> Package<'v> {
        let mut package = Package { owners: Vec::new(), cultures: &root[CULTURES], by_guid: HashMap::new() };
        list(root, FLOWS).for_each(|flow| package.add("flow", flow));
        for (key, _) in root {
            if let Some(kind) = KINDS.iter().find(|kind| kind.configurations == key) {
                list(root, key).for_each(|element| package.add(kind.kind, element));
            }
        }
        let mut flow_of_map: HashMap<&str, usize> = HashMap::new();
        for (index, flow) in package.owners.iter().enumerate().take_while(|(_, owner)| owner.is_flow()) {
            let maps = flow.value[MAP_IDS].as_object().expect("map elements");
            flow_of_map.extend(maps.keys().map(|id| (id.as_str(), index)));
        }
        for map in list(root, MAPS) {
            let index = flow_of_map[guid_of(map)];
            package.own(map, index);
            package.owners[index].maps.push(map);
        }
        for document in list(root, DOCUMENTS) {
            let id = document["elementId"].as_str().expect("a guid");
            let (index, element) = package.by_guid[id];
            assert!(document["elementVersionId"] == element["compositeId"]["versionId"], "texts of the same version");
            package.owners[index].documents.push(document);
        }
        package
    }

    fn add(&mut self, kind: &'static str, value: &'v Value) {
        self.own(value, self.owners.len());
        self.owners.push(Owner { kind, id: guid_of(value), value, maps: Vec::new(), documents: Vec::new() });
    }

    fn own(&mut self, element: &'v Value, owner: usize) {
        let id = guid_of(element);
        assert!(is_guid(id), "a guid");
        assert!(self.by_guid.insert(id, (owner, element)).is_none(), "one element of each guid");
    }

    /// Checks lists against elements and elements against lists; whether elements stand in the order in which flows list them.
    pub(super) fn check(&self) -> bool {
        let mut listed: HashMap<&str, usize> = HashMap::with_capacity(self.by_guid.len());
        let flows = || self.owners.iter().take_while(|owner| owner.is_flow());
        for (id, entry) in flows().flat_map(|flow| entries(flow.value).chain(members(flow.value, MAP_IDS))) {
            assert!(is_guid(id), "a guid");
            let (_, element) = self.by_guid[id];
            assert!(element["compositeId"] == *entry, "the list says what the element says");
            let place = listed.len();
            listed.entry(id).or_insert(place);
        }
        assert_eq!(listed.len() + flows().count(), self.by_guid.len(), "all elements are listed");
        let elements = self.owners.iter().skip_while(|owner| owner.is_flow());
        let places: Vec<(&str, usize)> = elements.map(|owner| (owner.kind, listed[owner.id])).collect();
        places.is_sorted_by(|(kind, place), (next, behind)| kind != next || place < behind)
    }

    /// What of the file the flows and elements themselves do not tell: the order of flows that do not stand by guid.
    pub(super) fn flow_order(&self) -> Option<Value> {
        let flows: Vec<&str> = self.owners.iter().take_while(|owner| owner.is_flow()).map(|owner| owner.id).collect();
        (!flows.is_sorted()).then(|| json!({ "order": { FLOWS: flows } }))
    }

    /// How many people it names.
    pub(super) fn people(&self) -> usize {
        let elements = self.by_guid.values().flat_map(|(_, element)| element.as_object());
        let people = elements.flatten().filter(|(key, value)| is_person(key, value));
        people.map(|(_, person)| person["Guid"].as_str()).collect::<HashSet<_>>().len()
    }
}

fn list<'v>(root: &'v Map<String, Value>, key: &str) -> impl Iterator<Item = &'v Value> {
    root[key].as_array().into_iter().flatten()
}

fn guid_of(element: &Value) -> &str {
    element["compositeId"]["guid"].as_str().expect("a guid")
}

fn members<'v>(object: &'v Value, key: &str) -> impl Iterator<Item = (&'v str, &'v Value)> {
    object[key].as_object().into_iter().flatten().map(|(key, value)| (key.as_str(), value))
}

/// What a flow lists, map elements aside.
fn entries(flow: &Value) -> impl Iterator<Item = (&str, &Value)> {
    KINDS.iter().flat_map(|kind| members(flow, kind.ids))
}

/// One who built an element.
pub(super) fn is_person(key: &str, value: &Value) -> bool {
    let Value::Object(members) = value else { return false };
    matches!(key, "UserOwnerObject" | "UserCreatedObject" | "UserModifiedObject")
        || class_of(members) == Some("AppUser")
}

/// The last segment of an object's class.
pub(super) fn class_of(object: &Map<String, Value>) -> Option<&str> {
    let class = object.get("$type")?.as_str()?;
    class.split_once(',').map_or(class, |(class, _)| class).rsplit('.').next()
}

/// What can be looked up by guid or name.
pub(super) struct Known<'v> {
    /// The type of a property or binding, and its name there.
    pub(super) members: HashMap<&'v str, (&'v str, &'v str)>,
    /// None where two values have the name.
    pub(super) values: HashMap<&'v str, Option<&'v str>>,
}

impl<'v> Known<'v> {
    pub(super) fn of(package: &Package<'v>) -> Known<'v> {
        let mut known = Known { members: HashMap::new(), values: HashMap::new() };
        for owner in &package.owners {
            match owner.kind {
                "type" => {
                    let own = ["properties", "bindings"].into_iter().flat_map(|list| named(owner.value, list));
                    known.members.extend(own.map(|(guid, name)| (guid, (owner.id, name))));
                }
                "value" => {
                    let name = owner.value["developerName"].as_str().expect("a name");
                    known.values.entry(name).and_modify(|first| *first = None).or_insert(Some(owner.id));
                }
                _ => {}
            }
        }
        known
    }
}

/// Guid and name of the entries of a type's list.
pub(super) fn named<'v>(of_type: &'v Value, list: &str) -> impl Iterator<Item = (&'v str, &'v str)> {
    let entries = of_type[list].as_array().into_iter().flatten();
    entries.filter_map(|entry| Some((entry["guid"].as_str()?, entry["developerName"].as_str()?)))
}
