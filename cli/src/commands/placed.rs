//! What became of resources in a file that is no export.

use flowport_core::encode::{Placed, Written};
use serde_json::{Value, json};

use crate::text::clean;

/// Native, or else.
pub(super) fn how(placed: &Placed) -> String {
    if placed.native { "native" } else { "carried: not run by that product" }.to_owned()
}

/// What the format has no place for, for a table.
pub(super) fn lost(placed: &Placed) -> String {
    placed.lost.join(", ")
}

/// What the format has no place for of the package: a line, or nothing.
pub(super) fn lost_of_package(written: &Written) -> String {
    if written.lost.is_empty() {
        String::new()
    } else {
        format!("lost of the package: {}\n", clean(&written.lost.join(", ")))
    }
}

/// For scripts, one per resource.
pub(super) fn json(written: &Written) -> Vec<Value> {
    let resource = |placed: &Placed| json!({ "resource": placed.id, "native": placed.native, "lost": placed.lost });
    written.placed.iter().map(resource).collect()
}
