//! How the parts of two resources differ: JSON by its structure, all else by its bytes.

use std::borrow::Cow;

use flowport_json::Document;

use super::mask::{self, Mask, Secrecy};
use super::model::{Change, Shown, What};
use super::tree::{Rules, Tree};
use super::walk::{self, Found};
use super::{compare::Options, moves};
use crate::content::{Content, Hash};
use crate::error::Error;
use crate::model::volatile::blanked;
use crate::model::{Part, ResourceId};

/// Text of up to so many bytes is shown.
const SHORT: usize = 4096;
/// White space before a document, in bytes, up to which it is still recognised without its media type.
const AHEAD: usize = 256;

/// A part of one side, read.
pub(crate) enum Read {
    Json(Document),
    Bytes(Vec<u8>),
}

impl Read {
    /// The bytes of a part.
    pub(crate) fn of(resource: &ResourceId, part: &Part) -> Result<Read, Error> {
        let unreadable = |why| Error::Part { resource: resource.clone(), part: part.name.clone(), why };
        let may_be_json = part.media_type == "application/json" || begins_json(&part.content).map_err(unreadable)?;
        let bytes = part.content.read_all().map_err(unreadable)?;
        Ok(if may_be_json { Read::parsed(bytes) } else { Read::Bytes(bytes) })
    }

    /// As JSON where it is.
    pub(crate) fn parsed(bytes: Vec<u8>) -> Read {
        match Document::parse(bytes.as_slice()) {
            Ok(document) => Read::Json(document),
            Err(_) => Read::Bytes(bytes),
        }
    }

    /// All of it. The secrecy is of its own side and of the other.
    pub(crate) fn whole(&self, name: &str, secrecy: [&Secrecy<'_>; 2]) -> Shown {
        match self {
            Read::Json(document) => Mask::of(document, name, secrecy.map(Secrecy::known)).show(document.root()),
            Read::Bytes(bytes) => bytes_shown(bytes, name, secrecy),
        }
    }

    /// As they were read.
    fn bytes(&self) -> Cow<'_, [u8]> {
        match self {
            Read::Json(document) if document.has_bom() => document.clone().into_bytes().into(),
            Read::Json(document) => document.text().as_bytes().into(),
            Read::Bytes(bytes) => bytes.into(),
        }
    }
}

/// A part on both sides.
pub(crate) struct Both<'a> {
    pub(crate) name: &'a str,
    /// Of each side.
    pub(crate) secrecy: [&'a Secrecy<'a>; 2],
    pub(crate) rules: Rules<'a>,
    pub(crate) options: &'a Options,
}

impl Both<'_> {
    /// The changes between two readings that are not byte for byte the same.
    pub(crate) fn changes(&self, left: &Read, right: &Read) -> Vec<Change> {
        let changes = match (left, right) {
            (Read::Json(left), Read::Json(right)) => {
                let (mine, theirs) = (Tree::of(left, self.rules), Tree::of(right, self.rules));
                self.shown([(left, &mine), (right, &theirs)], walk::differences(&mine, &theirs))
            }
            _ => {
                let [from, to] = [(left, self.secrecy), (right, self.swapped())]
                    .map(|(read, secrecy)| bytes_shown(&read.bytes(), self.name, secrecy));
                let is_secret = [&from, &to].contains(&&Shown::Secret);
                let [from, to] = if is_secret { [Shown::Secret, Shown::Secret] } else { [from, to] };
                return vec![self.change(String::new(), What::Changed { from, to })];
            }
        };
        if !changes.is_empty() || !self.options.bytes {
            return changes;
        }
        let stable = |read: &Read| blanked(read.bytes().into_owned(), self.rules.volatile);
        if stable(left) == stable(right) { changes } else { vec![self.change(String::new(), What::Spelling)] }
    }

    /// What was found between two documents, as it may be shown: what goes in one place and comes in another has moved.
    pub(crate) fn shown(&self, sides: [(&Document, &Tree<'_>); 2], found: Vec<Found>) -> Vec<Change> {
        let [(left, mine), (right, theirs)] = sides;
        let found = moves::recognised(mine, theirs, found);
        if found.is_empty() {
            return Vec::new();
        }
        let [from, to] = [(left, self.secrecy), (right, self.swapped())]
            .map(|(document, secrecy)| Mask::of(document, self.name, secrecy.map(Secrecy::known)));
        let (before, after) = (|index: usize| mine.node(index).value, |index: usize| theirs.node(index).value);
        let change = |found: Found| match found {
            Found::Changed(l, r) => {
                let [before, now] = mask::changed([(&from, before(l)), (&to, after(r))]);
                self.change(after(r).pointer(), What::Changed { from: before, to: now })
            }
            Found::Removed(l) => self.change(before(l).pointer(), What::Removed(from.show(before(l)))),
            Found::Added(r) => self.change(after(r).pointer(), What::Added(to.show(after(r)))),
            Found::Moved(l, r) => self.change(after(r).pointer(), What::Moved { from: before(l).pointer() }),
        };
        found.into_iter().map(change).collect()
    }

    /// The secrecy as the right side has it: its own first.
    fn swapped(&self) -> [&Secrecy<'_>; 2] {
        let [left, right] = self.secrecy;
        [right, left]
    }

    fn change(&self, path: String, what: What) -> Change {
        Change { part: self.name.to_owned(), path, what }
    }
}

fn begins_json(content: &Content) -> std::io::Result<bool> {
    let ahead = content.read_at(0, AHEAD)?;
    let text = ahead.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&ahead);
    Ok(text.trim_ascii_start().first().is_some_and(|first| b"{[\"-0123456789tfn".contains(first)))
}

fn bytes_shown(bytes: &[u8], name: &str, secrecy: [&Secrecy<'_>; 2]) -> Shown {
    let text = Some(bytes).filter(|bytes| bytes.len() <= SHORT).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let shown = text.and_then(|text| mask::text(secrecy.map(Secrecy::known), name, text.to_owned()));
    shown.unwrap_or_else(|| Shown::Bytes { len: bytes.len() as u64, hash: Hash::of(bytes) })
}
