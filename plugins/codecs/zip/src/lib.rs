//! Codec of Power Automate and Power Apps packages: format `zip`.

mod compare;
mod decode;
mod encode;
mod files;
mod fits;
mod manifest;
mod recognize;
mod rules;
mod write;

use flowport_plugin::{
    Codec, Diagnostic, Failure, FormatInfo, Input, Native, Output, PackageReader, PackageWriter, Placement, Recognition,
};
use flowport_power_automate::{APP, CONNECTION, CONNECTOR, DIALECT, FLOW};

/// The format's id.
const FORMAT: &str = "zip";

/// Knows the packages that Power Automate and Power Apps export.
pub struct Zip;

impl Codec for Zip {
    fn formats() -> Vec<FormatInfo> {
        let native = |kind: &str| Native { kind: kind.to_owned(), dialect: DIALECT.to_owned() };
        vec![FormatInfo {
            id: FORMAT.to_owned(),
            title: "Power Automate or Power Apps package".to_owned(),
            extensions: vec!["zip".to_owned()],
            media_type: "application/zip".to_owned(),
            writes: [FLOW, APP, CONNECTOR, CONNECTION].map(native).to_vec(),
            verified: true,
        }]
    }

    fn recognize(file: &dyn Input, _name: Option<&str>) -> Vec<Recognition> {
        vec![recognize::recognize(file)]
    }

    fn decode(_format: &str, file: &dyn Input, into: &dyn PackageWriter) -> Result<Vec<Diagnostic>, Failure> {
        decode::decode(file, into)
    }

    fn fits(_format: &str, package: &dyn PackageReader) -> Result<Vec<bool>, Failure> {
        Ok(fits::fits(package))
    }

    fn encode(_format: &str, package: &dyn PackageReader, file: &dyn Output) -> Result<Vec<Placement>, Failure> {
        encode::encode(package, file)
    }
}

flowport_plugin::register!(codec: Zip);
