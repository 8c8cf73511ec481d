//! What a command shows, as one page that a browser shows anywhere: nothing is fetched and nothing runs in it.
//!
//! Everything goes through templates that escape it, and the finished page is cleaned as a whole ([`frame`]), so that no name
//! of a package can become part of the page.

mod conflicts;
mod decisions;
mod differences;
mod entries;
mod file;
mod findings;
mod frame;
mod graph;
mod literals;
mod questions;
mod resources;
mod secrets;
mod table;

pub(crate) use conflicts::{Clashing, conflicts};
pub(crate) use decisions::decisions;
pub(crate) use differences::{Compared, differences, side_by_side};
pub(crate) use entries::Entries;
pub(crate) use file::wanted;
pub(crate) use findings::findings;
pub(crate) use frame::{Fact, Page, Section, Tone};
pub(crate) use graph::graph;
pub(crate) use literals::{decided_at_run_time, literals};
pub(crate) use questions::{Asked, questions};
pub(crate) use resources::resources;
pub(crate) use secrets::{SecretEntry, secrets};
