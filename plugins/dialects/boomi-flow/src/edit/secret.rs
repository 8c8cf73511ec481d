use std::collections::HashSet;
use std::ops::Range;

use flowport_plugin::detect::Text;

use super::site::Site;
use crate::inspect::is_looked_at;
use crate::mention::{inside, whole};
use crate::secrets;
use crate::subject::Subject;

/// Finds the secret at a place, as `inspect` does.
pub(super) struct Secrets {
    /// Places that hold nothing but a secret, by part and first byte.
    places: HashSet<(&'static str, usize)>,
}

/// What is secret of one value.
pub(super) enum Secret {
    /// The whole of it; it becomes null.
    Whole,
    /// These ranges of the unescaped text; they become empty.
    Ranges(String, Vec<Range<usize>>),
}

impl Secrets {
    pub(super) fn of(subject: &Subject) -> Secrets {
        let places = secrets::places(subject);
        Secrets { places: places.iter().map(|place| (place.part, place.value.span().start)).collect() }
    }

    pub(super) fn at(&self, site: &Site<'_>) -> Option<Secret> {
        if self.places.iter().any(|(part, start)| *part == site.slot.part && *start == site.value.span().start) {
            return Some(Secret::Whole);
        }
        let text = site.value.as_str()?.into_owned();
        if !is_looked_at(site.value) || whole(site.value, &text).is_some() {
            return None;
        }
        let mut ranges = inside(&text).secrets;
        if ranges.is_empty() {
            let key = site.value.key().map(|key| key.name());
            ranges = Text::of(&text).secrets(key.as_deref()).into_iter().map(|secret| secret.range).collect();
        }
        (!ranges.is_empty()).then_some(Secret::Ranges(text, ranges))
    }
}
