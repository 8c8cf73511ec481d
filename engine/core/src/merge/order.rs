//! The order of elements where only the package gave them another one.

use std::collections::HashMap;

use flowport_json::{Document, Edits, Kind};

use super::elements::Keyed;
use super::structure::{Three, named};
use crate::content::Hash;
use crate::diff::{Rules, Tree};

/// The merged document with the elements of its arrays as they come, where the package moved them. None where it is no document:
/// it may have become too large.
pub(super) fn follow(three: &Three<'_, '_>, mut merged: Vec<u8>, rules: Rules<'_>) -> Option<Vec<u8>> {
    // One that stands in another is moved after it: the patterns of keys are as long as arrays can stand in each other.
    loop {
        let document = Document::parse(merged).ok()?;
        let tree = Tree::of(&document, rules);
        let mut edits = Edits::new(&document);
        move_outermost(three, &tree, &mut edits);
        if edits.is_empty() {
            return Some(document.into_bytes());
        }
        merged = edits.finish().ok()?;
    }
}

fn move_outermost<'d>(three: &Three<'_, '_>, merged: &Tree<'d>, edits: &mut Edits<'d>) {
    let roots = three.base.root().zip(three.theirs.root()).zip(merged.root());
    let mut open: Vec<[usize; 3]> = roots.map(|((base, theirs), merged)| [base, theirs, merged]).into_iter().collect();
    while let Some(nodes) = open.pop() {
        let [base, theirs, now] = [three.base.node(nodes[0]), three.theirs.node(nodes[1]), merged.node(nodes[2])];
        if theirs.hash == now.hash || theirs.hash == base.hash {
            continue;
        }
        match [base, theirs, now].map(|node| node.value.kind()) {
            [Kind::Object, Kind::Object, Kind::Object] => {
                let (was, now) = (named(three.base, nodes[0]), named(merged, nodes[2]));
                open.extend(theirs.children.iter().filter_map(|child| {
                    let name = three.theirs.name(*child);
                    Some([*was.get(name)?, *child, *now.get(name)?])
                }));
            }
            [Kind::Array, Kind::Array, Kind::Array] => {
                let key = now.key.or(theirs.key);
                let keyed = |tree: &Tree<'_>, array: usize| Keyed::of(tree, array, key?);
                let sides = (keyed(three.base, nodes[0]), keyed(three.theirs, nodes[1]), keyed(merged, nodes[2]));
                let (Some(was), Some(next), Some(now)) = sides else { continue };
                match wanted(&was, &next, &now) {
                    Some(wanted) => {
                        let moved = now.order.iter().zip(&wanted).filter(|(from, to)| from != to);
                        for (place, element) in moved {
                            let value = |key: &Hash| merged.node(now.nodes[key]).value;
                            edits.replace(value(place), value(element).raw());
                        }
                    }
                    None => open.extend(
                        next.order
                            .iter()
                            .filter_map(|key| Some([*was.nodes.get(key)?, next.nodes[key], *now.nodes.get(key)?])),
                    ),
                }
            }
            _ => {}
        }
    }
}

/// The keys of the merged array in the order in which they come, where the package moved any; what only the target has stays
/// behind what it stands behind.
fn wanted(was: &Keyed, next: &Keyed, now: &Keyed) -> Option<Vec<Hash>> {
    let everywhere = |side: &Keyed| -> Vec<Hash> {
        side.order.iter().copied().filter(|key| [was, next, now].iter().all(|it| it.nodes.contains_key(key))).collect()
    };
    let [before, comes, stands] = [everywhere(was), everywhere(next), everywhere(now)];
    if comes == before || comes == stands {
        return None;
    }
    let mut behind: HashMap<Option<Hash>, Vec<Hash>> = HashMap::new();
    let mut last = None;
    for key in &now.order {
        if next.nodes.contains_key(key) {
            last = Some(*key);
        } else {
            behind.entry(last).or_default().push(*key);
        }
    }
    let theirs = next.order.iter().filter(|key| now.nodes.contains_key(*key)).copied().map(Some);
    let order = std::iter::once(None)
        .chain(theirs)
        .flat_map(|key| key.into_iter().chain(behind.get(&key).into_iter().flatten().copied()).collect::<Vec<_>>());
    Some(order.collect())
}
