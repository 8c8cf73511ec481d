//! Packages of Boomi Flow with any number of flows that share 200 elements, as its engine writes them: double-encoded, compact,
//! `$type` first, each element of the size that it has in the samples. Every guid is made of a number.

mod elements;
mod flows;

use std::path::Path;

use serde_json::{Value, json};

use elements::{page, page_document, service, type_, value, value_document};
use flows::Flow;

const SERVICES: usize = 20;
const TYPES: usize = 60;
const VALUES: usize = 80;
const PAGES: usize = 40;
const PROPERTIES: usize = 8;
/// Map elements of each flow, in the order in which their outcomes lead from one to the next.
const MAPS: [&str; 8] = ["START", "input", "database_load", "operator", "message", "database_save", "input", "step"];

const CULTURE: &str = "9de7687f-9754-420f-9921-37c36347d7da";
const ZERO: &str = "00000000-0000-0000-0000-000000000000";
const DATE: &str = "2016-10-24T12:29:39.9071114+00:00";
const MAKER: &str = "f96e48b5-622b-4346-a911-c95eb73c074c";

/// The first digits of guids, by what they are of.
const FLOW: u32 = 0xa406_74ed;
const SERVICE: u32 = 0x0d8e_8c37;
const TYPE: u32 = 0x6a72_0d34;
const VALUE: u32 = 0x0a4d_d48c;
const PAGE: u32 = 0x423a_1d21;
const MAP: u32 = 0x48d8_c7e0;
const PROPERTY: u32 = 0xf5a1_9adc;
const BINDING: u32 = 0x7f84_0cdd;
const CONTAINER: u32 = 0x1fa0_9b73;
const OTHER: u32 = 0x5b07_9044;

fn guid(family: u32, number: usize) -> String {
    format!("{family:08x}-6c4b-4f6d-9c12-{number:012x}")
}

fn version(of: &str) -> String {
    format!("{}-357b-4411-ad42-{}c68d", &of[28..], &of[..8])
}

fn class(path: &str, assembly: &str) -> String {
    format!("ManyWho.Flow.{path}, ManyWho.Flow.{assembly}")
}

fn embedded(path: &str, guid: &str) -> Value {
    json!({ "$type": class(&format!("Model.Elements.{path}IdEmbedded"), "Identifiers"), "guid": guid })
}

/// A text in the content document of the same element.
fn text(family: u32, number: usize) -> Value {
    let guid = text_guid(family, number);
    json!({ "$type": class("Content.ContentValueIdEmbedded", "Content"), "guid": guid })
}

fn text_guid(family: u32, number: usize) -> String {
    guid(family ^ 0x0f0f_0f0f, number)
}

/// A value, or one property of it, that something is bound to.
fn bound(value: usize, property: Option<usize>, command: &str) -> Value {
    let mut id = embedded("Shared.SharedElement", &guid(VALUE, value));
    let property = property.map_or(ZERO.to_owned(), |number| guid(PROPERTY, type_of(value) * PROPERTIES + number));
    id["typeElementPropertyId"] = json!(property);
    id["command"] = json!(command);
    id
}

fn type_of(value: usize) -> usize {
    value * TYPES / VALUES
}

fn composite(path: &str, guid: &str, more: Value) -> Value {
    let class = class(&format!("Model.Elements.{path}Id"), "Identifiers");
    with(json!({ "$type": class, "guid": guid, "versionId": version(guid) }), more)
}

fn with(mut object: Value, more: Value) -> Value {
    let (Value::Object(members), Value::Object(more)) = (&mut object, more) else { panic!("two objects") };
    members.extend(more);
    object
}

/// An element of that class, with the members that all have.
fn element(path: &str, composite: Value, name: &str, members: Value) -> Value {
    let class = class(&format!("Model.Elements.{path}Configuration"), "Model");
    with(with(json!({ "$type": class, "compositeId": composite }), members), saved(name))
}

fn saved(name: &str) -> Value {
    json!({
        "developerName": name, "developerSummary": "", "dateCreated": DATE, "dateModified": DATE,
        "userCreated": MAKER, "userModified": MAKER, "userOwner": MAKER,
    })
}

/// The texts of an element; a type has none.
fn document(element: &str, element_type: &str, texts: &[(String, Value)]) -> Value {
    let texts: Value = texts.iter().cloned().collect();
    let translation = json!({
        "$type": class("Content.Builder.ContentValueDocumentTranslation", "Content.Document"), "contentValues": texts,
    });
    let translations = if element_type == "TYPE" { Value::Null } else { json!({ CULTURE: translation }) };
    json!({
        "$type": class("Content.Builder.ContentValueDocument", "Content.Document"), "dateCreated": DATE,
        "dateModified": DATE, "userCreated": ZERO, "userModified": ZERO, "userOwner": ZERO, "elementId": element,
        "elementVersionId": version(element), "elementType": element_type,
        "contentValueDocumentTranslations": translations,
    })
}

/// A package of that many flows.
pub(crate) fn package(path: &Path, flows: usize) {
    let flows: Vec<Flow> = (0..flows).map(Flow::new).collect();
    let of = |count: usize, element: fn(usize) -> Value| (0..count).map(element);
    let type_document = |number: usize| document(&guid(TYPE, number), "TYPE", &[]);
    let documents = of(TYPES, type_document).chain(of(VALUES, value_document)).chain(of(PAGES, page_document));
    let culture = json!({
        "$type": class("Content.ContentValueCulture", "Security"),
        "compositeId": { "$type": class("Content.ContentValueCultureId", "Security"), "guid": CULTURE },
        "developerName": "United States of America", "developerSummary": "Created by system", "isDefault": true,
        "brand": null, "country": "USA", "language": "EN", "variant": null, "dateCreated": "0001-01-01T00:00:00",
        "dateModified": "0001-01-01T00:00:00", "userCreated": ZERO, "userModified": ZERO, "userOwner": ZERO,
    });
    let mut text = String::from("{");
    member("flowConfigurations", flows.iter().map(Flow::configuration), &mut text);
    member("contentValueCultures", std::iter::once(culture), &mut text);
    member("contentValueDocuments", documents.chain(flows.iter().flat_map(Flow::documents)), &mut text);
    text.push_str("\"navigationElementConfigurations\":null,");
    member("mapElementConfigurations", flows.iter().flat_map(Flow::maps), &mut text);
    text.push_str("\"groupElementConfigurations\":null,");
    member("serviceElementConfigurations", of(SERVICES, service), &mut text);
    member("typeElementConfigurations", of(TYPES, type_), &mut text);
    member("valueElementConfigurations", of(VALUES, value), &mut text);
    text.push_str("\"macroElementConfigurations\":null,\"tagElementConfigurations\":null,");
    member("pageElementConfigurations", of(PAGES, page), &mut text);
    text.pop();
    text.push('}');
    std::fs::write(path, serde_json::to_string(&text).expect("a text is JSON")).expect("space");
}

/// Adds a list, and the comma behind it.
fn member(name: &str, elements: impl Iterator<Item = Value>, text: &mut String) {
    text.push_str(&format!("\"{name}\":["));
    for element in elements {
        text.push_str(&element.to_string());
        text.push(',');
    }
    text.pop();
    text.push_str("],");
}
