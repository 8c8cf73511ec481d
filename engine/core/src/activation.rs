//! In which order things are switched on, and what keeps them from it.

use std::collections::{HashMap, VecDeque};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::environment::{EnvironmentError, ReadEnvironment};
use crate::model::{Head, Inspection, ResourceId, State};
use crate::nearest::{Met, nearest};
use crate::registry::Registry;

/// The positions of `ids`, leaves first: what is needed, directly or through others that are not among them, stands before what
/// needs it. Those that need each other stay in the order of `ids`, and the order is the same each time. `needs` says what a
/// resource needs; it is asked about whatever is met.
///
/// # Errors
/// Those of `needs`.
pub fn leaves_first<E>(
    ids: &[ResourceId],
    mut needs: impl FnMut(&ResourceId) -> Result<Vec<ResourceId>, E>,
) -> Result<Vec<usize>, E> {
    let mut graph: DiGraph<(), ()> = DiGraph::new();
    let mut nodes: HashMap<ResourceId, NodeIndex> = HashMap::new();
    // Of what may stand anywhere the algorithm puts first what it got last.
    for id in ids.iter().rev() {
        nodes.entry(id.clone()).or_insert_with(|| graph.add_node(()));
    }
    let mut queue: VecDeque<ResourceId> = ids.iter().cloned().collect();
    while let Some(id) = queue.pop_front() {
        for needed in needs(&id)? {
            let to = *nodes.entry(needed).or_insert_with_key(|needed| {
                queue.push_back(needed.clone());
                graph.add_node(())
            });
            graph.add_edge(nodes[&id], to, ());
        }
    }
    let mut places = vec![0; graph.node_count()];
    for (place, component) in kosaraju_scc(&graph).into_iter().enumerate() {
        component.into_iter().for_each(|node| places[node.index()] = place);
    }
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_by_key(|position| places[nodes[&ids[*position]].index()]);
    Ok(order)
}

/// What will be true of a resource after a change.
pub(crate) struct After {
    /// It could be on, and is not.
    pub(crate) is_off: bool,
    /// What it cannot be without.
    pub(crate) needs: Vec<ResourceId>,
}

impl After {
    pub(crate) fn of(registry: &Registry, head: &Head, inspection: &Inspection) -> After {
        let is_off =
            head.state == State::Draft && registry.handler(head).is_some_and(|(_, info)| info.traits.activated);
        After { is_off, needs: inspection.needs().cloned().collect() }
    }
}

/// The nearest of all that each of `ids` needs, or is itself, that could be on and is off. `known` holds what is known of resources
/// better than the environment knows it.
///
/// # Errors
/// When the environment cannot be read.
pub(crate) fn nearest_off(
    registry: &Registry,
    environment: &dyn ReadEnvironment,
    known: &HashMap<ResourceId, After>,
    ids: &[ResourceId],
) -> Result<HashMap<ResourceId, ResourceId>, EnvironmentError> {
    nearest(ids, |id| {
        if let Some(After { is_off, needs }) = known.get(id) {
            return Ok(Some(Met { is_meant: *is_off, needs: needs.clone() }));
        }
        let Some(resource) = environment.get(id)? else { return Ok(None) };
        let After { is_off, needs } = After::of(registry, &resource.head, &environment.inspection(id)?);
        Ok(Some(Met { is_meant: is_off, needs }))
    })
}
