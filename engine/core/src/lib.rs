//! The engine of flowport: resources, references, packages, plans and environments, and nothing about any product.
//!
//! Plugins know the products; [`plugin`] holds what they do for the engine. Data flows one way: a file is recognised and
//! decoded into a package, inspected, linked against a target environment, planned, and applied in one transaction.

pub mod activation;
mod answers;
pub mod apply;
mod carry;
pub mod check;
pub mod content;
pub mod decode;
pub mod diff;
pub mod discover;
pub mod encode;
pub mod environment;
mod error;
pub mod export;
pub mod file;
pub mod graph;
pub mod hand;
pub mod history;
pub mod inspect;
pub mod lock;
pub mod merge;
pub mod model;
mod nearest;
pub mod plan;
pub mod plugin;
pub mod registry;
pub mod retarget;
pub mod saved;
pub mod scratch;
pub mod secrets;
pub mod select;
pub mod settings;
pub mod shell;
pub mod spool;
pub mod stream;
pub mod undo;

pub use error::Error;
