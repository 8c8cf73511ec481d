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

pub(crate) use compare::declared;
pub use compare::{Options, diff, resource};
pub(crate) use head::head;
pub use images::images;
pub(crate) use mask::{Mask, Secrecy};
pub use model::{Change, Diff, ResourceDiff, Shown, Status, What};
pub(crate) use part::{Both, Read};
pub use side::{Entry, Side};
pub(crate) use tree::{Rules, Tree};
pub(crate) use walk::{Found, between, keys};
