//! Small resources, made of texts.
#![allow(dead_code, reason = "each test file uses a part")]

use flowport_boomi_flow::{Connectors, Elements, Flows, edit, inspect};
use flowport_plugin::fake::{Resource, Target};
use flowport_plugin::{
    Action, Change, EditOp, Failure, Handler, Head, Reference, Relink, Replace, ResourceId, SlotValue, Strength, View,
};

pub(crate) const FLOW: &str = "f0000000-0000-4000-8000-000000000001";
pub(crate) const MAP: &str = "a0000000-0000-4000-8000-000000000001";
pub(crate) const OUTCOME: &str = "a0000000-0000-4000-8000-000000000011";
pub(crate) const TEXT: &str = "a0000000-0000-4000-8000-000000000021";
pub(crate) const SERVICE: &str = "c0000000-0000-4000-8000-000000000001";
pub(crate) const TYPE: &str = "d0000000-0000-4000-8000-000000000001";
pub(crate) const PROPERTY: &str = "d0000000-0000-4000-8000-000000000011";
pub(crate) const BINDING: &str = "d0000000-0000-4000-8000-000000000021";
pub(crate) const VALUE: &str = "e0000000-0000-4000-8000-000000000001";
pub(crate) const PAGE: &str = "b0000000-0000-4000-8000-000000000001";
pub(crate) const NEW: &str = "11111111-0000-4000-8000-000000000001";
pub(crate) const NEWER: &str = "22222222-0000-4000-8000-000000000002";
pub(crate) const ZERO: &str = "00000000-0000-0000-0000-000000000000";
pub(crate) const FILE_TYPE: &str = "af48e652-7dec-4739-9c98-586318e0ad7d";
pub(crate) const CULTURE: &str = "90000000-0000-4000-8000-000000000001";

pub(crate) fn embedded(class: &str, guid: &str) -> String {
    format!(r#"{{"$type":"ManyWho.Flow.Model.{class}IdEmbedded, ManyWho.Flow.Identifiers","guid":"{guid}"}}"#)
}

fn identity(guid: &str) -> String {
    format!(
        r#""compositeId":{{"$type":"ManyWho.Flow.Model.X, M","guid":"{guid}","versionId":"{CULTURE}","developerName":"N"}}"#
    )
}

/// An element of a kind; `rest` follows its identity and name.
pub(crate) fn element(kind: &str, guid: &str, rest: &str) -> Resource {
    let text = format!(r#"{{{},"developerName":"N", "isFixed" : false{rest}}}"#, identity(guid));
    Resource::new(Head::new(ResourceId::new(kind, guid), "boomi-flow", "N")).json("element.json", &text)
}

/// A flow with these lists, map elements (the first is [`MAP`]) and content documents.
pub(crate) fn flow(lists: &str, maps: &str, contents: &str) -> Resource {
    let flow = format!(
        r#"{{"$type":"ManyWho.Flow.Model.Flow.FlowConfiguration, M",{},"developerName":"N","isActive":true,"mapElementIds":{{"{MAP}":{{"guid":"{MAP}"}}}},"startMapElementId":{}{lists}}}"#,
        identity(FLOW),
        embedded("Elements.Map.MapElement", MAP)
    );
    let map = format!(
        r#"[{{{},"outcomes":[{{"$type":"ManyWho.Flow.Model.OutcomeConfiguration, M","guid":"{OUTCOME}","newMapElementId":{},"pageObjectBindingId":"{ZERO}"}}],"userContentContentValueId":{}{maps}}}]"#,
        identity(MAP),
        embedded("Elements.Map.MapElement", MAP),
        embedded("Content.ContentValue", TEXT)
    );
    Resource::new(Head::new(ResourceId::new("flow", FLOW), "boomi-flow", "N"))
        .json("flow.json", &flow)
        .json("maps.json", &map)
        .json("contents.json", &format!("[{contents}]"))
}

/// A content document with one text, given as JSON.
pub(crate) fn document(owner: &str, guid: &str, text: &str) -> String {
    format!(
        r#"{{"elementId":"{owner}","contentValueDocumentTranslations":{{"{CULTURE}":{{"contentValues":{{"{guid}":{text}}}}}}}}}"#
    )
}

/// The slot of the text of such a document.
pub(crate) fn text_slot(guid: &str) -> String {
    format!("contents.json#/0/contentValueDocumentTranslations/{CULTURE}/contentValues/{guid}")
}

/// With attributes that name the members of [`TYPE`].
pub(crate) fn knowing(mut resource: Resource, more: &str) -> Resource {
    resource.head.attributes = format!(
        r#"{{"versionId":"{CULTURE}","members":{{"{PROPERTY}":{{"type":"{TYPE}","name":"Total"}},"{BINDING}":{{"type":"{TYPE}","name":"Orders"}}}}{more},"note":1.0}}"#
    );
    resource
}

/// `kind/guid`, with `?` behind it where it is optional, by slot.
pub(crate) fn references(resource: &Resource) -> Vec<(String, String)> {
    let shown = |reference: Reference| {
        let mark = if reference.strength == Strength::Optional { "?" } else { "" };
        let target = match reference.target {
            flowport_plugin::Target::Known(id) => format!("{}/{}{mark}", id.kind, id.id),
            flowport_plugin::Target::Unknowable(text) => format!("unknown {text}"),
        };
        (reference.slot, target)
    };
    inspect(resource).unwrap().references.into_iter().map(shown).collect()
}

/// Where the reference at a slot leads.
#[track_caller]
pub(crate) fn leads(resource: &Resource, slot: &str, target: &str) {
    let found = references(resource);
    let there = found.iter().find(|reference| reference.0 == slot);
    assert_eq!(there.map(|reference| reference.1.as_str()), Some(target), "{slot}: {found:#?}");
}

/// Codes and slots of the findings.
pub(crate) fn findings(resource: &Resource) -> Vec<(String, String)> {
    let diagnostics = inspect(resource).unwrap().diagnostics;
    diagnostics.into_iter().map(|found| (found.code, found.slot.unwrap_or_default())).collect()
}

pub(crate) fn head(kind: &str, id: &str, name: &str) -> Head {
    Head::new(ResourceId::new(kind, id), "boomi-flow", name)
}

pub(crate) fn relink(slot: &str, to: &Head) -> EditOp {
    EditOp::Relink(Relink { slot: slot.to_owned(), to: to.clone() })
}

pub(crate) fn literal(slot: &str, old: &str, new: &str) -> EditOp {
    EditOp::SetLiteral(Replace { slot: slot.to_owned(), old: old.to_owned(), new: new.to_owned() })
}

pub(crate) fn secret(slot: &str, value: Option<&str>) -> EditOp {
    EditOp::SetSecret(SlotValue { slot: slot.to_owned(), value: value.map(str::to_owned) })
}

#[track_caller]
pub(crate) fn edited(resource: &Resource, ops: &[EditOp]) -> Resource {
    resource.edited(&edit(resource, ops).unwrap())
}

#[track_caller]
pub(crate) fn refused(result: Result<impl std::fmt::Debug, Failure>) {
    assert!(matches!(result, Err(Failure::Other(_))), "{result:?}");
}

pub(crate) fn plan(
    incoming: &Resource,
    existing: Option<&Resource>,
    action: Option<Action>,
) -> Result<Change, Failure> {
    let existing = existing.map(|resource| resource as &dyn View);
    let target = Target::default();
    match incoming.head.id.kind.as_str() {
        "flow" => Flows::plan(incoming, existing, action, &target),
        "connector" => Connectors::plan(incoming, existing, action, &target),
        _ => Elements::plan(incoming, existing, action, &target),
    }
}
