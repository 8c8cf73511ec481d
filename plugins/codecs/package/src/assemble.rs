//! From flows and elements to the text of a package: which member comes where, and in which order its elements stand.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use flowport_boomi_flow::{ELEMENT_KINDS, MAP_CONFIGURATIONS, PAGE, TYPE, VALUE};
use flowport_plugin::Failure;
use flowport_plugin::json::quote;

use crate::format::{ATTACHMENT_KEY, CULTURES_KEY, DOCUMENTS_KEY, FLOW_KEY, FLOWS_KEY, Format, usual_keys};
use crate::model::{Element, Flow, Piece};
use crate::rest::Rest;
use crate::sink::Sink;

/// A package, ready to be written.
pub(crate) struct Assembled<'a> {
    members: Vec<(Cow<'a, str>, Body<'a>)>,
}

/// The value of one member.
enum Body<'a> {
    Raw(&'a str),
    List(Vec<Piece<'a>>),
    Flows(Vec<&'a str>),
}

impl<'a> Assembled<'a> {
    /// Puts a package together. The order in which flows and elements are given decides only where nothing else does.
    pub(crate) fn of(
        flows: &'a [Flow<'a>],
        elements: &'a [Element<'a>],
        rest: &'a Rest<'a>,
        format: Format,
    ) -> Assembled<'a> {
        let flows = in_order(flows, rest);
        let mut lists = element_lists(&flows, elements, rest);
        lists.insert(DOCUMENTS_KEY, documents(&flows, &lists, elements, rest));
        if flows.iter().any(|flow| flow.maps.is_some()) {
            let maps = flows.iter().flat_map(|flow| flow.maps.iter().flatten()).cloned().collect();
            lists.insert(MAP_CONFIGURATIONS, sorted(maps, rest.order_of(MAP_CONFIGURATIONS)));
        }
        let mut assembled = Assembled { members: Vec::new() };
        for key in keys(rest, &lists, format) {
            let (key, body) = match key.as_ref() {
                FLOW_KEY => flow_member(&flows, rest, format),
                CULTURES_KEY => (key, cultures(&flows, rest)),
                name => {
                    let body = match (lists.remove(name), rest.extra.iter().find(|(extra, _)| extra == name)) {
                        (Some(list), _) if !list.is_empty() => Body::List(list),
                        (_, Some((_, raw))) => Body::Raw(raw),
                        (list, None) => {
                            let usual = if list.is_some() { "[]" } else { "null" };
                            Body::Raw(rest.empty_of(name).unwrap_or(usual))
                        }
                    };
                    (key, body)
                }
            };
            assembled.members.push((key, body));
        }
        assembled
    }

    /// The elements of a member, in order; empty for members that are no lists.
    pub(crate) fn list(&self, key: &str) -> &[Piece<'a>] {
        let member = self.members.iter().find(|(name, _)| name == key);
        match member {
            Some((_, Body::List(list))) => list,
            _ => &[],
        }
    }

    /// Writes everything. `attachment` is base64.
    ///
    /// # Errors
    /// Where the sink cannot be written.
    pub(crate) fn write(&self, sink: &mut dyn Sink, attachment: Option<&str>) -> Result<(), Failure> {
        let mut before = "{";
        for (key, body) in &self.members {
            sink.text(before)?;
            sink.text(&quote(key))?;
            sink.text(":")?;
            match body {
                Body::Raw(raw) => sink.compact(raw)?,
                Body::List(list) => write_list(list.iter().map(|piece| piece.value.raw()), sink)?,
                Body::Flows(flows) => write_list(flows.iter().copied(), sink)?,
            }
            before = ",";
        }
        if let Some(attachment) = attachment {
            sink.text(before)?;
            // Neither the name nor base64 has a character that JSON escapes.
            for text in ["\"", ATTACHMENT_KEY, "\":\"", attachment, "\""] {
                sink.text(text)?;
            }
        }
        sink.text("}")
    }
}

fn write_list<'a>(raws: impl Iterator<Item = &'a str>, sink: &mut dyn Sink) -> Result<(), Failure> {
    sink.text("[")?;
    for (index, raw) in raws.enumerate() {
        if index > 0 {
            sink.text(",")?;
        }
        sink.compact(raw)?;
    }
    sink.text("]")
}

/// The members: those that were read, else the usual ones, and whatever else there is something for.
fn keys<'a>(rest: &'a Rest<'a>, lists: &HashMap<&'static str, Vec<Piece<'a>>>, format: Format) -> Vec<Cow<'a, str>> {
    let mut keys: Vec<Cow<'a, str>> = rest.keys.clone();
    // By these a package of the second generation is known.
    let is_newer = |key: &str| ELEMENT_KINDS.iter().any(|kind| !kind.in_package && kind.configurations == key);
    keys.retain(|key| format == Format::Package2 || !is_newer(key));
    if keys.is_empty() {
        keys.extend(usual_keys().into_iter().map(Cow::Borrowed));
    }
    let mut seen: HashSet<Cow<'a, str>> = keys.iter().cloned().collect();
    let kinds = ELEMENT_KINDS.iter().map(|kind| kind.configurations);
    let needed = [FLOW_KEY, DOCUMENTS_KEY, MAP_CONFIGURATIONS].into_iter().chain(kinds);
    let needed = needed.filter(|key| *key == FLOW_KEY || lists.get(key).is_some_and(|list| !list.is_empty()));
    let extra = rest.extra.iter().map(|(key, _)| key.clone());
    for key in needed.map(Cow::Borrowed).chain(extra) {
        if seen.insert(key.clone()) {
            keys.push(key);
        }
    }
    keys
}

fn flow_member<'a>(flows: &[&'a Flow<'a>], rest: &Rest<'_>, format: Format) -> (Cow<'a, str>, Body<'a>) {
    let is_singular = format == Format::Package || rest.is_singular;
    match flows {
        [only] if is_singular => (Cow::Borrowed(FLOW_KEY), Body::Raw(&only.configuration)),
        _ => {
            let configurations = flows.iter().map(|flow| flow.configuration.as_ref());
            (Cow::Borrowed(FLOWS_KEY), Body::Flows(configurations.collect()))
        }
    }
}

/// As they were read; new ones behind them, by guid: then nothing has to be kept for their order.
fn in_order<'a>(flows: &'a [Flow<'a>], rest: &Rest<'_>) -> Vec<&'a Flow<'a>> {
    let places = places(rest.order_of(FLOWS_KEY));
    let mut flows: Vec<&Flow<'_>> = flows.iter().collect();
    flows.sort_by_key(|flow| (places.get(flow.id.as_ref()).copied().unwrap_or(usize::MAX), flow.id.as_ref()));
    flows
}

fn places<'o>(order: &'o [Cow<'_, str>]) -> HashMap<&'o str, usize> {
    order.iter().map(|id| id.as_ref()).zip(0..).collect()
}

/// Elements stand in the order in which the flows list them \[all samples\]; those that no flow lists behind them, by
/// guid.
fn element_lists<'a>(
    flows: &[&'a Flow<'a>],
    elements: &'a [Element<'a>],
    rest: &Rest<'_>,
) -> HashMap<&'static str, Vec<Piece<'a>>> {
    let mut listed: HashMap<(usize, &str), usize> = HashMap::new();
    for (kind, id) in flows.iter().flat_map(|flow| &flow.listed) {
        let next = listed.len();
        listed.entry((*kind, id)).or_insert(next);
    }
    let place = |element: &Element<'_>| listed.get(&(element.kind, element.piece.id.as_ref())).copied();
    let mut ordered: Vec<(usize, &Element<'_>)> =
        elements.iter().map(|element| (place(element).unwrap_or(usize::MAX), element)).collect();
    ordered.sort_by(|left, right| (left.0, &left.1.piece.id).cmp(&(right.0, &right.1.piece.id)));
    let mut lists: HashMap<&'static str, Vec<Piece<'_>>> = HashMap::new();
    for (_, element) in ordered {
        lists.entry(ELEMENT_KINDS[element.kind].configurations).or_default().push(element.piece.clone());
    }
    for (key, list) in &mut lists {
        *list = sorted(std::mem::take(list), rest.order_of(key));
    }
    lists
}

/// Texts of types, values, pages, flows \[all samples\], then those of other kinds \[not seen\] and of what is not
/// there.
fn documents<'a>(
    flows: &[&'a Flow<'a>],
    lists: &HashMap<&'static str, Vec<Piece<'a>>>,
    elements: &'a [Element<'a>],
    rest: &'a Rest<'a>,
) -> Vec<Piece<'a>> {
    let by_element: HashMap<&str, &[Piece<'a>]> =
        elements.iter().map(|element| (element.piece.id.as_ref(), element.documents.as_slice())).collect();
    let of_kind = |kind: &str| {
        let entry = ELEMENT_KINDS.iter().find(|entry| entry.kind == kind);
        let list = entry.and_then(|entry| lists.get(entry.configurations)).into_iter().flatten();
        let documents = list.filter_map(|piece| by_element.get(piece.id.as_ref())).copied().flatten();
        documents.cloned().collect::<Vec<_>>()
    };
    let mut all: Vec<Piece<'_>> = [TYPE, VALUE, PAGE].into_iter().flat_map(of_kind).collect();
    all.extend(flows.iter().flat_map(|flow| &flow.documents).cloned());
    let others = ELEMENT_KINDS.iter().map(|entry| entry.kind).filter(|kind| ![TYPE, VALUE, PAGE].contains(kind));
    all.extend(others.flat_map(of_kind));
    all.extend(rest.documents.iter().cloned());
    sorted(all, rest.order_of(DOCUMENTS_KEY))
}

/// In the order of the ids, which may name one several times; what it does not name stands behind, as it was.
fn sorted<'a>(mut pieces: Vec<Piece<'a>>, order: &[Cow<'_, str>]) -> Vec<Piece<'a>> {
    if order.is_empty() {
        return pieces;
    }
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, id) in order.iter().enumerate().rev() {
        places.entry(id).or_default().push(place);
    }
    let mut placed: Vec<(usize, Piece<'a>)> = pieces
        .drain(..)
        .map(|piece| {
            let place = places.get_mut(piece.id.as_ref()).and_then(Vec::pop);
            (place.unwrap_or(usize::MAX), piece)
        })
        .collect();
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, piece)| piece).collect()
}

/// The cultures of the first flow, and those that only others have.
fn cultures<'a>(flows: &[&'a Flow<'a>], rest: &Rest<'a>) -> Body<'a> {
    let all: Vec<&[Piece<'a>]> = flows.iter().filter_map(|flow| flow.cultures.as_deref()).collect();
    let Some((first, others)) = all.split_first() else {
        return Body::Raw(rest.empty_of(CULTURES_KEY).unwrap_or("[]"));
    };
    let raws = |cultures: &[Piece<'a>]| cultures.iter().map(|piece| piece.value.raw()).collect::<Vec<_>>();
    if others.iter().all(|other| raws(other) == raws(first)) {
        return Body::List(first.to_vec());
    }
    let mut seen = HashSet::new();
    let mut list = all.concat();
    list.retain(|piece| {
        let key = if piece.id.is_empty() { Cow::Borrowed(piece.value.raw()) } else { piece.id.clone() };
        seen.insert(key)
    });
    Body::List(sorted(list, rest.order_of(CULTURES_KEY)))
}
