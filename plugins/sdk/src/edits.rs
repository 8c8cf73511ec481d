use std::collections::BTreeMap;

use crate::json::{Document, Edits};
use crate::{Diagnostic, Edited, Failure, Slot, View, read_part};

/// One change to a JSON part, by pointer.
enum Step {
    /// Put this raw JSON text there.
    Replace(String),
    /// Take it out, with its key.
    Remove,
}

/// Changes to the JSON parts and attributes of one resource, collected by slot and then made in one pass per part, so that
/// every byte that no change touches stays.
#[derive(Default)]
pub struct PartEdits {
    steps: BTreeMap<String, Vec<(String, Step)>>,
}

impl PartEdits {
    /// No changes yet.
    #[must_use]
    pub fn new() -> PartEdits {
        PartEdits::default()
    }

    /// Puts a string there; the last one given for a slot counts.
    pub fn set_string(&mut self, slot: &Slot, text: &str) {
        self.push(slot, Step::Replace(crate::json::quote(text)));
    }

    /// Changes the string that stands at the slot by then: `original`, or what an earlier change put there.
    pub fn update_string(&mut self, slot: &Slot, original: &str, change: impl FnOnce(&str) -> String) {
        let earlier = self.steps.get(&slot.part).and_then(|steps| steps.iter().find(|step| step.0 == slot.pointer));
        let current = match earlier {
            Some((_, Step::Replace(raw))) => {
                Document::parse(raw.as_bytes()).ok().and_then(|document| Some(document.root().as_str()?.into_owned()))
            }
            _ => None,
        };
        let changed = change(current.as_deref().unwrap_or(original));
        self.set_string(slot, &changed);
    }

    /// Puts raw JSON text there.
    pub fn set_raw(&mut self, slot: &Slot, raw: &str) {
        self.push(slot, Step::Replace(raw.to_owned()));
    }

    /// Takes the value and its key out.
    pub fn remove(&mut self, slot: &Slot) {
        self.push(slot, Step::Remove);
    }

    fn push(&mut self, slot: &Slot, step: Step) {
        let steps = self.steps.entry(slot.part.clone()).or_default();
        steps.retain(|(pointer, _)| *pointer != slot.pointer);
        steps.push((slot.pointer.clone(), step));
    }

    /// Makes the changes: parts are written into `edited`, attributes into its head.
    ///
    /// # Errors
    /// `Failure::Malformed` where a part is no JSON, `Failure::Other` where there is nothing at a pointer.
    pub fn apply(self, subject: &dyn View, edited: &mut Edited) -> Result<(), Failure> {
        for (part, steps) in self.steps {
            if part == Slot::ATTRIBUTES {
                let changed = change(&part, edited.head.attributes.clone().into_bytes(), &steps)?;
                edited.head.attributes = String::from_utf8(changed)
                    .map_err(|_| Failure::Other("the attributes are no UTF-8 after the edit".to_owned()))?;
                continue;
            }
            let written = edited.written.iter().position(|candidate| candidate.name == part);
            let text = match written {
                Some(index) => edited.written[index].content.clone(),
                None => read_part(subject, &part, crate::json::Limits::default().max_bytes as u64)?,
            };
            let changed = change(&part, text, &steps)?;
            match written {
                Some(index) => edited.written[index].content = changed,
                None => {
                    let media_type = subject
                        .parts()
                        .into_iter()
                        .find(|info| info.name == part)
                        .map_or_else(String::new, |info| info.media_type);
                    edited.write(&part, &media_type, changed);
                }
            }
        }
        Ok(())
    }
}

fn change(part: &str, text: Vec<u8>, steps: &[(String, Step)]) -> Result<Vec<u8>, Failure> {
    let document = Document::parse(text)
        .map_err(|error| Failure::Malformed(vec![Diagnostic::error("JSON01", format!("{part}: {error}"))]))?;
    let mut edits = Edits::new(&document);
    for (pointer, step) in steps {
        let value =
            document.at(pointer).ok_or_else(|| Failure::Other(format!("there is nothing at {part}#{pointer}")))?;
        match step {
            Step::Replace(raw) => edits.replace(value, raw.clone()),
            Step::Remove => edits.remove(value),
        };
    }
    edits.finish().map_err(|error| Failure::Other(format!("{part}: {error}")))
}
