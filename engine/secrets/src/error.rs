use std::path::PathBuf;

/// Why a secret could not be sealed or opened. No message holds one.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// There is no key file, and what it sealed is there.
    #[error(
        "the key file {0} is missing, and secrets are kept under it: put it back, or set the secrets again with \
         `flowport secret set`"
    )]
    NoKey(PathBuf),
    /// Others can read the key file.
    #[error("the key file {path} can be read by others (mode {mode:03o}): chmod 600 {path}", path = .path.display())]
    Exposed {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file is there and holds no key.
    #[error("{0} holds no key: a line that begins with AGE-SECRET-KEY-1 is missing or damaged")]
    NotAKey(PathBuf),
    /// A key file cannot be read or made.
    #[error("the key file {path}: {source}", path = .path.display())]
    File {
        /// The key file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Sealed under another key, or damaged.
    #[error(
        "a secret was sealed under another key than that in {0}, or is damaged: set it again with `flowport secret set`"
    )]
    Foreign(PathBuf),
    /// Not a public key.
    #[error("{0:?} is no recipient: write an age public key (age1…), or the word passphrase")]
    NotARecipient(String),
    /// None of the keys is the addressee's.
    #[error("the package's secrets are sealed to somebody else's key")]
    NotTheAddressee,
    /// The passphrase is another one.
    #[error("this is not the passphrase that the package's secrets were sealed with")]
    WrongPassphrase,
    /// What was sealed cannot be read at all.
    #[error("the package's sealed secrets are damaged")]
    Damaged,
    /// Sealing failed.
    #[error("the secrets cannot be sealed: {0}")]
    Seal(String),
}
