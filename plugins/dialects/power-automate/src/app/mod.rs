//! A canvas app: opaque files, and one JSON file in which ids of the manifest stand.

mod document;
mod edit;
mod inspect;

pub use document::json_part;
pub use edit::edit;
pub use inspect::inspect;

/// Attribute that flowport adds to apps: the kinds of what `dependsOn` names, in its order. Never written to a manifest.
pub const DEPENDENCY_KINDS: &str = "dependencyKinds";
