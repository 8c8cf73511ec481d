//! Walks two documents side by side and notes where they differ.

use std::collections::{HashMap, HashSet};

use flowport_json::Kind;

use super::align::{self, Step};
use super::tree::Tree;
use crate::content::Hash;

/// A difference, by the nodes on the left and on the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// Another value stands there.
    Changed(usize, usize),
    /// It is gone.
    Removed(usize),
    /// It is new.
    Added(usize),
    /// It stood elsewhere.
    Moved(usize, usize),
}

enum Task {
    Compare(usize, usize),
    Note(Found),
}

/// All differences, in the order of the documents. Moves are those within one array.
pub(super) fn differences(left: &Tree<'_>, right: &Tree<'_>) -> Vec<Found> {
    // Where one side has no root that counts, the other has none either: it is the same pattern.
    left.root().zip(right.root()).map_or_else(Vec::new, |(l, r)| between(left, right, l, r))
}

/// All differences between a value on the left and one on the right.
pub(crate) fn between(left: &Tree<'_>, right: &Tree<'_>, l: usize, r: usize) -> Vec<Found> {
    let mut found = Vec::new();
    let mut tasks = vec![Task::Compare(l, r)];
    while let Some(task) = tasks.pop() {
        match task {
            Task::Note(difference) => found.push(difference),
            Task::Compare(l, r) if left.node(l).hash == right.node(r).hash => {}
            Task::Compare(l, r) => {
                let mut next = match (left.node(l).value.kind(), right.node(r).value.kind()) {
                    (Kind::Object, Kind::Object) => members(left, right, l, r),
                    (Kind::Array, Kind::Array) => elements(left, right, l, r),
                    _ => vec![Task::Note(Found::Changed(l, r))],
                };
                next.reverse();
                tasks.append(&mut next);
            }
        }
    }
    found
}

fn members(left: &Tree<'_>, right: &Tree<'_>, l: usize, r: usize) -> Vec<Task> {
    let theirs: HashMap<&str, usize> =
        right.node(r).children.iter().map(|child| (right.name(*child), *child)).collect();
    let mut is_common = HashSet::new();
    let mut tasks = Vec::new();
    for mine in left.node(l).children.iter().copied() {
        match theirs.get(left.name(mine)) {
            Some(partner) => {
                is_common.insert(*partner);
                tasks.push(Task::Compare(mine, *partner));
            }
            None => tasks.push(Task::Note(Found::Removed(mine))),
        }
    }
    let new = right.node(r).children.iter().filter(|child| !is_common.contains(*child));
    tasks.extend(new.map(|child| Task::Note(Found::Added(*child))));
    tasks
}

fn elements(left: &Tree<'_>, right: &Tree<'_>, l: usize, r: usize) -> Vec<Task> {
    let (mine, theirs) = (&left.node(l).children, &right.node(r).children);
    let key = left.node(l).key.or(right.node(r).key);
    let keys = key.and_then(|key| keys(left, mine, key).zip(keys(right, theirs, key)));
    let steps = match keys {
        Some((mine, theirs)) => align::keyed(&mine, &theirs),
        None => {
            let may_move = |position: usize| !left.node(mine[position]).children.is_empty();
            let likeness = |l: usize, r: usize| likeness(left, right, mine[l], theirs[r]);
            align::sequence(&left.hashes(mine), &right.hashes(theirs), &may_move, &likeness)
        }
    };
    let tasks = |step: Step| match step {
        Step::Stays(l, r) => [None, Some(Task::Compare(mine[l], theirs[r]))],
        Step::Moves(l, r) => {
            [Some(Task::Note(Found::Moved(mine[l], theirs[r]))), Some(Task::Compare(mine[l], theirs[r]))]
        }
        Step::Goes(l) => [None, Some(Task::Note(Found::Removed(mine[l])))],
        Step::Comes(r) => [None, Some(Task::Note(Found::Added(theirs[r])))],
    };
    steps.into_iter().flat_map(tasks).flatten().collect()
}

/// The key of each element; none where one has no key, or two have the same.
pub(crate) fn keys(tree: &Tree<'_>, elements: &[usize], key: &str) -> Option<Vec<Hash>> {
    let key_of = |element: &usize| {
        let member = tree.node(tree.member(*element, key)?);
        matches!(member.value.kind(), Kind::String | Kind::Number).then_some(member.hash)
    };
    let keys: Vec<Hash> = elements.iter().map(key_of).collect::<Option<_>>()?;
    let is_unique = keys.iter().collect::<HashSet<_>>().len() == keys.len();
    is_unique.then_some(keys)
}

/// How much two values have in common: names of members, and more so equal members. Values that are no objects or arrays may
/// become each other.
fn likeness(left: &Tree<'_>, right: &Tree<'_>, l: usize, r: usize) -> u32 {
    let (mine, theirs) = (left.node(l), right.node(r));
    match (mine.value.kind(), theirs.value.kind()) {
        (Kind::Object, Kind::Object) => {
            let members: HashMap<&str, Hash> =
                theirs.children.iter().map(|child| (right.name(*child), right.node(*child).hash)).collect();
            let common = mine.children.iter().map(|child| match members.get(left.name(*child)) {
                Some(hash) if *hash == left.node(*child).hash => 4,
                Some(_) => 1,
                None => 0,
            });
            common.sum()
        }
        (Kind::Array, Kind::Array) => {
            let theirs: HashSet<Hash> = right.hashes(&theirs.children).into_iter().collect();
            let common = left.hashes(&mine.children).iter().filter(|hash| theirs.contains(*hash)).count();
            u32::try_from(common).unwrap_or(u32::MAX).saturating_mul(4).saturating_add(1)
        }
        (Kind::Object | Kind::Array, _) | (_, Kind::Object | Kind::Array) => 0,
        _ => 1,
    }
}
