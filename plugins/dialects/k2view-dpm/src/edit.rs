use flowport_plugin::json::{Document, Edits, Value, quote};
use flowport_plugin::{EditOp, Edited, Failure, PartEdits, ResourceId, Slot, SlotValue, State, View};

use crate::identity::{COMPLETED, DRAFT, NAME, STATUS, VERSION, raw_version, says_state, says_version};
use crate::inspect::read;
use crate::texts::texts;
use crate::{FLOW, PART};

pub(crate) fn secret_values(subject: &dyn View, slots: &[String]) -> Result<Vec<SlotValue>, Failure> {
    texts(&read(subject)?).secret_values(slots)
}

/// Makes all changes at once; only the bytes concerned change.
pub(crate) fn edit(subject: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
    let document = read(subject)?;
    let mut found = texts(&document).changes();
    let mut members = Members { root: document.root(), edits: PartEdits::new(), added: Vec::new() };
    let mut edited = Edited::unchanged(subject.head());
    let (mut name, mut id, mut state) = (None, None, None);
    for op in ops {
        match op {
            EditOp::Rename(new) => name = Some(new.clone()),
            EditOp::SetId(new) => id = Some(checked(new)?),
            EditOp::SetState(new) => state = Some(*new),
            EditOp::SetSecret(_) | EditOp::SetLiteral(_) | EditOp::Relink(_) | EditOp::Other(_) => found.apply(op)?,
        }
    }
    if name.is_some() || id.is_some() {
        let id = identify(&edited.head.id, name, id);
        members.identify(&id);
        edited.head.name.clone_from(&id.id);
        edited.head.id = id;
    }
    if let Some(state) = state {
        edited.head.state = state;
        members.set_state(state);
    }
    found.finish(&mut members.edits);
    members.finish(subject, &mut edited)?;
    Ok(edited)
}

/// An id without a version cannot be written into the file.
fn checked(id: &ResourceId) -> Result<ResourceId, Failure> {
    if id.kind == FLOW && id.version.is_some() {
        return Ok(id.clone());
    }
    Err(Failure::Other(format!("{}/{} is no id of a DPM flow, which has a name and a version", id.kind, id.id)))
}

/// The name is the id: where both are given, the id's counts if it is another than before.
fn identify(before: &ResourceId, name: Option<String>, id: Option<ResourceId>) -> ResourceId {
    let mut after = id.unwrap_or_else(|| before.clone());
    if after.id == before.id
        && let Some(name) = name
    {
        after.id = name;
    }
    after
}

/// Changes to the members of the root.
struct Members<'d> {
    root: Value<'d>,
    edits: PartEdits,
    /// Names and raw values of those that are not there yet.
    added: Vec<(&'static str, String)>,
}

impl Members<'_> {
    fn identify(&mut self, id: &ResourceId) {
        if self.root.get(NAME).and_then(Value::as_str).is_none_or(|name| name != id.id) {
            self.set(NAME, quote(&id.id));
        }
        if let Some(version) = id.version.as_deref().filter(|version| !says_version(self.root, version)) {
            self.set(VERSION, raw_version(self.root, version));
        }
    }

    fn set_state(&mut self, state: State) {
        if !says_state(self.root, state) {
            self.set(STATUS, quote(if state == State::Published { COMPLETED } else { DRAFT }));
        }
    }

    fn set(&mut self, member: &'static str, raw: String) {
        match self.root.get(member) {
            Some(_) => self.edits.set_raw(&Slot::of(PART, &[member]), &raw),
            None => self.added.push((member, raw)),
        }
    }

    fn finish(self, subject: &dyn View, edited: &mut Edited) -> Result<(), Failure> {
        self.edits.apply(subject, edited)?;
        if self.added.is_empty() {
            return Ok(());
        }
        let before = edited.written.pop().map(|part| part.content);
        let document = match before {
            Some(content) => Document::parse(content).map_err(|error| Failure::Other(format!("{PART}: {error}")))?,
            None => read(subject)?,
        };
        let mut edits = Edits::new(&document);
        for (member, raw) in self.added {
            edits.insert_member(document.root(), member, raw);
        }
        let content = edits.finish().map_err(|error| Failure::Other(format!("{PART}: {error}")))?;
        let parts = subject.parts().into_iter();
        let media_type = parts.filter(|part| part.name == PART).map(|part| part.media_type).next().unwrap_or_default();
        edited.write(PART, &media_type, content);
        Ok(())
    }
}
