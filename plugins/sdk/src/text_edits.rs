use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::detect::FoundLiteral;
use crate::{PartEdits, Replace, Slot};

/// Changes to ranges of strings, collected by slot and made at once: what one of them puts there, another one does not change.
#[derive(Default)]
pub struct TextEdits {
    texts: BTreeMap<(String, String), Text>,
}

struct Text {
    original: String,
    ranges: Vec<(Range<usize>, String)>,
}

impl TextEdits {
    /// No changes yet.
    #[must_use]
    pub fn new() -> TextEdits {
        TextEdits::default()
    }

    /// Puts `new` in the place of each of the ranges of `original`, the unescaped string at the slot. Where two ranges overlap,
    /// the one that begins first and reaches further counts.
    pub fn replace(&mut self, slot: &Slot, original: &str, ranges: impl IntoIterator<Item = Range<usize>>, new: &str) {
        let key = (slot.part.clone(), slot.pointer.clone());
        let text = self.texts.entry(key).or_insert_with(|| Text { original: original.to_owned(), ranges: Vec::new() });
        text.ranges.extend(ranges.into_iter().map(|range| (range, new.to_owned())));
    }

    /// Puts a new value in the place of those among the found literals of `original` that have the old one, each written as it
    /// was. None where none of them has it.
    #[must_use]
    pub fn set_literal(
        &mut self,
        slot: &Slot,
        original: &str,
        found: impl IntoIterator<Item = FoundLiteral>,
        change: &Replace,
    ) -> Option<()> {
        let mut any = None;
        for literal in found.into_iter().filter(|literal| literal.value(original) == change.old) {
            self.replace(slot, original, [literal.range.clone()], &literal.replaced(original, &change.new));
            any = Some(());
        }
        any
    }

    /// Hands the changed strings on.
    pub fn finish(self, edits: &mut PartEdits) {
        for ((part, pointer), text) in self.texts {
            edits.set_string(&Slot { part, pointer }, &text.finish());
        }
    }
}

impl Text {
    fn finish(mut self) -> String {
        self.ranges.sort_by_key(|(range, _)| (range.start, Reverse(range.end)));
        let mut changed = String::with_capacity(self.original.len());
        let mut done = 0;
        for (range, new) in self.ranges {
            if range.start < done {
                continue;
            }
            changed.push_str(&self.original[done..range.start]);
            changed.push_str(&new);
            done = range.end;
        }
        changed.push_str(&self.original[done..]);
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::Resource;
    use crate::{Edited, Head, ResourceId, View};

    #[test]
    fn values_can_be_swapped_and_overlaps_are_made_once() {
        let original = "a b ab";
        let slot = Slot::new("x.json", "/t");
        let mut texts = TextEdits::new();
        texts.replace(&slot, original, std::iter::once(0..1), "b");
        texts.replace(&slot, original, std::iter::once(2..3), "a");
        texts.replace(&slot, original, [4..5, 4..6], "c");
        let mut edits = PartEdits::new();
        texts.finish(&mut edits);
        let resource =
            Resource::new(Head::new(ResourceId::new("x", "1"), "x", "x")).json("x.json", r#"{"t":"a b ab"}"#);
        let mut edited = Edited::unchanged(resource.head());
        edits.apply(&resource, &mut edited).unwrap();
        assert_eq!(resource.edited(&edited).text("x.json"), r#"{"t":"b a c"}"#);
    }
}
