//! Where the references of a package lead afterwards.

use std::collections::{HashMap, HashSet};

use super::own::Own;
use super::{Change, What};
use crate::answers::Answers;
use crate::inspect::Inspected;
use crate::model::{Diagnostic, EditOp, Head, Origin, Reference, ResourceId, State, Strength};

/// References pointed elsewhere, and what is told of each.
pub(super) type Relinks = (Vec<EditOp>, Vec<Change>);

/// The references of a package.
pub(super) struct Links<'a> {
    inspected: &'a [Inspected],
    own: &'a [Own],
    positions: HashMap<&'a ResourceId, usize>,
    /// Resources of the package for which another one of it stands in, by position.
    stand_ins: HashMap<usize, usize>,
    /// What resources outside the package are called in the target.
    outside: &'a HashMap<ResourceId, ResourceId>,
}

impl<'a> Links<'a> {
    pub(super) fn of(inspected: &'a [Inspected], answers: &'a Answers, own: &'a [Own]) -> Links<'a> {
        let positions = crate::plan::targets(inspected);
        let stands_in = |(position, answer): (&usize, &crate::answers::Answer)| {
            let other = *positions.get(answer.target.as_ref()?)?;
            (other != *position).then_some((*position, other))
        };
        let stand_ins = answers.of.iter().filter_map(stands_in).collect();
        Links { inspected, own, positions, stand_ins, outside: &answers.outside }
    }

    /// The position in the package to which a reference of the resource `from` leads afterwards. What stands in for another
    /// one may need that one, and goes on needing it.
    fn position(&self, from: usize, id: &ResourceId) -> Option<usize> {
        let here = *self.positions.get(self.outside.get(id).unwrap_or(id))?;
        let other = self.stand_ins.get(&here).filter(|other| **other != from && here != from);
        Some(other.copied().unwrap_or(here))
    }

    /// The references of a resource that lead elsewhere, or to what is changed.
    pub(super) fn relinks(&self, from: usize) -> Relinks {
        let entry = &self.inspected[from];
        let (mut ops, mut changes) = (Vec::new(), Vec::new());
        for reference in &entry.inspection.references {
            let Some(id) = reference.known() else { continue };
            let position = self.position(from, id);
            let to = match (position, self.outside.get(id)) {
                (Some(position), _) => self.own[position].head.clone(),
                (None, Some(named)) if named != id => outside(named, &entry.view.head.dialect),
                (None, _) => continue,
            };
            let before = self.positions.get(id).map(|position| &self.inspected[*position].view.head);
            let is_other = |before: &Head| before.attributes != to.attributes || before.name != to.name;
            if to.id == *id && !before.is_some_and(is_other) {
                continue;
            }
            // The key is what people wrote and know; the id in the package may have stayed.
            let named = position.and_then(|position| self.own[position].key.as_ref()).unwrap_or(&to.id);
            if named != id {
                changes.push(Change {
                    resource: entry.view.head.id.clone(),
                    slot: Some(reference.slot.clone()),
                    what: What::Mapped(id.kind.clone()),
                    from: Some(id.to_string()),
                    to: Some(named.to_string()),
                });
            }
            ops.push(EditOp::Relink { slot: reference.slot.clone(), to: Box::new(to) });
        }
        (ops, changes)
    }

    /// What stands in for the resource at a position.
    pub(super) fn stand_in(&self, position: usize) -> Option<&ResourceId> {
        self.stand_ins.get(&position).map(|other| &self.own[*other].head.id)
    }

    /// Positions of those that something stands in for, and that nothing left in the package needs.
    pub(super) fn left_out(&self) -> HashSet<usize> {
        let mut left: HashSet<usize> = self.stand_ins.keys().copied().collect();
        loop {
            let kept = (0..self.inspected.len()).filter(|position| !left.contains(position));
            let needed: HashSet<usize> = kept.flat_map(|position| self.leads_to(position)).collect();
            let before = left.len();
            left.retain(|position| !needed.contains(position));
            if left.len() == before {
                return left;
            }
        }
    }

    fn leads_to(&self, from: usize) -> Vec<usize> {
        let known = self.inspected[from].inspection.references.iter().filter_map(Reference::known);
        known.filter_map(|id| self.position(from, id)).collect()
    }

    /// Stand-ins that belong to something else: the connection of another connector.
    pub(super) fn misfits(&self) -> Vec<Diagnostic> {
        let mut pairs: Vec<(usize, usize)> = self.stand_ins.iter().map(|(from, to)| (*from, *to)).collect();
        pairs.sort_unstable();
        pairs.into_iter().filter_map(|(from, to)| self.misfit(from, to)).collect()
    }

    fn misfit(&self, from: usize, to: usize) -> Option<Diagnostic> {
        let (wanted, found) = (self.needs(from), self.needs(to));
        let (id, stand_in) = (&self.inspected[from].view.head.id, &self.inspected[to].view.head.id);
        if self.inspected[from].view.head.dialect != self.inspected[to].view.head.dialect {
            let summary = format!("{stand_in} cannot stand in for {id}: it belongs to another product");
            return Some(Diagnostic::error("P-OTHER", summary).about(id).help("map it to one of the same product"));
        }
        let other = found.iter().find(|found| wanted.iter().any(|wanted| wanted.kind == found.kind))?;
        if found.iter().any(|found| wanted.contains(found)) {
            return None;
        }
        let needed = wanted.iter().find(|wanted| wanted.kind == other.kind)?;
        let summary = format!("{stand_in} cannot stand in for {id}: it belongs to {other}, and {needed} is needed");
        Some(Diagnostic::error("P-OTHER", summary).about(id).help(format!("map {id} to one that belongs to {needed}")))
    }

    /// What a resource cannot work without, as it is called before.
    fn needs(&self, from: usize) -> Vec<&ResourceId> {
        let references = self.inspected[from].inspection.references.iter();
        let required = references.filter(|reference| reference.strength == Strength::Required);
        let meant =
            |id: &'a ResourceId| self.position(from, id).map_or(id, |position| &self.inspected[position].view.head.id);
        required.filter_map(Reference::known).map(meant).collect()
    }
}

/// All that is known of what lies outside: its id.
fn outside(id: &ResourceId, dialect: &str) -> Head {
    Head {
        id: id.clone(),
        name: String::new(),
        dialect: dialect.to_owned(),
        state: State::Published,
        origin: Origin::Custom,
        attributes: "{}".into(),
    }
}
