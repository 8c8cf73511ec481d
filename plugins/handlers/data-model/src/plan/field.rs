//! A field that both sides have.

use flowport_plugin::Diagnostic;
use flowport_plugin::json::{Edits, Value};

use super::{Mode, difference};
use crate::codes;
use crate::entries::{Entries, Entry, OPTIONS, text_of};
use crate::findings::{Findings, shown};

/// Members with rules of their own.
const RULED: [&str; 6] = ["name", "type", "length", "precision", "picklist", "lookup"];

/// The same field of both sides.
#[derive(Clone, Copy)]
pub(super) struct Pair<'i, 'e> {
    pub(super) incoming: Value<'i>,
    pub(super) existing: Value<'e>,
}

/// Puts what the package has more into the field of the target.
pub(super) fn merge<'e>(pair: Pair<'_, 'e>, edits: &mut Edits<'e>, findings: &mut Findings) {
    let title = title(pair);
    if refuse_type_change(pair, &title, findings) {
        return;
    }
    for member in ["length", "precision"] {
        if let Some(longer) = limit(pair, member, Mode::Merge, &title, findings)
            && let Some(value) = pair.existing.get(member)
        {
            edits.replace(value, longer);
        }
    }
    if let Some(existing) = pair.existing.get(OPTIONS.member) {
        let there = Entries::of(pair.existing, &OPTIONS);
        for option in Entries::of(pair.incoming, &OPTIONS).iter() {
            match there.get(&option.name) {
                None => {
                    edits.insert_element(existing, option.value.raw());
                }
                Some(other) => {
                    let members = difference::members(option.value, other.value, &["value"]);
                    let title = format!("option {} of {title}", shown(&option.name));
                    difference::tell_kept(findings, option.value, &title, &members);
                }
            }
        }
    }
    let mut members = difference::members(pair.incoming, pair.existing, &RULED);
    members.retain(|member| member != OPTIONS.member);
    difference::tell_kept(findings, pair.incoming, &title, &members);
}

/// Leaves the out-of-box field of a custom entity as it is, where the package can live with that.
pub(super) fn keep(pair: Pair<'_, '_>, findings: &mut Findings) {
    let title = title(pair);
    if !refuse_type_change(pair, &title, findings) {
        let members = difference::members(pair.incoming, pair.existing, &["name"]);
        difference::tell_kept(findings, pair.incoming, &title, &members);
    }
}

/// Checks that the field of the package may take the place of the target's.
pub(super) fn check_overwrite(pair: Pair<'_, '_>, findings: &mut Findings) {
    let title = title(pair);
    if refuse_type_change(pair, &title, findings) {
        return;
    }
    for member in ["length", "precision"] {
        limit(pair, member, Mode::Overwrite, &title, findings);
    }
    let coming = Entries::of(pair.incoming, &OPTIONS);
    let default = pair.existing.get("default").and_then(Value::as_i64).map(|value| value.to_string());
    for option in Entries::of(pair.existing, &OPTIONS).iter().filter(|option| coming.get(&option.name).is_none()) {
        let user = default.as_ref().filter(|default| **default == option.name).map(|_| title.clone());
        removed_option(option, &title, user.as_slice(), findings);
    }
}

/// An option that an overwrite takes away. `users` are the fields that have it as their default.
pub(super) fn removed_option(option: &Entry<'_>, owner: &str, users: &[String], findings: &mut Findings) {
    let label = text_of(option.value, "label").unwrap_or_default();
    let name = format!("option {} ({}) of {owner}", option.name, shown(&label));
    let merge = "merge instead, or add the option to the package";
    findings.add(match users {
        [] => Diagnostic::warning(codes::OPTION_REMOVED, format!("{name} is removed; rows may hold it")).help(merge),
        users => {
            let summary = format!("{name} is in use: it is the default of {}", users.join(", "));
            Diagnostic::error(codes::OPTION_IN_USE, summary).help(format!("{merge}, or change the default first"))
        }
    });
}

fn title(pair: Pair<'_, '_>) -> String {
    format!("field {}", shown(&text_of(pair.incoming, "name").unwrap_or_default()))
}

/// What the rows of a field hold: they do not survive a change of that.
pub(super) fn describe(field: Value<'_>) -> String {
    match text_of(field, "type").as_deref() {
        Some("lookup") => format!("lookup of {}", shown(&text_of(field, "lookup").unwrap_or_default())),
        Some("picklist") => match text_of(field, "picklist") {
            Some(picklist) => format!("picklist {}", shown(&picklist)),
            None => "picklist with options of its own".to_owned(),
        },
        other => other.unwrap_or_default().to_owned(),
    }
}

fn refuse_type_change(pair: Pair<'_, '_>, title: &str, findings: &mut Findings) -> bool {
    let (new, old) = (describe(pair.incoming), describe(pair.existing));
    if new == old {
        return false;
    }
    let summary = format!("the type of {title} would change: {old} in the target, {new} in the package");
    let help = "give the field of the package another name, or use the existing entity";
    findings.at_member(pair.incoming, "type", Diagnostic::error(codes::TYPE_CHANGED, summary).help(help));
    true
}

/// Compares `length` or `precision`. For a merge the raw text of the larger one, where the package has it.
fn limit(pair: Pair<'_, '_>, member: &str, mode: Mode, title: &str, findings: &mut Findings) -> Option<String> {
    let incoming = pair.incoming.get(member)?;
    let (new, old) = (incoming.as_u64()?, pair.existing.get(member).and_then(Value::as_u64));
    // Without one the product decides, and that can be more.
    let is_shorter = old.is_none_or(|old| new < old);
    let old_text = old.map_or_else(|| "no limit".to_owned(), |old| old.to_string());
    match mode {
        Mode::Merge if is_shorter => {
            let summary = format!("{member} of {title} is kept at {old_text}; the package has {new}");
            let help = "nothing is lost; change it by hand in the target if the package is right";
            findings.at(incoming, Diagnostic::warning(codes::SHORTENED, summary).help(help));
            None
        }
        Mode::Overwrite if is_shorter => {
            let summary = format!("{member} of {title} would shrink from {old_text} to {new}, which may cut data");
            let help = format!("merge instead, or set `{member}` in the package to that of the target");
            findings.at(incoming, Diagnostic::error(codes::SHORTENED, summary).help(help));
            None
        }
        Mode::Merge if old != Some(new) => {
            let summary = format!("{member} of {title} grows from {old_text} to {new}");
            findings.at(incoming, Diagnostic::info(codes::LENGTHENED, summary));
            Some(incoming.raw().to_owned())
        }
        Mode::Merge | Mode::Overwrite => None,
    }
}
