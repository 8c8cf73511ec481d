//! From bytes to a checked tape.
//!
//! No library fits: jiter, jsonc-parser and json-syntax build trees, take names twice and need 4, 6 and 17 times as long
//! on real flow definitions, and hifijson's lexer, whose shape would fit, goes byte by byte, lets lone surrogates pass
//! until a string is decoded, and needs 3 times as long for lexing alone. This parser is therefore our own.

mod builder;
mod duplicates;
mod encoding;
mod fault;
mod scan;
mod start;

pub(crate) use start::document;
