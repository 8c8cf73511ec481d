//! Who needs what: nodes and edges of a package or an environment, and drawings of them.

mod drawing;
mod layout;
mod model;
mod text;

pub use model::{Edge, Graph, Node};
