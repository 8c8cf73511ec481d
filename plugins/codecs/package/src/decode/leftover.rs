//! What of a file its flows and elements do not tell, so that it can be written again as it was.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flowport_boomi_flow::{ELEMENT_KINDS, MAP_CONFIGURATIONS};
use flowport_plugin::Failure;
use flowport_plugin::json::Value;

use super::file::File;
use crate::assemble::Assembled;
use crate::codes;
use crate::envelope::Opened;
use crate::format::{ATTACHMENT_KEY, CULTURES_KEY, DOCUMENTS_KEY, FLOW_KEY, FLOWS_KEY, Format, usual_keys};
use crate::model::{Element, Flow, Piece, element_id, owner_id};
use crate::problems::Problems;
use crate::rest::Rest;
use crate::sink::Comparison;

/// What is left over, and whether the file comes back byte for byte.
pub(super) struct Leftover<'d> {
    pub(super) rest: Rest<'d>,
    pub(super) is_exact: bool,
}

/// Finds out by putting the package together as an encoder would.
pub(super) fn rest<'d>(
    file: &File<'d>,
    opened: &Opened,
    flows: &[Flow<'d>],
    elements: &[Element<'d>],
    documents: Vec<Piece<'d>>,
) -> Result<Leftover<'d>, Failure> {
    let mut rest = Rest {
        encoding: opened.encoding,
        is_singular: file.format == Format::Package2 && file.is_singular,
        keys: keys(file),
        empty: empty(file),
        order: flow_order(file),
        documents,
        extra: extra(file),
    };
    // Texts stand in the order of the elements, so that theirs is known first.
    for is_of_texts in [false, true] {
        let order = other_order(file, &Assembled::of(flows, elements, &rest, file.format), is_of_texts);
        rest.order.extend(order);
    }
    let attachment = file.attachment.as_ref().map(|bytes| STANDARD.encode(bytes));
    let mut comparison = Comparison::with(file.root.raw());
    Assembled::of(flows, elements, &rest, file.format).write(&mut comparison, attachment.as_deref())?;
    let is_exact = comparison.is_exact() && opened.is_usual;
    Ok(Leftover { rest, is_exact })
}

/// Says what is kept without being understood.
pub(super) fn report(file: &File<'_>, rest: &Rest<'_>, problems: &mut Problems) {
    let mut kept: Vec<String> = rest.extra.iter().map(|(key, _)| key.chars().take(80).collect()).collect();
    if !rest.documents.is_empty() {
        kept.push(format!("{} content documents of elements that are not there", rest.documents.len()));
    }
    if !kept.is_empty() {
        let summary = format!("the package holds what flowport does not know: {}", kept.join(", "));
        let help = format!("nothing: it is kept with the flow {}", element_id(file.flows[0]));
        problems.info(codes::KEPT, summary, &help);
    }
}

/// The members in their order, the flow under its usual name; none where all is as usual.
fn keys<'d>(file: &File<'d>) -> Vec<Cow<'d, str>> {
    let members = file.root.members().filter(|(key, _)| !key.is(ATTACHMENT_KEY));
    let keys: Vec<Cow<'d, str>> =
        members.map(|(key, _)| if key.is(FLOWS_KEY) { Cow::Borrowed(FLOW_KEY) } else { key.name() }).collect();
    if keys == usual_keys() { Vec::new() } else { keys }
}

fn is_list(key: &str) -> bool {
    [CULTURES_KEY, DOCUMENTS_KEY, MAP_CONFIGURATIONS].contains(&key)
        || ELEMENT_KINDS.iter().any(|kind| key == kind.configurations)
}

/// Texts are always a list, cultures are kept with each flow, and other kinds without elements are null.
fn empty<'d>(file: &File<'d>) -> Vec<(Cow<'d, str>, &'d str)> {
    let lists = file.root.members().filter(|(key, value)| is_list(&key.name()) && value.is_empty());
    let unusual = lists.filter(|(key, value)| match key.name().as_ref() {
        DOCUMENTS_KEY | CULTURES_KEY => value.is_null(),
        MAP_CONFIGURATIONS => !value.is_null() && file.flows.len() > 1,
        _ => !value.is_null(),
    });
    unusual.map(|(key, value)| (key.name(), if value.is_null() { "null" } else { "[]" })).collect()
}

fn extra<'d>(file: &File<'d>) -> Vec<(Cow<'d, str>, &'d str)> {
    let is_known = |key: &str| is_list(key) || [FLOW_KEY, FLOWS_KEY, ATTACHMENT_KEY].contains(&key);
    let unknown = file.root.members().filter(|(key, _)| !is_known(&key.name()));
    unknown.map(|(key, value)| (key.name(), value.raw())).collect()
}

/// The flows, where they do not stand by guid.
fn flow_order<'d>(file: &File<'d>) -> Vec<(Cow<'d, str>, Vec<Cow<'d, str>>)> {
    let order: Vec<Cow<'d, str>> = file.flows.iter().map(|flow| element_id(*flow)).collect();
    if order.is_sorted() { Vec::new() } else { vec![(Cow::Borrowed(FLOWS_KEY), order)] }
}

/// The order of the lists that are not in the usual one: of content documents, or of all others.
fn other_order<'d>(
    file: &File<'d>,
    usual: &Assembled<'_>,
    is_of_texts: bool,
) -> Vec<(Cow<'d, str>, Vec<Cow<'d, str>>)> {
    let lists = file
        .root
        .members()
        .filter(|(key, value)| is_list(&key.name()) && key.is(DOCUMENTS_KEY) == is_of_texts && !value.is_empty());
    let other = lists.filter(|(key, value)| {
        let begin = |element: Value<'_>| element.span().start;
        let usual = usual.list(&key.name()).iter().map(|piece| begin(piece.value));
        !value.elements().map(begin).eq(usual)
    });
    other
        .map(|(key, value)| {
            let id: fn(Value<'d>) -> Cow<'d, str> = if key.is(DOCUMENTS_KEY) { owner_id } else { element_id };
            (key.name(), value.elements().map(id).collect())
        })
        .collect()
}
