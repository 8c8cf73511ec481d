use std::fmt;
use std::io;
use std::path::Path;
use std::str::FromStr;

use crate::comment::TrustedComment;
use crate::error::SignError;
use crate::key::{KeyId, PublicKey};
use crate::small;

/// The longest signature that is read, in bytes: minisign takes comments of 8 KiB.
const MOST: u64 = 32 << 10;
/// What is verified at a time, in bytes.
const CHUNK: usize = 1 << 16;

/// A signature, as the text of its `.minisig` file. Nothing in it is to be believed before it is verified.
#[derive(Clone)]
pub struct Signature {
    text: String,
    key: KeyId,
    decoded: minisign_verify::Signature,
}

impl Signature {
    /// Reads a `.minisig` file.
    ///
    /// # Errors
    /// [`SignError::File`], [`SignError::NotASignature`].
    pub fn from_file(path: &Path) -> Result<Signature, SignError> {
        let text = String::from_utf8(small::read(path, MOST)?).map_err(|_| SignError::NotASignature)?;
        text.parse()
    }

    /// Which key it says that signed.
    #[must_use]
    pub fn key(&self) -> KeyId {
        self.key
    }

    /// Verifies that the key signed exactly what can be read, and the comment, which is to be believed from then on.
    ///
    /// # Errors
    /// [`SignError::OtherKey`], [`SignError::Legacy`], [`SignError::Altered`]; [`SignError::Input`] where reading fails.
    pub fn verify(&self, key: &PublicKey, mut data: impl io::Read) -> Result<TrustedComment, SignError> {
        let refused = |error| match error {
            minisign_verify::Error::UnexpectedKeyId => SignError::OtherKey { by: self.key, wanted: key.id() },
            minisign_verify::Error::UnsupportedLegacyMode => SignError::Legacy,
            _ => SignError::Altered,
        };
        let mut verifier = key.verifier().verify_stream(&self.decoded).map_err(refused)?;
        let mut buffer = vec![0; CHUNK];
        loop {
            match data.read(&mut buffer)? {
                0 => break,
                length => verifier.update(&buffer[..length]),
            }
        }
        verifier.finalize().map_err(refused)?;
        Ok(TrustedComment::read(self.decoded.trusted_comment()))
    }
}

impl FromStr for Signature {
    type Err = SignError;
    fn from_str(text: &str) -> Result<Signature, SignError> {
        // The one library checks every length, but tells nobody the key; the other one tells it.
        let decoded = minisign_verify::Signature::decode(text).map_err(|_| SignError::NotASignature)?;
        let told = minisign::SignatureBox::from_string(text).map_err(|_| SignError::NotASignature)?;
        Ok(Signature { text: text.to_owned(), key: KeyId::of(told.keynum()), decoded })
    }
}

/// The text of its file.
impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}
