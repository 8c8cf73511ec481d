use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// The source of the library that goes before the C library.
const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../faults/shim.rs");

/// A library that counts the writes of a program and fails or kills it at one of them, see `tests/faults/shim.rs`.
#[derive(Debug)]
pub struct Shim {
    folder: TempDir,
}

impl Shim {
    /// Compiles it. Linux alone loads it.
    ///
    /// # Errors
    /// Where `rustc` cannot be run or does not compile it.
    pub fn build() -> io::Result<Shim> {
        let folder = tempfile::tempdir()?;
        let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        rustc.args(["--edition", "2024", "--crate-type", "cdylib", "-C", "opt-level=2", "-C", "panic=abort", "-o"]);
        let built = rustc.arg(folder.path().join("libfaults.so")).arg(SOURCE).output()?;
        if built.status.success() {
            return Ok(Shim { folder });
        }
        Err(io::Error::other(format!("{SOURCE}: {}", String::from_utf8_lossy(&built.stderr))))
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("libfaults.so")
    }
}

/// What the shim shall do.
#[derive(Debug, Clone)]
pub(crate) struct Orders<'s> {
    pub(crate) shim: &'s Shim,
    /// At which call, from 1; 0: at none.
    pub(crate) at: usize,
    /// `kill`, `tear` or the number of an error.
    pub(crate) fault: String,
    /// Later calls succeed again.
    pub(crate) once: bool,
    /// Where each call gets a line.
    pub(crate) log: Option<PathBuf>,
}

impl Orders<'_> {
    /// For files below this folder.
    pub(crate) fn give(&self, command: &mut Command, folder: &Path) {
        command.env("LD_PRELOAD", self.shim.path()).env("FAULTS_FOLDER", folder);
        command.env("FAULTS_AT", self.at.to_string()).env("FAULTS_DO", &self.fault);
        if self.once {
            command.env("FAULTS_ONCE", "1");
        }
        if let Some(log) = &self.log {
            command.env("FAULTS_LOG", log);
        }
    }
}
