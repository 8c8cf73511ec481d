use std::collections::HashMap;

use flowport_plugin::Diagnostic;
use flowport_plugin::json::Value;

use super::structure::ORIGINS;
use crate::check::{Presence, integer, objects, text, word};
use crate::codes;
use crate::entries::OPTIONS;
use crate::findings::{Findings, shown};

/// The options of a picklist, or of a field that has its own.
pub(super) fn check(findings: &mut Findings, owner: Value<'_>, presence: Presence) {
    let mut labels: HashMap<i64, String> = HashMap::new();
    let mut values: HashMap<String, i64> = HashMap::new();
    for option in objects(findings, owner, OPTIONS.member, presence) {
        word(findings, option, "origin", Presence::Optional, &ORIGINS);
        let value = integer(findings, option, "value");
        let label = text(findings, option, "label", Presence::Required);
        let (Some(value), Some(label)) = (value, label) else { continue };
        if let Some(other) = labels.get(&value) {
            let summary = format!("the options {} and {} have the same value {value}", shown(other), shown(&label));
            let help = "give each option a value of its own: rows hold nothing else";
            findings.at_member(option, "value", Diagnostic::error(codes::DUPLICATE_VALUE, summary).help(help));
            continue;
        }
        if let Some(other) = values.get(&label) {
            let summary = format!("the options {other} and {value} have the same label {}", shown(&label));
            let help = "give one of them another label: people cannot tell them apart";
            findings.at_member(option, "label", Diagnostic::warning(codes::DUPLICATE_LABEL, summary).help(help));
        }
        values.insert(label.clone(), value);
        labels.insert(value, label);
    }
}
