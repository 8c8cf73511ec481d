use super::duplicates;
use super::fault::{BadToken, Fault, Place};
use super::scan;
use crate::error::Problem;
use crate::limits::Limits;
use crate::pointer;
use crate::string;
use crate::tape::{NO_NODE, Node, Tag};

/// Reads a text from front to back and writes the tape. The open arrays and objects are a stack of its own, so depth
/// costs no stack of the program.
pub(super) struct Builder<'t> {
    text: &'t str,
    bytes: &'t [u8],
    max_depth: usize,
    max_nodes: usize,
    nodes: Vec<Node>,
    /// Around the innermost.
    outer: Vec<Open>,
    innermost: Open,
}

/// An array or object whose end has not been read.
#[derive(Clone, Copy)]
struct Open {
    node: u32,
    is_object: bool,
    /// How many elements or members have been read or begun.
    count: u32,
}

/// Around the root.
const NOTHING: Open = Open { node: NO_NODE, is_object: false, count: 0 };

/// The tape begins with room for a node per this many bytes, which is what flow definitions need.
const BYTES_PER_NODE: usize = 16;
/// But not with more room than this, for the sake of long documents with few values.
const MOST_NODES_AT_FIRST: usize = 1 << 16;

impl<'t> Builder<'t> {
    pub(super) fn new(text: &'t str, limits: &Limits) -> Self {
        Builder {
            text,
            bytes: text.as_bytes(),
            max_depth: limits.max_depth,
            max_nodes: limits.nodes(),
            nodes: Vec::with_capacity((text.len() / BYTES_PER_NODE + 1).min(MOST_NODES_AT_FIRST)),
            outer: Vec::new(),
            innermost: NOTHING,
        }
    }

    pub(super) fn into_nodes(self) -> Vec<Node> {
        self.nodes
    }

    pub(super) fn read(&mut self) -> Result<(), Fault> {
        let mut at = scan::skip_white_space(self.bytes, 0);
        loop {
            at = self.read_value(at)?;
            loop {
                at = scan::skip_white_space(self.bytes, at);
                let next = self.bytes.get(at).copied();
                if self.innermost.node == NO_NODE {
                    return match next {
                        None => Ok(()),
                        Some(_) => Err(self.trailing(at)),
                    };
                }
                match (next, self.innermost.is_object) {
                    (Some(b','), true) => {
                        at = self.read_name(scan::skip_white_space(self.bytes, at + 1))?;
                        break;
                    }
                    (Some(b','), false) => {
                        at = scan::skip_white_space(self.bytes, at + 1);
                        break;
                    }
                    (Some(b'}'), true) | (Some(b']'), false) => {
                        at += 1;
                        self.close(at)?;
                    }
                    (_, true) => return Err(self.unexpected(at, "`,` or `}`", Place::Container)),
                    (_, false) => return Err(self.unexpected(at, "`,` or `]`", Place::Container)),
                }
            }
        }
    }

    /// Reads what begins at `at`: a value up to its end, or, of an array or object that is not empty, all before the
    /// first value in it, and then that one.
    #[inline]
    fn read_value(&mut self, mut at: usize) -> Result<usize, Fault> {
        loop {
            match self.bytes.get(at) {
                Some(b'"') => {
                    let (end, escaped) = scan::string(self.bytes, at).map_err(in_child)?;
                    self.push_value(Tag::String, at, end, escaped)?;
                    return Ok(end);
                }
                Some(b'{') => {
                    self.open(Tag::Object, at)?;
                    at = scan::skip_white_space(self.bytes, at + 1);
                    if self.bytes.get(at) == Some(&b'}') {
                        self.close(at + 1)?;
                        return Ok(at + 1);
                    }
                    at = self.read_name(at)?;
                }
                Some(b'[') => {
                    self.open(Tag::Array, at)?;
                    at = scan::skip_white_space(self.bytes, at + 1);
                    if self.bytes.get(at) == Some(&b']') {
                        self.close(at + 1)?;
                        return Ok(at + 1);
                    }
                }
                Some(b'-' | b'0'..=b'9') => {
                    let end = scan::number(self.bytes, at).map_err(in_child)?;
                    self.push_value(Tag::Number, at, end, false)?;
                    return Ok(end);
                }
                Some(b't') => return self.read_word(at, "true", Tag::True),
                Some(b'f') => return self.read_word(at, "false", Tag::False),
                Some(b'n') => return self.read_word(at, "null", Tag::Null),
                _ => return Err(self.unexpected(at, "a value", Place::Child)),
            }
        }
    }

    fn read_word(&mut self, at: usize, word: &'static str, tag: Tag) -> Result<usize, Fault> {
        if !self.bytes[at..].starts_with(word.as_bytes()) {
            return Err(self.unexpected(at, "a value", Place::Child));
        }
        let end = at + word.len();
        self.push_value(tag, at, end, false)?;
        Ok(end)
    }

    /// Reads the name of a member and the colon, up to the value.
    #[inline]
    fn read_name(&mut self, at: usize) -> Result<usize, Fault> {
        if self.bytes.get(at) != Some(&b'"') {
            return Err(self.unexpected(at, "a member name in quotes", Place::Container));
        }
        let (end, escaped) = scan::string(self.bytes, at).map_err(|bad| bad.at(Place::Container))?;
        let index = self.next_index(at, Place::Container)?;
        let Open { node, count, .. } = self.innermost;
        self.nodes.push(Node::new(Tag::Key, at, end, index, node, count).escaped(escaped));
        let colon = scan::skip_white_space(self.bytes, end);
        if self.bytes.get(colon) != Some(&b':') {
            return Err(self.unexpected(colon, "`:`", Place::Child));
        }
        Ok(scan::skip_white_space(self.bytes, colon + 1))
    }

    #[inline]
    fn push_value(&mut self, tag: Tag, start: usize, end: usize, escaped: bool) -> Result<u32, Fault> {
        let index = self.next_index(start, Place::Child)?;
        let Open { node, count, .. } = self.innermost;
        self.nodes.push(Node::new(tag, start, end, index, node, count).escaped(escaped));
        self.innermost.count += 1;
        Ok(index)
    }

    #[inline]
    fn next_index(&self, offset: usize, place: Place) -> Result<u32, Fault> {
        if self.nodes.len() < self.max_nodes {
            return Ok(self.nodes.len() as u32);
        }
        let problem = Problem::TooMany { limit: self.max_nodes };
        Err(Fault { problem, offset, place })
    }

    fn open(&mut self, tag: Tag, at: usize) -> Result<(), Fault> {
        let depth = self.outer.len() + 1;
        if depth > self.max_depth {
            let problem = Problem::TooDeep { limit: self.max_depth };
            let place = Place::Child;
            return Err(Fault { problem, offset: at, place });
        }
        let node = self.push_value(tag, at, at + 1, false)?;
        self.outer.push(self.innermost);
        self.innermost = Open { node, is_object: tag == Tag::Object, count: 0 };
        Ok(())
    }

    fn close(&mut self, end: usize) -> Result<(), Fault> {
        let Open { node, is_object, count } = self.innermost;
        if is_object && let Some(name) = duplicates::find(self.text, &self.nodes, node + 1, count) {
            return Err(self.duplicate(name));
        }
        let next = self.nodes.len() as u32;
        let closed = &mut self.nodes[node as usize];
        closed.end = end as u32;
        closed.next = next;
        self.innermost = self.outer.pop().unwrap_or(NOTHING);
        Ok(())
    }

    #[cold]
    fn duplicate(&self, name: u32) -> Fault {
        Fault {
            problem: Problem::DuplicateKey { name: self.name(name) },
            offset: self.nodes[name as usize].start as usize,
            place: Place::Member(name),
        }
    }

    #[cold]
    fn unexpected(&self, offset: usize, expected: &'static str, place: Place) -> Fault {
        let problem = match self.text[offset..].chars().next() {
            Some(found) => Problem::Unexpected { expected, found },
            None => Problem::End { expected },
        };
        Fault { problem, offset, place }
    }

    #[cold]
    fn trailing(&self, offset: usize) -> Fault {
        let mut fault = self.unexpected(offset, "", Place::Container);
        if let Problem::Unexpected { found, .. } = fault.problem {
            fault.problem = Problem::Trailing { found };
        }
        fault
    }

    fn name(&self, name: u32) -> String {
        string::unescape(&self.text[self.nodes[name as usize].content()]).into_owned()
    }

    /// The pointer to a place, as long as what was open when it went wrong still is.
    pub(super) fn pointer(&self, place: Place) -> String {
        let mut pointer = String::new();
        let open = || self.outer.iter().chain([&self.innermost]).skip(1);
        for (outer, inner) in self.outer.iter().chain([&self.innermost]).zip(open()) {
            if outer.node == NO_NODE {
                continue;
            }
            self.push_token(&mut pointer, outer.is_object, inner.node, inner.node - 1);
        }
        let Open { node, is_object, count } = self.innermost;
        let last = self.nodes.len() as u32 - u32::from(!self.nodes.is_empty());
        match place {
            _ if node == NO_NODE => {}
            Place::Container => {}
            Place::Child if is_object => pointer::push(&mut pointer, &self.name(last)),
            Place::Child => pointer::push(&mut pointer, &count.to_string()),
            Place::Member(name) => pointer::push(&mut pointer, &self.name(name)),
        }
        pointer
    }

    fn push_token(&self, pointer: &mut String, is_object: bool, value: u32, name: u32) {
        if is_object {
            pointer::push(pointer, &self.name(name));
        } else {
            pointer::push(pointer, &self.nodes[value as usize].ordinal().to_string());
        }
    }
}

fn in_child(bad: BadToken) -> Fault {
    bad.at(Place::Child)
}
