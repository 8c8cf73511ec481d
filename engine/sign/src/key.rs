use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::error::SignError;
use crate::secret;
use crate::small;

/// The longest key file that is read, in bytes.
pub(crate) const MOST: u64 = 4096;
/// Characters of a public key.
const LENGTH: usize = 56;

/// What minisign calls a key by, in its files and messages. It tells keys apart and proves nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyId(u64);

impl KeyId {
    pub(crate) fn of(number: &[u8]) -> KeyId {
        let mut bytes = [0; 8];
        bytes.iter_mut().zip(number).for_each(|(to, from)| *to = *from);
        KeyId(u64::from_le_bytes(bytes))
    }
}

/// Sixteen hexadecimal digits, as minisign writes them.
impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016X}", self.0)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "KeyId({self})")
    }
}

/// A key that verifies. Read from and written as its one line, `RW…`.
#[derive(Clone)]
pub struct PublicKey {
    text: String,
    id: KeyId,
    verifier: minisign_verify::PublicKey,
}

impl PublicKey {
    /// The key in a file as minisign writes it: a comment, and the key on the second line. The bare key will do as well.
    ///
    /// # Errors
    /// [`SignError::File`]; [`SignError::NotAPublicKey`], [`SignError::SecretInstead`].
    pub fn from_file(path: &Path) -> Result<PublicKey, SignError> {
        let bytes = small::read(path, MOST)?;
        String::from_utf8(bytes).map_err(|_| SignError::NotAPublicKey).and_then(|text| PublicKey::in_file(&text))
    }

    pub(crate) fn in_file(text: &str) -> Result<PublicKey, SignError> {
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        if first.starts_with(secret::COMMENT) { lines.next().unwrap_or_default().parse() } else { first.parse() }
    }

    /// What minisign calls it by.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// As a file that minisign reads.
    #[must_use]
    pub fn file_text(&self) -> String {
        format!("{}minisign public key {}\n{}\n", secret::COMMENT, self.id, self.text)
    }

    pub(crate) fn verifier(&self) -> &minisign_verify::PublicKey {
        &self.verifier
    }
}

/// One line, without a comment.
impl FromStr for PublicKey {
    type Err = SignError;
    fn from_str(text: &str) -> Result<PublicKey, SignError> {
        let text = text.trim();
        if text.len() != LENGTH && secret::begins(text) {
            return Err(SignError::SecretInstead);
        }
        let verifier = minisign_verify::PublicKey::from_base64(text).map_err(|_| SignError::NotAPublicKey)?;
        let key = minisign::PublicKey::from_base64(text).map_err(|_| SignError::NotAPublicKey)?;
        Ok(PublicKey { text: text.to_owned(), id: KeyId::of(key.keynum()), verifier })
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PublicKey({self})")
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &PublicKey) -> bool {
        self.text == other.text
    }
}

impl Eq for PublicKey {}
