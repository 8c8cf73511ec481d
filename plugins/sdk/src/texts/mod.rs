//! Secrets and values bound to one environment in the strings of a JSON part: [`detect`](crate::detect) looks at one string, this
//! goes through a part, answers what the engine asks of what was found, and changes it.
//!
//! ```
//! use flowport_plugin::json::Document;
//! use flowport_plugin::texts::Texts;
//! use flowport_plugin::{
//!     EditOp, Edited, Failure, Handler, Inspection, KindInfo, PartEdits, SlotValue, View, read_part,
//! };
//!
//! const PART: &str = "note.json";
//!
//! fn read(subject: &dyn View) -> Result<Document, Failure> {
//!     let text = read_part(subject, PART, 1 << 20)?;
//!     Document::parse(text).map_err(|error| Failure::Other(error.to_string()))
//! }
//!
//! struct Notes;
//!
//! impl Handler for Notes {
//!     fn kinds() -> Vec<KindInfo> {
//!         vec![KindInfo::new("note", "my-product")]
//!     }
//!
//!     fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
//!         let mut inspection = Inspection::new();
//!         Texts::of(PART, &read(subject)?).find(&mut inspection);
//!         Ok(inspection)
//!     }
//!
//!     fn secret_values(subject: &dyn View, slots: &[String]) -> Result<Vec<SlotValue>, Failure> {
//!         Texts::of(PART, &read(subject)?).secret_values(slots)
//!     }
//!
//!     fn edit(subject: &dyn View, ops: &[EditOp]) -> Result<Edited, Failure> {
//!         let document = read(subject)?;
//!         let mut edited = Edited::unchanged(subject.head());
//!         let mut changes = Texts::of(PART, &document).changes();
//!         for op in ops {
//!             if !edited.apply_to_head(op) {
//!                 changes.apply(op)?;
//!             }
//!         }
//!         let mut edits = PartEdits::new();
//!         changes.finish(&mut edits);
//!         edits.apply(subject, &mut edited)?;
//!         Ok(edited)
//!     }
//! }
//! ```

mod changes;
mod look;
mod rules;

pub use changes::TextChanges;
pub use look::Texts;
pub use rules::{Everywhere, Rules};
