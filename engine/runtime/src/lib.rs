//! flowport plugins as WebAssembly components, behind the traits of `flowport-core`.
//!
//! Each operation gets a fresh store and instance with limits of memory, time, host calls and bytes; what goes wrong in a plugin
//! ends that operation with an error that names plugin, version, function and resource, and nothing else.

mod answers;
mod bindings;
mod budget;
mod clock;
mod codec;
mod convert;
mod fault;
mod handler;
mod host;
mod limits;
mod metadata;
mod operation;
mod plugin;
mod pool;
mod runtime;

pub use limits::Limits;
pub use plugin::{LoadError, Plugin, Role};
pub use runtime::{Precompiled, Runtime, precompile};

/// The version of the contract in `wit/` that this crate speaks.
pub const CONTRACT: &str = "0.1.0";
