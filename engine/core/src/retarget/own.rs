//! What is said of a resource itself: its name, its version, its id, its key in the product.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Change, What};
use crate::answers::{Answer, Answers, wrong_action, wrong_version, wrong_word};
use crate::inspect::Inspected;
use crate::model::{Diagnostic, EditOp, Head, Origin, ResourceId};
use crate::plugin::SharedView;
use crate::registry::Registry;

/// What becomes of one resource, whatever it refers to.
pub(super) struct Own {
    /// Made by its handler.
    pub(super) ops: Vec<EditOp>,
    /// Its head afterwards.
    pub(super) head: Head,
    pub(super) changes: Vec<Change>,
    /// By which key the target knows it, where that is none of the package's resources.
    pub(super) key: Option<ResourceId>,
}

/// For each resource of a package, in its order.
pub(super) fn all(
    registry: &Registry,
    inspected: &[Inspected],
    answers: &Answers,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Own> {
    let is_here: HashMap<&ResourceId, usize> = crate::plan::targets(inspected);
    let mut all = Vec::with_capacity(inspected.len());
    for (position, entry) in inspected.iter().enumerate() {
        let unchanged = Own { ops: Vec::new(), head: entry.view.head.clone(), changes: Vec::new(), key: None };
        let Some(answer) = answers.of.get(&position) else {
            all.push(unchanged);
            continue;
        };
        let key = answer.target.as_ref().filter(|target| !is_here.contains_key(*target));
        all.push(own(registry, &entry.view, answer, key).unwrap_or_else(|found| {
            problems.extend(found);
            unchanged
        }));
    }
    problems.extend(twice(inspected, &all));
    all
}

fn own(
    registry: &Registry,
    view: &SharedView,
    answer: &Answer,
    key: Option<&ResourceId>,
) -> Result<Own, Vec<Diagnostic>> {
    let head = &view.head;
    let handler = registry.handler(head);
    let info = handler.map(|(_, info)| info);
    let wrong = [wrong_action(head, info, answer), wrong_version(head, info, answer), wrong_word(&head.id, answer)];
    let mut wrong: Vec<Diagnostic> = wrong.into_iter().flatten().collect();
    if let Some(key) = key.filter(|_| head.origin == Origin::Standard) {
        let summary = format!(
            "map {} to {key}: {} comes with the product, and its id is the same everywhere",
            head.id, head.name
        );
        wrong.push(Diagnostic::error("S-MAP", summary).about(&head.id).help("leave this entry away"));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let mut ops: Vec<EditOp> =
        answer.name.iter().filter(|name| **name != head.name).cloned().map(EditOp::Rename).collect();
    let has_keys = info.is_some_and(|info| info.traits.product_keys);
    ops.extend(key.filter(|_| has_keys).map(|key| EditOp::Other(EditOp::PRODUCT_KEY.to_owned(), key.id.to_string())));
    let mut after = made(registry, view, &ops, key)?;
    // A new name may be a new id; what the user says of it goes on top.
    let mut id = key.filter(|_| !has_keys).unwrap_or(&after.id).clone();
    if let Some(version) = &answer.version {
        id.version = Some(version.as_str().into());
    }
    if id != after.id {
        ops.push(EditOp::SetId(id));
        after = made(registry, view, &ops, key)?;
    }
    let changes = changes(head, &after, key.filter(|_| has_keys));
    Ok(Own { ops, head: after, changes, key: key.filter(|_| has_keys).cloned() })
}

/// The head after these changes.
fn made(
    registry: &Registry,
    view: &SharedView,
    ops: &[EditOp],
    key: Option<&ResourceId>,
) -> Result<Head, Vec<Diagnostic>> {
    if ops.is_empty() {
        return Ok(view.head.clone());
    }
    let id = &view.head.id;
    let Some((handler, _)) = registry.handler(&view.head) else {
        let summary =
            format!("no loaded plugin handles {} in dialect {}: {id} stays as it is", id.kind, view.head.dialect);
        let help = "load a plugin that does, with --plugin or in flowport.toml";
        return Err(vec![Diagnostic::error("E-UNHANDLED", summary).about(id).help(help)]);
    };
    let edited = handler.edit(&Arc::clone(view), ops).map_err(|error| match key {
        Some(key) => {
            let help = "write the key as the pages of the product have it, or name another resource of the package";
            vec![Diagnostic::error("S-MAP", format!("map {id} to {key}: {error}")).about(id).help(help)]
        }
        None => crate::decode::findings(error, id),
    })?;
    Ok(edited.head)
}

fn changes(before: &Head, after: &Head, key: Option<&ResourceId>) -> Vec<Change> {
    let version = |head: &Head| head.id.version.as_deref().unwrap_or_default().to_owned();
    let all = [
        (What::Name, before.name.clone(), after.name.clone()),
        (What::Id, before.id.id.to_string(), after.id.id.to_string()),
        (What::Version, version(before), version(after)),
        (What::Mapped(before.id.kind.clone()), before.id.to_string(), key.unwrap_or(&before.id).to_string()),
    ];
    let change = |(what, from, to): (What, String, String)| {
        (from != to).then(|| Change { resource: before.id.clone(), slot: None, what, from: Some(from), to: Some(to) })
    };
    all.into_iter().filter_map(change).collect()
}

/// Two resources of a package have two ids.
fn twice(inspected: &[Inspected], all: &[Own]) -> Vec<Diagnostic> {
    let mut taken: HashMap<&ResourceId, &ResourceId> = HashMap::new();
    let mut problems = Vec::new();
    for (entry, own) in inspected.iter().zip(all) {
        let id = &entry.view.head.id;
        if let Some(first) = taken.insert(&own.head.id, id) {
            let summary = format!("{first} and {id} would both become {}", own.head.id);
            let help = "give one of them another id, name or version";
            problems.push(Diagnostic::error("S-TWICE", summary).about(id).help(help));
        }
    }
    problems
}
