//! Looking along what resources need for the nearest one of which something holds.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::model::ResourceId;

/// A resource on the way.
pub(crate) struct Met {
    /// It is one of those that are looked for.
    pub(crate) is_meant: bool,
    /// What it cannot be without.
    pub(crate) needs: Vec<ResourceId>,
}

/// Of those that are looked for the nearest one that each of `ids` needs, directly or through others, or is itself; nothing for
/// those that need none, nor for what is only met on the way. Each resource is looked at once, however many need it; `look` says none of what is not there.
///
/// # Errors
/// Those of `look`.
pub(crate) fn nearest<E>(
    ids: &[ResourceId],
    mut look: impl FnMut(&ResourceId) -> Result<Option<Met>, E>,
) -> Result<HashMap<ResourceId, ResourceId>, E> {
    let mut needed_by: HashMap<ResourceId, Vec<ResourceId>> = HashMap::new();
    let mut meant = Vec::new();
    let mut seen: HashSet<ResourceId> = ids.iter().cloned().collect();
    let mut queue: VecDeque<ResourceId> = ids.iter().cloned().collect();
    while let Some(id) = queue.pop_front() {
        let Some(Met { is_meant, needs }) = look(&id)? else { continue };
        for needed in needs {
            if seen.insert(needed.clone()) {
                queue.push_back(needed.clone());
            }
            needed_by.entry(needed).or_default().push(id.clone());
        }
        if is_meant {
            meant.push(id);
        }
    }
    // Back from all of them at once: whoever is met first by one of them is nearest to that.
    let mut nearest: HashMap<ResourceId, ResourceId> = meant.iter().map(|id| (id.clone(), id.clone())).collect();
    let mut queue = VecDeque::from(meant);
    while let Some(id) = queue.pop_front() {
        let found = nearest[&id].clone();
        for by in needed_by.remove(&id).into_iter().flatten() {
            if !nearest.contains_key(&by) {
                nearest.insert(by.clone(), found.clone());
                queue.push_back(by);
            }
        }
    }
    let asked: HashSet<&ResourceId> = ids.iter().collect();
    nearest.retain(|id, _| asked.contains(id));
    Ok(nearest)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;

    fn id(number: usize) -> ResourceId {
        ResourceId::new("flow", &number.to_string(), None).unwrap()
    }

    /// Those that are meant after as few steps as possible.
    fn meant_first(needs: &[Vec<usize>], meant: &[bool], from: usize) -> Option<Vec<usize>> {
        let mut layer: HashSet<usize> = [from].into();
        (0..=needs.len()).find_map(|_| {
            let found: Vec<usize> = layer.iter().copied().filter(|node| meant[*node]).collect();
            layer = layer.iter().flat_map(|node| &needs[*node]).copied().collect();
            (!found.is_empty()).then_some(found)
        })
    }

    proptest! {
        #[test]
        fn it_is_the_nearest_one_and_each_is_looked_at_once(
            needs in prop::collection::vec(prop::collection::vec(0..10_usize, 0..3), 10),
            meant in prop::collection::vec(prop::bool::weighted(0.2), 10),
        ) {
            let ids: Vec<ResourceId> = (0..10).map(id).collect();
            let mut looked = 0;
            let found = nearest(&ids, |id| {
                looked += 1;
                let node: usize = id.id.parse().unwrap();
                let needs = needs[node].iter().map(|needed| ids[*needed].clone()).collect();
                Ok::<_, Infallible>(Some(Met { is_meant: meant[node], needs }))
            })
            .unwrap();
            prop_assert_eq!(looked, 10);
            for (node, id) in ids.iter().enumerate() {
                let nearest: Option<usize> = found.get(id).map(|id| id.id.parse().unwrap());
                match meant_first(&needs, &meant, node) {
                    None => prop_assert_eq!(nearest, None),
                    Some(all) => prop_assert!(nearest.is_some_and(|it| all.contains(&it)), "{nearest:?} {all:?}"),
                }
            }
        }
    }

    #[test]
    fn a_long_ring_is_walked_once() {
        let found = nearest(&(0..50_000).map(id).collect::<Vec<_>>(), |of| {
            let number: usize = of.id.parse().unwrap();
            let needs = vec![id((number + 1) % 50_000)];
            Ok::<_, Infallible>(Some(Met { is_meant: number == 7, needs }))
        });
        let found = found.unwrap();
        assert!(found.len() == 50_000 && found.values().all(|it| *it == id(7)));
    }
}
