//! Secrets of flowport: the key file under which an environment keeps them, and what travels sealed in a package.
//!
//! Both are [age](https://age-encryption.org): a key file is an age identity file, so that `age` itself can open what flowport
//! sealed, and a package can be sealed to any age recipient.

mod error;
mod parcel;
mod vault;

pub use age::secrecy::{ExposeSecret, SecretString};
pub use error::SecretsError;
pub use parcel::{Opener, Recipient, is_sealed_by_passphrase, open, seal};
pub use vault::Vault;
