//! Which element of one array is which of another.

use std::collections::HashMap;

use crate::content::Hash;

/// What becomes of an element, by positions on the left and on the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It is on both sides, in its place.
    Stays(usize, usize),
    /// It is on both sides, in another order.
    Moves(usize, usize),
    /// It is gone.
    Goes(usize),
    /// It is new.
    Comes(usize),
}

/// So many pairs of elements are compared with each other at most; of longer arrays, what is there once is aligned first.
const MOST_PAIRS: usize = 1 << 20;
/// The same where it is not enough to look at hashes; of more, the first one is taken for the first one.
const MOST_ALIKE: usize = 1 << 14;

/// Elements that a key names: `left` and `right` hold the keys, each once.
pub(super) fn keyed(left: &[Hash], right: &[Hash]) -> Vec<Step> {
    let by_key: HashMap<&Hash, usize> = left.iter().zip(0..).collect();
    let pairs: Vec<Option<usize>> = right.iter().map(|key| by_key.get(key).copied()).collect();
    let mut stays = vec![false; left.len()];
    longest_increasing(&pairs.iter().flatten().copied().collect::<Vec<_>>())
        .into_iter()
        .for_each(|it| stays[it] = true);
    let mut is_there = vec![false; left.len()];
    pairs.iter().flatten().for_each(|position| is_there[*position] = true);
    let goes = (0..left.len()).filter(|position| !is_there[*position]).map(Step::Goes);
    let comes = pairs.iter().zip(0..).map(|(pair, right)| match pair {
        None => Step::Comes(right),
        Some(left) if stays[*left] => Step::Stays(*left, right),
        Some(left) => Step::Moves(*left, right),
    });
    goes.chain(comes).collect()
}

/// How much two elements have in common that are not equal; 0: nothing, one goes and the other comes.
type Likeness<'f> = &'f dyn Fn(usize, usize) -> u32;

/// Elements that nothing names: equal ones by the longest common subsequence, what lies between by likeness. `may_move` says
/// which elements of the left are worth finding again elsewhere in the array.
pub(super) fn sequence(
    left: &[Hash],
    right: &[Hash],
    may_move: &dyn Fn(usize) -> bool,
    likeness: Likeness<'_>,
) -> Vec<Step> {
    let anchors = anchors(left, right);
    let (mut is_anchored, mut is_taken) = (vec![false; left.len()], vec![false; right.len()]);
    for (left, right) in &anchors {
        is_anchored[*left] = true;
        is_taken[*right] = true;
    }
    let mut elsewhere: HashMap<Hash, Vec<usize>> = HashMap::new();
    for position in (0..right.len()).rev().filter(|position| !is_taken[*position]) {
        elsewhere.entry(right[position]).or_default().push(position);
    }
    let (mut leaves, mut arrives): (Vec<bool>, HashMap<usize, usize>) = (is_anchored, HashMap::new());
    for position in 0..left.len() {
        if !leaves[position]
            && may_move(position)
            && let Some(to) = elsewhere.get_mut(&left[position]).and_then(Vec::pop)
        {
            leaves[position] = true;
            arrives.insert(to, position);
        }
    }
    let mut steps = Vec::with_capacity(left.len().max(right.len()));
    let (mut next_left, mut next_right) = (0, 0);
    for (anchor_left, anchor_right) in anchors.iter().copied().chain([(left.len(), right.len())]) {
        let goes: Vec<usize> = (next_left..anchor_left).filter(|position| !leaves[*position]).collect();
        let comes: Vec<usize> = (next_right..anchor_right).filter(|position| !arrives.contains_key(position)).collect();
        let mut between = paired(&goes, &comes, likeness);
        let moved = (next_right..anchor_right).filter_map(|to| arrives.get(&to).map(|from| Step::Moves(*from, to)));
        between.extend(moved);
        // In the order of the right side; what goes stays before what it stood before.
        in_order(&mut between);
        steps.append(&mut between);
        if anchor_left < left.len() {
            steps.push(Step::Stays(anchor_left, anchor_right));
        }
        (next_left, next_right) = (anchor_left + 1, anchor_right + 1);
    }
    steps
}

fn in_order(steps: &mut [Step]) {
    let mut at = 0;
    let mut keyed: Vec<(usize, Step)> = Vec::with_capacity(steps.len());
    for step in steps.iter() {
        match step {
            Step::Stays(_, right) | Step::Moves(_, right) | Step::Comes(right) => at = *right + 1,
            Step::Goes(_) => {}
        }
        let place = if matches!(step, Step::Goes(_)) { 2 * at } else { 2 * at - 1 };
        keyed.push((place, *step));
    }
    keyed.sort_by_key(|(place, _)| *place);
    steps.iter_mut().zip(keyed).for_each(|(step, (_, sorted))| *step = sorted);
}

/// Equal elements in the same order on both sides.
fn anchors(left: &[Hash], right: &[Hash]) -> Vec<(usize, usize)> {
    let common =
        |pairs: &mut dyn Iterator<Item = (&Hash, &Hash)>| pairs.take_while(|(left, right)| left == right).count();
    let prefix = common(&mut left.iter().zip(right));
    let (left_rest, right_rest) = (&left[prefix..], &right[prefix..]);
    let suffix = common(&mut left_rest.iter().rev().zip(right_rest.iter().rev()));
    let (left_middle, right_middle) =
        (&left_rest[..left_rest.len() - suffix], &right_rest[..right_rest.len() - suffix]);
    let middle = if left_middle.len().saturating_mul(right_middle.len()) <= MOST_PAIRS {
        heaviest(left_middle.len(), right_middle.len(), &|l, r| u32::from(left_middle[l] == right_middle[r]))
    } else {
        unique(left_middle, right_middle)
    };
    let of_prefix = (0..prefix).map(|position| (position, position));
    let of_suffix = (1..=suffix).rev().map(|back| (left.len() - back, right.len() - back));
    of_prefix.chain(middle.into_iter().map(|(l, r)| (l + prefix, r + prefix))).chain(of_suffix).collect()
}

/// Elements that are once on each side, as many of them as stand in the same order.
fn unique(left: &[Hash], right: &[Hash]) -> Vec<(usize, usize)> {
    let once = |hashes: &[Hash]| -> HashMap<Hash, Option<usize>> {
        let mut positions = HashMap::new();
        for (hash, position) in hashes.iter().zip(0..) {
            positions.entry(*hash).and_modify(|several| *several = None).or_insert(Some(position));
        }
        positions
    };
    let (on_left, on_right) = (once(left), once(right));
    let partner = |hash: &Hash| on_left.get(hash).copied().flatten();
    let is_once = |hash: &Hash| on_right.get(hash).copied().flatten().is_some();
    let pairs: HashMap<usize, usize> = right
        .iter()
        .zip(0..)
        .filter(|(hash, _)| is_once(hash))
        .filter_map(|(hash, r)| Some((partner(hash)?, r)))
        .collect();
    let in_right_order: Vec<usize> = right.iter().filter(|hash| is_once(hash)).filter_map(partner).collect();
    longest_increasing(&in_right_order).into_iter().map(|position| (position, pairs[&position])).collect()
}

/// Pairs in order on both sides that weigh most together; by dynamic programming over all pairs.
fn heaviest(left: usize, right: usize, weight: &dyn Fn(usize, usize) -> u32) -> Vec<(usize, usize)> {
    if left == 0 || right == 0 {
        return Vec::new();
    }
    let width = right + 1;
    let mut best = vec![0u32; (left + 1) * width];
    for l in (0..left).rev() {
        for r in (0..right).rev() {
            let without = best[(l + 1) * width + r].max(best[l * width + r + 1]);
            let weight = weight(l, r);
            let with = if weight > 0 { best[(l + 1) * width + r + 1].saturating_add(weight) } else { 0 };
            best[l * width + r] = without.max(with);
        }
    }
    let (mut l, mut r, mut pairs) = (0, 0, Vec::new());
    while l < left && r < right {
        let (here, down, across) = (best[l * width + r], best[(l + 1) * width + r], best[l * width + r + 1]);
        if here > down && here > across {
            pairs.push((l, r));
            (l, r) = (l + 1, r + 1);
        } else if here == down {
            l += 1;
        } else {
            r += 1;
        }
    }
    pairs
}

/// Between two anchors nothing is equal in order: what is alike is the same element, changed.
fn paired(goes: &[usize], comes: &[usize], likeness: Likeness<'_>) -> Vec<Step> {
    let pairs = if goes.len().saturating_mul(comes.len()) <= MOST_ALIKE {
        heaviest(goes.len(), comes.len(), &|l, r| likeness(goes[l], comes[r]))
    } else {
        (0..goes.len().min(comes.len())).map(|position| (position, position)).collect()
    };
    let mut steps = Vec::with_capacity(goes.len().max(comes.len()));
    let (mut next_left, mut next_right) = (0, 0);
    for (l, r) in pairs.into_iter().chain([(goes.len(), comes.len())]) {
        steps.extend(goes[next_left..l].iter().copied().map(Step::Goes));
        steps.extend(comes[next_right..r].iter().copied().map(Step::Comes));
        if l < goes.len() {
            steps.push(Step::Stays(goes[l], comes[r]));
        }
        (next_left, next_right) = (l + 1, r + 1);
    }
    steps
}

/// Values of the longest subsequence that increases. The numbers are all different.
fn longest_increasing(numbers: &[usize]) -> Vec<usize> {
    // By length, the position of the smallest number that ends such a subsequence.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    for (number, position) in numbers.iter().zip(0..) {
        let length = ends.partition_point(|end| numbers[*end] < *number);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(position);
        } else {
            ends[length] = position;
        }
    }
    let mut longest: Vec<usize> =
        std::iter::successors(ends.last().copied(), |position| before[*position]).map(|it| numbers[it]).collect();
    longest.reverse();
    longest
}

#[cfg(test)]
mod tests {
    use super::Step::{Comes, Goes, Moves, Stays};
    use super::*;

    fn hashes(text: &str) -> Vec<Hash> {
        text.bytes().map(|byte| Hash::of(&[byte])).collect()
    }

    fn steps(left: &str, right: &str) -> Vec<Step> {
        let alike = |l: usize, r: usize| {
            let (l, r) = (left.as_bytes()[l], right.as_bytes()[r]);
            u32::from(l.eq_ignore_ascii_case(&r))
        };
        sequence(&hashes(left), &hashes(right), &|_| true, &alike)
    }

    #[test]
    fn one_that_comes_or_goes_is_one_step() {
        assert_eq!(steps("ab", "axb"), [Stays(0, 0), Comes(1), Stays(1, 2)]);
        assert_eq!(steps("axb", "ab"), [Stays(0, 0), Goes(1), Stays(2, 1)]);
        assert_eq!(steps("", "a"), [Comes(0)]);
        assert_eq!(steps("a", ""), [Goes(0)]);
        assert_eq!(steps("", ""), []);
        assert_eq!(steps("aa", "aaa"), [Stays(0, 0), Stays(1, 1), Comes(2)]);
    }

    #[test]
    fn what_changed_is_paired_with_what_is_like_it() {
        assert_eq!(steps("abc", "aBc"), [Stays(0, 0), Stays(1, 1), Stays(2, 2)]);
        assert_eq!(steps("abc", "axBc"), [Stays(0, 0), Comes(1), Stays(1, 2), Stays(2, 3)]);
        assert_eq!(steps("abc", "axc"), [Stays(0, 0), Goes(1), Comes(1), Stays(2, 2)]);
    }

    #[test]
    fn equal_ones_in_another_order_move() {
        assert_eq!(steps("abc", "bca"), [Stays(1, 0), Stays(2, 1), Moves(0, 2)]);
        assert_eq!(steps("axb", "bxa").iter().filter(|step| matches!(step, Moves(..))).count(), 2);
        assert_eq!(steps("abp", "pnab"), [Moves(2, 0), Comes(1), Stays(0, 2), Stays(1, 3)]);
        let stuck = sequence(&hashes("ab"), &hashes("ba"), &|_| false, &|_, _| 0);
        assert!(!stuck.iter().any(|step| matches!(step, Moves(..))), "{stuck:?}");
    }

    #[test]
    fn keys_find_elements_in_any_order() {
        let steps = |left: &str, right: &str| keyed(&hashes(left), &hashes(right));
        assert_eq!(steps("abc", "abc"), [Stays(0, 0), Stays(1, 1), Stays(2, 2)]);
        assert_eq!(steps("abcd", "dabx"), [Goes(2), Moves(3, 0), Stays(0, 1), Stays(1, 2), Comes(3)]);
    }

    #[test]
    fn long_arrays_are_aligned_by_what_is_there_once() {
        let hash = |number: usize| Hash::of(&number.to_le_bytes());
        let left: Vec<Hash> = (0..5000).map(hash).collect();
        let mut right = left.clone();
        right.remove(4990);
        right.insert(10, hash(9999));
        right[2000] = hash(8888);
        let steps = sequence(&left, &right, &|_| true, &|_, _| 1);
        let others: Vec<&Step> = steps.iter().filter(|step| !matches!(step, Stays(..))).collect();
        assert_eq!(others, [&Comes(10), &Goes(4990)]);
        assert!(steps.contains(&Stays(1999, 2000)));
    }

    #[test]
    fn the_longest_increasing_subsequence_is_found() {
        assert_eq!(longest_increasing(&[3, 0, 1, 4, 2]), [0, 1, 2]);
        assert_eq!(longest_increasing(&[2, 1, 0]).len(), 1);
        assert!(longest_increasing(&[]).is_empty());
    }
}
