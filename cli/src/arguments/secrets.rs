//! Of the commands about secrets.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub(crate) enum SecretCommand {
    /// Which declared secrets there are, and which are set; never their values
    List(SecretList),
    /// Set one, from stdin or a file, never from a flag
    Set(SecretSet),
    /// Forget one
    Remove(SecretPlace),
    /// The public key of this project: others seal secrets to it with `export --seal-to`
    Recipient,
}

#[derive(Args)]
pub(crate) struct SecretList {
    /// The environment
    pub(crate) environment: String,
    /// Only these resources
    pub(crate) select: Vec<String>,
}

#[derive(Args)]
pub(crate) struct SecretPlace {
    /// The environment
    pub(crate) environment: String,
    /// The resource
    pub(crate) resource: String,
    /// Which of its secrets: the slot, its end, or its label
    pub(crate) slot: String,
}

#[derive(Args)]
pub(crate) struct SecretSet {
    #[command(flatten)]
    pub(crate) place: SecretPlace,
    /// Take the value from a file, without its last line end
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}
