//! The questions of a package, or of its import, as a settings file to fill in.

use std::collections::BTreeSet;

use flowport_core::inspect::Inspected;
use flowport_core::model::{Action, Head, KindInfo, Origin, PackageResource, Reference, ResourceId};
use flowport_core::plan::{Decision, Plan};
use flowport_core::registry::Registry;
use flowport_core::secrets::missing;

use super::plan::{Incoming, conflicts, context};
use crate::text::{clean, toml_string};

/// A settings file with every question that an import asks, and candidates in the target.
pub(super) fn of_plan(incoming: &Incoming, plan: &Plan) -> String {
    let quoted = toml_string;
    let mut text = heading(&incoming.decoded.package.info.name);
    for change in &plan.changes {
        let id = change.source.to_string();
        if let Decision::Conflict(conflict) = &change.decision {
            let answers = conflicts::answers(conflict).map(|(resolve, meaning)| (quoted(resolve.as_str()), meaning));
            let sentence = clean(conflicts::sentence(change));
            text.push_str(&format!("\n# {} {}: {sentence}\n", change.source.kind, quoted(&change.name)));
            text.push_str("# one of:\n");
            for (word, meaning) in answers {
                text.push_str(&format!("# resolve.{} = {word}  # {meaning}\n", quoted(&id)));
            }
        }
        let Decision::Question(question) = &change.decision else { continue };
        let (kind, name, belongs) = (&change.source.kind, quoted(&change.name), clean(&context(plan, change)));
        text.push_str(&format!("\n# {kind} {name}{belongs}\n"));
        if !question.candidates.is_empty() {
            text.push_str("# either one of the target's own:\n");
            for candidate in &question.candidates {
                text.push_str(&map(&id, &candidate.id.to_string(), &format!("  # {}", quoted(&candidate.name))));
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
    text.push_str(&secrets(&incoming.inspected));
    text.push_str(&literals(&incoming.inspected));
    text
}

/// A settings file with every question that a package asks, whatever the target. As it is, it changes nothing that the package
/// says.
pub(super) fn of_package(
    registry: &Registry,
    name: &str,
    entries: &[PackageResource],
    inspected: &[Inspected],
) -> String {
    let mut text = heading(name);
    let infos: Vec<Option<&KindInfo>> =
        inspected.iter().map(|entry| registry.handler(&entry.view.head).map(|(_, info)| info)).collect();
    let mapped = |index: &usize| infos[*index].is_some_and(|info| is_mapped(&inspected[*index].view.head, info));
    let (mapped, others): (Vec<usize>, Vec<usize>) = (0..inspected.len()).partition(|index| mapped(index));
    if !mapped.is_empty() {
        text.push_str("\n# What every environment has of its own: write what the target calls it behind the sign.\n");
    }
    for index in mapped {
        let Head { id, name, .. } = &inspected[index].view.head;
        let belongs = clean(&belongs(inspected, index));
        text.push_str(&format!("# {} {}{belongs}\n", id.kind, toml_string(name)));
        text.push_str(&map(&id.to_string(), &id.to_string(), ""));
    }
    let outside = outside(inspected);
    if !outside.is_empty() {
        text.push_str("\n# What the package refers to and does not bring.\n");
    }
    outside.iter().for_each(|id| text.push_str(&map(&id.to_string(), &id.to_string(), "")));
    for index in others {
        let head = &inspected[index].view.head;
        let Some(info) = infos[index].filter(|info| is_set_up(head, info)) else { continue };
        text.push_str(&setup(head, info, &entries[index]));
    }
    text.push_str(&secrets(inspected));
    text.push_str(&literals(inspected));
    text
}

fn heading(name: &str) -> String {
    format!("# Answers for {}: take the # away before the lines that are right.\n", toml_string(name))
}

fn map(from: &str, to: &str, comment: &str) -> String {
    format!("# map.{} = {}{comment}\n", toml_string(from), toml_string(to))
}

/// Every environment has its own, and packages name it at most.
fn is_mapped(head: &Head, info: &KindInfo) -> bool {
    let used_as_it_is = info.actions.first() == Some(&Action::UseExisting);
    head.origin == Origin::Custom && (info.traits.product_keys || used_as_it_is)
}

/// What comes with the product is there, whatever anybody says.
fn is_set_up(head: &Head, info: &KindInfo) -> bool {
    head.origin == Origin::Custom || info.actions.first() != Some(&Action::UseExisting)
}

/// What an import shall do with a resource, and what it shall be called.
fn setup(head: &Head, info: &KindInfo, entry: &PackageResource) -> String {
    let key = toml_string(&head.id.to_string());
    let suggested = entry.setup.suggested.as_ref().filter(|action| info.actions.contains(action));
    let action = suggested.or(info.actions.first()).map_or("skip", Action::as_str);
    let known: Vec<&str> = info.actions.iter().map(Action::as_str).collect();
    let mut text = format!("\n# {} {}\n", head.id.kind, toml_string(&head.name));
    text.push_str(&format!("# setup.{key}.action = {}  # {}\n", toml_string(action), known.join(", ")));
    text.push_str(&format!("# setup.{key}.name = {}\n", toml_string(&head.name)));
    if let Some(version) = head.id.version.as_deref().filter(|_| info.traits.versioned) {
        text.push_str(&format!("# setup.{key}.version = {}\n", toml_string(version)));
    }
    text
}

/// What a resource belongs to and who needs it, so that it can be told from others of its name.
fn belongs(inspected: &[Inspected], index: usize) -> String {
    let named = |entry: &Inspected| format!("{} {}", entry.view.head.id.kind, entry.view.head.name);
    let refers = |entry: &Inspected, id: &ResourceId| {
        entry.inspection.references.iter().filter_map(Reference::known).any(|known| known == id)
    };
    let entry = &inspected[index];
    let of: Vec<String> = inspected.iter().filter(|it| refers(entry, &it.view.head.id)).map(named).collect();
    let users: Vec<String> = inspected.iter().filter(|it| refers(it, &entry.view.head.id)).take(3).map(named).collect();
    let part = |word: &str, names: &[String]| {
        if names.is_empty() { String::new() } else { format!(" {word} {}", names.join(", ")) }
    };
    format!("{}{}", part("of", &of), part("for", &users))
}

/// What references lead to outside the package.
fn outside(inspected: &[Inspected]) -> BTreeSet<&ResourceId> {
    let here: BTreeSet<&ResourceId> = inspected.iter().map(|entry| &entry.view.head.id).collect();
    let known = inspected.iter().flat_map(|entry| &entry.inspection.references).filter_map(Reference::known);
    known.filter(|id| !here.contains(id)).collect()
}

fn secrets(inspected: &[Inspected]) -> String {
    let mut text = String::new();
    for entry in inspected {
        for secret in missing(&entry.inspection) {
            if text.is_empty() {
                text.push_str("\n# Secrets that do not travel; they can also be set after the import, with `flowport secret set`.\n");
            }
            let key = toml_string(&format!("{}#{}", entry.view.head.id, secret.slot));
            text.push_str(&format!("# secrets.{key} = {{ env = \"VARIABLE\" }}  # {}\n", toml_string(&secret.label)));
        }
    }
    text
}

fn literals(inspected: &[Inspected]) -> String {
    let literals: BTreeSet<(&str, &str)> = inspected
        .iter()
        .flat_map(|entry| &entry.inspection.literals)
        .map(|literal| (literal.class.as_str(), literal.value.as_str()))
        .collect();
    let mut text = String::new();
    if !literals.is_empty() {
        text.push_str("\n# Values bound to the source environment: write the target's behind the sign.\n");
    }
    let mut seen = BTreeSet::new();
    for (class, value) in literals.into_iter().filter(|(_, value)| seen.insert(*value)) {
        text.push_str(&format!("# replace.{} = {}  # {class}\n", toml_string(value), toml_string(value)));
    }
    text
}
