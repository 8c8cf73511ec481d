//! What is off after an import, and why.

use flowport_core::plan::{Inactive, Plan, Planned};
use serde_json::{Value, json};

use crate::render;
use crate::text::{clean, shell};

fn all(plan: &Plan) -> impl Iterator<Item = (&Planned, &Inactive)> {
    plan.changes.iter().filter_map(|change| Some((change, change.inactive.as_ref()?)))
}

/// For scripts: each with a reason that stays what it is, and the same in words.
pub(in crate::commands) fn result(plan: &Plan) -> Value {
    let entry = |(change, why): (&Planned, &Inactive)| {
        let (needs, secret) = match why {
            Inactive::Needs(id) => (Some(id), None),
            Inactive::Lacks(lacked) => (Some(&lacked.of), Some(&lacked.secret.slot)),
            _ => (None, None),
        };
        json!({
            "resource": change.target,
            "name": change.target_name,
            "reason": why.reason(),
            "detail": why.to_string(),
            "needs": needs,
            "secret": secret,
        })
    };
    all(plan).map(entry).collect()
}

/// For people; empty where nothing is off.
pub(super) fn text(plan: &Plan) -> String {
    let lines: Vec<String> =
        all(plan).map(|(change, why)| format!("  {} ({}): {why}", change.target, change.target_name)).collect();
    if lines.is_empty() {
        return String::new();
    }
    let mut text = String::from("\noff after the import:\n");
    lines.iter().take(render::SHOWN).for_each(|line| text.push_str(&format!("{}\n", clean(line))));
    text.push_str(&render::more(lines.len(), "--json has all"));
    if all(plan).any(|(_, why)| matches!(why, Inactive::Arrives | Inactive::WasOff | Inactive::Changed)) {
        text.push_str("  --publish switches on what can be switched on\n");
    }
    text
}

/// What to do about it by hand.
pub(in crate::commands) fn to_do(environment: &str, change: &Planned, why: &Inactive) -> String {
    let publish = format!("flowport publish {environment} {}", shell(&change.target.to_string()));
    let name = &change.target_name;
    match why {
        Inactive::Setup => {
            let kind = &change.target.kind;
            format!("{kind} {name:?} needs setup; set it up in the product, then tell flowport: {publish}")
        }
        _ => format!("{} ({name}) is switched off, as {why}: {publish}", change.target),
    }
}
