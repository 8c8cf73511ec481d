//! Which resources can stand in one file, so that each is the same resource when the file is read again.

use std::collections::HashSet;

use flowport_boomi_flow::FLOW;
use flowport_plugin::PackageReader;

use super::load::{Identity, identity};
use crate::format::Format;

/// Without a flow there is no package. Those of 2016 have one: the first, with all elements that are not those of other flows
/// alone. All that stands in a file has a guid of its own there, the map elements of the flows too: the first one keeps it.
pub(crate) fn fits(format: Format, package: &dyn PackageReader) -> Vec<bool> {
    let all: Vec<Option<Identity>> = (0..package.len()).map(|index| identity(package.view(index).as_ref())).collect();
    let mut taken = HashSet::new();
    let mut fits = vec![false; all.len()];
    let mut first: Option<&Identity> = None;
    let mut foreign: HashSet<&str> = HashSet::new();
    for (index, flow) in of_kind(&all, true) {
        let has_room = format == Format::Package2 || first.is_none();
        if has_room && take(&flow.guids, &mut taken) {
            fits[index] = true;
            first = first.or(Some(flow));
        } else {
            foreign.extend(flow.listed.iter().map(String::as_str));
        }
    }
    let Some(first) = first else { return fits };
    let is_foreign = |guid: &str| format == Format::Package && foreign.contains(guid) && !first.listed.contains(guid);
    for (index, element) in of_kind(&all, false) {
        fits[index] = !element.guids.iter().any(|guid| is_foreign(guid)) && take(&element.guids, &mut taken);
    }
    fits
}

fn of_kind(all: &[Option<Identity>], flows: bool) -> impl Iterator<Item = (usize, &Identity)> {
    let known = all.iter().enumerate().filter_map(|(index, identity)| Some((index, identity.as_ref()?)));
    known.filter(move |(_, identity)| (identity.kind == FLOW) == flows)
}

/// Takes all of the guids, or none where one is taken already.
fn take<'a>(guids: &'a [String], taken: &mut HashSet<&'a str>) -> bool {
    let own: HashSet<&str> = guids.iter().map(String::as_str).collect();
    let are_free = own.len() == guids.len() && own.is_disjoint(taken);
    if are_free {
        taken.extend(own);
    }
    are_free
}
