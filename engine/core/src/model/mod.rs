//! The words of the engine: plain data, no product.

mod action;
mod diagnostic;
mod id;
mod info;
mod package;
mod resource;
pub mod volatile;

pub use action::Action;
pub use diagnostic::{Diagnostic, Severity, sort_by_severity};
pub use id::{InvalidId, Kind, Pattern, ResourceId};
pub use info::{ArrayKey, Confidence, FormatInfo, KindInfo, Native, Placement, Recognition, Traits};
pub use package::{Layout, Package, PackageInfo, PackageResource, Setup};
pub use resource::{
    Change, EditOp, Edited, Head, Inspection, Literal, Origin, Part, Reference, Resource, Secret, SlotValue, State,
    Strength, Target, WrittenPart,
};
