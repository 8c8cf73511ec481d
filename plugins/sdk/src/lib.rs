//! Everything the author of a flowport plugin needs.
//!
//! A plugin is a component that implements [`Handler`] (it knows kinds of resources), [`Codec`] (it knows package formats), or
//! both, and says so with one macro:
//!
//! ```
//! use flowport_plugin::{Failure, Handler, Inspection, KindInfo, View};
//!
//! struct Notes;
//!
//! impl Handler for Notes {
//!     fn kinds() -> Vec<KindInfo> {
//!         vec![KindInfo::new("note", "my-product").title("note", "notes")]
//!     }
//!
//!     fn inspect(subject: &dyn View) -> Result<Inspection, Failure> {
//!         Ok(Inspection::new().identity(format!("note:{}", subject.head().id.id)))
//!     }
//! }
//!
//! flowport_plugin::register!(handler: Notes);
//! ```
//!
//! What many plugins need is here once: secrets and literals in one string ([`detect`]) and in a whole part ([`texts`]), findings
//! collected with their places ([`findings`]), files that are one JSON document ([`json_file`]), and what a format has no place
//! for ([`attachment`]).
//!
//! Plugins are pure: no clock, no randomness, no files, no network. Native tests use the stand-ins in [`fake`].

pub mod attachment;
#[doc(hidden)]
pub mod bindings;
mod by_dialect;
mod codec;
mod constructors;
pub mod detect;
mod edits;
#[doc(hidden)]
pub mod export;
pub mod fake;
pub mod findings;
mod handler;
mod handles;
pub mod json_file;
mod slot;
mod text_edits;
pub mod texts;

pub use bindings::codec::exports::flowport::plugin::codec::{Confidence, FormatInfo, Native, Placement, Recognition};
pub use bindings::handler::exports::flowport::plugin::handler::{
    ArrayKey, Change, EditOp, Edited, Inspection, KindInfo, Relink, Replace, SlotValue, Traits, WrittenPart,
};
pub use bindings::handler::flowport::plugin::host::Level;
pub use bindings::handler::flowport::plugin::types::{
    Action, Diagnostic, Failure, Head, Layout, Literal, Origin, PackageInfo, PartInfo, Reference, ResourceId, Secret,
    Setup, Severity, State, Strength, Target,
};
pub use codec::Codec;
pub use edits::PartEdits;
pub use handler::{Handler, PRODUCT_KEY, plan_by_rule};
pub use handles::{Input, Output, PackageReader, PackageWriter, Reader, View, log, read_part, read_parts};
pub use slot::Slot;
pub use text_edits::TextEdits;

/// The engine's JSON, for plugins: strict, lossless, edited in place.
pub use flowport_json as json;

/// Makes a component of a [`Handler`], a [`Codec`], or both. Once per plugin crate (`crate-type = ["cdylib", "rlib"]`).
///
/// The component says who it is: the name and version of the crate. Natively the macro only checks the types, so that tests
/// link.
#[macro_export]
macro_rules! register {
    (handler: $handler:ty $(,)?) => {
        $crate::register!(@identity);
        $crate::register!(@handler $handler);
    };
    (codec: $codec:ty $(,)?) => {
        $crate::register!(@identity);
        $crate::register!(@codec $codec);
    };
    (handler: $handler:ty, codec: $codec:ty $(,)?) => {
        $crate::register!(@identity);
        $crate::register!(@handler $handler);
        $crate::register!(@codec $codec);
    };
    (@identity) => {
        // `env!` speaks of the crate that calls the macro.
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            const IDENTITY: &str = concat!(env!("CARGO_PKG_NAME"), "\n", env!("CARGO_PKG_VERSION"));
            #[used]
            #[unsafe(link_section = "flowport-plugin")]
            static SECTION: [u8; IDENTITY.len()] = $crate::export::bytes(IDENTITY);
        };
    };
    (@handler $handler:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Exported = $crate::export::HandlerComponent<$handler>;
            $crate::bindings::handler::export_handler!(Exported with_types_in $crate::bindings::handler);
        };
        #[cfg(not(target_arch = "wasm32"))]
        const _: fn() -> Vec<$crate::KindInfo> = <$handler as $crate::Handler>::kinds;
    };
    (@codec $codec:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Exported = $crate::export::CodecComponent<$codec>;
            $crate::bindings::codec::export_codec!(Exported with_types_in $crate::bindings::codec);
        };
        #[cfg(not(target_arch = "wasm32"))]
        const _: fn() -> Vec<$crate::FormatInfo> = <$codec as $crate::Codec>::formats;
    };
}
