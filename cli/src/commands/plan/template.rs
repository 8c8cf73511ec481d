//! The questions of an import as a settings file to fill in.

use flowport_core::model::Action;
use flowport_core::plan::{Decision, Plan};
use flowport_core::secrets::missing;

use super::{Incoming, context};
use crate::text::{clean, toml_string};

/// A settings file with every question that the package asks, and candidates in the target.
pub(super) fn of(incoming: &Incoming, plan: &Plan) -> String {
    let quoted = toml_string;
    let mut text = format!(
        "# Answers for {}: take the # away before the lines that are right.\n",
        quoted(&incoming.decoded.package.info.name)
    );
    for change in &plan.changes {
        let Decision::Question(question) = &change.decision else { continue };
        let id = change.source.to_string();
        let (kind, name, belongs) = (&change.source.kind, quoted(&change.name), clean(&context(plan, change)));
        text.push_str(&format!("\n# {kind} {name}{belongs}\n"));
        if !question.candidates.is_empty() {
            text.push_str("# either one of the target's own:\n");
            for candidate in &question.candidates {
                text.push_str(&format!(
                    "# map.{} = {}  # {}\n",
                    quoted(&id),
                    quoted(&candidate.id.to_string()),
                    quoted(&candidate.name)
                ));
            }
        }
        let actions: Vec<String> = question
            .allowed
            .iter()
            .filter(|action| **action != Action::UseExisting)
            .map(|action| quoted(action.as_str()))
            .collect();
        if !actions.is_empty() {
            text.push_str(&format!(
                "# {} {}\n# setup.{}.action = {}\n",
                if question.candidates.is_empty() { "one of:" } else { "or one of:" },
                actions.join(", "),
                quoted(&id),
                actions[0]
            ));
        }
    }
    let literals: std::collections::BTreeSet<(&str, &str)> = incoming
        .inspected
        .iter()
        .flat_map(|entry| &entry.inspection.literals)
        .map(|literal| (literal.class.as_str(), literal.value.as_str()))
        .collect();
    let mut first = true;
    for entry in &incoming.inspected {
        for secret in missing(&entry.inspection) {
            if std::mem::take(&mut first) {
                text.push_str("\n# Secrets that do not travel; they can also be set after the import, with `flowport secret set`.\n");
            }
            let key = quoted(&format!("{}#{}", entry.view.head.id, secret.slot));
            text.push_str(&format!("# secrets.{key} = {{ env = \"VARIABLE\" }}  # {}\n", quoted(&secret.label)));
        }
    }
    if !literals.is_empty() {
        text.push_str("\n# Values bound to the source environment: write the target's behind the sign.\n");
        for (class, value) in literals {
            text.push_str(&format!("# replace.{} = {}  # {class}\n", quoted(value), quoted(value)));
        }
    }
    text
}
