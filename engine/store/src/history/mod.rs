//! Runs: what was done to the environment, and what was there before.

mod read;
mod write;

pub(crate) use write::Recorder;
