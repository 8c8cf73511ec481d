//! Where the nodes of a drawing stand.

use std::collections::HashMap;

use super::model::Graph;
use crate::model::{ResourceId, Strength};

/// The height of a box, in pixels.
pub(super) const HEIGHT: usize = 44;
/// Of the lane of a line that passes a column on its way to one further right.
const LANE: usize = 8;
/// Between two boxes or lanes, one below the other.
const GAP: usize = 14;

/// Where a box or a lane stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// From the left.
    pub(super) column: usize,
    /// From above, in pixels: the middle.
    pub(super) middle: usize,
}

/// A line from a box to another one, or to itself.
pub(super) struct Line {
    pub(super) from: Place,
    pub(super) to: Place,
    pub(super) strength: Strength,
    /// Where it passes the columns between.
    pub(super) through: Vec<Place>,
}

/// Boxes in columns: first what nothing needs, then each further right than what needs it, where no cycle makes that
/// impossible. Within a column each stands near those that need it, so that few lines cross. No line passes behind a box: lines
/// that lead past a column share a lane for each box that they lead to.
pub(super) struct Layout {
    /// One per node, in the order of the graph.
    pub(super) boxes: Vec<Place>,
    /// One per pair of nodes, in the order of [`Graph::pairs`]; what leads nowhere is not among them.
    pub(super) lines: Vec<Line>,
    pub(super) columns: usize,
    /// Of the highest column, in pixels.
    pub(super) height: usize,
}

/// A box or a lane, before it has its place.
struct Item {
    column: usize,
    height: usize,
    /// What leads to it, from the column before.
    before: Vec<usize>,
}

impl Layout {
    pub(super) fn of(graph: &Graph) -> Layout {
        let position: HashMap<&ResourceId, usize> =
            graph.nodes.iter().enumerate().map(|(index, node)| (&node.resource, index)).collect();
        let pairs: Vec<(usize, usize, Strength)> = graph
            .pairs()
            .into_iter()
            .filter_map(|(from, to, strength)| Some((*position.get(from)?, *position.get(to)?, strength)))
            .collect();
        let depths = depths(graph.nodes.len(), &pairs);
        let columns = depths.iter().max().map_or(0, |deepest| deepest + 1);
        let mut items: Vec<Item> =
            depths.iter().map(|column| Item { column: *column, height: HEIGHT, before: Vec::new() }).collect();
        // By the box that they lead to and the column that they pass.
        let mut lanes: HashMap<(usize, usize), usize> = HashMap::new();
        let through: Vec<Vec<usize>> = pairs
            .iter()
            .map(|(from, to, _)| {
                let mut last = *from;
                let passed: Vec<usize> = (depths[*from] + 1..depths[*to])
                    .map(|column| {
                        let lane = *lanes.entry((*to, column)).or_insert_with(|| {
                            items.push(Item { column, height: LANE, before: Vec::new() });
                            items.len() - 1
                        });
                        items[lane].before.push(std::mem::replace(&mut last, lane));
                        lane
                    })
                    .collect();
                if depths[*from] < depths[*to] {
                    items[*to].before.push(last);
                }
                passed
            })
            .collect();
        let (places, height) = stacked(&items, columns);
        let line = |((from, to, strength), through): (&(usize, usize, Strength), Vec<usize>)| Line {
            from: places[*from],
            to: places[*to],
            strength: *strength,
            through: through.into_iter().map(|lane| places[lane]).collect(),
        };
        let lines = pairs.iter().zip(through).map(line).collect();
        Layout { boxes: places[..graph.nodes.len()].to_vec(), lines, columns, height }
    }
}

/// Gives each its place, column by column, beside the middle of what leads to it as far as the order allows. The columns stand
/// around one line. Gives the height of the highest as well.
fn stacked(items: &[Item], columns: usize) -> (Vec<Place>, usize) {
    let mut stacks: Vec<Vec<usize>> = vec![Vec::new(); columns];
    for (index, item) in items.iter().enumerate() {
        stacks[item.column].push(index);
    }
    let height_of =
        |stack: &[usize]| stack.iter().map(|index| items[*index].height + GAP).sum::<usize>().saturating_sub(GAP);
    let height = stacks.iter().map(|stack| height_of(stack)).max().unwrap_or(0);
    let mut places: Vec<Place> = items.iter().map(|item| Place { column: item.column, middle: 0 }).collect();
    for stack in &mut stacks {
        let wanted = |index: &usize| {
            let before = &items[*index].before;
            let sum: usize = before.iter().map(|other| places[*other].middle).sum();
            sum as f64 / before.len().max(1) as f64
        };
        let mut sorted: Vec<(f64, usize)> = stack.iter().map(|index| (wanted(index), *index)).collect();
        sorted.sort_by(|left, right| left.0.total_cmp(&right.0));
        let mut top = (height - height_of(stack)) / 2;
        for (_, index) in sorted {
            places[index].middle = top + items[index].height / 2;
            top += items[index].height + GAP;
        }
    }
    (places, height)
}

/// How far from what nothing needs each node stands: further than all that need it, references that close a cycle aside.
fn depths(count: usize, pairs: &[(usize, usize, Strength)]) -> Vec<usize> {
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut is_needed = vec![false; count];
    for (from, to, _) in pairs.iter().filter(|(from, to, _)| from != to) {
        next[*from].push(*to);
        is_needed[*to] = true;
    }
    let roots = (0..count).filter(|index| !is_needed[*index]);
    let order = without_cycles(&mut next, roots.chain(0..count));
    let mut depths = vec![0; count];
    for index in order {
        for target in &next[index] {
            depths[*target] = depths[*target].max(depths[index] + 1);
        }
    }
    depths
}

/// Takes the references out that lead back to where a walk came from. Gives an order in which each node goes before what it
/// needs.
fn without_cycles(next: &mut [Vec<usize>], roots: impl Iterator<Item = usize>) -> Vec<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum Walk {
        NotYet,
        Below,
        Done,
    }
    let mut state = vec![Walk::NotYet; next.len()];
    let mut finished = Vec::with_capacity(next.len());
    let mut path: Vec<(usize, usize)> = Vec::new();
    for root in roots {
        if state[root] == Walk::NotYet {
            state[root] = Walk::Below;
            path.push((root, 0));
        }
        while let Some((index, position)) = path.last_mut() {
            let Some(target) = next[*index].get(*position).copied() else {
                state[*index] = Walk::Done;
                finished.push(*index);
                path.pop();
                continue;
            };
            if state[target] == Walk::Below {
                next[*index].remove(*position);
                continue;
            }
            *position += 1;
            if state[target] == Walk::NotYet {
                state[target] = Walk::Below;
                path.push((target, 0));
            }
        }
    }
    finished.reverse();
    finished
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::graph::{Edge, Node};

    fn id(index: usize) -> ResourceId {
        ResourceId::new("flow", &index.to_string(), None).unwrap()
    }

    fn graph(count: usize, pairs: &[(usize, usize)]) -> Graph {
        let node = |index| Node { resource: id(index), name: index.to_string(), present: true };
        let edge = |(from, to): &(usize, usize)| Edge {
            from: id(*from),
            to: Some(id(*to)),
            slot: String::new(),
            strength: Strength::Required,
        };
        Graph { nodes: (0..count).map(node).collect(), edges: pairs.iter().map(edge).collect() }
    }

    fn columns(layout: &Layout) -> Vec<usize> {
        layout.boxes.iter().map(|place| place.column).collect()
    }

    #[test]
    fn each_stands_near_what_needs_it() {
        // 0 and 1 stand in the first column; 2 is needed by the lower one, 3 by the upper one.
        let layout = Layout::of(&graph(4, &[(1, 2), (0, 3)]));
        assert_eq!(columns(&layout), [0, 0, 1, 1]);
        assert!(layout.boxes[3].middle < layout.boxes[2].middle);
    }

    #[test]
    fn each_stands_right_of_all_that_need_it() {
        // 0 needs 1 and 2, and 1 needs 2: not beside 1, though 0 needs it too. 2 needs 0 again, which closes a cycle.
        let layout = Layout::of(&graph(3, &[(0, 1), (0, 2), (1, 2), (2, 0), (2, 2)]));
        assert_eq!(columns(&layout), [0, 1, 2]);
    }

    proptest! {
        #[test]
        fn without_cycles_every_reference_leads_to_the_right(
            pairs in proptest::collection::vec((0usize..9, 1usize..5), 0..30)
        ) {
            let pairs: Vec<(usize, usize)> = pairs.into_iter().map(|(from, ahead)| (from, from + ahead)).collect();
            let layout = Layout::of(&graph(13, &pairs));
            for (from, to) in pairs {
                prop_assert!(layout.boxes[from].column < layout.boxes[to].column);
            }
        }

        #[test]
        fn no_box_covers_another_one_or_a_line_and_none_stands_outside(
            (count, pairs) in (1usize..12).prop_flat_map(|count| {
                (Just(count), proptest::collection::vec((0..count, 0..count), 0..30))
            })
        ) {
            let layout = Layout::of(&graph(count, &pairs));
            let half = HEIGHT / 2;
            for (index, place) in layout.boxes.iter().enumerate() {
                prop_assert!(place.column < layout.columns);
                prop_assert!(place.middle >= half && place.middle + half <= layout.height);
                for other in &layout.boxes[index + 1..] {
                    prop_assert!(other.column != place.column || other.middle.abs_diff(place.middle) >= HEIGHT);
                }
                for lane in layout.lines.iter().flat_map(|line| &line.through) {
                    prop_assert!(lane.column != place.column || lane.middle.abs_diff(place.middle) > half);
                }
            }
            let drawn = layout.lines.len();
            prop_assert_eq!(drawn, pairs.into_iter().collect::<HashSet<_>>().len());
            for line in &layout.lines {
                let passed: Vec<usize> = line.through.iter().map(|lane| lane.column).collect();
                prop_assert_eq!(passed, (line.from.column + 1..line.to.column).collect::<Vec<_>>());
            }
        }
    }
}
