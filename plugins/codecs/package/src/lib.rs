//! Codec of Boomi Flow packages: formats `package` and `package2`.
//!
//! Elements leave as they came, byte for byte, and in the order in which they came: what of that order their flows do
//! not tell is kept with the first flow. The formats are described in `docs/formats/boomi-flow.md`.

mod assemble;
mod attachment;
mod codec;
mod codes;
mod decode;
mod encode;
mod envelope;
mod format;
mod model;
mod problems;
mod recognize;
mod rest;
mod sink;
mod token;

pub use codec::BoomiPackages;
pub use token::is_sharing_token;

flowport_plugin::register!(codec: BoomiPackages);
