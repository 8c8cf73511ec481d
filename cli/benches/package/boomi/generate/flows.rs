//! Flows, each with its map elements and their texts.

use serde_json::{Value, json};

use super::elements::{page_composite, service_composite, type_composite, value_composite};
use super::{
    BINDING, FLOW, MAP, MAPS, OTHER, PAGE, PAGES, PROPERTIES, PROPERTY, SERVICE, SERVICES, TYPE, TYPES, VALUE, VALUES,
    ZERO, bound, class, composite, document, element, embedded, guid, saved, text, text_guid, type_of, version, with,
};

/// One flow, with the numbers of the shared elements that it uses: two groups of ten that depend on each other.
pub(super) struct Flow {
    number: usize,
    services: Vec<usize>,
    types: Vec<usize>,
    values: Vec<usize>,
    pages: Vec<usize>,
}

impl Flow {
    pub(super) fn new(number: usize) -> Flow {
        let group = number % SERVICES;
        let window = |all: usize| {
            let each = all / SERVICES;
            (group * each..(group + 2) * each).map(|element| element % all).collect()
        };
        Flow { number, services: window(SERVICES), types: window(TYPES), values: window(VALUES), pages: window(PAGES) }
    }

    fn map_guid(&self, index: usize) -> String {
        guid(MAP, self.number * MAPS.len() + index)
    }

    fn map_composite(&self, index: usize) -> Value {
        composite("Map.MapElement", &self.map_guid(index), json!({ "elementType": MAPS[index] }))
    }

    pub(super) fn configuration(&self) -> Value {
        let id = guid(FLOW, self.number);
        let ids = |composites: Vec<Value>| -> Value {
            composites.into_iter().map(|id| (id["guid"].as_str().expect("a guid").to_owned(), id)).collect()
        };
        let of = |elements: &[usize], composite: fn(usize) -> Value| {
            ids(elements.iter().map(|number| composite(*number)).collect())
        };
        let service = embedded("Config.ServiceElement", &guid(SERVICE, self.services[0]));
        with(
            json!({
                "$type": class("Model.Flow.FlowConfiguration", "Model"),
                "compositeId": { "$type": class("Model.Flow.FlowId", "Identifiers"), "guid": id, "versionId": version(&id) },
                "authorization": {
                    "$type": class("Model.Elements.Group.GroupAuthorizationConfiguration", "Model"),
                    "serviceElementId": service, "globalAuthenticationType": "ALL_USERS", "streamBehaviourType": "NONE",
                    "users": null, "groups": null, "id": guid(OTHER, 5_000_000 + self.number),
                },
                "isDefault": true, "isActive": true, "allowJumping": false, "stateExpirationLength": 0, "comment": null,
                "startMapElementId": embedded("Map.MapElement", &self.map_guid(0)),
                "mapElementIds": ids((0..MAPS.len()).map(|index| self.map_composite(index)).collect()), "groupElementIds": {},
                "pageElementIds": of(&self.pages, page_composite), "valueElementIds": of(&self.values, value_composite),
                "macroElementIds": {}, "serviceElementIds": of(&self.services, service_composite),
                "contentValueIds": {}, "typeElementIds": of(&self.types, type_composite), "tagElementIds": {},
                "navigationElementIds": {},
            }),
            saved(&format!("Flow {}", self.number)),
        )
    }

    /// What a map element does, by its kind.
    fn members(&self, index: usize) -> Value {
        let [value, other] = [self.values[index % 4], self.values[4 + index % 4]];
        match MAPS[index] {
            "input" => json!({ "pageElementId": embedded("UI.PageElement", &guid(PAGE, self.pages[index / 2])) }),
            "database_load" => json!({ "dataActions": [self.data_action("LOAD", value, Some(other))] }),
            "database_save" => json!({ "dataActions": [self.data_action("SAVE", value, None)] }),
            "operator" => json!({ "operations": [self.operation(value, other), self.operation(other, value)] }),
            "message" => json!({ "messageActions": [self.message(index)] }),
            _ => json!({}),
        }
    }

    fn operation(&self, to: usize, from: usize) -> Value {
        json!({
            "$type": class("Model.Elements.Map.OperationConfiguration", "Model"),
            "valueElementToApplyId": bound(to, Some(2), "SET_EQUAL"),
            "valueElementToReferenceId": bound(from, None, "VALUE_OF"), "macroElementToExecuteId": null,
            "typeElementId": null, "order": 0, "disabled": false, "id": guid(OTHER, 6_000_000 + self.number * 100 + to),
        })
    }

    fn data_action(&self, what: &str, value: usize, filter: Option<usize>) -> Value {
        let (id, of) = (guid(OTHER, 7_000_000 + self.number * 100 + value), type_of(value));
        let filter = filter.map(|filter| {
            json!({
                "$type": class("Model.Elements.Type.ListFilterPropertiesConfiguration", "Model"),
                "filterId": bound(filter, None, ""),
                "orderByTypeElementPropertyId": guid(PROPERTY, of * PROPERTIES + 1), "orderByDirectionType": "",
                "orderBy": null, "limit": 0, "filterByProvidedObjects": false, "searchCriteria": null, "comparisonType": "",
                "where": null, "listFilters": null, "id": id,
            })
        });
        json!({
            "$type": class("Model.Elements.Map.DataActionConfiguration", "Model"), "developerName": "Load the file",
            "crudOperationType": what, "valueElementToReferenceId": bound(value, None, ""),
            "valueElementToApplyId": bound(value, None, ""), "objectDataRequest": {
                "$type": class("Model.Elements.Type.ObjectDataRequestPropertiesConfiguration", "Model"),
                "typeElementBindingId": guid(BINDING, of), "typeElementId": embedded("Type.TypeElement", &guid(TYPE, of)),
                "listFilter": filter, "command": null, "id": id,
            },
            "isSmartSave": false, "order": 0, "disabled": false, "id": id,
        })
    }

    fn message(&self, index: usize) -> Value {
        let id = |of: usize| guid(OTHER, 8_000_000 + self.number * 10 + of);
        let input = |number: usize| {
            json!({
                "$type": class("Model.Elements.Map.MessageInputConfiguration", "Model"), "developerName": "Assignee",
                "contentType": "ContentString", "order": 0, "typeElementId": null,
                "valueElementToReferenceId": bound(self.values[number], Some(0), ""),
                "contentValueContentValueId": self.text(index, 5 + number), "id": id(number),
            })
        };
        let output = json!({
            "$type": class("Model.Elements.Map.MessageOutputConfiguration", "Model"), "developerName": "Assignment",
            "contentType": "ContentObject", "order": 0, "typeElementId": null,
            "valueElementToApplyId": bound(self.values[4], None, ""), "id": id(2),
        });
        json!({
            "$type": class("Model.Elements.Map.MessageActionConfiguration", "Model"),
            "serviceElementId": embedded("Config.ServiceElement", &guid(SERVICE, self.services[1])),
            "developerName": "Task: Add Assignment", "uriPart": "task/1", "inputs": [input(0), input(1)], "outputs": [output],
            "order": 0, "disabled": false, "id": id(3),
        })
    }

    fn text(&self, map: usize, index: usize) -> Value {
        text(MAP, self.text_number(map, index))
    }

    fn text_number(&self, map: usize, index: usize) -> usize {
        (self.number * MAPS.len() + map) * 8 + index
    }

    fn outcome(&self, index: usize) -> Value {
        let id = guid(OTHER, 9_000_000 + self.number * MAPS.len() + index);
        json!({
            "$type": class("Model.Elements.Map.OutcomeConfiguration", "Model"), "guid": id, "developerName": "go",
            "labelContentValueId": self.text(index, 4), "comparisonType": null,
            "newMapElementId": embedded("Map.MapElement", &self.map_guid(index + 1)), "pageActionType": "",
            "isBulkAction": false, "pageActionBindingType": "SAVE", "pageObjectBindingId": ZERO, "flowOut": null, "order": 0,
            "controlPoints": null, "attributes": null, "id": id,
        })
    }

    /// The map elements; all but the last lead to the next one.
    pub(super) fn maps(&self) -> impl Iterator<Item = Value> {
        (0..MAPS.len()).map(|index| {
            let outcomes = if index + 1 < MAPS.len() { json!([self.outcome(index)]) } else { Value::Null };
            let members = json!({
                "groupElementId": null, "x": 50 + index * 140, "y": 250, "pageElementId": null, "operations": null,
                "outcomes": outcomes, "viewMessageAction": null, "listeners": null, "messageActions": null,
                "dataActions": null, "clearNavigationOverrides": false, "navigationOverrides": null,
                "statusMessageContentValueId": self.text(index, 0), "notAuthorizedContentValueId": self.text(index, 1),
                "postUpdateMessageContentValueId": self.text(index, 2), "postUpdateToStream": false,
                "postUpdateWhenType": "", "userContentContentValueId": self.text(index, 3), "vote": null,
                "properties": null,
            });
            let members = with(members, self.members(index));
            element("Map.MapElement", self.map_composite(index), &format!("Step {index}"), members)
        })
    }

    /// The texts of the map elements; the last one shows a page with values in it.
    pub(super) fn documents(&self) -> impl Iterator<Item = Value> {
        (0..MAPS.len()).map(|index| {
            let count = if MAPS[index] == "message" { 7 } else { 5 };
            let texts: Vec<(String, Value)> = (0..count)
                .map(|number| {
                    let shown = match (number, MAPS[index]) {
                        (3, "step") => json!(self.html()),
                        (4, _) => json!("go"),
                        _ => Value::Null,
                    };
                    (text_guid(MAP, self.text_number(index, number)), shown)
                })
                .collect();
            document(&self.map_guid(index), MAPS[index], &texts)
        })
    }

    fn html(&self) -> String {
        let (number, value) = (self.number, self.values[0]);
        let property = guid(PROPERTY, type_of(value) * PROPERTIES + 3);
        let key = format!("flowkey___{}|{property}___flowkey", guid(VALUE, value));
        format!(
            "<p>Assignment of {{![Value {}].[Property 2]}} for {{![$User].[Email]}} (you can now look into your account)</p>\n<p>ID:&nbsp;{key}, für <a href=\"https://orders.dev.example/flow/{number}\">flow {number}</a>, orders@dev.example</p>",
            self.values[1]
        )
    }
}
