//! A JSON document as a comparison needs it: without what is volatile, each value with a hash of what it means.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use flowport_json::{Document, Kind, Value};

use crate::content::{Hash, Hasher};
use crate::model::volatile::at;

/// What a handler declares of one part. The pointers have `*` for any one token.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rules<'r> {
    /// Of values that are left out.
    pub(crate) volatile: &'r [&'r str],
    /// Of arrays whose elements are the same thing where a member is equal, with that member.
    pub(crate) keys: &'r [(&'r str, &'r str)],
}

/// The values of a document, depth first: each before what stands in it.
pub(crate) struct Tree<'d> {
    nodes: Vec<Node<'d>>,
}

/// One value.
pub(crate) struct Node<'d> {
    pub(crate) value: Value<'d>,
    /// The name of the member that it is the value of.
    pub(crate) name: Option<Cow<'d, str>>,
    /// The object or array that it stands in.
    pub(crate) parent: Option<usize>,
    /// Members or elements, in order.
    pub(crate) children: Vec<usize>,
    /// The node after this one and all that stands in it.
    pub(crate) end: usize,
    /// Equal for values that mean the same: white space, escapes and the order of members aside.
    pub(crate) hash: Hash,
    /// Of an array with declared keys: the member that names an element.
    pub(crate) key: Option<&'d str>,
}

impl<'d> Tree<'d> {
    pub(crate) fn of(document: &'d Document, rules: Rules<'d>) -> Tree<'d> {
        let matching = |pattern: &str| at(document.root(), pattern).into_iter().map(|value| value.span().start);
        let volatile: HashSet<usize> = rules.volatile.iter().flat_map(|pattern| matching(pattern)).collect();
        let keys: HashMap<usize, &str> =
            rules.keys.iter().flat_map(|(pattern, key)| matching(pattern).map(move |start| (start, *key))).collect();
        let mut tree = Tree { nodes: Vec::new() };
        let mut open: Vec<usize> = Vec::new();
        let mut left_out = 0;
        for value in document.walk() {
            let span = value.span();
            if span.start < left_out {
                continue;
            }
            if volatile.contains(&span.start) {
                left_out = span.end;
                continue;
            }
            while let Some(innermost) = open.last()
                && tree.nodes[*innermost].value.span().end <= span.start
            {
                open.pop();
            }
            let (index, parent) = (tree.nodes.len(), open.last().copied());
            if let Some(parent) = parent {
                tree.nodes[parent].children.push(index);
            }
            if matches!(value.kind(), Kind::Array | Kind::Object) {
                open.push(index);
            }
            tree.nodes.push(Node {
                value,
                name: value.key().map(|key| key.name()),
                parent,
                children: Vec::new(),
                end: index + 1,
                hash: Hash([0; 32]),
                key: keys.get(&span.start).copied().filter(|_| value.kind() == Kind::Array),
            });
        }
        // What stands in a value comes behind it, so that from the end all of it is hashed before the value is.
        for index in (0..tree.nodes.len()).rev() {
            tree.nodes[index].hash = tree.hash(index);
            tree.nodes[index].end = tree.nodes[index].children.last().map_or(index + 1, |last| tree.nodes[*last].end);
        }
        tree
    }

    /// None where even the root is volatile.
    pub(crate) fn root(&self) -> Option<usize> {
        (!self.nodes.is_empty()).then_some(0)
    }

    pub(crate) fn node(&self, index: usize) -> &Node<'d> {
        &self.nodes[index]
    }

    /// The name of the member that it is the value of; empty for others.
    pub(crate) fn name(&self, index: usize) -> &str {
        self.nodes[index].name.as_deref().unwrap_or_default()
    }

    /// How many values it is, itself included.
    pub(crate) fn size(&self, index: usize) -> usize {
        self.nodes[index].end - index
    }

    /// The member of this name.
    pub(crate) fn member(&self, object: usize, name: &str) -> Option<usize> {
        let children = &self.nodes[object].children;
        children.iter().copied().find(|child| self.nodes[*child].name.as_deref() == Some(name))
    }

    pub(crate) fn hashes(&self, children: &[usize]) -> Vec<Hash> {
        children.iter().map(|child| self.nodes[*child].hash).collect()
    }

    fn hash(&self, index: usize) -> Hash {
        let node = &self.nodes[index];
        let mut hasher = Hasher::default();
        match node.value.kind() {
            Kind::Object => {
                let named = |child: &usize| (self.name(*child), self.nodes[*child].hash);
                let mut members: Vec<(&str, Hash)> = node.children.iter().map(named).collect();
                members.sort_unstable();
                hasher.update(b"{");
                for (name, hash) in members {
                    hasher.update(&(name.len() as u64).to_le_bytes());
                    hasher.update(name.as_bytes());
                    hasher.update(&hash.0);
                }
            }
            Kind::Array => {
                hasher.update(b"[");
                node.children.iter().for_each(|child| hasher.update(&self.nodes[*child].hash.0));
            }
            Kind::String => {
                hasher.update(b"\"");
                hasher.update(node.value.as_str().unwrap_or_default().as_bytes());
            }
            Kind::Null | Kind::Bool | Kind::Number => hasher.update(node.value.raw().as_bytes()),
        }
        hasher.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(left: &str, right: &str, rules: Rules<'_>) -> bool {
        let (left, right) = (Document::parse(left).unwrap(), Document::parse(right).unwrap());
        let hash = |document| Tree::of(document, rules).nodes.first().map(|node| node.hash);
        hash(&left) == hash(&right)
    }

    #[test]
    fn hashes_are_equal_for_what_means_the_same() {
        let none = Rules::default();
        assert!(same(r#"{"a":1,"b":["x",{}]}"#, "{ \"b\": [\"\\u0078\", { }],\n \"a\": 1 }", none));
        for (left, right) in [
            ("1", "1.0"),
            ("1", r#""1""#),
            ("[]", "{}"),
            ("[1,2]", "[2,1]"),
            (r#"{"a":1}"#, r#"{"b":1}"#),
            (r#"{"a":1}"#, r#"{"a":1,"b":1}"#),
            ("[[1],2]", "[[1,2]]"),
            ("null", r#""null""#),
        ] {
            assert!(!same(left, right, none), "{left} {right}");
        }
    }

    #[test]
    fn what_is_volatile_is_not_there() {
        let rules = Rules { volatile: &["/*/at", "/by"], keys: &[] };
        assert!(same(r#"{"a":{"at":1,"b":2},"by":{"x":1}}"#, r#"{"a":{"b":2}}"#, rules));
        assert!(!same(r#"{"a":{"at":1,"b":2}}"#, r#"{"a":{"b":3}}"#, rules));
        assert!(same("1", "2", Rules { volatile: &[""], keys: &[] }));
    }

    #[test]
    fn a_value_knows_what_stands_in_it() {
        let document = Document::parse(r#"{"a":[1,{"b":2}],"c":3}"#).unwrap();
        let tree = Tree::of(&document, Rules { volatile: &[], keys: &[("/a", "b"), ("/c", "b")] });
        let sizes: Vec<_> = (0..tree.nodes.len()).map(|index| tree.size(index)).collect();
        assert_eq!(sizes, [6, 4, 1, 2, 1, 1]);
        let keys: Vec<_> = tree.nodes.iter().map(|node| node.key).collect();
        assert_eq!(keys, [None, Some("b"), None, None, None, None]);
        assert_eq!(tree.member(0, "c"), Some(5));
    }
}
