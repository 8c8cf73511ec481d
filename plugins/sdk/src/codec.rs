use crate::{Diagnostic, Failure, FormatInfo, Input, Output, PackageReader, PackageWriter, Placement, Recognition};

/// Knows package formats. Pure: the same input gives the same output, byte for byte.
pub trait Codec {
    /// The formats of this codec.
    fn formats() -> Vec<FormatInfo>;

    /// Looks at the content of a file; `name` is its name, if it has one, and decides nothing alone.
    fn recognize(file: &dyn Input, name: Option<&str>) -> Vec<Recognition>;

    /// Reads a package into the engine and returns what it found.
    ///
    /// # Errors
    /// `Failure::Malformed` for what spoils the whole package.
    fn decode(format: &str, file: &dyn Input, into: &dyn PackageWriter) -> Result<Vec<Diagnostic>, Failure>;

    /// Which of the resources can stand natively side by side in one file, one answer per resource, in order; the others are
    /// carried along in the attachment. The default: all of them.
    ///
    /// # Errors
    /// Where a resource cannot be read.
    fn fits(_format: &str, package: &dyn PackageReader) -> Result<Vec<bool>, Failure> {
        Ok(vec![true; package.len() as usize])
    }

    /// Writes a package; one placement per resource, in order. The default writes nothing.
    ///
    /// # Errors
    /// `Failure::Malformed` where the package cannot be written in this format, with what to do instead.
    fn encode(format: &str, _package: &dyn PackageReader, _file: &dyn Output) -> Result<Vec<Placement>, Failure> {
        Err(Failure::Unsupported(format!("the format {format} is only read")))
    }
}
