use std::collections::HashSet;

use flowport_plugin::json::{Kind, Value};
use flowport_plugin::{Diagnostic, Origin};

use super::{entity, options};
use crate::check::{Presence, name, names, text, word};
use crate::codes;
use crate::entries::{List, folded, text_of};
use crate::findings::{Findings, shown};
use crate::kind::ModelKind;
use crate::part::Part;
use crate::travel::{Reason, staying};

pub(super) const ORIGINS: [&str; 2] = ["standard", "custom"];

/// All that is wrong with a part and with its head.
pub(crate) fn check(part: &Part) -> Vec<Diagnostic> {
    let mut findings = Findings::about(part);
    let root = part.root();
    if root.kind() != Kind::Object {
        let summary = format!("{} is not an object", part.kind.part());
        findings.at(root, Diagnostic::error(codes::WRONG_SHAPE, summary).help("see docs/formats/data-model.md"));
        return findings.finish();
    }
    agrees_with_head(part, &mut findings);
    text(&mut findings, root, "description", Presence::Optional);
    match part.kind {
        ModelKind::Entity => {
            text(&mut findings, root, "pluralName", Presence::Optional);
            entity::check(&mut findings, root);
            tell_what_stays(part, &mut findings);
        }
        ModelKind::Picklist => {
            options::check(&mut findings, root, Presence::Required);
            names(&mut findings, root, "usedBy", Presence::Optional);
        }
    }
    findings.finish()
}

fn agrees_with_head(part: &Part, findings: &mut Findings) {
    let root = part.root();
    let head = &part.head;
    let origin = match head.origin {
        Origin::Standard => "standard",
        Origin::Custom => "custom",
    };
    let pairs = [
        ("schemaName", name(findings, root, "schemaName", Presence::Required), head.id.id.as_str(), "id"),
        ("displayName", text(findings, root, "displayName", Presence::Required), head.name.as_str(), "name"),
        ("origin", word(findings, root, "origin", Presence::Required, &ORIGINS), origin, "origin"),
    ];
    for (member, in_part, in_head, of_resource) in pairs {
        let Some(in_part) = in_part.filter(|in_part| in_part != in_head) else { continue };
        let summary =
            format!("`{member}` is {}, but the {of_resource} of the resource is {}", shown(&in_part), shown(in_head));
        let help =
            format!("make both the same: put {} into {}, or change the resource", shown(in_head), part.kind.part());
        findings.at_member(root, member, Diagnostic::error(codes::HEAD_DISAGREES, summary).help(help));
    }
}

/// The user would miss these in the package without a word: `prepare` cannot say anything.
fn tell_what_stays(part: &Part, findings: &mut Findings) {
    for staying in staying(part) {
        let Reason::Uses(field) = staying.reason else { continue };
        let name = text_of(staying.value, "name").unwrap_or_default();
        let summary = format!(
            "{} {} does not travel: it uses the out-of-box field {}",
            staying.list.one,
            shown(&name),
            shown(&field)
        );
        let help = "create it by hand in the target, or let it use custom fields only";
        findings.at(staying.value, Diagnostic::warning(codes::DOES_NOT_TRAVEL, summary).help(help));
    }
}

/// Names that differ from those before, if only in more than case.
pub(super) struct Names {
    list: List,
    seen: HashSet<String>,
}

impl Names {
    pub(super) fn of(list: List) -> Names {
        Names { list, seen: HashSet::new() }
    }

    /// Reads the name of an element.
    pub(super) fn read(&mut self, findings: &mut Findings, element: Value<'_>) {
        let Some(name) = name(findings, element, self.list.key, Presence::Required) else { return };
        if !self.seen.insert(folded(&name)) {
            let summary = format!("there are two {} {}", self.list.member, shown(&name));
            let help = "rename one of them or take it out; upper and lower case make no difference";
            findings.at_member(element, self.list.key, Diagnostic::error(codes::DUPLICATE_NAME, summary).help(help));
        }
    }
}
