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
    roots: HashSet<usize>,
    by_hash: HashMap<Hash, Vec<usize>>,
    is_used: HashSet<usize>,
}

impl<'t, 'd> Sources<'t, 'd> {
    fn of(left: &'t Tree<'d>, gone: &[usize]) -> Sources<'t, 'd> {
        let mut by_hash: HashMap<Hash, Vec<usize>> = HashMap::new();
        for root in gone {
            for at in (*root..left.node(*root).end).filter(|at| !left.node(*at).children.is_empty()) {
                by_hash.entry(left.node(at).hash).or_default().push(at);
            }
        }
        Sources { left, roots: gone.iter().copied().collect(), by_hash, is_used: HashSet::new() }
    }

    /// Where a value of the right stood: a place that nothing else came from; one of the same name first, then one that went whole.
    fn take(&mut self, right: &Tree<'_>, at: usize, came_whole: bool) -> Option<usize> {
        let candidates = self.by_hash.get(&right.node(at).hash)?;
        let is_worth = |from: &usize| match (self.roots.contains(from), came_whole) {
            (true, true) => self.left.node(*from).value.kind() == Kind::Object || self.left.size(*from) >= WORTH,
            (true, false) | (false, true) => self.left.size(*from) >= WORTH,
            (false, false) => false,
        };
        let free = candidates.iter().copied().filter(|from| !self.is_used.contains(from)).filter(is_worth);
        let rank = |from: &usize| (self.left.node(*from).name != right.node(at).name, !self.roots.contains(from));
        let from = free.min_by_key(rank)?;
        // Neither what stands in it nor what it stood in comes from here a second time.
        self.is_used.extend(from..self.left.node(from).end);
        self.is_used
            .extend(std::iter::successors(self.left.node(from).parent, |parent| self.left.node(*parent).parent));
        Some(from)
    }
}
