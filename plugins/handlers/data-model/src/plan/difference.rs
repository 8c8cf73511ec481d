use std::borrow::Cow;
use std::collections::HashMap;

use flowport_plugin::Diagnostic;
use flowport_plugin::json::{Edits, Value};

use super::field::{self, Pair};
use crate::codes;
use crate::entries::{Entry, FIELDS, List, text_of};
use crate::findings::{Findings, shown};

/// The members of `incoming` that say something else than `existing`. What `incoming` does not mention is no difference.
pub(super) fn members<'d>(incoming: Value<'d>, existing: Value<'_>, except: &[&str]) -> Vec<String> {
    let there: HashMap<Cow<'_, str>, Value<'_>> = existing.members().map(|(key, value)| (key.name(), value)).collect();
    let differs = |name: &str, value: Value<'d>| match there.get(name) {
        Some(other) => !value.equivalent(*other),
        // What they mean when they are left out.
        None => match name {
            "required" => value.as_bool() != Some(false),
            "origin" => value.as_str().is_none_or(|origin| origin != "custom"),
            _ => true,
        },
    };
    let names = incoming.members().map(|(key, value)| (key.name(), value));
    let names = names.filter(|(name, value)| !except.contains(&&**name) && differs(name, *value));
    names.map(|(name, _)| name.into_owned()).collect()
}

/// Says which members stay as they are in the target.
pub(super) fn tell_kept(findings: &mut Findings, incoming: Value<'_>, title: &str, members: &[String]) {
    if members.is_empty() {
        return;
    }
    let list: Vec<String> = members.iter().map(|member| shown(member)).collect();
    let summary = format!("{title} stays as it is in the target, which differs in {}", list.join(", "));
    let help = "change it by hand in the target if the package is right";
    findings.at(incoming, Diagnostic::warning(codes::KEPT, summary).help(help));
}

/// Adds elements at the end of a list, which may not be there yet.
pub(super) fn add<'d>(edits: &mut Edits<'d>, root: Value<'d>, member: &str, elements: &[&str]) {
    match root.get(member) {
        _ if elements.is_empty() => {}
        Some(list) => {
            for element in elements {
                edits.insert_element(list, *element);
            }
        }
        None => {
            edits.insert_member(root, member, format!("[{}]", elements.join(", ")));
        }
    }
}

/// A relationship that becomes another one under its old name.
pub(super) fn relationship(findings: &mut Findings, name: &str, incoming: Value<'_>, existing: Value<'_>) {
    let describe = |relationship: Value<'_>| {
        let kind = text_of(relationship, "type").unwrap_or_default();
        format!("{kind} with {}", shown(&text_of(relationship, "entity").unwrap_or_default()))
    };
    let (new, old) = (describe(incoming), describe(existing));
    if new != old {
        let summary = format!("relationship {} is {old} in the target and {new} in the package", shown(name));
        let help = "give the relationship of the package another name";
        findings.at(incoming, Diagnostic::error(codes::TYPE_CHANGED, summary).help(help));
    }
}

/// An entry that is out-of-box in a custom resource of the target, and stays.
pub(super) fn keep(list: &List, entry: &Entry<'_>, other: &Entry<'_>, findings: &mut Findings) {
    if *list == FIELDS {
        return field::keep(Pair { incoming: entry.value, existing: other.value }, findings);
    }
    let kept = members(entry.value, other.value, &[list.key]);
    tell_kept(findings, entry.value, &format!("{} {}", list.one, shown(&entry.name)), &kept);
}

/// An entry of the package that has the name of an out-of-box entry of the target.
pub(super) fn refuse_change(findings: &mut Findings, one: &str, name: &str, incoming: Value<'_>) {
    let summary = format!("{one} {} is out-of-box in the target and is not changed", shown(name));
    let help = format!("give the {one} of the package another name, or take it out");
    findings.at(incoming, Diagnostic::error(codes::OUT_OF_BOX, summary).help(help));
}
