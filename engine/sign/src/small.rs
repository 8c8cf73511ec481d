//! Small files: keys, signatures, statements.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use crate::error::SignError;

/// Reads a file of at most so many bytes; whatever is larger is cut, and then is not what it should be.
pub(crate) fn read(path: &Path, most: u64) -> Result<Vec<u8>, SignError> {
    let failed = |source: io::Error| SignError::File { path: path.to_owned(), source };
    // Before it is opened: a pipe would wait for ever.
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Err(failed(io::Error::other("this is no ordinary file")));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)).map_err(failed)?;
    Ok(bytes)
}
