//! The elements that flows share.

use serde_json::{Value, json};

use super::{
    BINDING, CONTAINER, MAKER, OTHER, PAGE, PROPERTIES, PROPERTY, SERVICE, SERVICES, TYPE, TYPES, VALUE, VALUES, bound,
    class, composite, document, element, embedded, guid, text, text_guid, type_of, with,
};

fn service_input(name: &str, number: usize, content: &str, value: Value) -> Value {
    json!({
        "$type": class("Model.Elements.Config.ServiceValueConfiguration", "Model"), "developerName": name,
        "valueElementToReferenceId": value, "typeElementId": null, "contentType": content, "ordinal": 0,
        "id": guid(OTHER, 1_000_000 + number),
    })
}

pub(super) fn service_composite(number: usize) -> Value {
    composite("Config.ServiceElement", &guid(SERVICE, number), json!({ "elementType": "SERVICE" }))
}

pub(super) fn service(number: usize) -> Value {
    let action = |action: usize| {
        let inputs = (0..4)
            .map(|input| service_input(&format!("Input {input}"), action * 8 + input, "ContentString", Value::Null));
        json!({
            "$type": class("Model.Elements.Config.ServiceActionConfiguration", "Model"), "uriPart": format!("task/{action}"),
            "developerName": format!("Task: {action}"), "developerSummary": "Does something to a task in the other system",
            "isViewMessageAction": false, "serviceActionOutcomes": null, "serviceInputs": inputs.collect::<Value>(),
            "serviceOutputs": null, "id": guid(OTHER, 2_000_000 + number * 8 + action),
        })
    };
    let configuration = service_input("Account", 7, "ContentString", bound(number * 4 + 3, None, ""));
    let members = json!({
        "uri": format!("https://services-{number}.dev.example/api/box/3"), "format": "json", "providesData": true,
        "providesFiles": true, "providesLogic": true, "providesViews": false, "providesIdentity": true,
        "providesSocial": false, "providesAutoBinding": false, "sendDecryptedValues": false,
        "actions": (0..4).map(action).collect::<Value>(), "configurationValues": [configuration], "properties": null,
    });
    element("Config.ServiceElement", service_composite(number), &format!("Service {number}"), members)
}

pub(super) fn type_composite(number: usize) -> Value {
    composite("Type.TypeElement", &guid(TYPE, number), json!({ "developerName": format!("Type {number}") }))
}

pub(super) fn type_(number: usize) -> Value {
    let name = format!("Type {number}");
    let service = embedded("Config.ServiceElement", &guid(SERVICE, number * SERVICES / TYPES));
    let property = |property: usize| {
        let own = number * PROPERTIES + property;
        let (content, of) = match property {
            5 => ("ContentObject", embedded("Type.TypeElement", &guid(TYPE, (number + 1) % TYPES))),
            _ => ("ContentString", Value::Null),
        };
        json!({
            "$type": class("Model.Elements.Type.TypeElementEntryConfiguration", "Model"), "guid": guid(PROPERTY, own),
            "developerName": format!("Property {property}"), "contentType": content,
            "contentFormatContentValueId": text(PROPERTY, own), "typeElementId": of,
        })
    };
    let field = |property: usize| {
        let own = number * PROPERTIES + property;
        json!({
            "$type": class("Model.Elements.Type.TypeElementFieldBindingConfiguration", "Model"),
            "databaseFieldName": format!("Property {property}"), "typeElementPropertyId": guid(PROPERTY, own),
            "id": guid(OTHER, 3_000_000 + own),
        })
    };
    let binding = json!({
        "$type": class("Model.Elements.Type.TypeElementBindingConfiguration", "Model"), "guid": guid(BINDING, number),
        "databaseTableName": name, "developerName": name, "developerSummary": "Details about a file",
        "propertyBindings": (0..PROPERTIES).map(field).collect::<Value>(), "serviceElementId": service,
        "id": guid(BINDING, number),
    });
    let properties: Value = (0..PROPERTIES).map(property).collect();
    let members = json!({ "properties": properties, "bindings": [binding], "serviceElementId": service });
    element("Type.TypeElement", type_composite(number), &name, members)
}

/// What kind of value it is: an object with XML, a password, or a text.
fn content_of(value: usize) -> &'static str {
    match (value % 4, value % 20) {
        (0, _) => "ContentObject",
        (_, 7) => "ContentPassword",
        _ => "ContentString",
    }
}

pub(super) fn value_composite(number: usize) -> Value {
    let more = json!({
        "elementType": "VARIABLE", "developerName": format!("Value {number}"), "contentType": content_of(number),
        "isVersionless": false,
    });
    composite("Shared.SharedElement", &guid(VALUE, number), more)
}

pub(super) fn value(number: usize) -> Value {
    let content = content_of(number);
    let of = match content {
        "ContentObject" => embedded("Type.TypeElement", &guid(TYPE, type_of(number))),
        _ => Value::Null,
    };
    let person = json!({
        "$type": class("Security.AppUser", "Identifiers"), "Guid": MAKER, "FirstName": "Ana", "LastName": "Builder",
        "Email": "ana@maker.example",
    });
    let members = json!({
        "isFixed": false, "isVersionless": false, "access": "PRIVATE", "contentType": content,
        "contentFormatContentValueId": text(VALUE, number * 2), "Sharing": 0,
        "defaultContentValueContentValueId": text(VALUE, number * 2 + 1), "initializationOperations": null, "properties": null,
        "typeElementId": of,
    });
    let value = element("Shared.SharedElement", value_composite(number), &format!("Value {number}"), members);
    with(value, json!({ "UserOwnerObject": person, "UserCreatedObject": person, "UserModifiedObject": person }))
}

pub(super) fn value_document(number: usize) -> Value {
    let default = match content_of(number) {
        "ContentObject" => json!(object(number)),
        "ContentPassword" => json!(format!("hunter-{number}")),
        _ if number % 20 == 3 => {
            json!(format!("https://files.dev.example/{number}?Expires=1481637595&sig=quUOoEA{number}"))
        }
        _ => Value::Null,
    };
    let texts = [(text_guid(VALUE, number * 2), json!("")), (text_guid(VALUE, number * 2 + 1), default)];
    document(&guid(VALUE, number), "VARIABLE", &texts)
}

/// The default of an object: XML; a few have a password in it.
fn object(value: usize) -> String {
    let (id, of) = (guid(OTHER, value), type_of(value));
    let entry = |property: usize| {
        let is_secret = property == 7 && value.is_multiple_of(40);
        let content = if is_secret { "ContentPassword" } else { "ContentString" };
        format!(
            "  <complextypeentry ischanged=\"false\" typeelemententryid=\"{}\" contenttype=\"{content}\"><![CDATA[true]]></complextypeentry>\r\n",
            guid(PROPERTY, of * PROPERTIES + property)
        )
    };
    let entries: String = (0..PROPERTIES).map(entry).collect();
    let id_of_type = guid(TYPE, of);
    format!(
        "<complextype ischanged=\"false\" internalid=\"{id}\" externalid=\"{id}\" typeelementid=\"{id_of_type}\" order=\"0\">\r\n{entries}</complextype>"
    )
}

pub(super) fn page_composite(number: usize) -> Value {
    composite("UI.PageElement", &guid(PAGE, number), json!({ "elementType": "PAGE_LAYOUT" }))
}

pub(super) fn page(number: usize) -> Value {
    let container = guid(CONTAINER, number);
    let label = |text_number: usize| text(PAGE, number * 16 + text_number);
    let component = |index: usize| {
        let id = guid(OTHER, 4_000_000 + number * 4 + index);
        let value = bound((number * 2 + index) % VALUES, (index > 0).then_some(index), "");
        json!({
            "$type": class("Model.Elements.UI.PageComponentConfiguration", "Model"), "guid": id,
            "pageContainerDeveloperName": "Main container", "pageContainerId": container,
            "developerName": format!("Input {index}"), "columns": null, "componentType": "input",
            "contentContentValueId": label(index * 5 + 2), "imageUriContentValueId": label(index * 5 + 3),
            "labelContentValueId": label(index * 5 + 4), "valueElementValueBindingReferenceId": value,
            "valueElementDataBindingReferenceId": null, "objectDataRequest": null, "fileDataRequest": null, "size": 25,
            "maxSize": 255, "height": 0, "width": 0, "isEditable": true, "isRequired": false, "isMultiSelect": false,
            "isSearchable": false, "hintValueContentValueId": label(index * 5 + 5),
            "helpInfoContentValueId": label(index * 5 + 6), "order": 0, "attributes": null, "tags": null, "id": id,
        })
    };
    let members = json!({
        "labelContentValueId": label(0), "stopConditionsOnFirstTrue": false, "pageContainers": [{
            "$type": class("Model.Elements.UI.PageContainerConfiguration", "Model"), "guid": container,
            "developerName": "Main container", "containerType": "VERTICAL_FLOW", "labelContentValueId": label(1),
            "pageContainers": null, "order": 0, "attributes": null, "tags": null, "id": container,
        }],
        "pageComponents": (0..2).map(component).collect::<Value>(), "pageConditions": null, "attributes": null, "tags": null,
        "properties": null,
    });
    element("UI.PageElement", page_composite(number), &format!("Page {number}"), members)
}

pub(super) fn page_document(number: usize) -> Value {
    let texts: Vec<(String, Value)> = (0..12)
        .map(|index| {
            let shown = if index % 5 == 4 { json!("Collaborator") } else { Value::Null };
            (text_guid(PAGE, number * 16 + index), shown)
        })
        .collect();
    document(&guid(PAGE, number), "PAGE_LAYOUT", &texts)
}
