use std::borrow::Cow;
use std::iter::successors;

use flowport_plugin::json::{Document, Kind, Limits, Value};
use flowport_plugin::{Diagnostic, Failure, Head, Slot, View, read_part};

use super::codes;
use super::kind::{CONNECTOR, NAME, NeutralKind, SECRETS};

/// Longer ids are none, for any kind.
const LONGEST_ID: usize = 1024;

/// A connector or connection, read.
pub(super) struct Part {
    pub(super) kind: NeutralKind,
    pub(super) head: Head,
    pub(super) document: Document,
}

/// A value that an import may change: all that `inspect` reports stands in one of these, and `edit` takes no other.
pub(super) enum Place<'d> {
    /// The connector of a connection, by its id.
    Connector(Cow<'d, str>),
    /// A declared secret, by its name.
    Secret(Cow<'d, str>),
    /// A string in which secrets and values bound to an environment are looked for.
    Text,
}

impl Part {
    /// # Errors
    /// `Failure::Malformed` where the part is missing or no JSON object, `Failure::Unsupported` for another kind.
    pub(super) fn read(view: &dyn View) -> Result<Part, Failure> {
        let head = view.head();
        let kind = NeutralKind::of(&head)?;
        let text = read_part(view, kind.part(), Limits::default().max_bytes as u64)?;
        let broken = |summary: String, pointer: &str| {
            Diagnostic::error(codes::NOT_JSON, summary)
                .subject(head.id.clone())
                .at(Slot::new(kind.part(), pointer))
                .help("repair the file, or export it again; docs/formats/connector.md shows one")
        };
        let document =
            Document::parse(text).map_err(|error| broken(format!("{}: {error}", kind.part()), &error.pointer))?;
        if document.root().kind() != Kind::Object {
            return Err(broken(format!("{} is no JSON object", kind.part()), "").into());
        }
        Ok(Part { kind, head, document })
    }

    pub(super) fn root(&self) -> Value<'_> {
        self.document.root()
    }

    pub(super) fn slot(&self, value: Value<'_>) -> Slot {
        Slot::new(self.kind.part(), value.pointer())
    }

    /// All places, in the order of the part.
    pub(super) fn places(&self) -> impl Iterator<Item = (Value<'_>, Place<'_>)> {
        self.document.walk().filter_map(|value| Some((value, self.place(value)?)))
    }

    /// The place that a slot leads to.
    pub(super) fn place_at(&self, slot: &str) -> Option<(Value<'_>, Place<'_>)> {
        let slot = Slot::parse(slot).filter(|slot| slot.part == self.kind.part())?;
        let value = self.document.at(&slot.pointer)?;
        Some((value, self.place(value)?))
    }

    pub(super) fn place<'d>(&self, value: Value<'d>) -> Option<Place<'d>> {
        let below_root = successors(Some(value), |value| value.parent()).take_while(|value| value.parent().is_some());
        let (depth, member) = below_root.enumerate().last()?;
        match (member.key()?.name().as_ref(), depth) {
            // It follows the name of the resource: nothing but a rename changes it.
            (NAME, _) => None,
            (SECRETS, 1) => value.key().map(|key| key.name()).filter(|name| is_usable_name(name)).map(Place::Secret),
            (SECRETS, _) => None,
            (CONNECTOR, _) if self.kind == NeutralKind::Connection => {
                value.as_str().filter(|id| depth == 0 && is_usable_id(id)).map(Place::Connector)
            }
            _ => (value.kind() == Kind::String).then_some(Place::Text),
        }
    }
}

/// Whether the engine takes this as an id.
pub(super) fn is_usable_id(id: &str) -> bool {
    is_usable_name(id) && id.len() <= LONGEST_ID
}

/// Whether this can name a secret: it becomes a part of a slot.
pub(super) fn is_usable_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(char::is_control)
}
