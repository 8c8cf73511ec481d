//! Entities and picklists in the dialect `flowport`: docs/formats/data-model.md.
//!
//! Of standard entities and picklists only customizations travel, custom ones travel whole, data rows never do.

mod check;
mod codes;
mod edit;
mod entries;
mod field_type;
mod findings;
mod handler;
mod inspect;
mod kind;
mod part;
mod plan;
mod prepare;
mod references;
mod travel;

pub use handler::DataModel;

flowport_plugin::register!(handler: DataModel);
