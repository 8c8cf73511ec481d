use std::collections::BTreeMap;

use crate::json::{Document, Edits};
use crate::{Diagnostic, Edited, Failure, Slot, View, read_part};

/// One change to a JSON part.
enum Step {
    /// Put this string there. A string that means the same already keeps its bytes, whatever its escapes.
    Text(String),
    /// Put this raw JSON text there.
    Raw(String),
    /// Call the member this; its value stays.
    Rename(String),
    /// Take it out, with its key.
    Remove,
}

/// Changes to the JSON parts and attributes of one resource, collected by slot and then made in one pass per part, so that
/// every byte that no change touches stays. The last change given for a slot counts.
#[derive(Default)]
pub struct PartEdits {
    /// By part, then by pointer.
    steps: BTreeMap<String, BTreeMap<String, Step>>,
}

impl PartEdits {
    /// No changes yet.
    #[must_use]
    pub fn new() -> PartEdits {
        PartEdits::default()
    }

    /// Puts a string there.
    pub fn set_string(&mut self, slot: &Slot, text: &str) {
        self.push(slot, Step::Text(text.to_owned()));
    }

    /// Puts raw JSON text there.
    pub fn set_raw(&mut self, slot: &Slot, raw: &str) {
        self.push(slot, Step::Raw(raw.to_owned()));
    }

    /// Gives the member at the slot another name.
    pub fn rename_member(&mut self, slot: &Slot, name: &str) {
        self.push(slot, Step::Rename(name.to_owned()));
    }

    /// Takes the value and its key out.
    pub fn remove(&mut self, slot: &Slot) {
        self.push(slot, Step::Remove);
    }

    fn push(&mut self, slot: &Slot, step: Step) {
        self.steps.entry(slot.part.clone()).or_default().insert(slot.pointer.clone(), step);
    }

    /// Makes the changes: parts are written into `edited`, attributes into its head. A part whose bytes do not change is not
    /// written.
    ///
    /// # Errors
    /// `Failure::Malformed` where a part is no JSON, `Failure::Other` where there is nothing at a pointer.
    pub fn apply(self, subject: &dyn View, edited: &mut Edited) -> Result<(), Failure> {
        for (part, steps) in self.steps {
            if part == Slot::ATTRIBUTES {
                let attributes = edited.head.attributes.clone().into_bytes();
                let Some(changed) = change(&part, attributes, &steps)? else { continue };
                edited.head.attributes = String::from_utf8(changed)
                    .map_err(|_| Failure::Other("the attributes are no UTF-8 after the edit".to_owned()))?;
                continue;
            }
            let written = edited.written.iter().position(|candidate| candidate.name == part);
            let text = match written {
                Some(index) => edited.written[index].content.clone(),
                None => read_part(subject, &part, crate::json::Limits::default().max_bytes as u64)?,
            };
            let Some(changed) = change(&part, text, &steps)? else { continue };
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

/// The changed text; none where nothing changes.
fn change(part: &str, text: Vec<u8>, steps: &BTreeMap<String, Step>) -> Result<Option<Vec<u8>>, Failure> {
    let document = Document::parse(text)
        .map_err(|error| Failure::Malformed(vec![Diagnostic::error("JSON01", format!("{part}: {error}"))]))?;
    let mut edits = Edits::new(&document);
    for (pointer, step) in steps {
        let value =
            document.at(pointer).ok_or_else(|| Failure::Other(format!("there is nothing at {part}#{pointer}")))?;
        match step {
            Step::Text(text) if value.as_str().is_some_and(|old| old == *text) => continue,
            Step::Raw(raw) if value.raw() == raw => continue,
            Step::Rename(name) if value.key().is_some_and(|key| key.is(name)) => continue,
            Step::Text(text) => edits.replace_string(value, text),
            Step::Raw(raw) => edits.replace(value, raw.clone()),
            Step::Rename(name) => edits.rename_key(value, name),
            Step::Remove => edits.remove(value),
        };
    }
    if edits.is_empty() {
        return Ok(None);
    }
    edits.finish().map(Some).map_err(|error| Failure::Other(format!("{part}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::Resource;
    use crate::{Head, ResourceId};

    const TEXT: &str = "{ \"a\": \"\\u0061\\/\", \"b\" : [1.0 ,2], \"c~/\":{}}";

    fn edit(change: impl FnOnce(&mut PartEdits)) -> Result<(Resource, Edited), Failure> {
        let resource = Resource::new(Head::new(ResourceId::new("x", "1"), "x", "x")).json("x.json", TEXT);
        let mut edits = PartEdits::new();
        change(&mut edits);
        let mut edited = Edited::unchanged(resource.head());
        edits.apply(&resource, &mut edited)?;
        Ok((resource.edited(&edited), edited))
    }

    #[test]
    fn what_means_the_same_keeps_its_bytes_and_is_not_written() {
        let (_, edited) = edit(|edits| {
            edits.set_string(&Slot::new("x.json", "/a"), "a/");
            edits.set_raw(&Slot::new("x.json", "/b/0"), "1.0");
            edits.rename_member(&Slot::of("x.json", &["c~/"]), "c~/");
        })
        .unwrap();
        assert!(edited.written.is_empty());
    }

    #[test]
    fn only_the_bytes_concerned_change() {
        let (resource, _) = edit(|edits| {
            edits.set_string(&Slot::new("x.json", "/a"), "x");
            edits.set_string(&Slot::new("x.json", "/a"), "\"ü");
            edits.set_raw(&Slot::new("x.json", "/b/1"), "{}");
            edits.rename_member(&Slot::of("x.json", &["c~/"]), "d");
        })
        .unwrap();
        assert_eq!(resource.text("x.json"), "{ \"a\": \"\\\"ü\", \"b\" : [1.0 ,{}], \"d\":{}}");
        let (resource, _) = edit(|edits| edits.remove(&Slot::new("x.json", "/b"))).unwrap();
        assert_eq!(resource.text("x.json"), "{ \"a\": \"\\u0061\\/\", \"c~/\":{}}");
    }

    #[test]
    fn attributes_are_changed_in_the_head() {
        let (resource, edited) = edit(|edits| edits.set_raw(&Slot::new(Slot::ATTRIBUTES, ""), "{\"a\":1}")).unwrap();
        assert_eq!(resource.head.attributes, "{\"a\":1}");
        assert!(edited.written.is_empty());
    }

    #[test]
    fn a_pointer_to_nothing_and_a_missing_part_are_errors() {
        assert!(edit(|edits| edits.set_string(&Slot::new("x.json", "/z"), "")).is_err());
        assert!(edit(|edits| edits.set_string(&Slot::new("y.json", "/a"), "")).is_err());
        assert!(edit(|edits| edits.set_raw(&Slot::new("x.json", "/a"), "nonsense")).is_err());
    }
}
