//! What handlers and codecs both know of flows of Backendless FlowRunner: one exported file holds one version of a
//! flow.
//!
//! No real export is public: which keys a file has is inferred from the vendor's SDK and manual, and
//! `docs/formats/flowrunner.md` says how. Every key is kept, and nothing is claimed of those that are not known.

mod codes;
mod content;
mod edit;
mod findings;
mod handler;
mod identity;
mod inspect;
mod plan;
mod shape;
mod texts;

pub use handler::Flows;
pub use identity::{DIALECT, FLOW, PART, head};
pub use inspect::check;
pub use shape::{Shape, shape};
