//! Secrets and values bound to an environment in the strings of the part: nothing in an export declares them, so that
//! they are found by their looks. What says who the flow is is none of them.

use std::collections::BTreeSet;

use flowport_plugin::detect::{FoundSecret, Text};
use flowport_plugin::json::{Document, Kind, Value};
use flowport_plugin::{Inspection, PartEdits, Replace, Slot, SlotValue, TextEdits};

use crate::PART;
use crate::identity::{NAME, STATUS, VERSION};

/// Finds them all.
pub(crate) fn find(root: Value<'_>, inspection: &mut Inspection) {
    for value in root.descendants().filter(|value| value.kind() == Kind::String && !says_who(*value)) {
        let Some(string) = value.as_str() else { continue };
        let text = Text::of(&string);
        let slot = || Slot::new(PART, value.pointer());
        if let Some(secret) = secrets(value, text).first() {
            inspection.found_secret(slot(), &format!("{}: {}", secret.rule, secret.advice));
        }
        let mut seen = BTreeSet::new();
        for literal in text.literals() {
            let found = &string[literal.range];
            if seen.insert(found) {
                inspection.literal(slot(), literal.class, found);
            }
        }
    }
}

/// The raw text of the string at a slot. None where it holds no secret.
pub(crate) fn secret_value(document: &Document, slot: &str) -> Option<SlotValue> {
    let (_, value, text) = string_at(document, slot)?;
    let has_secret = !secrets(value, Text::of(&text)).is_empty();
    has_secret.then(|| SlotValue { slot: slot.to_owned(), value: Some(value.raw().to_owned()) })
}

/// Changes to strings, made at once. Each answers None where `find` reports nothing of the kind.
#[derive(Default)]
pub(crate) struct StringEdits {
    texts: TextEdits,
    /// Raw texts that are put back: each takes the place of any other change to its string.
    restored: Vec<(Slot, String)>,
}

impl StringEdits {
    pub(crate) fn set_secret(&mut self, document: &Document, secret: &SlotValue) -> Option<()> {
        let (slot, value, text) = string_at(document, &secret.slot)?;
        if let Some(raw) = &secret.value {
            self.restored.push((slot, raw.clone()));
            return Some(());
        }
        let found = secrets(value, Text::of(&text));
        let is_there = !found.is_empty();
        self.texts.replace(&slot, &text, found.into_iter().map(|secret| secret.range), "");
        is_there.then_some(())
    }

    pub(crate) fn set_literal(&mut self, document: &Document, literal: &Replace) -> Option<()> {
        let (slot, _, text) = string_at(document, &literal.slot)?;
        let found = Text::of(&text).literals().into_iter().map(|found| found.range);
        let ranges: Vec<_> = found.filter(|range| text[range.clone()] == literal.old).collect();
        let is_there = !ranges.is_empty();
        self.texts.replace(&slot, &text, ranges, &literal.new);
        is_there.then_some(())
    }

    pub(crate) fn finish(self, edits: &mut PartEdits) {
        self.texts.finish(edits);
        for (slot, raw) in self.restored {
            edits.set_raw(&slot, &raw);
        }
    }
}

fn secrets(value: Value<'_>, text: Text<'_>) -> Vec<FoundSecret> {
    let key = value.key().map(|key| key.name());
    text.secrets(key.as_deref())
}

fn string_at<'d>(document: &'d Document, slot: &str) -> Option<(Slot, Value<'d>, String)> {
    let slot = Slot::parse(slot).filter(|slot| slot.part == PART)?;
    let value = document.at(&slot.pointer).filter(|value| !says_who(*value))?;
    let text = value.as_str()?.into_owned();
    Some((slot, value, text))
}

fn says_who(value: Value<'_>) -> bool {
    let is_at_root = value.parent().is_some_and(|parent| parent.parent().is_none());
    is_at_root && value.key().is_some_and(|key| [NAME, VERSION, STATUS].iter().any(|member| key.is(member)))
}
