//! Packages of Boomi Flow, as its engine writes them: double-encoded, compact, `$type` first.

use std::path::Path;

use serde_json::{Value, json};

pub(crate) const SERVICE: &str = "0d8e8c37-0000-4000-8000-000000000001";
pub(crate) const TYPE: &str = "0d8e8c37-0000-4000-8000-000000000002";
pub(crate) const OTHER_TYPE: &str = "0d8e8c37-0000-4000-8000-000000000003";
pub(crate) const VALUE: &str = "0d8e8c37-0000-4000-8000-000000000004";
pub(crate) const PASSWORD: &str = "0d8e8c37-0000-4000-8000-000000000005";
pub(crate) const PAGE: &str = "0d8e8c37-0000-4000-8000-000000000006";
pub(crate) const PROPERTY: &str = "0d8e8c37-0000-4000-8000-0000000000a1";
const CULTURE: &str = "0d8e8c37-0000-4000-8000-0000000000c1";
const DEFAULT: &str = "0d8e8c37-0000-4000-8000-0000000000d1";
const SECRET: &str = "0d8e8c37-0000-4000-8000-0000000000d2";
/// The built-in type of files.
pub(crate) const FILE: &str = "af48e652-7dec-4739-9c98-586318e0ad7d";
/// The password that the value of that type holds.
pub(crate) const HIDDEN: &str = "boomi-hunter2";
pub(crate) const URI: &str = "https://crm.dev.example/api/1";

/// The guid of a map element of a flow.
pub(crate) fn map(flow: &str, number: u32) -> String {
    format!("{}-1111-4000-8000-{number:012}", &flow[..8])
}

fn version(of: &str) -> String {
    format!("{}-2222-4000-8000-000000000000", &of[28..36])
}

fn class(namespace: &str, name: &str, assembly: &str) -> String {
    format!("ManyWho.Flow.{namespace}.{name}, ManyWho.Flow.{assembly}")
}

fn embedded(namespace: &str, name: &str, guid: &str) -> Value {
    json!({ "$type": class(namespace, &format!("{name}IdEmbedded"), "Identifiers"), "guid": guid })
}

fn composite(namespace: &str, name: &str, guid: &str, element_type: Option<&str>) -> Value {
    let mut id = json!({ "$type": class(namespace, &format!("{name}Id"), "Identifiers"), "guid": guid, "versionId": version(guid) });
    if let Some(element_type) = element_type {
        id["elementType"] = json!(element_type);
    }
    id
}

fn saved(mut element: Value, name: &str) -> Value {
    element["developerName"] = json!(name);
    element["developerSummary"] = json!("");
    element["dateCreated"] = json!("2016-10-24T12:29:39.9071114+00:00");
    element["dateModified"] = json!("2016-10-24T12:29:39.9071114+00:00");
    element
}

fn document(element: &str, element_type: &str, texts: Value) -> Value {
    let translations = if texts.is_null() {
        Value::Null
    } else {
        json!({ CULTURE: { "$type": class("Content.Builder", "ContentValueDocumentTranslation", "Content.Document"), "contentValues": texts } })
    };
    json!({
        "$type": class("Content.Builder", "ContentValueDocument", "Content.Document"),
        "dateModified": "2016-10-24T12:29:39.9071114+00:00",
        "elementId": element,
        "elementVersionId": version(element),
        "elementType": element_type,
        "contentValueDocumentTranslations": translations,
    })
}

/// A package with one flow: a connector whose password is a value, two types, an object value whose default is XML, a page.
pub(crate) fn package(flow: &str, name: &str) -> Value {
    let shared = "Model.Elements.Shared";
    let service = saved(
        json!({
            "$type": class("Model.Elements.Config", "ServiceElementConfiguration", "Model"),
            "compositeId": composite("Model.Elements.Config", "ServiceElement", SERVICE, Some("SERVICE")),
            "uri": URI, "format": "json", "actions": [],
            "configurationValues": [{
                "$type": class("Model.Elements.Config", "ServiceValueConfiguration", "Model"),
                "developerName": "Password", "valueElementToReferenceId": embedded(shared, "SharedElement", PASSWORD),
                "contentType": "ContentPassword",
            }],
        }),
        "CRM Service",
    );
    let of_service = |guid: &str, name: &str, properties: Value| {
        let mut id = composite("Model.Elements.Type", "TypeElement", guid, None);
        id["developerName"] = json!(name);
        saved(
            json!({
                "$type": class("Model.Elements.Type", "TypeElementConfiguration", "Model"),
                "compositeId": id, "properties": properties, "bindings": [],
                "serviceElementId": embedded("Model.Elements.Config", "ServiceElement", SERVICE),
            }),
            name,
        )
    };
    let property = |guid: &str, name: &str, of: Value| {
        json!({
            "$type": class("Model.Elements.Type", "TypeElementEntryConfiguration", "Model"),
            "guid": guid, "developerName": name, "contentType": "ContentString", "typeElementId": of,
        })
    };
    let order = of_service(
        TYPE,
        "Order",
        json!([
            property(PROPERTY, "Number", Value::Null),
            property(
                "0d8e8c37-0000-4000-8000-0000000000a2",
                "File",
                embedded("Model.Elements.Type", "TypeElement", FILE)
            ),
            property(
                "0d8e8c37-0000-4000-8000-0000000000a3",
                "Customer",
                embedded("Model.Elements.Type", "TypeElement", OTHER_TYPE)
            ),
        ]),
    );
    let customer = of_service(
        OTHER_TYPE,
        "Customer",
        json!([property("0d8e8c37-0000-4000-8000-0000000000a4", "Name", Value::Null)]),
    );
    let value = |guid: &str, name: &str, content: &str, of: Value, default: &str| {
        let mut id = composite(shared, "SharedElement", guid, Some("VARIABLE"));
        id["developerName"] = json!(name);
        id["contentType"] = json!(content);
        saved(
            json!({
                "$type": class(shared, "SharedElementConfiguration", "Model"),
                "compositeId": id, "access": "PRIVATE", "contentType": content,
                "defaultContentValueContentValueId": { "$type": class("Content", "ContentValueIdEmbedded", "Content"), "guid": default },
                "typeElementId": of,
            }),
            name,
        )
    };
    let current =
        value(VALUE, "Current order", "ContentObject", embedded("Model.Elements.Type", "TypeElement", TYPE), DEFAULT);
    let password = value(PASSWORD, "CRM password", "ContentPassword", Value::Null, SECRET);
    let page = saved(
        json!({
            "$type": class("Model.Elements.UI", "PageElementConfiguration", "Model"),
            "compositeId": composite("Model.Elements.UI", "PageElement", PAGE, Some("PAGE_LAYOUT")),
            "pageContainers": [{ "$type": class("Model.Elements.UI", "PageContainerConfiguration", "Model"), "guid": "0d8e8c37-0000-4000-8000-0000000000e1", "developerName": "Main" }],
            "pageComponents": [{
                "$type": class("Model.Elements.UI", "PageComponentConfiguration", "Model"),
                "guid": "0d8e8c37-0000-4000-8000-0000000000e2",
                "pageContainerId": "0d8e8c37-0000-4000-8000-0000000000e1",
                "valueElementValueBindingReferenceId": bound(VALUE, PROPERTY),
            }],
        }),
        "Order page",
    );
    let (start, step) = (map(flow, 1), map(flow, 2));
    let element = |guid: &str, kind: &str, page: Value, next: Option<&str>, name: &str| {
        let outcomes = next.map_or(Value::Null, |next| {
            json!([{
                "$type": class("Model.Elements.Map", "OutcomeConfiguration", "Model"),
                "guid": format!("{}-3333-4000-8000-000000000000", &guid[..8]), "developerName": "go",
                "newMapElementId": embedded("Model.Elements.Map", "MapElement", next),
            }])
        });
        saved(
            json!({
                "$type": class("Model.Elements.Map", "MapElementConfiguration", "Model"),
                "compositeId": composite("Model.Elements.Map", "MapElement", guid, Some(kind)),
                "pageElementId": page, "outcomes": outcomes,
            }),
            name,
        )
    };
    let maps = json!([
        element(&start, "START", Value::Null, Some(&step), "Start"),
        element(&step, "input", embedded("Model.Elements.UI", "PageElement", PAGE), None, "Show the order"),
    ]);
    let xml = format!(
        "<complextype ischanged=\"false\" typeelementid=\"{TYPE}\"><complextypeentry typeelemententryid=\"{PROPERTY}\" contenttype=\"ContentString\"><![CDATA[4711]]></complextypeentry></complextype>"
    );
    let text = format!("<p>Order {{![Current order].[Number]}} and flowkey___{VALUE}|{PROPERTY}___flowkey</p>");
    let documents = json!([
        document(TYPE, "TYPE", Value::Null),
        document(OTHER_TYPE, "TYPE", Value::Null),
        document(VALUE, "VARIABLE", json!({ DEFAULT: xml })),
        document(PASSWORD, "VARIABLE", json!({ SECRET: HIDDEN })),
        document(PAGE, "PAGE_LAYOUT", json!({ "0d8e8c37-0000-4000-8000-0000000000f1": "Order" })),
        document(&start, "START", json!({ "0d8e8c37-0000-4000-8000-0000000000f2": null })),
        document(&step, "input", json!({ "0d8e8c37-0000-4000-8000-0000000000f3": text })),
    ]);
    let ids = |elements: &[&Value]| -> Value {
        let entries = elements
            .iter()
            .map(|it| (it["compositeId"]["guid"].as_str().unwrap().to_owned(), it["compositeId"].clone()));
        Value::Object(entries.collect())
    };
    let both: Vec<&Value> = maps.as_array().unwrap().iter().collect();
    let configuration = json!({
        "$type": class("Model.Flow", "FlowConfiguration", "Model"),
        "compositeId": { "$type": class("Model.Flow", "FlowId", "Identifiers"), "guid": flow, "versionId": version(flow) },
        "developerName": name, "developerSummary": "", "isDefault": true, "isActive": true,
        "startMapElementId": embedded("Model.Elements.Map", "MapElement", &start),
        "mapElementIds": ids(&both), "groupElementIds": {}, "pageElementIds": ids(&[&page]),
        "valueElementIds": ids(&[&current, &password]), "macroElementIds": {}, "serviceElementIds": ids(&[&service]),
        "contentValueIds": {}, "typeElementIds": ids(&[&order, &customer]), "tagElementIds": {}, "navigationElementIds": {},
        "dateModified": "2016-10-24T12:29:39.9071114+00:00",
    });
    let culture = json!({ "$type": class("Content", "ContentValueCulture", "Security"), "compositeId": { "$type": class("Content", "ContentValueCultureId", "Security"), "guid": CULTURE }, "developerName": "USA" });
    json!({
        "flowConfiguration": configuration, "contentValueCultures": [culture], "contentValueDocuments": documents,
        "navigationElementConfigurations": null, "mapElementConfigurations": maps, "groupElementConfigurations": null,
        "serviceElementConfigurations": [service], "typeElementConfigurations": [order, customer],
        "valueElementConfigurations": [current, password], "macroElementConfigurations": null,
        "tagElementConfigurations": null, "pageElementConfigurations": [page],
    })
}

fn bound(value: &str, property: &str) -> Value {
    let mut id = embedded("Model.Elements.Shared", "SharedElement", value);
    id["typeElementPropertyId"] = json!(property);
    id["command"] = json!("");
    id
}

/// As the product writes it: JSON in a JSON string.
pub(crate) fn encoded(package: &Value) -> String {
    serde_json::to_string(&package.to_string()).unwrap()
}

pub(crate) fn save(package: &Value, path: &Path) {
    std::fs::write(path, encoded(package)).unwrap();
}
