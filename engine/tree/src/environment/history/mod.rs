//! What was done to an environment in a folder: one record for each run, and beside it the bytes of what was there before and
//! after. Both lie with what belongs to this machine, so that no version control takes them. A write reads no record, and adds one.

mod past;
mod record;
mod recorded;
mod recorder;
mod touched;

pub(super) use past::{LastCame, Past};
pub(super) use recorder::{Picture, Recorder};
