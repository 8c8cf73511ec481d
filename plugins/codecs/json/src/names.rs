//! What the contract allows as kinds, ids and names of parts, so that a mistake is found where its line is known.

use flowport_plugin::Head;

const MAX_KIND: usize = 64;
const MAX_PART_NAME: usize = 1024;

/// What is wrong with a kind.
pub(crate) fn fault_of_kind(kind: &str) -> Option<&'static str> {
    if kind.len() > MAX_KIND {
        return Some("is longer than 64 bytes");
    }
    if kind.chars().any(char::is_uppercase) {
        return Some("has upper-case letters; kinds are lower case");
    }
    fault_of_key(kind)
}

/// What is wrong with an id or a dialect.
pub(crate) fn fault_of_key(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("is empty");
    }
    fault_of_text(text)
}

/// What is wrong with a version, which may be empty.
pub(crate) fn fault_of_text(text: &str) -> Option<&'static str> {
    let has_control = text.chars().any(char::is_control);
    has_control.then_some("has control characters")
}

/// What is wrong with the name of a part.
pub(crate) fn fault_of_part(name: &str) -> Option<&'static str> {
    if name.len() > MAX_PART_NAME {
        return Some("is longer than 1,024 bytes");
    }
    if name.starts_with('/') {
        return Some("begins with /; names of parts are relative");
    }
    if name.split('/').any(|segment| segment == "..") {
        return Some("leads out of the resource with ..");
    }
    fault_of_key(name)
}

/// What is wrong with a head, field by field, so that nothing is written that cannot be read again.
pub(crate) fn fault_of_head(head: &Head) -> Option<(&'static str, &'static str)> {
    let version = head.id.version.as_deref().unwrap_or_default();
    [
        ("kind", fault_of_kind(&head.id.kind)),
        ("id", fault_of_key(&head.id.id)),
        ("version", fault_of_text(version)),
        ("dialect", fault_of_key(&head.dialect)),
    ]
    .into_iter()
    .find_map(|(field, fault)| Some((field, fault?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_the_contract_takes() {
        assert_eq!(fault_of_kind(&"k".repeat(64)), None);
        assert_eq!(fault_of_kind("data-model"), None);
        assert_eq!(fault_of_key("b7c1…/Ünï code"), None);
        assert_eq!(fault_of_text(""), None);
        for name in ["a", "definition.json", "a/b..c", "a\\b", "é/.x", &"n".repeat(1024)] {
            assert_eq!(fault_of_part(name), None, "{name}");
        }
    }

    #[test]
    fn names_every_fault() {
        for kind in ["", "Flow", "a\nb", &"k".repeat(65)] {
            assert!(fault_of_kind(kind).is_some(), "{kind:?}");
        }
        assert!(fault_of_key("").is_some());
        assert!(fault_of_text("\u{85}").is_some());
        for name in ["", "/a", "a/../b", "..", "a\0", &"n".repeat(1025)] {
            assert!(fault_of_part(name).is_some(), "{name:?}");
        }
    }
}
