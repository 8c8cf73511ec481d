use flowport_plugin::json::Edits;
use flowport_plugin::{Diagnostic, Failure, Reader};

use super::difference::{add, keep, refuse_change, relationship};
use super::field::{self, Pair};
use super::replace::Sides;
use super::usage;
use crate::codes;
use crate::entries::{Entries, Entry, FIELDS, List, OPTIONS, RELATIONSHIPS, text_of};
use crate::findings::{Findings, shown};
use crate::travel::places_staying;

/// A custom resource: the part of the package, with what is out-of-box in the target.
pub(super) fn whole(sides: &Sides, target: &dyn Reader, findings: &mut Findings) -> Result<Vec<u8>, Failure> {
    let root = sides.incoming.root();
    let mut edits = Edits::new(&sides.incoming.document);
    for list in sides.incoming.kind.lists() {
        let coming = Entries::of(root, list);
        let there = Entries::of(sides.existing.root(), list);
        let mut kept = Vec::new();
        let mut removed = Vec::new();
        for other in there.iter() {
            match coming.get(&other.name) {
                None if other.is_standard() => kept.push(other.value.raw()),
                None => removed.push(other.clone()),
                Some(entry) if other.is_standard() && !entry.value.equivalent(other.value) => {
                    keep(list, entry, other, findings);
                    edits.replace(entry.value, other.value.raw());
                }
                Some(entry) => check(list, entry, other, findings),
            }
        }
        tell_removed(sides, list, &removed, target, findings);
        add(&mut edits, root, list.member, &kept);
    }
    // The import can have been told to change a resource of another name.
    if let Some(name) = root.get("schemaName")
        && text_of(root, "schemaName").is_some_and(|name| name != sides.existing.head.id.id)
    {
        edits.replace_string(name, &sides.existing.head.id.id);
    }
    edits.finish().map_err(|error| Failure::Other(format!("{}: {error}", sides.incoming.kind.part())))
}

/// A standard resource: the part of the target with the customizations of the package in the place of its own.
pub(super) fn customizations(sides: &Sides, target: &dyn Reader, findings: &mut Findings) -> Result<Vec<u8>, Failure> {
    let root = sides.existing.root();
    let staying = places_staying(&sides.existing);
    let stays = |entry: &Entry<'_>| staying.contains(&entry.value.span().start);
    let mut edits = Edits::new(&sides.existing.document);
    for list in sides.existing.kind.lists() {
        let coming = Entries::of(sides.incoming.root(), list);
        let there = Entries::of(root, list);
        let mut removed = Vec::new();
        for other in there.iter().filter(|other| !stays(other)) {
            match coming.get(&other.name) {
                None => {
                    edits.remove(other.value);
                    removed.push(other.clone());
                }
                Some(entry) => {
                    check(list, entry, other, findings);
                    if !entry.value.equivalent(other.value) {
                        edits.replace(other.value, entry.value.raw());
                    }
                }
            }
        }
        tell_removed(sides, list, &removed, target, findings);
        let mut added = Vec::new();
        for entry in coming.iter().filter(|entry| !entry.is_standard()) {
            match there.get(&entry.name) {
                None => added.push(entry.value.raw()),
                Some(other) if stays(other) => refuse_change(findings, list.one, &entry.name, entry.value),
                Some(_) => {}
            }
        }
        add(&mut edits, root, list.member, &added);
    }
    edits.finish().map_err(|error| Failure::Other(format!("{}: {error}", sides.existing.kind.part())))
}

fn check(list: &List, entry: &Entry<'_>, other: &Entry<'_>, findings: &mut Findings) {
    if *list == FIELDS {
        field::check_overwrite(Pair { incoming: entry.value, existing: other.value }, findings);
    } else if *list == RELATIONSHIPS {
        relationship(findings, &entry.name, entry.value, other.value);
    }
}

fn tell_removed(sides: &Sides, list: &List, removed: &[Entry<'_>], target: &dyn Reader, findings: &mut Findings) {
    if *list == OPTIONS && !removed.is_empty() {
        return usage::removed_options(sides, removed, target, findings);
    }
    for entry in removed {
        let data = if *list == FIELDS { ", with what rows hold in it" } else { "" };
        let summary = format!("{} {} is removed{data}", list.one, shown(&entry.name));
        findings
            .add(Diagnostic::warning(codes::REMOVED, summary).help(format!("merge instead to keep the {}", list.one)));
    }
}
