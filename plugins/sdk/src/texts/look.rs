use std::borrow::Cow;
use std::collections::BTreeSet;

use super::{Everywhere, Rules, TextChanges};
use crate::detect::{FoundLiteral, FoundSecret, Text};
use crate::json::{Document, Value};
use crate::{Failure, Inspection, Slot, SlotValue};

/// The strings of one part.
#[derive(Clone, Copy)]
pub struct Texts<'d> {
    part: &'d str,
    document: &'d Document,
    rules: &'d dyn Rules,
}

/// The string at a slot.
pub(super) struct At<'d> {
    pub(super) slot: Slot,
    pub(super) value: Value<'d>,
    pub(super) text: Cow<'d, str>,
}

impl<'d> Texts<'d> {
    /// All strings of a part.
    #[must_use]
    pub fn of(part: &'d str, document: &'d Document) -> Texts<'d> {
        Texts::by(&Everywhere, part, document)
    }

    /// The strings of a part that the rules look at.
    #[must_use]
    pub fn by(rules: &'d dyn Rules, part: &'d str, document: &'d Document) -> Texts<'d> {
        Texts { part, document, rules }
    }

    /// Adds the secrets and literals of all of them, in the order of the part: each string is one secret at most, and each
    /// literal of a string is there once.
    pub fn find(&self, inspection: &mut Inspection) {
        self.document.walk().for_each(|value| self.find_in(value, inspection));
    }

    /// Adds the secrets and literals of one value of the part, for a handler that walks it anyway. What is passed over, or no
    /// string, has none.
    pub fn find_in(&self, value: Value<'_>, inspection: &mut Inspection) {
        let Some(string) = self.text(value) else { return };
        let text = Text::of(&string);
        let slot = || Slot::new(self.part, value.pointer());
        let secrets = self.rules.secrets(value, text);
        if let Some(secret) = secrets.first() {
            inspection.found_secret(slot(), &format!("{}: {}", secret.rule, secret.advice));
        }
        let mut seen = BTreeSet::new();
        for literal in self.literals_beside(&secrets, value, text) {
            let value = literal.value(&string);
            if !seen.contains(&value) {
                inspection.literal(slot(), literal.class, &value);
                seen.insert(value);
            }
        }
    }

    /// The raw JSON text of the strings at these slots.
    ///
    /// # Errors
    /// `Failure::Other` for a slot at which no secret is found.
    pub fn secret_values(&self, slots: &[String]) -> Result<Vec<SlotValue>, Failure> {
        slots.iter().map(|slot| self.secret_value(slot)).collect()
    }

    /// The raw JSON text of the string at a slot.
    ///
    /// # Errors
    /// `Failure::Other` where no secret is found there.
    pub fn secret_value(&self, slot: &str) -> Result<SlotValue, Failure> {
        match self.at(slot).filter(|found| !self.secrets(found).is_empty()) {
            Some(found) => Ok(SlotValue { slot: slot.to_owned(), value: Some(found.value.raw().to_owned()) }),
            None => Err(Failure::Other(format!("there is no secret at {slot}"))),
        }
    }

    /// No changes to them yet.
    #[must_use]
    pub fn changes(&self) -> TextChanges<'d> {
        TextChanges::of(*self)
    }

    /// The string at a slot, where it is looked at.
    pub(super) fn at(&self, slot: &str) -> Option<At<'d>> {
        let slot = Slot::parse(slot).filter(|slot| slot.part == self.part)?;
        let value = self.document.at(&slot.pointer)?;
        Some(At { text: self.text(value)?, slot, value })
    }

    pub(super) fn secrets(&self, found: &At<'_>) -> Vec<FoundSecret> {
        self.rules.secrets(found.value, Text::of(&found.text))
    }

    pub(super) fn literals(&self, found: &At<'_>) -> Vec<FoundLiteral> {
        self.literals_beside(&self.secrets(found), found.value, Text::of(&found.text))
    }

    fn text<'v>(&self, value: Value<'v>) -> Option<Cow<'v, str>> {
        value.as_str().filter(|_| self.rules.looks_at(value))
    }

    fn literals_beside(&self, secrets: &[FoundSecret], value: Value<'_>, text: Text<'_>) -> Vec<FoundLiteral> {
        let mut literals = self.rules.literals(value, text);
        literals.retain(|literal| {
            let is_beside = |secret: &FoundSecret| {
                secret.range.end <= literal.range.start || literal.range.end <= secret.range.start
            };
            secrets.iter().all(is_beside)
        });
        literals
    }
}
