//! The flat table of a document: one [`Node`] per value and per member name, in document order.

/// No node: the parent of the root.
pub(crate) const NO_NODE: u32 = u32::MAX;

const TAG_BITS: u32 = 4;
const ESCAPED: u32 = 0b1000;
const TAG: u32 = 0b0111;

/// What the 28 bits beside a tag can count.
pub(crate) const MAX_NODES: usize = (u32::MAX >> TAG_BITS) as usize;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Tag {
    Null,
    False,
    True,
    Number,
    String,
    Array,
    Object,
    Key,
}

impl Tag {
    fn from_bits(bits: u32) -> Tag {
        match bits & TAG {
            0 => Tag::Null,
            1 => Tag::False,
            2 => Tag::True,
            3 => Tag::Number,
            4 => Tag::String,
            5 => Tag::Array,
            6 => Tag::Object,
            _ => Tag::Key,
        }
    }
}

/// One value or member name. A member is two nodes: its name, then its value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    /// The first byte in the text; strings and names include their quotes.
    pub(crate) start: u32,
    /// One past the last byte.
    pub(crate) end: u32,
    /// The node after this one and everything below it.
    pub(crate) next: u32,
    /// The array or object this stands in, or [`NO_NODE`].
    pub(crate) parent: u32,
    /// Tag, [`ESCAPED`], and in the other bits the place among its siblings, so that a pointer into an array of a
    /// million elements needs no counting.
    bits: u32,
}

impl Node {
    /// A node without anything below it that stands at `index`.
    pub(crate) fn new(tag: Tag, start: usize, end: usize, index: u32, parent: u32, ordinal: u32) -> Self {
        Node { start: start as u32, end: end as u32, next: index + 1, parent, bits: (ordinal << TAG_BITS) | tag as u32 }
    }

    pub(crate) fn escaped(mut self, escaped: bool) -> Self {
        if escaped {
            self.bits |= ESCAPED;
        }
        self
    }

    pub(crate) fn tag(&self) -> Tag {
        Tag::from_bits(self.bits)
    }

    pub(crate) fn is_key(&self) -> bool {
        self.tag() == Tag::Key
    }

    pub(crate) fn is_escaped(&self) -> bool {
        self.bits & ESCAPED != 0
    }

    /// The place among the members or elements of the parent, from 0.
    pub(crate) fn ordinal(&self) -> u32 {
        self.bits >> TAG_BITS
    }

    pub(crate) fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The bytes between the quotes of a string or name.
    pub(crate) fn content(&self) -> std::ops::Range<usize> {
        self.start as usize + 1..self.end as usize - 1
    }
}
