use flowport_plugin::{
    Codec, Diagnostic, Failure, FormatInfo, Input, Output, PackageReader, PackageWriter, Placement, Recognition,
};

use crate::format::Format;
use crate::{decode, encode, recognize};

/// Reads and writes packages of Boomi Flow.
pub struct BoomiPackages;

impl Codec for BoomiPackages {
    fn formats() -> Vec<FormatInfo> {
        Format::ALL.map(Format::info).to_vec()
    }

    fn recognize(file: &dyn Input, _name: Option<&str>) -> Vec<Recognition> {
        recognize::recognize(file)
    }

    fn decode(format: &str, file: &dyn Input, into: &dyn PackageWriter) -> Result<Vec<Diagnostic>, Failure> {
        // What a file is called in the end is decided by its content.
        Format::of(format)?;
        decode::decode(file, into)
    }

    fn fits(format: &str, package: &dyn PackageReader) -> Result<Vec<bool>, Failure> {
        Ok(encode::fits(Format::of(format)?, package))
    }

    fn encode(format: &str, package: &dyn PackageReader, file: &dyn Output) -> Result<Vec<Placement>, Failure> {
        encode::encode(Format::of(format)?, package, file)
    }
}
