use std::collections::HashSet;

use flowport_plugin::Diagnostic;
use flowport_plugin::json::Value;

use super::field;
use super::structure::{Names, ORIGINS};
use crate::check::{Presence, name, names, objects, text, word};
use crate::codes;
use crate::entries::{Entries, FIELDS, KEYS, RELATIONSHIPS, folded, text_of};
use crate::findings::{Findings, shown};

const RELATIONSHIP_TYPES: [&str; 3] = ["one-to-many", "many-to-one", "many-to-many"];

pub(super) fn check(findings: &mut Findings, root: Value<'_>) {
    let mut field_names = Names::of(FIELDS);
    for element in objects(findings, root, FIELDS.member, Presence::Required) {
        field_names.read(findings, element);
        field::check(findings, element);
    }
    let fields = Entries::of(root, &FIELDS);
    let mut key_names = Names::of(KEYS);
    for element in objects(findings, root, KEYS.member, Presence::Optional) {
        key_names.read(findings, element);
        word(findings, element, "origin", Presence::Optional, &ORIGINS);
        key(findings, element, &fields);
    }
    let mut relationship_names = Names::of(RELATIONSHIPS);
    for element in objects(findings, root, RELATIONSHIPS.member, Presence::Optional) {
        relationship_names.read(findings, element);
        word(findings, element, "origin", Presence::Optional, &ORIGINS);
        relationship(findings, element, &fields);
    }
}

fn key(findings: &mut Findings, key: Value<'_>, fields: &Entries<'_>) {
    let title = shown(&text_of(key, "name").unwrap_or_default());
    let named = names(findings, key, "fields", Presence::Required);
    if key.get("fields").is_some_and(|array| array.elements().next().is_none()) {
        let summary = format!("key {title} names no fields");
        findings.at_member(
            key,
            "fields",
            Diagnostic::error(codes::NO_SUCH_FIELD, summary).help("name at least one field"),
        );
    }
    let mut seen = HashSet::new();
    for (value, name) in named {
        if fields.get(&name).is_none() {
            findings.at(value, no_such_field(format!("key {title}"), &name));
        } else if !seen.insert(folded(&name)) {
            let summary = format!("key {title} names the field {} twice", shown(&name));
            findings.at(value, Diagnostic::error(codes::DUPLICATE_NAME, summary).help("take one of them out"));
        }
    }
}

fn relationship(findings: &mut Findings, relationship: Value<'_>, fields: &Entries<'_>) {
    let title = format!("relationship {}", shown(&text_of(relationship, "name").unwrap_or_default()));
    let kind = word(findings, relationship, "type", Presence::Required, &RELATIONSHIP_TYPES);
    let entity = name(findings, relationship, "entity", Presence::Required);
    let Some(field) = text(findings, relationship, "field", Presence::Optional) else { return };
    match kind.as_deref() {
        Some("many-to-many") => {
            let summary = format!("{title} is many-to-many, but names a field");
            let help = "take `field` out: no single field holds such a relationship";
            findings.at_member(relationship, "field", Diagnostic::error(codes::NOT_OF_THIS_TYPE, summary).help(help));
        }
        Some("many-to-one") => match fields.get(&field) {
            None => findings.at_member(relationship, "field", no_such_field(title, &field)),
            Some(found) => {
                let leads_to = text_of(found.value, "lookup");
                if entity.is_some() && leads_to != entity {
                    let summary = format!("{title} uses the field {}, which is no lookup of its entity", shown(&field));
                    let help = "name a field of type `lookup` that leads to the entity of the relationship";
                    let finding = Diagnostic::error(codes::UNFIT_RELATIONSHIP, summary).help(help);
                    findings.at_member(relationship, "field", finding);
                }
            }
        },
        // The field is the lookup in the other entity, which is not at hand.
        _ => {}
    }
}

fn no_such_field(who: String, field: &str) -> Diagnostic {
    let summary = format!("{who} names the field {}, which the entity does not have", shown(field));
    Diagnostic::error(codes::NO_SUCH_FIELD, summary).help("add the field, or take its name out")
}
