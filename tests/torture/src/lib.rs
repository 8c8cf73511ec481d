//! Whether an import can be trusted when the world around it cannot: runs of the real binary are killed, their writes fail, and two
//! of them want one environment at the same time. Afterwards the environment must hold the old state or the new one, compared
//! part by part, the next command must work, and nothing may be left behind.
//!
//! `cargo run --bin torture -- --full` does all of it, docs/reliability.md says what came out; `cargo test` does a bounded share.

mod arena;
mod disturb;
mod package;
mod pairs;
mod program;
mod shim;
mod tally;

pub use arena::{Arena, Operation, Store};
pub use disturb::{FAILURES, Moment, at_every_write, at_random_moments, failing_writes, writes};
pub use pairs::pairs;
pub use program::Program;
pub use shim::Shim;
pub use tally::Tally;
