//! Secrets on their way in a package: sealed to a public key or with a passphrase, as armoured text.

use std::io::{Read as _, Write as _};
use std::iter;
use std::path::Path;
use std::str::FromStr;

use age::armor::{ArmoredReader, ArmoredWriter, Format};
use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor, scrypt, x25519};

use crate::error::SecretsError;
use crate::vault::{self, Vault};

/// Who can open a parcel.
pub enum Recipient {
    /// Whoever has the key to this public key.
    Key(x25519::Recipient),
    /// Whoever knows the passphrase.
    Passphrase(SecretString),
}

/// An age public key.
impl FromStr for Recipient {
    type Err = SecretsError;
    fn from_str(text: &str) -> Result<Recipient, SecretsError> {
        text.parse().map(Recipient::Key).map_err(|_| SecretsError::NotARecipient(shown(text)))
    }
}

/// A private key given by mistake is not repeated.
fn shown(text: &str) -> String {
    let is_private = text.to_uppercase().starts_with("AGE-SECRET-KEY");
    if is_private { "AGE-SECRET-KEY-…".to_owned() } else { text.chars().take(80).collect() }
}

/// What a parcel is opened with.
pub enum Opener {
    /// A private key.
    Key(x25519::Identity),
    /// A passphrase.
    Passphrase(SecretString),
}

impl Opener {
    /// The key in an age identity file.
    ///
    /// # Errors
    /// When there is no such file, or none that only its owner can read, or it holds no key.
    pub fn from_file(path: &Path) -> Result<Opener, SecretsError> {
        vault::read(path)?
            .map(Opener::Key)
            .ok_or_else(|| SecretsError::File { path: path.to_owned(), source: std::io::ErrorKind::NotFound.into() })
    }

    /// The key of a vault, where it has one.
    ///
    /// # Errors
    /// When the key file cannot be read.
    pub fn of(vault: &Vault) -> Result<Option<Opener>, SecretsError> {
        Ok(vault.key()?.cloned().map(Opener::Key))
    }
}

/// Seals a text.
///
/// # Errors
/// [`SecretsError::Seal`].
pub fn seal(recipient: &Recipient, text: &str) -> Result<String, SecretsError> {
    let failed = |error: &dyn std::fmt::Display| SecretsError::Seal(error.to_string());
    let encryptor = match recipient {
        Recipient::Key(key) => {
            Encryptor::with_recipients(iter::once(key as &dyn age::Recipient)).map_err(|error| failed(&error))?
        }
        Recipient::Passphrase(passphrase) => Encryptor::with_user_passphrase(passphrase.clone()),
    };
    let write = || -> std::io::Result<Vec<u8>> {
        let armoured = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor)?;
        let mut writer = encryptor.wrap_output(armoured)?;
        writer.write_all(text.as_bytes())?;
        writer.finish()?.finish()
    };
    let sealed = write().map_err(|error| failed(&error))?;
    String::from_utf8(sealed).map_err(|error| failed(&error))
}

/// True where a passphrase opens it, false where a key does.
///
/// # Errors
/// [`SecretsError::Damaged`] for what is no parcel.
pub fn is_sealed_by_passphrase(sealed: &str) -> Result<bool, SecretsError> {
    Ok(decryptor(sealed)?.is_scrypt())
}

/// Opens what [`seal`] made.
///
/// # Errors
/// [`SecretsError::NotTheAddressee`], [`SecretsError::WrongPassphrase`], [`SecretsError::Damaged`].
pub fn open(opener: &Opener, sealed: &str) -> Result<String, SecretsError> {
    let decryptor = decryptor(sealed)?;
    let wrong = match opener {
        Opener::Key(_) => SecretsError::NotTheAddressee,
        Opener::Passphrase(_) => SecretsError::WrongPassphrase,
    };
    let opened = match opener {
        Opener::Key(key) => decryptor.decrypt(iter::once(key as &dyn age::Identity)),
        Opener::Passphrase(passphrase) => {
            let identity = scrypt::Identity::new(passphrase.clone());
            decryptor.decrypt(iter::once(&identity as &dyn age::Identity))
        }
    };
    let mut reader = opened.map_err(|error| match error {
        DecryptError::NoMatchingKeys | DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => wrong,
        _ => SecretsError::Damaged,
    })?;
    let mut text = String::new();
    reader.read_to_string(&mut text).map_err(|_| SecretsError::Damaged)?;
    Ok(text)
}

fn decryptor(sealed: &str) -> Result<Decryptor<ArmoredReader<std::io::BufReader<&[u8]>>>, SecretsError> {
    Decryptor::new(ArmoredReader::new(sealed.as_bytes())).map_err(|_| SecretsError::Damaged)
}
