//! Which resource of the right side is which of the left: by id, then by identity.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use super::side::{Entry, Side};
use crate::error::Error;
use crate::model::Kind;
use crate::registry::Registry;

/// Positions on both sides.
#[derive(Debug, Default)]
pub(super) struct Matched {
    /// For each resource of the left side the one of the right that is the same thing.
    pub(super) left: Vec<Option<usize>>,
    /// Those of the right side that are nothing on the left, in order.
    pub(super) added: Vec<usize>,
}

/// Matches both sides. Only what has no counterpart of its id is looked at, and only where both sides have such of its kind.
pub(super) fn matched(registry: &Registry, left: &Side, right: &Side) -> Result<Matched, Error> {
    let by_id: HashMap<_, usize> = right.names().map(|(id, _)| id).zip(0..).collect();
    let mut partners: Vec<Option<usize>> = left.names().map(|(id, _)| by_id.get(id).copied()).collect();
    let mut is_taken = vec![false; right.entries.len()];
    partners.iter().flatten().for_each(|position| is_taken[*position] = true);
    let left_over = |side: &Side, is_matched: &dyn Fn(usize) -> bool| -> Vec<usize> {
        (0..side.entries.len()).filter(|position| !is_matched(*position)).collect()
    };
    let mine = Unmatched::of(left, left_over(left, &|position| partners[position].is_some()));
    let theirs = Unmatched::of(right, left_over(right, &|position| is_taken[position]));
    let kinds: HashSet<&Kind> =
        mine.kinds().collect::<HashSet<_>>().intersection(&theirs.kinds().collect()).copied().collect();
    if !kinds.is_empty() {
        let (mine, theirs) = (mine.identities(registry, &kinds)?, theirs.identities(registry, &kinds)?);
        for (position, partner) in by_identity(&mine, &theirs) {
            partners[position] = Some(partner);
            is_taken[partner] = true;
        }
    }
    let added = (0..right.entries.len()).filter(|position| !is_taken[*position]).collect();
    Ok(Matched { left: partners, added })
}

/// Resources of a side that have no counterpart of their id.
struct Unmatched<'s> {
    side: &'s Side,
    positions: Vec<usize>,
}

/// A resource and its identities, strongest first.
struct Identified<'s> {
    position: usize,
    kind: &'s Kind,
    identities: Vec<String>,
}

impl<'s> Unmatched<'s> {
    fn of(side: &'s Side, positions: Vec<usize>) -> Unmatched<'s> {
        Unmatched { side, positions }
    }

    fn entry(&self, position: usize) -> &'s Entry {
        &self.side.entries[position]
    }

    fn kinds(&self) -> impl Iterator<Item = &'s Kind> {
        self.positions.iter().map(|position| &self.entry(*position).view.head.id.kind)
    }

    fn identities(&self, registry: &Registry, kinds: &HashSet<&Kind>) -> Result<Vec<Identified<'s>>, Error> {
        let look = |position: &usize| {
            let entry = self.entry(*position);
            let identities = match self.side.stored(entry)? {
                Some(stored) => stored.identities,
                // What cannot be looked at has no identity that anybody knows.
                None => match registry.handler(&entry.view.head) {
                    Some((handler, _)) => {
                        handler.inspect(&entry.view).map(|found| found.identities).unwrap_or_default()
                    }
                    None => Vec::new(),
                },
            };
            Ok(Identified { position: *position, kind: &entry.view.head.id.kind, identities })
        };
        let wanted =
            self.positions.par_iter().filter(|position| kinds.contains(&self.entry(**position).view.head.id.kind));
        wanted.map(look).collect()
    }
}

/// Pairs of one identity that nothing else on either side carries; strong ones first.
fn by_identity(left: &[Identified<'_>], right: &[Identified<'_>]) -> Vec<(usize, usize)> {
    let (owners, partners) = (owners(left), owners(right));
    let ranks = left.iter().map(|resource| resource.identities.len()).max().unwrap_or(0);
    let mut pairs = Vec::new();
    let (mut is_done, mut is_taken) = (HashSet::new(), HashSet::new());
    for rank in 0..ranks {
        for resource in left {
            let identity = resource.identities.get(rank).filter(|_| !is_done.contains(&resource.position));
            let Some(identity) = identity else { continue };
            let key = (resource.kind, identity.as_str());
            let (Some([_]), Some([partner])) =
                (owners.get(&key).map(Vec::as_slice), partners.get(&key).map(Vec::as_slice))
            else {
                continue;
            };
            if is_taken.insert(*partner) {
                is_done.insert(resource.position);
                pairs.push((resource.position, *partner));
            }
        }
    }
    pairs
}

/// Who carries an identity. Things of two kinds are never the same.
fn owners<'a>(resources: &'a [Identified<'_>]) -> HashMap<(&'a Kind, &'a str), Vec<usize>> {
    let mut owners: HashMap<(&Kind, &str), Vec<usize>> = HashMap::new();
    for resource in resources {
        for identity in &resource.identities {
            let of_identity = owners.entry((resource.kind, identity)).or_default();
            if of_identity.last() != Some(&resource.position) {
                of_identity.push(resource.position);
            }
        }
    }
    owners
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What resources of a kind carry.
    type Carried<'a> = &'a [(&'a str, &'a [&'a str])];

    fn pairs(left: Carried<'_>, right: Carried<'_>) -> Vec<(usize, usize)> {
        let kinds =
            |resources: Carried<'_>| resources.iter().map(|(kind, _)| Kind::new(kind).unwrap()).collect::<Vec<_>>();
        let (mine, theirs) = (kinds(left), kinds(right));
        by_identity(&identified(&mine, left), &identified(&theirs, right))
    }

    fn identified<'k>(kinds: &'k [Kind], resources: Carried<'_>) -> Vec<Identified<'k>> {
        let each = kinds.iter().zip(resources).enumerate();
        let own = |identities: &[&str]| identities.iter().map(|identity| (*identity).to_owned()).collect();
        each.map(|(position, (kind, (_, carried)))| Identified { position, kind, identities: own(carried) }).collect()
    }

    #[test]
    fn one_identity_on_each_side_is_the_same_thing() {
        assert_eq!(pairs(&[("flow", &["a"]), ("flow", &["b"])], &[("flow", &["b"]), ("flow", &["c"])]), [(1, 0)]);
        assert!(pairs(&[("flow", &["a"])], &[("app", &["a"])]).is_empty(), "a flow is no app");
        assert_eq!(pairs(&[("app", &["x"]), ("flow", &["a"])], &[("flow", &["a"])]), [(1, 0)]);
        assert!(pairs(&[("flow", &[])], &[("flow", &[])]).is_empty());
    }

    #[test]
    fn what_two_carry_identifies_neither() {
        let two: Carried<'_> = &[("flow", &["a"]), ("flow", &["a"])];
        let one: Carried<'_> = &[("flow", &["a"])];
        assert!(pairs(two, one).is_empty());
        assert!(pairs(one, two).is_empty());
        assert_eq!(pairs(&[("flow", &["a", "a"])], one), [(0, 0)]);
    }

    #[test]
    fn the_strongest_identity_decides() {
        let left: Carried<'_> = &[("flow", &["strong", "weak"]), ("flow", &["other"])];
        let right: Carried<'_> = &[("flow", &["weak"]), ("flow", &["strong"])];
        assert_eq!(pairs(left, right), [(0, 1)]);
        let right: Carried<'_> = &[("flow", &["weak"])];
        assert_eq!(pairs(left, right), [(0, 0)]);
    }
}
