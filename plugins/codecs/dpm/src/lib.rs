//! Codec of flows that K2view DPM exports: format `dpm`. One file holds one flow, which becomes one resource with the
//! whole file as its part, so that it leaves as it came, byte for byte. Described in `docs/formats/dpm.md`.

mod codes;
mod decode;
mod document;
mod encode;
mod recognize;

use flowport_k2view_dpm::{DIALECT, FLOW};
use flowport_plugin::{
    Codec, Diagnostic, Failure, FormatInfo, Input, Native, Output, PackageReader, PackageWriter, Placement, Recognition,
};

/// The format's id.
const FORMAT: &str = "dpm";
/// How much goes to the engine at once.
const CHUNK: usize = 256 << 10;

/// Knows the files that K2view DPM exports.
pub struct Dpm;

impl Codec for Dpm {
    fn formats() -> Vec<FormatInfo> {
        vec![FormatInfo {
            id: FORMAT.to_owned(),
            title: "K2view DPM flow".to_owned(),
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

flowport_plugin::register!(codec: Dpm);
