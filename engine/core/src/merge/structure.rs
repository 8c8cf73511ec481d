//! One JSON document out of three. The result is made by edits of the target's text: every byte that nobody changed stays.

use std::collections::HashMap;

use flowport_json::{Document, Edits, Kind, MemberOrder};

use super::model::Verdict;
use super::{elements, order};
use crate::diff::{Found, Rules, Tree, between};

/// A value by its nodes: as it was, as the target has it, as it comes. None: there it is not there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) base: Option<usize>,
    pub(super) ours: Option<usize>,
    pub(super) theirs: Option<usize>,
    /// Where it goes where the target does not have it.
    pub(super) into: Option<Into>,
}

/// Where in the target's document something new goes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Into {
    /// To the end of this object.
    Object(usize),
    /// Into this array, before that element; none: to its end.
    Array(usize, Option<usize>),
}

/// What was, what is there, what comes.
pub(super) struct Three<'t, 'd> {
    pub(super) base: &'t Tree<'d>,
    pub(super) ours: &'t Tree<'d>,
    pub(super) theirs: &'t Tree<'d>,
}

impl Three<'_, '_> {
    pub(super) fn verdict(&self, place: &Place) -> Verdict {
        let hash = |tree: &Tree<'_>, node: Option<usize>| node.map(|node| tree.node(node).hash);
        let [base, ours, theirs] =
            [hash(self.base, place.base), hash(self.ours, place.ours), hash(self.theirs, place.theirs)];
        Verdict::of([&base, &ours, &theirs])
    }

    /// Its nodes where it is there on all sides, and everywhere of one kind.
    fn alike(&self, place: &Place) -> Option<(Kind, [usize; 3])> {
        let (base, ours, theirs) = (place.base?, place.ours?, place.theirs?);
        let kind = self.ours.node(ours).value.kind();
        let others = [self.base.node(base).value.kind(), self.theirs.node(theirs).value.kind()];
        (others == [kind, kind]).then_some((kind, [base, ours, theirs]))
    }

    /// The members of an object: the target's in their order, then those that come.
    fn members(&self, [base, ours, theirs]: [usize; 3]) -> Vec<Place> {
        let (before, now, next) = (named(self.base, base), named(self.ours, ours), named(self.theirs, theirs));
        let place = |name: &str| Place {
            base: before.get(name).copied(),
            ours: now.get(name).copied(),
            theirs: next.get(name).copied(),
            into: Some(Into::Object(ours)),
        };
        let mine = self.ours.node(ours).children.iter().map(|child| place(self.ours.name(*child)));
        let theirs = self.theirs.node(theirs).children.iter().map(|child| self.theirs.name(*child));
        mine.chain(theirs.filter(|name| !now.contains_key(name)).map(place)).collect()
    }
}

/// The members of an object by their names.
pub(super) fn named<'t>(tree: &'t Tree<'_>, object: usize) -> HashMap<&'t str, usize> {
    tree.node(object).children.iter().map(|child| (tree.name(*child), *child)).collect()
}

/// What was found, and what came of it.
#[derive(Debug, Default)]
pub(super) struct Structure {
    /// From what was to what the target has.
    pub(super) kept: Vec<Found>,
    /// From what was to what comes.
    pub(super) taken: Vec<Found>,
    pub(super) clashes: Vec<Place>,
    /// The merged document; of use only where nothing clashes.
    pub(super) text: Vec<u8>,
}

/// Merges what all three documents hold. `rules` are those by which the trees were made.
pub(super) fn merge(ours: &Document, three: &Three<'_, '_>, rules: Rules<'_>) -> Structure {
    let mut merging = Merging { three, edits: Edits::new(ours), found: Structure::default() };
    // Where one side has no root that counts, no other has one either: it is the same pattern.
    let root = Place { base: three.base.root(), ours: three.ours.root(), theirs: three.theirs.root(), into: None };
    merging.walk(root);
    let Merging { edits, mut found, .. } = merging;
    if found.clashes.is_empty() {
        match edits.finish().ok().and_then(|text| order::follow(three, text, rules)) {
            Some(text) => found.text = text,
            // Together they are larger than a document may be.
            None => found.clashes.push(root),
        }
    }
    found
}

struct Merging<'m, 't, 'd> {
    three: &'m Three<'t, 'd>,
    edits: Edits<'d>,
    found: Structure,
}

impl Merging<'_, '_, '_> {
    fn walk(&mut self, root: Place) {
        let mut open = vec![root];
        while let Some(place) = open.pop() {
            let within = match self.three.verdict(&place) {
                Verdict::Same => continue,
                Verdict::Kept => {
                    self.found.kept.extend(changes([self.three.base, self.three.ours], place.base, place.ours));
                    continue;
                }
                Verdict::Taken => {
                    self.found.taken.extend(changes([self.three.base, self.three.theirs], place.base, place.theirs));
                    self.take(&place);
                    continue;
                }
                Verdict::Both => self.within(&place),
            };
            match within {
                Some(within) => open.extend(within.into_iter().rev()),
                None => self.found.clashes.push(place),
            }
        }
    }

    /// What stands in it, where that can be merged.
    fn within(&mut self, place: &Place) -> Option<Vec<Place>> {
        match self.three.alike(place)? {
            (Kind::Object, nodes) => Some(self.three.members(nodes)),
            (Kind::Array, nodes) => {
                let elements = elements::of(self.three, nodes)?;
                self.found.kept.extend(elements.moved_here);
                self.found.taken.extend(elements.moved_there);
                Some(elements.places)
            }
            _ => None,
        }
    }

    /// Makes the target's document have it as it comes.
    fn take(&mut self, place: &Place) {
        let ours = |node: usize| self.three.ours.node(node).value;
        let theirs = place.theirs.map(|node| self.three.theirs.node(node));
        match (place.ours.map(ours), theirs, place.into) {
            (Some(ours), Some(theirs), _) => {
                self.edits.adapt(ours, theirs.value, MemberOrder::Keep);
            }
            (Some(ours), None, _) => {
                self.edits.remove(ours);
            }
            (None, Some(theirs), Some(Into::Object(object))) => {
                let name = theirs.name.as_deref().unwrap_or_default();
                self.edits.adopt_member(ours(object), name, theirs.value);
            }
            (None, Some(theirs), Some(Into::Array(array, before))) => {
                self.edits.adopt_element(ours(array), theirs.value, before.map(ours));
            }
            (None, Some(_), None) | (None, None, _) => {}
        }
    }
}

fn changes([left, right]: [&Tree<'_>; 2], l: Option<usize>, r: Option<usize>) -> Vec<Found> {
    match (l, r) {
        (Some(l), Some(r)) => between(left, right, l, r),
        (Some(l), None) => vec![Found::Removed(l)],
        (None, Some(r)) => vec![Found::Added(r)],
        (None, None) => Vec::new(),
    }
}
