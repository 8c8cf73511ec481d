//! A flow: its three parts together.

mod edit;
mod inspect;
mod parts;

pub use edit::{edit, keep_identity, secret_values};
pub use inspect::inspect;
