//! Where a package keeps what, and the host's files as the archive library wants them.

use flowport_archive::{Error, ErrorKind, ReadAt, WriteAt};
use flowport_plugin::{Diagnostic, Failure, Input, Output};

pub(crate) const MANIFEST: &str = "manifest.json";
pub(crate) const FLOWS: &str = "Microsoft.Flow/flows/";
pub(crate) const FLOWS_MANIFEST: &str = "Microsoft.Flow/flows/manifest.json";
pub(crate) const APPS: &str = "Microsoft.PowerApps/apps/";
/// Where flowport keeps what the format has no place for.
pub(crate) const ATTACHMENT: &str = "flowport/attachment.json";

/// The file of a flow's part.
pub(crate) fn flow_file(flow: &str, part: &str) -> String {
    format!("{FLOWS}{flow}/{part}")
}

/// True for what operating systems leave in folders.
pub(crate) fn is_litter(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    name.starts_with("__MACOSX/") || matches!(last, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

/// A file of the host, to read.
pub(crate) struct Source<'a>(pub(crate) &'a dyn Input);

impl ReadAt for Source<'_> {
    fn len(&self) -> u64 {
        self.0.len()
    }
    fn read_at(&self, offset: u64, max: u32) -> Result<Vec<u8>, String> {
        self.0.read_at(offset, max).map_err(|failure| format!("{failure:?}"))
    }
}

/// A file of the host, to write.
pub(crate) struct Sink<'a>(pub(crate) &'a dyn Output);

impl WriteAt for Sink<'_> {
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> Result<(), String> {
        self.0.write_at(offset, bytes).map_err(|failure| match failure {
            Failure::Other(what) | Failure::Limit(what) | Failure::Unsupported(what) => what,
            Failure::Malformed(_) => "the file cannot be written".to_owned(),
        })
    }
}

/// What the archive library found, as this codec says it.
pub(crate) fn archive_failure(error: &Error) -> Failure {
    match error.kind() {
        ErrorKind::Limit => Failure::Limit(error.to_string()),
        ErrorKind::Access => Failure::Other(error.to_string()),
        ErrorKind::NotAnArchive | ErrorKind::Unsupported | ErrorKind::Malformed => archive_diagnostic(error).into(),
    }
}

pub(crate) fn archive_diagnostic(error: &Error) -> Diagnostic {
    let code = match error.kind() {
        ErrorKind::NotAnArchive => "ZIP001",
        ErrorKind::Unsupported => "ZIP002",
        ErrorKind::Limit => "ZIP003",
        ErrorKind::Access => "ZIP004",
        ErrorKind::Malformed => "ZIP005",
    };
    Diagnostic::error(code, error.to_string())
        .help("export the package again; if it was packed by hand, pack it with an ordinary zip tool, without links or encryption")
}
