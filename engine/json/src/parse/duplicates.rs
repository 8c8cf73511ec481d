//! Finds a member name that appears twice in an object, in linear time and without an allocation for small objects.

use std::borrow::Cow;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use hashbrown::HashTable;

use crate::string;
use crate::tape::Node;

/// Up to here comparing each with each is faster than hashing.
const FEW: usize = 32;

/// The second of two members with the same name, as the node of its name. `object` must be complete: its names are
/// reached from `first` through [`Node::next`], and there are `count` of them.
pub(super) fn find(text: &str, nodes: &[Node], first: u32, count: u32) -> Option<u32> {
    match count {
        0 | 1 => None,
        count if count as usize <= FEW => among_few(text, nodes, first, count as usize),
        count => among_many(text, nodes, first, count as usize),
    }
}

fn among_few(text: &str, nodes: &[Node], first: u32, count: usize) -> Option<u32> {
    let mut fingerprints = [0; FEW];
    let mut names = [0; FEW];
    let mut name = first;
    for place in 0..count {
        let node = &nodes[name as usize];
        if node.is_escaped() {
            // Different texts can be the same name.
            return among_many(text, nodes, first, count);
        }
        let content = &text.as_bytes()[node.content()];
        let fingerprint = fingerprint(content);
        for (earlier, _) in fingerprints[..place].iter().enumerate().filter(|(_, earlier)| **earlier == fingerprint) {
            let earlier: u32 = names[earlier];
            if &text.as_bytes()[nodes[earlier as usize].content()] == content {
                return Some(name);
            }
        }
        fingerprints[place] = fingerprint;
        names[place] = name;
        name = next_name(nodes, name);
    }
    None
}

/// The same for the same bytes, and for other bytes rarely.
#[inline]
fn fingerprint(content: &[u8]) -> u64 {
    let ends = match (content.first_chunk(), content.last_chunk()) {
        (Some(first), Some(last)) => u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(32),
        _ => match (content.first_chunk(), content.last_chunk()) {
            (Some(first), Some(last)) => {
                u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
            }
            _ => content.iter().fold(0, |bits, &byte| bits << 8 | u64::from(byte)),
        },
    };
    ends ^ (content.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// With a seeded hash, so that nobody can choose names that all collide.
fn among_many(text: &str, nodes: &[Node], first: u32, count: usize) -> Option<u32> {
    let unescaped = |name: u32| -> Cow<'_, str> {
        let node = &nodes[name as usize];
        let content = &text[node.content()];
        if node.is_escaped() { string::unescape(content) } else { Cow::Borrowed(content) }
    };
    let seed = RandomState::new();
    let hash = |name: &str| seed.hash_one(name);
    let mut seen: HashTable<u32> = HashTable::with_capacity(count);
    let mut name = first;
    for _ in 0..count {
        let content = unescaped(name);
        let code = hash(&content);
        if seen.find(code, |&earlier| unescaped(earlier) == content).is_some() {
            return Some(name);
        }
        seen.insert_unique(code, name, |&earlier| hash(&unescaped(earlier)));
        name = next_name(nodes, name);
    }
    None
}

/// The name after this one and its value.
fn next_name(nodes: &[Node], name: u32) -> u32 {
    nodes[name as usize + 1].next
}

#[cfg(test)]
mod tests {
    use crate::{Document, Problem};

    fn object(names: impl Iterator<Item = String>) -> String {
        let members: Vec<_> = names.map(|name| format!("\"{name}\":[0,{{}}]")).collect();
        format!("{{{}}}", members.join(","))
    }

    /// The name found twice and the offset of the second.
    fn duplicate(text: &str) -> Option<(String, usize)> {
        match Document::parse(text) {
            Ok(_) => None,
            Err(error) => match error.problem {
                Problem::DuplicateKey { name } => Some((name, error.position.offset)),
                other => panic!("{other}"),
            },
        }
    }

    #[test]
    fn finds_a_name_twice_among_few_and_many() {
        for count in [2, 3, 8, 31, 32, 33, 34, 100, 1000] {
            for prefix in ["", "k", "action_with_a_long_name_", "ééé"] {
                let name = |number: usize| format!("{prefix}{number}");
                assert_eq!(duplicate(&object((0..count).map(name))), None, "{prefix} {count}");
                for (first, second) in [(0, count - 1), (0, 1), (count / 2 - 1, count - 1)] {
                    let numbers = (0..count).map(|number| if number == second { first } else { number });
                    let text = object(numbers.map(name));
                    let expected = (name(first), text.rfind(&format!("\"{prefix}{first}\"")).unwrap());
                    assert_eq!(duplicate(&text), Some(expected), "{prefix} {count}");
                }
            }
        }
    }

    #[test]
    fn compares_unescaped_names() {
        assert_eq!(duplicate(r#"{"id":1,"\u0069d":2}"#), Some(("id".into(), 8)));
        assert_eq!(duplicate(r#"{"\u0069d":1,"i\u0064":2}"#), Some(("id".into(), 13)));
        assert_eq!(duplicate(r#"{"\ud83d\ude00":1,"😀":2}"#), Some(("😀".into(), 18)));
        assert_eq!(duplicate(r#"{"a\/b":1,"a/b":2}"#), Some(("a/b".into(), 10)));
        assert_eq!(duplicate(r#"{"\\u0069d":1,"id":2,"Id":3,"":4}"#), None);
        assert_eq!(duplicate(r#"{"":1,"":2}"#), Some(("".into(), 6)));
    }

    #[test]
    fn tells_names_apart_that_begin_and_end_alike() {
        for names in [
            ["aaaaaaaaXaaaaaaaa", "aaaaaaaaYaaaaaaaa"],
            ["abcdeXfgh", "abcdeYfgh"],
            ["a", "aa"],
            ["\u{7F}", "\u{7F}\u{7F}"],
            ["abcd", "abcde"],
            // The same fingerprint.
            ["aaaaaaaabbbbbbbb", "bbbbbbbbaaaaaaaa"],
        ] {
            assert_eq!(duplicate(&object(names.map(str::to_owned).into_iter())), None);
        }
    }

    #[test]
    fn the_same_name_may_stand_in_other_objects() {
        assert_eq!(duplicate(r#"{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}"#), None);
    }

    #[test]
    fn takes_a_million_names_in_linear_time() {
        let text = object((0..1_000_000).map(|number| format!("k{number}")));
        let document = Document::parse(text).unwrap();
        assert_eq!(document.root().len(), 1_000_000);
        assert_eq!(document.root().get("k999999").unwrap().pointer(), "/k999999");
    }
}
