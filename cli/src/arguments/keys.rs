//! Of the commands about keys and signatures.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key pair: the secret key in FILE, the public one in FILE.pub
    New(KeyNew),
    /// The public key of a file that holds a public or a secret one
    Show(KeyShow),
}

#[derive(Args)]
pub(crate) struct KeyNew {
    /// Where the secret key goes; the public one goes beside it, as FILE.pub
    pub(crate) file: PathBuf,
    /// The passphrase that locks the secret key, in a file (or in FLOWPORT_SIGN_PASSPHRASE)
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Lock the secret key with none: whoever has the file can sign
    #[arg(long, conflicts_with = "passphrase_file")]
    pub(crate) no_passphrase: bool,
}

#[derive(Args)]
pub(crate) struct KeyShow {
    /// The file of a public or a secret key
    pub(crate) file: PathBuf,
    /// The passphrase that opens a secret key, in a file (or in FLOWPORT_SIGN_PASSPHRASE)
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Verify {
    /// The package
    pub(crate) file: PathBuf,
    /// Who must have signed: a public key, its file, or its name in flowport.toml; of several, any (default: all keys there)
    #[arg(long = "key", value_name = "KEY|FILE.pub|NAME")]
    pub(crate) keys: Vec<String>,
    /// The signature (default: FILE.minisig)
    #[arg(long, value_name = "FILE")]
    pub(crate) signature: Option<PathBuf>,
}
