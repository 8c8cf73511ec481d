//! Codec of flows that Backendless FlowRunner exports: format `flowrunner`. One file holds one version of a flow, which
//! becomes one resource with the whole file as its part, so that it leaves as it came, byte for byte. Described in
//! `docs/formats/flowrunner.md`.

mod codes;
mod decode;
mod document;
mod encode;
mod recognize;

use flowport_flowrunner::{DIALECT, FLOW};
use flowport_plugin::{
    Codec, Diagnostic, Failure, FormatInfo, Input, Native, Output, PackageReader, PackageWriter, Placement, Recognition,
};

/// The format's id.
const FORMAT: &str = "flowrunner";
/// How much goes to the engine at once.
const CHUNK: usize = 256 << 10;

/// Knows the files that Backendless FlowRunner exports.
pub struct FlowRunner;

impl Codec for FlowRunner {
    fn formats() -> Vec<FormatInfo> {
        vec![FormatInfo {
            id: FORMAT.to_owned(),
            title: "FlowRunner flow version".to_owned(),
            extensions: vec!["json".to_owned()],
            media_type: "application/json".to_owned(),
            writes: vec![Native { kind: FLOW.to_owned(), dialect: DIALECT.to_owned() }],
            verified: false,
        }]
    }

    fn recognize(file: &dyn Input, _name: Option<&str>) -> Vec<Recognition> {
        vec![recognize::recognize(file)]
    }

    fn decode(_format: &str, file: &dyn Input, into: &dyn PackageWriter) -> Result<Vec<Diagnostic>, Failure> {
        decode::decode(file, into)
    }

    fn fits(_format: &str, package: &dyn PackageReader) -> Result<Vec<bool>, Failure> {
        Ok(encode::fits(package))
    }

    fn encode(_format: &str, package: &dyn PackageReader, file: &dyn Output) -> Result<Vec<Placement>, Failure> {
        encode::encode(package, file)
    }
}

flowport_plugin::register!(codec: FlowRunner);
