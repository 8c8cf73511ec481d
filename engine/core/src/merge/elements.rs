//! The elements of an array, each known by a key that its handler declares.

use std::collections::{HashMap, HashSet};

use super::model::Verdict;
use super::structure::{Into, Place, Three};
use crate::content::Hash;
use crate::diff::{Found, Tree, between, keys};

/// The elements of an array on three sides.
pub(super) struct Elements {
    /// The target's in their order, then those that come.
    pub(super) places: Vec<Place>,
    /// Those to which the target gave another place.
    pub(super) moved_here: Vec<Found>,
    /// Those to which the package gave another place.
    pub(super) moved_there: Vec<Found>,
}

/// None where the elements cannot be told apart, or both sides put them in another order and not in the same.
pub(super) fn of(three: &Three<'_, '_>, [base, ours, theirs]: [usize; 3]) -> Option<Elements> {
    let key = [three.ours.node(ours).key, three.base.node(base).key, three.theirs.node(theirs).key];
    let key = key.into_iter().flatten().next()?;
    let side = |tree: &Tree<'_>, array: usize| Keyed::of(tree, array, key);
    let (was, now, next) = (side(three.base, base)?, side(three.ours, ours)?, side(three.theirs, theirs)?);
    let everywhere = |side: &Keyed| -> Vec<Hash> {
        side.order
            .iter()
            .copied()
            .filter(|key| [&was, &now, &next].iter().all(|it| it.nodes.contains_key(key)))
            .collect()
    };
    let orders = [everywhere(&was), everywhere(&now), everywhere(&next)];
    let (mut moved_here, mut moved_there) = (Vec::new(), Vec::new());
    match Verdict::of([&orders[0], &orders[1], &orders[2]]) {
        Verdict::Same => {}
        Verdict::Kept => moved_here = moved([three.base, three.ours], base, ours),
        Verdict::Taken => moved_there = moved([three.base, three.theirs], base, theirs),
        Verdict::Both => return None,
    }
    let place = |key: &Hash| Place {
        base: was.nodes.get(key).copied(),
        ours: now.nodes.get(key).copied(),
        theirs: next.nodes.get(key).copied(),
        into: None,
    };
    let mut places: Vec<Place> = now.order.iter().map(place).collect();
    let new = Arrivals { three, array: ours, places: &places, positions: now.positions() }.of(&next, place);
    places.extend(new);
    Some(Elements { places, moved_here, moved_there })
}

/// The elements of one side.
pub(super) struct Keyed {
    /// Their keys, in the order of the array.
    pub(super) order: Vec<Hash>,
    pub(super) nodes: HashMap<Hash, usize>,
}

impl Keyed {
    /// None where one has no key, or two have the same.
    pub(super) fn of(tree: &Tree<'_>, array: usize, key: &str) -> Option<Keyed> {
        let children = &tree.node(array).children;
        let order = keys(tree, children, key)?;
        let nodes = order.iter().copied().zip(children.iter().copied()).collect();
        Some(Keyed { order, nodes })
    }

    pub(super) fn positions(&self) -> HashMap<Hash, usize> {
        self.order.iter().copied().zip(0..).collect()
    }
}

/// What comes into the target's array: each behind the one that it stands behind where it comes from. What the target has new in
/// the same place stays before it.
struct Arrivals<'a, 't, 'd> {
    three: &'a Three<'t, 'd>,
    array: usize,
    /// The target's own.
    places: &'a [Place],
    positions: HashMap<Hash, usize>,
}

impl Arrivals<'_, '_, '_> {
    fn of(&self, theirs: &Keyed, place: impl Fn(&Hash) -> Place) -> Vec<Place> {
        let mut behind = 0;
        let mut new = Vec::new();
        for key in &theirs.order {
            if let Some(position) = self.positions.get(key) {
                behind = position + 1;
                continue;
            }
            let is_new = |place: &Place| place.base.is_none() && place.theirs.is_none();
            let rest = self.places[behind..].iter().skip_while(|place| is_new(place));
            let mut staying = rest.filter(|place| !self.goes(place)).filter_map(|place| place.ours);
            new.push(Place { into: Some(Into::Array(self.array, staying.next())), ..place(key) });
        }
        new
    }

    fn goes(&self, place: &Place) -> bool {
        place.theirs.is_none() && self.three.verdict(place) == Verdict::Taken
    }
}

/// Elements of an array that stand in another order.
fn moved([left, right]: [&Tree<'_>; 2], l: usize, r: usize) -> Vec<Found> {
    let own: HashSet<usize> = right.node(r).children.iter().copied().collect();
    let is_own = |found: &Found| matches!(found, Found::Moved(_, to) if own.contains(to));
    between(left, right, l, r).into_iter().filter(is_own).collect()
}
