//! What a package consists of, however it was read: from a file or from resources.

use std::borrow::Cow;

use flowport_boomi_flow::guid;
use flowport_plugin::json::Value;

/// An element of an array of the file, and the guid by which it is known there. For a content document that is the guid
/// of the element whose texts it holds.
#[derive(Debug, Clone)]
pub(crate) struct Piece<'a> {
    pub(crate) id: Cow<'a, str>,
    pub(crate) value: Value<'a>,
}

/// A flow with all that belongs to it alone.
#[derive(Debug)]
pub(crate) struct Flow<'a> {
    pub(crate) id: Cow<'a, str>,
    /// The `flowConfiguration`, with lists that agree with the elements of the package.
    pub(crate) configuration: Cow<'a, str>,
    /// What it lists, in order: position in [`ELEMENT_KINDS`](flowport_boomi_flow::ELEMENT_KINDS) and guid.
    pub(crate) listed: Vec<(usize, Cow<'a, str>)>,
    pub(crate) maps: Option<Vec<Piece<'a>>>,
    /// The languages of its texts; none where nothing is said of them.
    pub(crate) cultures: Option<Vec<Piece<'a>>>,
    pub(crate) documents: Vec<Piece<'a>>,
}

/// Any other element.
#[derive(Debug)]
pub(crate) struct Element<'a> {
    /// Position in [`ELEMENT_KINDS`](flowport_boomi_flow::ELEMENT_KINDS).
    pub(crate) kind: usize,
    pub(crate) piece: Piece<'a>,
    pub(crate) documents: Vec<Piece<'a>>,
}

/// `compositeId`, which every element has.
pub(crate) fn composite(element: Value<'_>) -> Option<Value<'_>> {
    element.get("compositeId")
}

/// A guid as id. Empty where there is none.
pub(crate) fn id_of<'a>(value: Option<Value<'a>>) -> Cow<'a, str> {
    match value.and_then(Value::as_str) {
        Some(text) => lower(text),
        None => Cow::Borrowed(""),
    }
}

/// The id of an element.
pub(crate) fn element_id(element: Value<'_>) -> Cow<'_, str> {
    id_of(composite(element).and_then(|composite| composite.get("guid")))
}

/// The id of the element whose texts a content document holds.
pub(crate) fn owner_id(document: Value<'_>) -> Cow<'_, str> {
    id_of(document.get("elementId"))
}

pub(crate) fn lower(text: Cow<'_, str>) -> Cow<'_, str> {
    match guid::id(&text) {
        Cow::Owned(lower) => Cow::Owned(lower),
        Cow::Borrowed(_) => text,
    }
}

/// Elements of an array as pieces.
pub(crate) fn pieces<'a>(array: Value<'a>, id: fn(Value<'a>) -> Cow<'a, str>) -> Vec<Piece<'a>> {
    array.elements().map(|value| Piece { id: id(value), value }).collect()
}
