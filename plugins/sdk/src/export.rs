//! From the component's exports to the author's traits.

use std::marker::PhantomData;

use crate::bindings::codec::exports::flowport::plugin::codec as exported_codec;
use crate::bindings::handler::exports::flowport::plugin::handler as exported_handler;
use crate::bindings::handler::flowport::plugin::host;
use crate::{
    Action, Change, Codec, Diagnostic, EditOp, Edited, Failure, FormatInfo, Handler, Inspection, KindInfo, Placement,
    Recognition, SlotValue, View,
};

/// A [`Handler`] as the component exports it.
pub struct HandlerComponent<H>(PhantomData<H>);

impl<H: Handler> exported_handler::Guest for HandlerComponent<H> {
    fn kinds() -> Vec<KindInfo> {
        H::kinds()
    }
    fn inspect(subject: &host::View) -> Result<Inspection, Failure> {
        H::inspect(subject)
    }
    fn secret_values(subject: &host::View, slots: Vec<String>) -> Result<Vec<SlotValue>, Failure> {
        H::secret_values(subject, &slots)
    }
    fn edit(subject: &host::View, ops: Vec<EditOp>) -> Result<Edited, Failure> {
        H::edit(subject, &ops)
    }
    fn prepare(subject: &host::View) -> Result<Edited, Failure> {
        H::prepare(subject)
    }
    fn plan(
        incoming: &host::View,
        existing: Option<&host::View>,
        action: Option<Action>,
        target: &host::Reader,
    ) -> Result<Change, Failure> {
        H::plan(incoming, existing.map(|view| view as &dyn View), action, target)
    }
}

/// A [`Codec`] as the component exports it.
pub struct CodecComponent<C>(PhantomData<C>);

impl<C: Codec> exported_codec::Guest for CodecComponent<C> {
    fn formats() -> Vec<FormatInfo> {
        C::formats()
    }
    fn recognize(file: &host::Input, name: Option<String>) -> Vec<Recognition> {
        C::recognize(file, name.as_deref())
    }
    fn decode(format: String, file: &host::Input, into: &host::PackageWriter) -> Result<Vec<Diagnostic>, Failure> {
        C::decode(&format, file, into)
    }
    fn fits(format: String, package: &host::PackageReader) -> Result<Vec<bool>, Failure> {
        C::fits(&format, package)
    }
    fn encode(format: String, package: &host::PackageReader, file: &host::Output) -> Result<Vec<Placement>, Failure> {
        C::encode(&format, package, file)
    }
}

/// The bytes of a text, for a static that goes into a section of the component as they are.
///
/// # Panics
/// At compile time, when `LEN` is not the length of the text.
#[must_use]
pub const fn bytes<const LEN: usize>(text: &str) -> [u8; LEN] {
    let mut bytes = [0; LEN];
    bytes.copy_from_slice(text.as_bytes());
    bytes
}
