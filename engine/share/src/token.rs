use std::fmt;
use std::str::FromStr;

use age::secrecy::ExposeSecret;
use age::secrecy::zeroize::Zeroizing;
use age::x25519;
use sha2::{Digest, Sha256};

use crate::error::ShareError;

/// What tokens begin with. The digit is the version, and what divides a prefix from its payload in bech32.
const PREFIX: &str = "fps1";

/// What age begins the same key with. The checksum is over this prefix, not ours: age verifies it, and the length.
const AGE_PREFIX: &str = "AGE-SECRET-KEY-1";

/// What opens one share, and the only thing that does: a secret.
///
/// Its text is `fps1` and 58 lower-case letters and digits, one word wherever a double click selects words; the last six are a
/// checksum. [`Display`](fmt::Display) writes it, [`Debug`](fmt::Debug) never does. Its memory is overwritten when it is dropped.
pub struct Token {
    identity: x25519::Identity,
}

/// What a file of the store is, as part of its name.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Role {
    Package,
    Used,
}

impl Token {
    /// A new one, never seen before.
    pub(crate) fn generate() -> Token {
        Token { identity: x25519::Identity::generate() }
    }

    /// True for a text that is meant as a token, be it mistyped, and not as a file's name: no separator, no extension. A file
    /// of such a name can still be named with its folder, as in `./fps1notes`.
    #[must_use]
    pub fn looks_like(text: &str) -> bool {
        text.trim().strip_prefix(PREFIX).is_some_and(|payload| !payload.contains(['.', '/', '\\']))
    }

    pub(crate) fn identity(&self) -> &x25519::Identity {
        &self.identity
    }

    /// The file of the store that has this role: a hash of the secret, which tells neither the secret nor the role.
    pub(crate) fn file_name(&self, role: Role) -> String {
        let domain: &[u8] = match role {
            Role::Package => b"flowport share name v1\0",
            Role::Used => b"flowport share used v1\0",
        };
        let secret = self.identity.to_string();
        let hash = Sha256::new().chain_update(domain).chain_update(secret.expose_secret()).finalize();
        let hexadecimal: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        hexadecimal + ".share"
    }
}

impl FromStr for Token {
    type Err = ShareError;

    /// Space around it is fine: it comes along where texts are copied.
    ///
    /// # Errors
    /// [`ShareError::NotAToken`] without the prefix, [`ShareError::Mistyped`] with it.
    fn from_str(text: &str) -> Result<Token, ShareError> {
        let payload = text.trim().strip_prefix(PREFIX).ok_or(ShareError::NotAToken)?;
        if payload.contains(|char: char| char.is_ascii_uppercase()) {
            return Err(ShareError::Mistyped);
        }
        // As large as it gets at once: a text that grows leaves copies behind.
        let mut key = Zeroizing::new(String::with_capacity(AGE_PREFIX.len() + payload.len()));
        key.push_str(AGE_PREFIX);
        key.extend(payload.chars().map(|char| char.to_ascii_uppercase()));
        let identity = key.parse().map_err(|_| ShareError::Mistyped)?;
        Ok(Token { identity })
    }
}

impl fmt::Display for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.identity.to_string();
        let payload = key.expose_secret().strip_prefix(AGE_PREFIX).unwrap_or_default();
        let payload = Zeroizing::new(payload.to_ascii_lowercase());
        write!(formatter, "{PREFIX}{}", *payload)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(secret)")
    }
}
