use std::collections::BTreeMap;
use std::ops::Range;

/// What some ranges, none of them empty, cover of a text.
#[derive(Debug, Default)]
pub(super) struct Covered {
    /// The ends, by the starts: ranges that do not overlap.
    ends: BTreeMap<usize, usize>,
}

impl Covered {
    /// True where a byte of the range is covered.
    pub(super) fn overlaps(&self, range: &Range<usize>) -> bool {
        self.last_before(range.end).is_some_and(|last| range.start < last.end)
    }

    /// Covers the range as well.
    pub(super) fn add(&mut self, range: Range<usize>) {
        let Range { mut start, mut end } = range;
        while let Some(last) = self.last_before(end).filter(|last| start < last.end) {
            self.ends.remove(&last.start);
            (start, end) = (start.min(last.start), end.max(last.end));
        }
        self.ends.insert(start, end);
    }

    fn last_before(&self, end: usize) -> Option<Range<usize>> {
        self.ends.range(..end).next_back().map(|(start, end)| *start..*end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_overlaps_what_covers_one_of_its_bytes() {
        // All sets of three ranges in eight bytes, against a look at each byte.
        let ranges: Vec<Range<usize>> = (0..8).flat_map(|start| (start + 1..=8).map(move |end| start..end)).collect();
        for one in &ranges {
            for two in &ranges {
                for three in ranges.iter().step_by(5) {
                    let mut covered = Covered::default();
                    [one, two, three].into_iter().for_each(|range| covered.add(range.clone()));
                    for range in &ranges {
                        let expected = range.clone().any(|byte| [one, two, three].iter().any(|it| it.contains(&byte)));
                        assert_eq!(covered.overlaps(range), expected, "{range:?} {one:?} {two:?} {three:?}");
                    }
                }
            }
        }
    }
}
