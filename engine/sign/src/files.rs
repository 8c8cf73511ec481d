//! A package, its statement and its signature, which belong together on disk.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use flowport_core::Error;
use flowport_core::file::{NewFile, may_write, sync_folder};

/// How minisign calls the signature of a file.
const SIGNATURE: &str = ".minisig";
/// How in-toto calls statements.
const STATEMENT: &str = ".intoto.json";

/// The file of a package's signature: where minisign looks for it.
#[must_use]
pub fn signature_of(package: &Path) -> PathBuf {
    with(package.as_os_str().to_owned(), SIGNATURE)
}

/// The file of a package's statement.
#[must_use]
pub fn statement_of(package: &Path) -> PathBuf {
    with(package.as_os_str().to_owned(), STATEMENT)
}

fn with(mut name: OsString, ending: &str) -> PathBuf {
    name.push(ending);
    name.into()
}

/// The three files in the making. Dropping them leaves nothing behind.
pub struct SignedFiles {
    package: NewFile,
    statement: NewFile,
    signature: NewFile,
    /// Where the older signature is, if there is one.
    signature_path: PathBuf,
}

impl SignedFiles {
    /// Begins the three files.
    ///
    /// # Errors
    /// As [`NewFile::at`], for any of them.
    pub fn at(package: &Path, overwrite: bool) -> Result<SignedFiles, Error> {
        let signature = signature_of(package);
        let signature_path = may_write(&signature, overwrite)?;
        Ok(SignedFiles {
            package: NewFile::at(package, overwrite)?,
            statement: NewFile::at(&statement_of(package), overwrite)?,
            signature: NewFile::at(&signature, overwrite)?,
            signature_path,
        })
    }

    /// The package in the making.
    #[must_use]
    pub fn package(&self) -> &NewFile {
        &self.package
    }

    /// Gives the three files their names. No package is ever beside the signature of another one: an older signature goes first,
    /// the new one comes last, and whoever is killed in between leaves a package without one. `seen` is called after each step that
    /// others can see.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn put(self, statement: &str, signature: &str, seen: &mut dyn FnMut()) -> Result<(), Error> {
        for (file, text) in [(&self.statement, statement), (&self.signature, signature)] {
            file.file()?.write_all(text.as_bytes()).map_err(Error::Output)?;
        }
        // What can fail for want of room has failed before the first of them is seen.
        for file in [&self.package, &self.statement, &self.signature] {
            file.sync()?;
        }
        match fs::remove_file(&self.signature_path) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(Error::file(self.signature_path, why)),
            _ => sync_folder(self.signature_path.parent().unwrap_or(Path::new("."))),
        }
        seen();
        self.statement.put()?;
        seen();
        self.package.put()?;
        seen();
        self.signature.put()?;
        seen();
        Ok(())
    }
}
