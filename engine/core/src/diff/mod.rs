//! What differs between two packages or environments, resource by resource and field by field.

mod align;
mod compare;
mod head;
mod images;
mod mask;
mod matching;
mod model;
mod moves;
mod part;
#[cfg(test)]
mod properties;
mod side;
mod texts;
mod tree;
mod walk;

pub use compare::{Options, diff, resource};
pub use images::images;
pub use model::{Change, Diff, ResourceDiff, Shown, Status, What};
pub use side::{Entry, Side};
