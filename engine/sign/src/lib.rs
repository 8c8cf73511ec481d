//! Signatures of packages: keys, signing, verifying, and statements of what is in a package.
//!
//! Keys and signatures are those of [minisign](https://jedisct1.github.io/minisign/): `minisign -Vm PACKAGE -P KEY` verifies what
//! flowport signed, and flowport what minisign signed. A statement is an [in-toto](https://in-toto.io) Statement v1. The signature's
//! trusted comment names the statement's hash, so that one signature covers package and statement.

mod comment;
mod error;
mod files;
mod key;
mod secret;
mod signature;
mod small;
mod statement;

pub use comment::TrustedComment;
pub use error::SignError;
pub use files::{SignedFiles, signature_of, statement_of};
pub use key::{KeyId, PublicKey};
pub use secret::{LockedKey, NewKey, SecretKey};
pub use signature::Signature;
pub use statement::{Difference, Maker, Statement, StatementError};
