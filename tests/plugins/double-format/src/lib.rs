//! Claims one format twice.

use flowport_plugin::{Codec, Diagnostic, Failure, FormatInfo, Input, PackageWriter, Recognition};

struct DoubleFormat;

impl Codec for DoubleFormat {
    fn formats() -> Vec<FormatInfo> {
        let format = FormatInfo {
            id: "note".to_owned(),
            title: "Notes".to_owned(),
            extensions: Vec::new(),
            media_type: String::new(),
            writes: Vec::new(),
            verified: false,
        };
        vec![format.clone(), format]
    }

    fn recognize(_file: &dyn Input, _name: Option<&str>) -> Vec<Recognition> {
        Vec::new()
    }

    fn decode(_format: &str, _file: &dyn Input, _into: &dyn PackageWriter) -> Result<Vec<Diagnostic>, Failure> {
        Ok(Vec::new())
    }
}

flowport_plugin::register!(codec: DoubleFormat);
