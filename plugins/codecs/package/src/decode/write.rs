use flowport_boomi_flow::{
    CONTENTS_PART, CULTURES_PART, DIALECT, ELEMENT_KINDS, ELEMENT_PART, FLOW_PART, MAPS_PART, REST_PART, TYPE,
};
use flowport_plugin::json::Value;
use flowport_plugin::{Failure, Head, PackageInfo, PackageWriter, ResourceId, Setup, State};

use super::file::File;
use super::known::{self, Known};
use crate::attachment;
use crate::format::CHUNK;
use crate::model::{Element, Flow, Piece};
use crate::rest::Rest;

const JSON: &str = "application/json";

/// Hands a checked package over: flows first, then elements in the order of the file.
pub(super) fn write(
    file: &File<'_>,
    flows: &[Flow<'_>],
    elements: &[Element<'_>],
    rest: &Rest<'_>,
    into: &dyn PackageWriter,
) -> Result<(), Failure> {
    into.describe(info(file))?;
    let known = Known::of(file);
    for (index, flow) in flows.iter().enumerate() {
        let value = file.flows[index];
        let maps = values(flow.maps.as_deref().unwrap_or_default());
        let own = std::iter::once(value).chain(maps).chain(values(&flow.documents));
        let attributes = known.attributes(value, own).to_json();
        into.add(head(file.flow(index), value, attributes), Setup::none())?;
        part(FLOW_PART, value.raw(), into)?;
        match (&flow.maps, flows.len()) {
            (None, _) => {}
            // As it stands in the file.
            (Some(_), 1) => part(MAPS_PART, file.maps.map_or("[]", Value::raw), into)?,
            (Some(maps), _) => list(MAPS_PART, maps, into)?,
        }
        match (&flow.cultures, flows.len()) {
            (None, _) => {}
            // As it stands in the file.
            (Some(_), 1) => part(CULTURES_PART, file.cultures.map_or("[]", Value::raw), into)?,
            (Some(cultures), _) => list(CULTURES_PART, cultures, into)?,
        }
        contents(&flow.documents, into)?;
        if index == 0
            && let Some(rest) = rest.to_json()
        {
            part(REST_PART, &rest, into)?;
        }
    }
    for (index, element) in elements.iter().enumerate() {
        let value = file.elements[index].1;
        let own = std::iter::once(value).chain(values(&element.documents));
        let mut attributes = known.attributes(value, own);
        if ELEMENT_KINDS[element.kind].kind == TYPE {
            known::own_members(value, &mut attributes);
        }
        into.add(head(file.resource(index), value, attributes.to_json()), Setup::none())?;
        part(ELEMENT_PART, value.raw(), into)?;
        contents(&element.documents, into)?;
    }
    match &file.attachment {
        Some(bytes) => attachment::write(bytes, into),
        None => Ok(()),
    }
}

fn values<'d>(pieces: &[Piece<'d>]) -> impl Iterator<Item = Value<'d>> {
    pieces.iter().map(|piece| piece.value)
}

fn text(element: Value<'_>, name: &str) -> String {
    element.get(name).and_then(Value::as_str).map(|text| text.into_owned()).unwrap_or_default()
}

/// The package is called what its first flow is called.
fn info(file: &File<'_>) -> PackageInfo {
    let mut info = PackageInfo::named(&text(file.flows[0], "developerName"));
    info.description = text(file.flows[0], "developerSummary");
    info
}

fn head(id: ResourceId, element: Value<'_>, attributes: String) -> Head {
    let mut head = Head::new(id, DIALECT, &text(element, "developerName"));
    if element.get("isActive").and_then(Value::as_bool) == Some(false) {
        head.state = State::Draft;
    }
    head.attributes = attributes;
    head
}

fn part(name: &str, raw: &str, into: &dyn PackageWriter) -> Result<(), Failure> {
    into.part(name, JSON)?;
    raw.as_bytes().chunks(CHUNK).try_for_each(|chunk| into.write(chunk))
}

fn contents(documents: &[Piece<'_>], into: &dyn PackageWriter) -> Result<(), Failure> {
    if documents.is_empty() { Ok(()) } else { list(CONTENTS_PART, documents, into) }
}

fn list(name: &str, pieces: &[Piece<'_>], into: &dyn PackageWriter) -> Result<(), Failure> {
    let mut text = String::with_capacity(pieces.iter().map(|piece| piece.value.raw().len() + 1).sum::<usize>() + 2);
    text.push('[');
    for (index, piece) in pieces.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(piece.value.raw());
    }
    text.push(']');
    part(name, &text, into)
}
