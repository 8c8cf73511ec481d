//! Which languages are whose, in a file of several flows.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use flowport_plugin::json::Value;

use crate::model::{Element, Flow, Piece, element_id, lower, pieces};

/// Gives each flow its cultures: all of them, but where flows of several environments stand side by side.
///
/// An environment has one default culture \[all samples\]. Where a file has several, a flow has those in which its texts are.
/// Those in which no texts are at all are of the flows without texts, or of every flow; a flow for which nothing is left has all.
pub(super) fn share_out<'d>(cultures: Option<Value<'d>>, flows: &mut [Flow<'d>], elements: &[Element<'d>]) {
    let Some(cultures) = cultures else { return };
    let all = pieces(cultures, element_id);
    let is_default = |piece: &&Piece<'d>| piece.value.get("isDefault").and_then(Value::as_bool) == Some(true);
    let ids: HashSet<&str> = all.iter().map(|piece| piece.id.as_ref()).filter(|id| !id.is_empty()).collect();
    let is_shared = flows.len() > 1 && all.iter().filter(is_default).count() > 1 && ids.len() == all.len();
    if !is_shared {
        flows.iter_mut().for_each(|flow| flow.cultures = Some(all.clone()));
        return;
    }
    let of_elements: HashMap<(usize, &str), HashSet<Cow<'d, str>>> = elements
        .iter()
        .map(|element| ((element.kind, element.piece.id.as_ref()), languages(&element.documents)))
        .collect();
    let of_flow = |flow: &Flow<'d>| {
        let listed = flow.listed.iter().filter_map(|(kind, id)| of_elements.get(&(*kind, id.as_ref())));
        listed.flatten().cloned().chain(languages(&flow.documents)).collect::<HashSet<_>>()
    };
    let spoken: Vec<HashSet<Cow<'d, str>>> = flows.iter().map(of_flow).collect();
    let by_any: HashSet<&str> = spoken.iter().flatten().map(AsRef::as_ref).collect();
    let is_unspoken = |piece: &Piece<'d>| !by_any.contains(piece.id.as_ref());
    let is_anybody_silent = spoken.iter().any(HashSet::is_empty);
    let has_unspoken = all.iter().any(is_unspoken);
    for (flow, spoken) in flows.iter_mut().zip(&spoken) {
        let is_its = |piece: &&Piece<'d>| match spoken.is_empty() {
            true => is_unspoken(piece) || !has_unspoken,
            false => spoken.contains(&piece.id) || is_unspoken(piece) && !is_anybody_silent,
        };
        flow.cultures = Some(all.iter().filter(is_its).cloned().collect());
    }
}

/// The guids of the cultures in which texts are.
fn languages<'d>(documents: &[Piece<'d>]) -> HashSet<Cow<'d, str>> {
    let translations = documents.iter().filter_map(|document| document.value.get("contentValueDocumentTranslations"));
    translations.flat_map(Value::members).map(|(key, _)| lower(key.name())).collect()
}
