use flowport_plugin::Failure;
use flowport_plugin::json::Edits;

use super::difference::{add, keep, members, refuse_change, relationship, tell_kept};
use super::field::{self, Pair};
use super::replace::Sides;
use crate::entries::{Entries, Entry, FIELDS, List, RELATIONSHIPS};
use crate::findings::{Findings, shown};

/// The part of the target with what the package has more; nothing is removed, and nothing replaced but lengths by longer
/// ones.
pub(super) fn merge(sides: &Sides, findings: &mut Findings) -> Result<Vec<u8>, Failure> {
    let kind = sides.existing.kind;
    let mut edits = Edits::new(&sides.existing.document);
    for list in kind.lists() {
        let coming = Entries::of(sides.incoming.root(), list);
        let there = Entries::of(sides.existing.root(), list);
        let mut added = Vec::new();
        for entry in coming.iter() {
            match there.get(&entry.name) {
                None => added.push(entry.value.raw()),
                Some(other) if other.is_standard() => out_of_box(sides, list, entry, other, findings),
                Some(other) => both(list, entry, other, &mut edits, findings),
            }
        }
        add(&mut edits, sides.existing.root(), list.member, &added);
    }
    let mut except: Vec<&str> = kind.lists().iter().map(|list| list.member).collect();
    except.extend(["schemaName", "origin", "usedBy"]);
    let kept = members(sides.incoming.root(), sides.existing.root(), &except);
    let title = format!("the {} {}", kind.word(), shown(&sides.incoming.head.id.id));
    tell_kept(findings, sides.incoming.root(), &title, &kept);
    edits.finish().map_err(|error| Failure::Other(format!("{}: {error}", kind.part())))
}

fn out_of_box(sides: &Sides, list: &List, entry: &Entry<'_>, other: &Entry<'_>, findings: &mut Findings) {
    if !sides.existing.is_standard() {
        keep(list, entry, other, findings);
    } else if !entry.is_standard() {
        // An incoming out-of-box entry has been refused already.
        refuse_change(findings, list.one, &entry.name, entry.value);
    }
}

fn both<'e>(list: &List, entry: &Entry<'_>, other: &Entry<'e>, edits: &mut Edits<'e>, findings: &mut Findings) {
    if *list == FIELDS {
        return field::merge(Pair { incoming: entry.value, existing: other.value }, edits, findings);
    }
    if *list == RELATIONSHIPS {
        relationship(findings, &entry.name, entry.value, other.value);
    }
    let kept = members(entry.value, other.value, &[list.key, "type", "entity"]);
    tell_kept(findings, entry.value, &format!("{} {}", list.one, shown(&entry.name)), &kept);
}
