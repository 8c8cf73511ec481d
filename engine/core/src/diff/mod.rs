//! What differs between two packages or environments, resource by resource and field by field.

mod model;

pub use model::{Change, Diff, ResourceDiff, Shown, Status, What};
