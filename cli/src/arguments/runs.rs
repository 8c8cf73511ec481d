//! Of the commands about what was done.

use std::fmt;
use std::str::FromStr;

use clap::{Args, Subcommand};
use flowport_core::history::RunId;

/// A run as people name it: `ENV/N`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunName {
    pub(crate) environment: String,
    pub(crate) id: RunId,
}

impl fmt::Display for RunName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.environment, self.id)
    }
}

impl FromStr for RunName {
    type Err = String;
    fn from_str(text: &str) -> Result<RunName, String> {
        let named = text.rsplit_once('/').filter(|(environment, _)| !environment.is_empty());
        let named = named.and_then(|(environment, number)| Some((environment, number.parse().ok()?)));
        let (environment, id) = named.ok_or("a run is written ENV/NUMBER, as `flowport runs ENV` lists them")?;
        Ok(RunName { environment: environment.to_owned(), id })
    }
}

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Runs {
    /// The environment
    #[arg(required = true)]
    pub(crate) environment: Option<String>,
    /// Only runs that changed these resources
    pub(crate) select: Vec<String>,
    /// All of them, not only the last ones
    #[arg(long)]
    pub(crate) all: bool,
    #[command(subcommand)]
    pub(crate) command: Option<RunsCommand>,
}

#[derive(Subcommand)]
pub(crate) enum RunsCommand {
    /// One run: what it changed, field by field
    Show(RunShow),
}

#[derive(Args)]
pub(crate) struct RunShow {
    /// The run
    #[arg(value_name = "ENV/NUMBER")]
    pub(crate) run: RunName,
    /// Also what changes by itself: times, who saved last
    #[arg(long)]
    pub(crate) all_fields: bool,
}

#[derive(Args)]
pub(crate) struct Undo {
    /// The run
    #[arg(value_name = "ENV/NUMBER")]
    pub(crate) run: RunName,
    /// Also where later changes are lost by it, or something else breaks
    #[arg(long)]
    pub(crate) force: bool,
    /// Do not ask for confirmation
    #[arg(long)]
    pub(crate) yes: bool,
}
