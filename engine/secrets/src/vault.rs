use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use sha2::{Digest as _, Sha256};

use crate::error::SecretsError;

/// What a key file is called until it is whole.
const PREFIX: &str = ".flowport-";
const SUFFIX: &str = ".key";
/// So many processes may make a key at once.
const ATTEMPTS: usize = 16;

/// Seals secrets under the key in a file. The file is made when the first secret is sealed, and read when it is first needed.
pub struct Vault {
    path: PathBuf,
    key: OnceLock<Identity>,
}

/// Never shows the key.
impl std::fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Vault").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Vault {
    /// The vault whose key is, or will be, in this file.
    #[must_use]
    pub fn at(path: &Path) -> Vault {
        Vault { path: path.to_owned(), key: OnceLock::new() }
    }

    /// Where the key is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes a secret unreadable without the key. `about` says whose it is; opening it as anybody else's fails.
    ///
    /// # Errors
    /// When the key file cannot be read or made.
    pub fn seal(&self, about: &str, secret: &str) -> Result<Vec<u8>, SecretsError> {
        let key = self.key_or_new()?;
        let framed = [&(about.len() as u64).to_le_bytes(), about.as_bytes(), secret.as_bytes()].concat();
        age::encrypt(&key.to_public(), &framed).map_err(|error| SecretsError::Seal(error.to_string()))
    }

    /// The secret again.
    ///
    /// # Errors
    /// [`SecretsError::NoKey`], and [`SecretsError::Foreign`] for what another key sealed, or was sealed about something else.
    pub fn open(&self, about: &str, sealed: &[u8]) -> Result<String, SecretsError> {
        let key = self.key()?.ok_or_else(|| SecretsError::NoKey(self.path.clone()))?;
        let foreign = || SecretsError::Foreign(self.path.clone());
        let framed = age::decrypt(key, sealed).map_err(|_| foreign())?;
        let prefix = [&(about.len() as u64).to_le_bytes(), about.as_bytes()].concat();
        let secret = framed.strip_prefix(prefix.as_slice()).ok_or_else(foreign)?;
        String::from_utf8(secret.to_vec()).map_err(|_| foreign())
    }

    /// What tells a secret from others and says nothing of it to whoever has not the key: SHA-256 over the key, whose it is and the
    /// secret. None where there is no key yet.
    ///
    /// # Errors
    /// When the key file cannot be read.
    pub fn mark(&self, about: &str, secret: &str) -> Result<Option<[u8; 32]>, SecretsError> {
        let Some(key) = self.key()? else { return Ok(None) };
        let key = key.to_string();
        let mut hash = Sha256::new();
        for text in [key.expose_secret(), about, secret] {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        }
        Ok(Some(hash.finalize().into()))
    }

    /// The public key, for whoever seals secrets to this project. The key is made when there is none.
    ///
    /// # Errors
    /// When the key file cannot be read or made.
    pub fn recipient(&self) -> Result<String, SecretsError> {
        Ok(self.key_or_new()?.to_public().to_string())
    }

    /// The key, where there is one.
    pub(crate) fn key(&self) -> Result<Option<&Identity>, SecretsError> {
        if self.key.get().is_none() {
            let Some(key) = read(&self.path)? else { return Ok(None) };
            return Ok(Some(self.key.get_or_init(|| key)));
        }
        Ok(self.key.get())
    }

    fn key_or_new(&self) -> Result<&Identity, SecretsError> {
        if let Some(key) = self.key()? {
            return Ok(key);
        }
        // Somebody else may have been first, and may have taken the file that was to become the key for one of a killed process.
        for attempt in 1..=ATTEMPTS {
            let made = make(&self.path);
            // The key is whatever the file holds now.
            match (self.key()?, made) {
                (Some(key), _) => return Ok(key),
                (None, Err(source)) if attempt == ATTEMPTS || source.kind() != io::ErrorKind::NotFound => {
                    return Err(SecretsError::File { path: self.path.clone(), source });
                }
                (None, _) => {}
            }
        }
        Err(SecretsError::NoKey(self.path.clone()))
    }
}

/// The first key in an age identity file; none where there is no file.
pub(crate) fn read(path: &Path) -> Result<Option<Identity>, SecretsError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(SecretsError::File { path: path.to_owned(), source }),
    };
    check_mode(path)?;
    let key = text.lines().find_map(|line| line.trim().parse::<Identity>().ok());
    key.map(Some).ok_or_else(|| SecretsError::NotAKey(path.to_owned()))
}

/// A key that others can read is no secret any more.
#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), SecretsError> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = fs::metadata(path).map_err(|source| SecretsError::File { path: path.to_owned(), source })?;
    match metadata.permissions().mode() & 0o777 {
        mode if mode & 0o077 == 0 => Ok(()),
        mode => Err(SecretsError::Exposed { path: path.to_owned(), mode }),
    }
}

/// Elsewhere a file has the rights of its folder, which is the user's own.
#[cfg(not(unix))]
fn check_mode(_path: &Path) -> Result<(), SecretsError> {
    Ok(())
}

/// Makes a key file whole, or leaves the one that somebody else was faster to make. Temporary files are their owner's alone.
fn make(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    // Of processes that were killed here: nothing was ever sealed under these.
    for entry in fs::read_dir(folder)?.flatten() {
        if entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX)) {
            let _ = fs::remove_file(entry.path());
        }
    }
    let key = Identity::generate();
    let mut file = tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder)?;
    let text = format!(
        "# The key under which flowport keeps the secrets of this project's environments. Keep a copy in a safe place, and\n\
         # never commit it: without it the secrets must be set again, with it anybody can read them.\n\
         # public key: {}\n{}\n",
        key.to_public(),
        key.to_string().expose_secret()
    );
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(error.error),
        _ => Ok(()),
    }
}
