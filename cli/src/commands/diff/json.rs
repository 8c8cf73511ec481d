//! A comparison for scripts.

use flowport_core::diff::{Change, Diff, ResourceDiff, Shown, Status, What};
use serde_json::{Value, json};

pub(super) fn result(diff: &Diff, left: &str, right: &str) -> Value {
    json!({
        "left": left,
        "right": right,
        "package": diff.package.iter().map(change).collect::<Vec<_>>(),
        "resources": resources(diff),
        "same": diff.same,
        "added": diff.count(Status::Added),
        "removed": diff.count(Status::Removed),
        "changed": diff.count(Status::Changed),
    })
}

/// The resources that differ.
pub(crate) fn resources(diff: &Diff) -> Value {
    diff.resources.iter().map(resource).collect()
}

fn resource(resource: &ResourceDiff) -> Value {
    let status = match resource.status {
        Status::Added => "added",
        Status::Removed => "removed",
        Status::Changed => "changed",
    };
    json!({
        "resource": resource.id,
        "becomes": resource.becomes,
        "name": resource.name,
        "status": status,
        "changes": resource.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

fn change(change: &Change) -> Value {
    let (word, from, to, moved_from) = match &change.what {
        What::Added(to) => ("added", None, Some(to), None),
        What::Removed(from) => ("removed", Some(from), None, None),
        What::Changed { from, to } => ("changed", Some(from), Some(to), None),
        What::Moved { from } => ("moved", None, None, Some(from)),
        What::Spelling => ("spelling", None, None, None),
    };
    let (mut from_value, mut to_value) = (from.map_or(Value::Null, value), to.map_or(Value::Null, value));
    if let (Some(Shown::Json(from)), Some(Shown::Json(to))) = (from, to)
        && from_value == to_value
    {
        // Numbers that differ only where a number of the machine cannot.
        (from_value, to_value) = (json!(from), json!(to));
    }
    let is_secret = [from, to].into_iter().flatten().any(|shown| *shown == Shown::Secret);
    json!({
        "part": change.part,
        "path": change.path,
        "change": word,
        "from": from_value,
        "to": to_value,
        "moved_from": moved_from,
        "secret": is_secret,
    })
}

fn value(shown: &Shown) -> Value {
    match shown {
        // What this JSON library cannot hold, being too deep or too large, is given as its text.
        Shown::Json(text) => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
        Shown::Text(text) => json!(text),
        Shown::Bytes { len, hash } => json!({ "size": len, "sha256": hash.to_string() }),
        Shown::Secret => Value::Null,
    }
}
