//! Two sides against each other.

use std::collections::HashSet;

use rayon::prelude::*;

use super::head;
use super::mask::Secrecy;
use super::matching::matched;
use super::model::{Change, Diff, ResourceDiff, Shown, Status, What};
use super::part::{Both, Read};
use super::side::{Entry, Side};
use super::tree::Rules;
use crate::error::Error;
use crate::inspect::inspect;
use crate::model::volatile::ATTRIBUTES;
use crate::model::{Diagnostic, KindInfo, Resource, ResourceId, Secret, SlotValue};
use crate::plugin::SharedView;
use crate::registry::Registry;
use crate::secrets::{lift, set_slots};

/// The part under which declared secrets are named that are kept apart.
pub(super) const SECRETS: &str = "secrets";

/// What counts as a difference.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Also what changes by itself: volatile slots, when a package was made.
    pub all_fields: bool,
    /// Also how JSON is spelled: white space, order of members, escapes.
    pub bytes: bool,
    /// Only these resources, as either side calls them; none: all.
    pub only: Option<HashSet<ResourceId>>,
}

/// Compares two packages or environments, on all cores. Parts of one hash are not read.
///
/// # Errors
/// When a side cannot be read.
pub fn diff(registry: &Registry, left: &Side, right: &Side, options: &Options) -> Result<Diff, Error> {
    let matched = matched(registry, left, right)?;
    let wanted = |ids: &[&ResourceId]| options.only.as_ref().is_none_or(|only| ids.iter().any(|id| only.contains(*id)));
    let comparison = Comparison { registry, left, right, options };
    let compare = |(mine, partner): (&Entry, &Option<usize>)| -> Result<Outcome, Error> {
        let Some(partner) = partner else {
            let is_wanted = wanted(&[&mine.view.head.id]);
            return Ok(if is_wanted {
                Outcome::Differs(alone(mine, Status::Removed), Vec::new())
            } else {
                Outcome::LeftOut
            });
        };
        let theirs = &right.entries[*partner];
        if !wanted(&[&mine.view.head.id, &theirs.view.head.id]) {
            return Ok(Outcome::LeftOut);
        }
        comparison.pair(mine, theirs)
    };
    let outcomes = left.entries.par_iter().zip(&matched.left).map(compare).collect::<Result<Vec<_>, _>>()?;
    let mut diff = Diff::default();
    for outcome in outcomes {
        match outcome {
            Outcome::LeftOut => {}
            Outcome::Same => diff.same += 1,
            Outcome::Differs(resource, diagnostics) => {
                diff.resources.push(resource);
                diff.diagnostics.extend(diagnostics);
            }
        }
    }
    let added = matched.added.iter().map(|position| &right.entries[*position]);
    let added = added.filter(|entry| wanted(&[&entry.view.head.id]));
    diff.resources.extend(added.map(|entry| alone(entry, Status::Added)));
    if let (Some(left), Some(right), None) = (&left.info, &right.info, &options.only) {
        diff.package = head::package(left, right, options.all_fields);
    }
    Ok(diff)
}

/// How one resource differs from another: head, attributes and parts, and why some of what differs is not shown.
///
/// # Errors
/// When a part cannot be read.
pub fn resource(
    registry: &Registry,
    left: &SharedView,
    right: &SharedView,
    options: &Options,
) -> Result<(Vec<Change>, Option<Diagnostic>), Error> {
    let mut changes = head::head(&left.head, &right.head);
    let mut doubt = None;
    if !same_content(left, right) {
        let secrecy = [left, right].map(|view| Secrecy::of(registry, view, || Ok(Vec::new())));
        changes.extend(content(registry, [left, right], &secrecy, options)?);
        doubt = doubted(secrecy);
    }
    Ok((changes, doubt))
}

enum Outcome {
    LeftOut,
    Same,
    Differs(ResourceDiff, Vec<Diagnostic>),
}

fn alone(entry: &Entry, status: Status) -> ResourceDiff {
    let head = &entry.view.head;
    ResourceDiff { id: head.id.clone(), becomes: None, name: head.name.clone(), status, changes: Vec::new() }
}

struct Comparison<'a> {
    registry: &'a Registry,
    left: &'a Side,
    right: &'a Side,
    options: &'a Options,
}

impl Comparison<'_> {
    /// The same thing on both sides.
    fn pair(&self, mine: &Entry, theirs: &Entry) -> Result<Outcome, Error> {
        let is_across = self.left.environment.is_some() != self.right.environment.is_some();
        let head = if is_across { head::across } else { head::head };
        let mut changes = head(&mine.view.head, &theirs.view.head);
        if let (Some(mine), Some(theirs)) = (&mine.setup, &theirs.setup) {
            changes.extend(head::setup(mine, theirs));
        }
        let mut diagnostics = Vec::new();
        let mut brought = [HashSet::new(), HashSet::new()];
        if !same_content(&mine.view, &theirs.view) {
            let (left, left_brings) = self.as_stored(self.left, self.right, mine);
            let (right, right_brings) = self.as_stored(self.right, self.left, theirs);
            brought = [&left_brings, &right_brings].map(|brings| brings.iter().map(|it| it.slot.clone()).collect());
            if !same_content(&left, &right) {
                let secrecy = [
                    Secrecy::of(self.registry, &left, || secrets(self.left, mine))
                        .with(|| kept(self.left, mine, &left_brings)),
                    Secrecy::of(self.registry, &right, || secrets(self.right, theirs))
                        .with(|| kept(self.right, theirs, &right_brings)),
                ];
                let found = content(self.registry, [&left, &right], &secrecy, self.options)?;
                diagnostics.extend(doubted(secrecy));
                changes.extend(found);
            }
        }
        changes.extend(self.kept_apart(mine, theirs, brought)?);
        if changes.is_empty() {
            return Ok(Outcome::Same);
        }
        let (id, becomes) = (mine.view.head.id.clone(), theirs.view.head.id.clone());
        let difference = ResourceDiff {
            becomes: Some(becomes).filter(|becomes| *becomes != id),
            id,
            name: theirs.view.head.name.clone(),
            status: Status::Changed,
            changes,
        };
        Ok(Outcome::Differs(difference, diagnostics))
    }

    /// A resource as an environment would have it where the other side is one: without its declared secrets, which come
    /// beside it. A handler that fails leaves it as it is; its secrets are masked all the same.
    fn as_stored(&self, side: &Side, other: &Side, entry: &Entry) -> (SharedView, Vec<SlotValue>) {
        if side.environment.is_none() && other.environment.is_some() {
            let inspected = inspect(self.registry, Resource::clone(&entry.view));
            if let Ok((lifted, secrets)) = lift(self.registry, inspected) {
                return (lifted.view, secrets);
            }
        }
        (entry.view.clone(), Vec::new())
    }

    /// Declared secrets that an environment keeps apart: whether they are set, and no more. A package without one says nothing of
    /// it, as secrets do not travel unless they are told to.
    fn kept_apart(&self, mine: &Entry, theirs: &Entry, brought: [HashSet<String>; 2]) -> Result<Vec<Change>, Error> {
        let set = |side: &Side, entry: &Entry| -> Result<Option<HashSet<String>>, Error> {
            Ok(side.stored(entry)?.map(|stored| set_slots(&stored).map(str::to_owned).collect()))
        };
        let [left_brings, right_brings] = brought;
        let is_between = self.left.environment.is_some() && self.right.environment.is_some();
        if !is_between && left_brings.is_empty() && right_brings.is_empty() {
            return Ok(Vec::new());
        }
        let (left, right) = match (set(self.left, mine)?, set(self.right, theirs)?) {
            (Some(left), Some(right)) => (left, right),
            (Some(left), None) => (left.intersection(&right_brings).cloned().collect(), right_brings),
            (None, Some(right)) => {
                let right = right.intersection(&left_brings).cloned().collect();
                (left_brings, right)
            }
            (None, None) => return Ok(Vec::new()),
        };
        let change = |slot: &String, what| Change { part: SECRETS.to_owned(), path: slot.clone(), what };
        let mut changes: Vec<Change> =
            left.difference(&right).map(|slot| change(slot, What::Removed(Shown::Secret))).collect();
        changes.extend(right.difference(&left).map(|slot| change(slot, What::Added(Shown::Secret))));
        changes.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(changes)
    }
}

/// What an environment knows of the secrets of a resource: of one without its handler, nobody else does.
fn secrets(side: &Side, entry: &Entry) -> Result<Vec<Secret>, Error> {
    Ok(side.stored(entry)?.map(|stored| stored.secrets).unwrap_or_default())
}

/// Declared secrets apart from a resource: those that a package brings, and those that an environment keeps. Ones that cannot be
/// opened, as without the key, are not at hand.
fn kept(side: &Side, entry: &Entry, brought: &[SlotValue]) -> Vec<SlotValue> {
    let kept = side.environment.as_ref().and_then(|environment| environment.secrets(&entry.view.head.id).ok());
    kept.into_iter().flatten().chain(brought.iter().cloned()).collect()
}

/// True where attributes and parts are byte for byte the same, by their hashes.
fn same_content(left: &Resource, right: &Resource) -> bool {
    let same = |part: &crate::model::Part| {
        right.part(&part.name).is_some_and(|other| other.content.hash() == part.content.hash())
    };
    left.head.attributes == right.head.attributes
        && left.parts.len() == right.parts.len()
        && left.parts.iter().all(same)
}

/// Why values of either side were masked; the right side's reason where both have one.
fn doubted(secrecy: [Secrecy<'_>; 2]) -> Option<Diagnostic> {
    let [of_left, of_right] = secrecy.map(Secrecy::doubt);
    of_right.or(of_left)
}

fn content(
    registry: &Registry,
    [left, right]: [&SharedView; 2],
    secrecy: &[Secrecy<'_>; 2],
    options: &Options,
) -> Result<Vec<Change>, Error> {
    let handler = registry.handler(&right.head).or_else(|| registry.handler(&left.head));
    let info = handler.map(|(_, info)| info);
    let changed = |name: &str, mine: Read, theirs: Read| {
        let (volatile, keys) = declared(info, name, options);
        let rules = Rules { volatile: &volatile, keys: &keys };
        Both { name, secrecy: [&secrecy[0], &secrecy[1]], rules, options }.changes(&mine, &theirs)
    };
    let mut changes = Vec::new();
    if left.head.attributes != right.head.attributes {
        let [mine, theirs] = [left, right].map(|view| Read::parsed(view.head.attributes.as_bytes().to_vec()));
        changes.extend(changed(ATTRIBUTES, mine, theirs));
    }
    for part in &left.parts {
        let Some(partner) = right.part(&part.name) else {
            let what = What::Removed(Read::of(&left.head.id, part)?.whole(&part.name, [&secrecy[0], &secrecy[1]]));
            changes.push(Change { part: part.name.clone(), path: String::new(), what });
            continue;
        };
        if part.content.hash() != partner.content.hash() {
            let (mine, theirs) = (Read::of(&left.head.id, part)?, Read::of(&right.head.id, partner)?);
            changes.extend(changed(&part.name, mine, theirs));
        }
    }
    for part in right.parts.iter().filter(|part| left.part(&part.name).is_none()) {
        let what = What::Added(Read::of(&right.head.id, part)?.whole(&part.name, [&secrecy[1], &secrecy[0]]));
        changes.push(Change { part: part.name.clone(), path: String::new(), what });
    }
    Ok(changes)
}

/// What a handler says of a part: pointers of volatile values, and of arrays with keys.
pub(crate) fn declared<'i>(
    info: Option<&'i KindInfo>,
    part: &str,
    options: &Options,
) -> (Vec<&'i str>, Vec<(&'i str, &'i str)>) {
    let Some(info) = info else { return (Vec::new(), Vec::new()) };
    let slots = info.volatile.iter().filter(|_| !options.all_fields).filter_map(|slot| slot.split_once('#'));
    let keys = info.keys.iter().filter(|key| key.part == part).map(|key| (key.path.as_str(), key.key.as_str()));
    (slots.filter(|(of, _)| *of == part).map(|(_, pointer)| pointer).collect(), keys.collect())
}
