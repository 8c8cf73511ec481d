//! A plan in a file, to be carried out later: exactly that, once, or not at all. Planning is pure, so that the file holds no outcomes,
//! only what they depend on and their hashes: whoever carries it out plans again and compares.

mod differences;
mod file;
mod recording;

pub use differences::{Now, differences};
pub use file::{NotAPlan, PlannedFor, SavedChange, SavedPackage, SavedPlan, SavedPlugin, SavedSettings, Seen};
pub use recording::Recording;
