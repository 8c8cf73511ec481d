use flowport_plugin::{
    Codec, Diagnostic, Failure, FormatInfo, Input, Native, Output, PackageReader, PackageWriter, Placement, Recognition,
};

use crate::{decode, encode, format, recognize};

/// Reads and writes flowport JSON.
pub struct JsonCodec;

impl Codec for JsonCodec {
    fn formats() -> Vec<FormatInfo> {
        vec![FormatInfo {
            id: format::ID.to_owned(),
            title: "flowport JSON".to_owned(),
            extensions: vec!["json".to_owned()],
            media_type: "application/vnd.flowport.package+json".to_owned(),
            writes: vec![Native { kind: "*".to_owned(), dialect: "*".to_owned() }],
            verified: true,
        }]
    }

    fn recognize(file: &dyn Input, _name: Option<&str>) -> Vec<Recognition> {
        vec![recognize::recognize(file)]
    }

    fn decode(format: &str, file: &dyn Input, into: &dyn PackageWriter) -> Result<Vec<Diagnostic>, Failure> {
        is_ours(format)?;
        decode::decode(file, into)
    }

    fn encode(format: &str, package: &dyn PackageReader, file: &dyn Output) -> Result<Vec<Placement>, Failure> {
        is_ours(format)?;
        encode::encode(package, file)
    }
}

fn is_ours(format: &str) -> Result<(), Failure> {
    if format == format::ID {
        return Ok(());
    }
    Err(Failure::Unsupported(format!("this codec knows the format {}, not {format}", format::ID)))
}
