//! Nothing in an export declares secrets or values bound to an environment, so that they are found by their looks. What
//! says who the flow is is none of them.

use flowport_plugin::json::{Document, Key, Value};
use flowport_plugin::texts::{Rules, Texts};

use crate::PART;
use crate::identity::{NAME, STATUS, VERSION};

/// The strings of the part.
pub(crate) fn texts(document: &Document) -> Texts<'_> {
    Texts::by(&Content, PART, document)
}

struct Content;

impl Rules for Content {
    fn looks_at(&self, string: Value<'_>) -> bool {
        let is_at_root = string.parent().is_some_and(|parent| parent.parent().is_none());
        let says_who = |key: Key<'_>| [NAME, VERSION, STATUS].iter().any(|member| key.is(member));
        !(is_at_root && string.key().is_some_and(says_who))
    }
}
