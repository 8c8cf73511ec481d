//! What handlers and codecs both know of K2view DPM flows: who a flow is, whether its scenario can work, and how it is
//! changed.
//!
//! No real export is public. One screenshot shows how a file begins, the vendor's manual describes the rest in words,
//! so that much is inferred: `docs/formats/dpm.md` says what.

mod codes;
mod edit;
mod findings;
mod handler;
mod identity;
mod inspect;
mod keys;
mod numbers;
mod outside;
mod plan;
mod scenario;
mod texts;

pub use handler::Flows;
pub use identity::{DIALECT, FLOW, PART, head};
pub use inspect::check;
