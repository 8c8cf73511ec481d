//! One part out of three, and what is said of it.

use flowport_json::Document;

use super::model::{Clash, Merged, Verdict};
use super::structure::{self, Place, Three};
use crate::content::{Content, Hash};
use crate::diff::{Both, Change, Mask, Options, Read, Rules, Secrecy, Shown, Tree, What, declared};
use crate::error::Error;
use crate::model::{KindInfo, Part, ResourceId};

/// Merges the parts of one resource.
pub(super) struct Contents<'a> {
    pub(super) id: &'a ResourceId,
    /// None where no plugin handles it: then nobody knows what a part means, and one that both changed clashes whole.
    pub(super) info: Option<&'a KindInfo>,
    /// What is secret on any side.
    pub(super) secrecy: &'a Secrecy<'a>,
    pub(super) options: &'a Options,
}

impl Contents<'_> {
    /// A part as it was, as the target has it, as it comes. Notes in `merged` what stays, comes and clashes; gives the part as it
    /// will be, where it clashes as the target has it.
    pub(super) fn part(
        &self,
        name: &str,
        sides: [Option<&Part>; 3],
        merged: &mut Merged,
    ) -> Result<Option<Part>, Error> {
        let [base, ours, theirs] = sides.map(|part| part.map(|part| part.content.hash()));
        let by_bytes = Verdict::of([&base, &ours, &theirs]);
        if by_bytes == Verdict::Same {
            return Ok(sides[1].cloned());
        }
        let read = |part: Option<&Part>| part.map(|part| Read::of(self.id, part)).transpose();
        let read = [read(sides[0])?, read(sides[1])?, read(sides[2])?];
        let (volatile, keys) = declared(self.info, name, self.options);
        let side = Sides { name, rules: Rules { volatile: &volatile, keys: &keys }, contents: self, read: &read };
        let verdict = if by_bytes == Verdict::Both { side.by_meaning() } else { by_bytes };
        match verdict {
            Verdict::Same => Ok(sides[1].cloned()),
            Verdict::Kept => {
                merged.kept.extend(side.changes(1));
                Ok(sides[1].cloned())
            }
            Verdict::Taken => {
                merged.taken.extend(side.changes(2));
                Ok(sides[2].cloned())
            }
            Verdict::Both => {
                let text = side.structure(merged);
                let part = sides[1].map(|part| Part {
                    content: text.map_or_else(|| part.content.clone(), Content::from_bytes),
                    media_type: media_type(sides).unwrap_or_default().to_owned(),
                    ..part.clone()
                });
                Ok(part)
            }
        }
    }
}

/// The target's, where only the package changed it that one.
fn media_type(sides: [Option<&Part>; 3]) -> Option<&str> {
    let [base, ours, theirs] = sides.map(|part| part.map(|part| part.media_type.as_str()));
    if Verdict::of([&base, &ours, &theirs]) == Verdict::Taken { theirs } else { ours }
}

/// A part on three sides, read. None where it is not there.
struct Sides<'a> {
    name: &'a str,
    rules: Rules<'a>,
    contents: &'a Contents<'a>,
    read: &'a [Option<Read>; 3],
}

impl<'a> Sides<'a> {
    /// As [`Verdict::of`], but for what is volatile and how JSON is spelled.
    fn by_meaning(&self) -> Verdict {
        let meaning = |read: &Option<Read>| -> Option<Hash> {
            Some(match read.as_ref()? {
                Read::Json(document) => {
                    let tree = Tree::of(document, self.rules);
                    tree.root().map_or(Hash([0; 32]), |root| tree.node(root).hash)
                }
                Read::Bytes(bytes) => Hash::of(bytes),
            })
        };
        let [base, ours, theirs] = self.read.each_ref().map(meaning);
        Verdict::of([&base, &ours, &theirs])
    }

    /// Merges by structure. None where that cannot be, or something clashes.
    fn structure(&self, merged: &mut Merged) -> Option<Vec<u8>> {
        let documents = self.read.each_ref().map(|read| match read {
            Some(Read::Json(document)) => Some(document),
            _ => None,
        });
        let ([Some(base), Some(ours), Some(theirs)], Some(_)) = (documents, self.contents.info) else {
            merged.clashes.push(self.whole());
            return None;
        };
        let trees = [base, ours, theirs].map(|document| Tree::of(document, self.rules));
        let three = Three { base: &trees[0], ours: &trees[1], theirs: &trees[2] };
        let structure = structure::merge(ours, &three, self.rules);
        let shown = |side: usize, found| {
            let document = [base, ours, theirs][side];
            self.both().shown([(base, &trees[0]), (document, &trees[side])], found)
        };
        merged.kept.extend(shown(1, structure.kept));
        merged.taken.extend(shown(2, structure.taken));
        let clash = |place: Place| self.clash([base, ours, theirs], &trees, place);
        merged.clashes.extend(structure.clashes.into_iter().map(clash));
        Some(structure.text).filter(|text| !text.is_empty())
    }

    /// What differs between what was and one of the other sides.
    fn changes(&self, side: usize) -> Vec<Change> {
        let secrecy = self.secrecy();
        let whole = |what| vec![Change { part: self.name.to_owned(), path: String::new(), what }];
        match (&self.read[0], &self.read[side]) {
            (Some(was), Some(is)) => self.both().changes(was, is),
            (Some(was), None) => whole(What::Removed(was.whole(self.name, secrecy))),
            (None, Some(is)) => whole(What::Added(is.whole(self.name, secrecy))),
            (None, None) => Vec::new(),
        }
    }

    fn both(&self) -> Both<'a> {
        Both { name: self.name, secrecy: self.secrecy(), rules: self.rules, options: self.contents.options }
    }

    fn secrecy(&self) -> [&'a Secrecy<'a>; 2] {
        [self.contents.secrecy, self.contents.secrecy]
    }

    /// A value that is another one on each side.
    fn clash(&self, documents: [&Document; 3], trees: &[Tree<'_>; 3], place: Place) -> Clash {
        let known = self.contents.secrecy.known();
        let values = [(0, place.base), (1, place.ours), (2, place.theirs)]
            .map(|(side, node)| node.map(|node| (side, trees[side].node(node).value)));
        let masks = documents.map(|document| Mask::of(document, self.name, [known, known]));
        let is_secret = values.iter().flatten().any(|(side, value)| masks[*side].touches(*value));
        let [base, now, comes] =
            values.map(|value| value.map(|(side, value)| masks[side].show_beside(value, is_secret)));
        let path = [values[1], values[2], values[0]].into_iter().flatten().next();
        let path = path.map_or_else(String::new, |(_, value)| value.pointer());
        Clash { part: self.name.to_owned(), path, base, now, comes }
    }

    /// The part as a whole.
    fn whole(&self) -> Clash {
        let shown = self.read.each_ref().map(|read| read.as_ref().map(|read| read.whole(self.name, self.secrecy())));
        let is_secret = shown.iter().flatten().any(|shown| *shown == Shown::Secret);
        let [base, now, comes] = shown.map(|shown| shown.map(|shown| if is_secret { Shown::Secret } else { shown }));
        Clash { part: self.name.to_owned(), path: String::new(), base, now, comes }
    }
}
