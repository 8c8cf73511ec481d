//! Two changes of one thing made one: what was imported last, what is there now, and what comes.
//!
//! What only one side changed is that side's. What both changed is merged by its structure where that is JSON and a handler knows
//! it: objects member by member, arrays element by element where the handler declares a key. Anything else clashes.

mod content;
mod elements;
mod model;
mod order;
mod resource;
mod structure;
#[cfg(test)]
mod tests;

pub use model::{Clash, Merged};
pub use resource::merge;
