//! What handlers and codecs both know of Boomi Flow packages: kinds and names, how elements speak of each other, where
//! secrets stand; and the handlers themselves, [`Flows`], [`Connectors`] and [`Elements`].
//!
//! Facts are from docs/formats/boomi-flow.md, counted over real packages of 2016.

mod attributes;
pub mod class;
mod edit;
pub mod guid;
mod handlers;
mod inspect;
mod kinds;
mod literals;
pub mod mention;
mod names;
mod resolve;
mod secrets;
mod subject;

pub use attributes::{Attributes, BINDINGS, MEMBERS, Member, NAMES, PROPERTIES, VERSION_ID};
pub use edit::{edit, secret_values};
pub use handlers::{Connectors, Elements, Flows};
pub use inspect::{inspect, strings};
pub use kinds::{ELEMENT_KINDS, ElementKind, MAP_CONFIGURATIONS, MAP_IDS, element_kind};
pub use literals::is_person;
pub use names::*;
