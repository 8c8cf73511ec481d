//! What handlers and codecs both know of Power Automate and Power Apps packages: names, the manifest's resource types, the shape
//! of a flow definition and of an app, and where each holds references, literals and secrets.
//!
//! Facts are from docs/formats/power-automate.md, counted over 263 real packages.

pub mod app;
mod attributes;
mod creation;
pub mod definition;
mod dependencies;
pub mod expression;
mod findings;
pub mod flow;
mod literals;
mod names;
mod secrets;

pub use attributes::Attributes;
pub use creation::{action_of, allowed_actions, creation_type, creation_types};
pub use names::*;
