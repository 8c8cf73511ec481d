//! The codec of flowport's own package format: one JSON document that carries every kind in every dialect.
//!
//! Parts leave as they came, byte for byte: JSON stands in the document as it is, other text as a string, the rest as base64.
//! People write such files by hand too, so decoding finds all mistakes at once and says where they are. The format itself is
//! described in `docs/formats/json.md`.

mod base64_text;
mod codec;
mod codes;
mod decode;
mod encode;
mod format;
mod names;
mod problems;
mod recognize;
mod words;

pub use codec::JsonCodec;

flowport_plugin::register!(codec: JsonCodec);
