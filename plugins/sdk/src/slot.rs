use std::fmt;

use crate::json::pointer;

/// Where in a resource: a part, or `attributes` for the head's attributes, and a JSON pointer into it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slot {
    /// The name of the part.
    pub part: String,
    /// RFC 6901; empty for the whole part.
    pub pointer: String,
}

impl Slot {
    /// The part name that stands for the head's attributes.
    pub const ATTRIBUTES: &'static str = "attributes";

    /// A slot in a part.
    #[must_use]
    pub fn new(part: &str, pointer: impl Into<String>) -> Slot {
        Slot { part: part.to_owned(), pointer: pointer.into() }
    }

    /// A slot below the root of a part: `tokens` are unescaped.
    #[must_use]
    pub fn of(part: &str, tokens: &[&str]) -> Slot {
        Slot {
            part: part.to_owned(),
            pointer: tokens.iter().fold(String::new(), |base, token| pointer::join(&base, token)),
        }
    }

    /// Reads `part#/json/pointer`. None where there is no `#` or what follows is no pointer.
    #[must_use]
    pub fn parse(text: &str) -> Option<Slot> {
        let at = text.find("#/").or_else(|| text.strip_suffix('#').map(str::len))?;
        Some(Slot { part: text[..at].to_owned(), pointer: text[at + 1..].to_owned() })
    }

    /// The unescaped tokens of the pointer.
    #[must_use]
    pub fn tokens(&self) -> Vec<String> {
        pointer::tokens(&self.pointer).map(|token| token.into_owned()).collect()
    }
}

impl From<Slot> for String {
    fn from(Slot { part, pointer }: Slot) -> String {
        let mut text = part;
        text.reserve_exact(1 + pointer.len());
        text.push('#');
        text.push_str(&pointer);
        text
    }
}

impl From<&Slot> for String {
    fn from(slot: &Slot) -> String {
        slot.clone().into()
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}#{}", self.part, self.pointer)
    }
}

#[cfg(test)]
mod tests {
    use super::Slot;

    #[test]
    fn a_slot_reads_what_it_writes() {
        let slot = Slot::of("apisMap.json", &["shared_a/b", "~"]);
        assert_eq!(slot.to_string(), "apisMap.json#/shared_a~1b/~0");
        assert_eq!(Slot::parse(&slot.to_string()), Some(slot.clone()));
        assert_eq!(slot.tokens(), ["shared_a/b", "~"]);
        assert_eq!(Slot::parse("part#").map(|slot| slot.pointer), Some(String::new()));
        assert_eq!(Slot::parse("password"), None);
    }
}
