//! Edits in place: changes collected, checked together and applied in one pass over the text.

mod adapt;
mod check;
mod collect;
mod error;
mod splice;
mod style;

pub use adapt::MemberOrder;
pub use collect::Edits;
pub use error::EditError;
