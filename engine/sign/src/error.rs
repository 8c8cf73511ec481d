use std::path::PathBuf;

use crate::key::KeyId;

/// Why something could not be signed, or a signature is not taken. No message holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// No public key.
    #[error(
        "this is no public key: one has 56 characters and begins with RW, and minisign's file has it on its second line"
    )]
    NotAPublicKey,
    /// A secret key where a public one belongs.
    #[error(
        "this is a secret key: name its public key, which `flowport key show` prints, and show the secret one to nobody"
    )]
    SecretInstead,
    /// No secret key.
    #[error("this is no secret key of minisign")]
    NotASecretKey,
    /// A public key where a secret one belongs.
    #[error("this is a public key, which verifies; signing takes the secret one")]
    PublicInstead,
    /// A secret key whose halves do not fit.
    #[error("the secret key is damaged: take its copy")]
    DamagedKey,
    /// The passphrase is another one.
    #[error("this is not the passphrase of the secret key")]
    WrongPassphrase,
    /// The passphrase is needed.
    #[error("the secret key is locked with a passphrase")]
    Locked,
    /// Others can read the secret key.
    #[error("the secret key {path} can be read by others (mode {mode:03o}): chmod 600 {path}", path = .path.display())]
    Exposed {
        /// Its file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A key is never written over.
    #[error("{0} is already there, and no key is ever written over: name another file")]
    Taken(PathBuf),
    /// A file cannot be read or written.
    #[error("{path}: {source}", path = .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A name that would break the lines of a signature.
    #[error("a signature cannot name the file {0:?}: take the control characters out of its name")]
    FileName(String),
    /// The library could not make a key or a signature.
    #[error("signing failed: {0}")]
    Failed(String),
    /// What is to be signed or verified cannot be read.
    #[error("what is signed cannot be read: {0}")]
    Input(#[from] std::io::Error),
    /// No signature at all.
    #[error("this is no signature of minisign")]
    NotASignature,
    /// A signature of the first version of minisign, which signs the file itself and not its hash.
    #[error("this signature is of a kind that minisign no longer makes: sign the package again")]
    Legacy,
    /// Another key signed.
    #[error("it was signed with the key {by}, and not with {wanted}")]
    OtherKey {
        /// Which did.
        by: KeyId,
        /// Which was to.
        wanted: KeyId,
    },
    /// Signature, trusted comment and bytes do not belong together.
    #[error("the signature does not fit: the file, the signature or its trusted comment was altered")]
    Altered,
}
