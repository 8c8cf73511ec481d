use super::Texts;
use crate::{EditOp, Failure, PartEdits, Replace, Slot, SlotValue, TextEdits};

/// Changes to what [`Texts::find`] reports, collected and made at once.
pub struct TextChanges<'d> {
    texts: Texts<'d>,
    ranges: TextEdits,
    /// Raw texts of secrets; each takes the place of any other change to its string.
    put_back: Vec<(Slot, String)>,
}

impl<'d> TextChanges<'d> {
    pub(super) fn of(texts: Texts<'d>) -> TextChanges<'d> {
        TextChanges { texts, ranges: TextEdits::new(), put_back: Vec::new() }
    }

    /// Takes a secret out of its string, puts the whole of one back, or replaces a literal. What is put back need not be a secret
    /// before: it was taken out.
    ///
    /// # Errors
    /// [`Failure::unknown_slot`] for a slot at which there is no such thing, and for any other operation.
    pub fn apply(&mut self, op: &EditOp) -> Result<(), Failure> {
        let applied = match op {
            EditOp::SetSecret(secret) => self.set_secret(secret),
            EditOp::SetLiteral(literal) => self.set_literal(literal),
            _ => None,
        };
        applied.ok_or_else(|| Failure::unknown_slot(op))
    }

    fn set_secret(&mut self, secret: &SlotValue) -> Option<()> {
        let found = self.texts.at(&secret.slot)?;
        if let Some(raw) = &secret.value {
            self.put_back.push((found.slot, raw.clone()));
            return Some(());
        }
        let secrets = self.texts.secrets(&found);
        if secrets.is_empty() {
            return None;
        }
        self.ranges.replace(&found.slot, &found.text, secrets.into_iter().map(|secret| secret.range), "");
        Some(())
    }

    fn set_literal(&mut self, literal: &Replace) -> Option<()> {
        let found = self.texts.at(&literal.slot)?;
        self.ranges.set_literal(&found.slot, &found.text, self.texts.literals(&found), literal)
    }

    /// Hands the changed strings on.
    pub fn finish(self, edits: &mut PartEdits) {
        self.ranges.finish(edits);
        // After the ranges: what is put back is the whole string, with its escapes.
        for (slot, raw) in self.put_back {
            edits.set_raw(&slot, &raw);
        }
    }
}
