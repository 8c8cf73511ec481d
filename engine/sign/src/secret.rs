use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minisign::{KeyPair, SecretKeyBox};

use crate::comment::TrustedComment;
use crate::error::SignError;
use crate::key::{MOST, PublicKey};
use crate::signature::Signature;
use crate::small;

/// What the first line of minisign's files begins with.
pub(crate) const COMMENT: &str = "untrusted comment: ";
/// How the line of a key begins that a passphrase locks, and how that of any other.
const LOCKED: &str = "RWRTY0Iy";
const OPEN: &str = "RWQAAEIy";
/// Characters of that line.
const LENGTH: usize = 212;

/// True for the line of a secret key, also one that is not all there.
pub(crate) fn begins(text: &str) -> bool {
    text.starts_with(LOCKED) || text.starts_with(OPEN)
}

/// A secret key as it lies in its file.
pub struct LockedKey {
    line: String,
}

impl LockedKey {
    /// Reads the file of a secret key, as minisign and flowport make it.
    ///
    /// # Errors
    /// [`SignError::File`], [`SignError::Exposed`]; [`SignError::NotASecretKey`], [`SignError::PublicInstead`].
    pub fn from_file(path: &Path) -> Result<LockedKey, SignError> {
        let text = String::from_utf8(small::read(path, MOST)?).map_err(|_| SignError::NotASecretKey)?;
        let line = text.lines().nth(1).unwrap_or_default().trim();
        if line.len() == LENGTH && begins(line) {
            check_mode(path)?;
            return Ok(LockedKey { line: line.to_owned() });
        }
        let is_public = PublicKey::in_file(&text).is_ok();
        Err(if is_public { SignError::PublicInstead } else { SignError::NotASecretKey })
    }

    /// Whether a passphrase locks it.
    #[must_use]
    pub fn needs_passphrase(&self) -> bool {
        self.line.starts_with(LOCKED)
    }

    /// Opens it. This takes a second and the memory that its maker chose: up to 1 GiB.
    ///
    /// # Errors
    /// [`SignError::WrongPassphrase`], [`SignError::Locked`] without one that is needed, [`SignError::DamagedKey`].
    pub fn open(&self, passphrase: Option<&str>) -> Result<SecretKey, SignError> {
        let key = match (self.needs_passphrase(), passphrase) {
            (true, None) => return Err(SignError::Locked),
            (true, Some(passphrase)) => {
                let text = SecretKeyBox::from(format!("{COMMENT}\n{}\n", self.line));
                text.into_secret_key(Some(passphrase.to_owned())).map_err(|error| match error.kind() {
                    minisign::ErrorKind::Verify => SignError::WrongPassphrase,
                    _ => SignError::DamagedKey,
                })?
            }
            // Not as a box: minisign itself writes no checksum into keys without a passphrase, and the library asks for one.
            (false, _) => {
                let bytes = STANDARD.decode(&self.line).map_err(|_| SignError::DamagedKey)?;
                minisign::SecretKey::from_bytes(&bytes).map_err(|_| SignError::DamagedKey)?
            }
        };
        SecretKey::of(key)
    }
}

/// A secret key, ready to sign.
pub struct SecretKey {
    secret: minisign::SecretKey,
    library_key: minisign::PublicKey,
    public: PublicKey,
}

/// Never shows the key; the library's own type does.
impl std::fmt::Debug for SecretKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SecretKey").field("public", &self.public).finish_non_exhaustive()
    }
}

impl SecretKey {
    fn of(secret: minisign::SecretKey) -> Result<SecretKey, SignError> {
        let library_key = minisign::PublicKey::from_secret_key(&secret).map_err(|_| SignError::DamagedKey)?;
        let public = library_key.to_base64().parse()?;
        let key = SecretKey { secret, library_key, public };
        // The halves of a damaged key do not fit; better said now than when all the work is done.
        key.sign(io::empty(), &TrustedComment::default()).map(|_| key)
    }

    /// The key that verifies what this one signs.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs all that can be read, and the comment.
    ///
    /// # Errors
    /// [`SignError::Input`] where reading fails, [`SignError::Failed`], [`SignError::DamagedKey`].
    pub fn sign(&self, data: impl io::Read, comment: &TrustedComment) -> Result<Signature, SignError> {
        let untrusted = format!("signature with the key {}", self.public.id());
        let comment = comment.to_string();
        let signed = minisign::sign(Some(&self.library_key), &self.secret, data, Some(&comment), Some(&untrusted));
        let signed = signed.map_err(|error| match error.kind() {
            minisign::ErrorKind::Verify => SignError::DamagedKey,
            minisign::ErrorKind::Io => SignError::Input(io::Error::other(error.to_string())),
            _ => SignError::Failed(error.to_string()),
        })?;
        signed.into_string().parse()
    }
}

/// A key pair that was just made, and is nowhere yet.
pub struct NewKey {
    secret_text: String,
    public: PublicKey,
}

impl NewKey {
    /// Makes one. With a passphrase, the secret key is locked with it.
    ///
    /// # Errors
    /// [`SignError::Failed`], where the system gives no random numbers.
    pub fn make(passphrase: Option<&str>) -> Result<NewKey, SignError> {
        let failed = |error: minisign::PError| SignError::Failed(error.to_string());
        let pair = match passphrase {
            Some(passphrase) => KeyPair::generate_encrypted_keypair(Some(passphrase.to_owned())),
            None => KeyPair::generate_unencrypted_keypair(),
        };
        let pair = pair.map_err(failed)?;
        let comment = match passphrase {
            Some(_) => "minisign encrypted secret key",
            None => "minisign secret key",
        };
        let secret_text = pair.sk.to_box(Some(comment)).map_err(failed)?.into_string();
        Ok(NewKey { secret_text, public: pair.pk.to_base64().parse()? })
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Where the public key of the secret key in that file lies.
    #[must_use]
    pub fn public_file(secret: &Path) -> PathBuf {
        let mut name = secret.as_os_str().to_owned();
        name.push(".pub");
        name.into()
    }

    /// Whether both halves could be saved there; asked before anybody thinks of a passphrase.
    ///
    /// # Errors
    /// [`SignError::Taken`] where one is there.
    pub fn may_save(secret: &Path) -> Result<(), SignError> {
        let taken =
            [secret.to_owned(), NewKey::public_file(secret)].into_iter().find(|path| path.symlink_metadata().is_ok());
        taken.map_or(Ok(()), |taken| Err(SignError::Taken(taken)))
    }

    /// Writes both halves, the secret one readable by its owner alone; both or none.
    ///
    /// # Errors
    /// As [`may_save`](Self::may_save); [`SignError::File`].
    pub fn save(&self, secret: &Path) -> Result<(), SignError> {
        NewKey::may_save(secret)?;
        let public = NewKey::public_file(secret);
        write_new(secret, &self.secret_text, false)?;
        write_new(&public, &self.public.file_text(), true).inspect_err(|_| {
            // Nobody has seen it yet.
            let _ = fs::remove_file(secret);
        })
    }
}

/// Writes a file whole, where none is. Temporary files are their owner's alone.
fn write_new(path: &Path, text: &str, for_all: bool) -> Result<(), SignError> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::AlreadyExists => SignError::Taken(path.to_owned()),
        _ => SignError::File { path: path.to_owned(), source },
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".flowport-").suffix(".key");
    #[cfg(unix)]
    if for_all {
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    file.persist_noclobber(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// A key that others can read is no secret any more.
#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), SignError> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = fs::metadata(path).map_err(|source| SignError::File { path: path.to_owned(), source })?;
    match metadata.permissions().mode() & 0o777 {
        mode if mode & 0o077 == 0 => Ok(()),
        mode => Err(SignError::Exposed { path: path.to_owned(), mode }),
    }
}

/// Elsewhere a file has the rights of its folder, which is the user's own.
#[cfg(not(unix))]
fn check_mode(_path: &Path) -> Result<(), SignError> {
    Ok(())
}
