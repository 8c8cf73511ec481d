//! The plugins that come with flowport: built, compiled ahead of time and embedded by `build.rs`.

use flowport_runtime::Precompiled;

/// All of them. Loading one takes less than a millisecond.
pub const PLUGINS: &[Precompiled] = &include!(concat!(env!("OUT_DIR"), "/table.rs"));
