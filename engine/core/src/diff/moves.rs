//! What goes in one place and comes, equal, in another has moved.

use std::collections::{HashMap, HashSet};

use flowport_json::Kind;

use super::tree::Tree;
use super::walk::Found;
use crate::content::Hash;

/// A value that stands in something new, or stood in something gone, must be so large to be told from a chance likeness.
const WORTH: usize = 4;

/// Puts a move in the place of what goes and comes whole. What was moved into something new, or out of something gone, is a
/// move beside that.
pub(super) fn recognised(left: &Tree<'_>, right: &Tree<'_>, found: Vec<Found>) -> Vec<Found> {
    let gone: Vec<usize> =
        found.iter().filter_map(|it| if let Found::Removed(l) = it { Some(*l) } else { None }).collect();
    if gone.is_empty() || !found.iter().any(|it| matches!(it, Found::Added(_))) {
        return found;
    }
    let mut sources = Sources::of(left, &gone);
    let mut moves: HashMap<usize, Vec<Found>> = HashMap::new();
    for root in found.iter().filter_map(|it| if let Found::Added(r) = it { Some(*r) } else { None }) {
        let mut at = root;
        while at < right.node(root).end {
            match sources.take(right, at, at == root) {
                Some(from) => {
                    moves.entry(root).or_default().push(Found::Moved(from, at));
                    at = right.node(at).end;
                }
                None => at += 1,
            }
        }
    }
    let moved_whole: HashSet<usize> =
        moves.values().flatten().filter_map(|it| if let Found::Moved(l, _) = it { Some(*l) } else { None }).collect();
    let mut recognised = Vec::with_capacity(found.len());
    for difference in found {
        match difference {
            Found::Removed(l) if moved_whole.contains(&l) => {}
            Found::Added(r) => {
                let moves = moves.remove(&r).unwrap_or_default();
                if !moves.iter().any(|it| matches!(it, Found::Moved(_, to) if *to == r)) {
                    recognised.push(difference);
                }
                recognised.extend(moves);
            }
            _ => recognised.push(difference),
        }
    }
    recognised
}

/// What is gone, by what it means.
struct Sources<'t, 'd> {
    left: &'t Tree<'d>,
    /// Those of one hash that went whole, and those that stood in something that went: of one name, and of any. The first in
    /// the document comes last, and each leaves its lists when it is found to be used, so that no search sees it again.
    candidates: HashMap<(Hash, Went, Name<'t>), Vec<usize>>,
    is_used: HashSet<usize>,
}

/// How a value went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Went {
    Whole,
    InAnother,
}

/// Which names are looked for; elements have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Name<'t> {
    Any,
    Is(Option<&'t str>),
}

impl<'t, 'd> Sources<'t, 'd> {
    fn of(left: &'t Tree<'d>, gone: &[usize]) -> Sources<'t, 'd> {
        let mut candidates: HashMap<_, Vec<usize>> = HashMap::new();
        for root in gone.iter().rev() {
            let within = (*root..left.node(*root).end).rev();
            for at in within.filter(|at| !left.node(*at).children.is_empty()) {
                let node = left.node(at);
                let went = if at == *root { Went::Whole } else { Went::InAnother };
                for name in [Name::Is(node.name.as_deref()), Name::Any] {
                    candidates.entry((node.hash, went, name)).or_default().push(at);
                }
            }
        }
        Sources { left, candidates, is_used: HashSet::new() }
    }

    /// Where a value of the right stood: a place that nothing else came from; one of the same name first, then one that went whole.
    fn take(&mut self, right: &'t Tree<'d>, at: usize, came_whole: bool) -> Option<usize> {
        let node = right.node(at);
        let is_large = right.size(at) >= WORTH;
        let is_worth = |went: Went| match (went, came_whole) {
            (Went::Whole, true) => is_large || node.value.kind() == Kind::Object,
            (Went::Whole, false) | (Went::InAnother, true) => is_large,
            (Went::InAnother, false) => false,
        };
        let same_name = Name::Is(node.name.as_deref());
        let order = [same_name, Name::Any].into_iter().flat_map(|name| [(Went::Whole, name), (Went::InAnother, name)]);
        let from =
            order.filter(|(went, _)| is_worth(*went)).find_map(|(went, name)| self.free((node.hash, went, name)))?;
        // Neither what stands in it nor what it stood in comes from here a second time.
        self.is_used.extend(from..self.left.node(from).end);
        let mut outer = self.left.node(from).parent;
        while let Some(parent) = outer.filter(|parent| self.is_used.insert(*parent)) {
            outer = self.left.node(parent).parent;
        }
        Some(from)
    }

    /// The first of these that nothing came from.
    fn free(&mut self, of: (Hash, Went, Name<'t>)) -> Option<usize> {
        let candidates = self.candidates.get_mut(&of)?;
        while candidates.pop_if(|last| self.is_used.contains(last)).is_some() {}
        candidates.last().copied()
    }
}
