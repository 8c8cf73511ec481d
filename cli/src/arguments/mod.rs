//! The command line, as docs/guide.md promises it to scripts.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand};

mod keys;
mod packages;
mod runs;
mod secrets;
mod writing;

pub(crate) use keys::{KeyCommand, KeyNew, KeyShow, Verify};
pub(crate) use packages::{
    Answers, Choices, Convert, DiffArguments, Export, GraphArguments, GraphFormat, Import, Inspect, Pack,
    PageArguments, PlanArguments, PlanFormat, Selection, Share, Unpack,
};
pub(crate) use runs::{RunName, RunShow, Runs, RunsCommand, Undo};
pub(crate) use secrets::{SecretCommand, SecretList, SecretPlace, SecretSet};

/// Moves low-code flows, and all that they need, between environments.
#[derive(Parser)]
#[command(name = "flowport", version, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "A resource is named kind/id or kind/name, for example 'flow/Order intake'; 'flow/*' means all flows.\nStart with: flowport demo"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// What the user wrote; help and errors are coloured where results are.
    pub(crate) fn from_command_line() -> Result<Arguments, clap::Error> {
        let colour = if crate::render::colour() { ColorChoice::Auto } else { ColorChoice::Never };
        let matches = Arguments::command().color(colour).try_get_matches()?;
        Arguments::from_arg_matches(&matches)
    }
}

#[derive(Args, Clone)]
pub(crate) struct Global {
    /// The project file, instead of the nearest flowport.toml
    #[arg(long, global = true, env = "FLOWPORT_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<OsString>,
    /// One JSON object on stdout
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Who acts (default: the system user)
    #[arg(long = "as", global = true, env = "FLOWPORT_AS", value_name = "USER")]
    pub(crate) actor: Option<String>,
    /// Wait so long for another run that holds the environment (default: do not wait)
    #[arg(long, global = true, env = "FLOWPORT_WAIT", value_name = "SECONDS")]
    pub(crate) wait: Option<u64>,
    /// Append one JSON line for each step of a command that writes to an environment
    #[arg(long, global = true, env = "FLOWPORT_AUDIT", value_name = "FILE")]
    pub(crate) audit: Option<PathBuf>,
    /// Load a plugin; it goes before the built-in ones
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) plugin: Vec<PathBuf>,
    /// Load no built-in plugin
    #[arg(long, global = true)]
    pub(crate) no_builtin: bool,
    /// Say more; twice: everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Say nothing but results and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make a project: flowport.toml with dev, test and prod
    Init(Init),
    /// The main job, end to end, on packages that come with it
    Demo(Demo),
    /// Environments of the project
    #[command(subcommand)]
    Env(EnvCommand),
    /// What is in an environment
    List(List),
    /// One resource of an environment
    Show(Show),
    /// Add or replace resources from flowport JSON
    Put(Put),
    /// Edit a part of a resource in $EDITOR
    Edit(Edit),
    /// Publish resources, or switch them on
    Publish(Several),
    /// Unpublish resources, or switch them off
    Unpublish(Several),
    /// Take resources out of an environment
    Delete(Delete),
    /// Write a selection and what it needs to a package
    Export(Export),
    /// What is in a package: contents, references, literals, secrets, problems
    Inspect(Inspect),
    /// What an import would do; writes nothing
    Plan(PlanArguments),
    /// Plan, confirm, apply
    Import(Import),
    /// Hand a package over without a file: prints a token, which `import` takes
    Share(Share),
    /// From one package format to another, or made to fit another environment
    Convert(Convert),
    /// What differs between two packages or environments, resource by resource and field by field
    Diff(DiffArguments),
    /// A package as a folder of readable files, for version control
    Unpack(Unpack),
    /// A folder of readable files as a package again
    Pack(Pack),
    /// Who needs what, in an environment or a package
    Graph(GraphArguments),
    /// What an environment lacks after an import
    Check(Check),
    /// What was done to an environment: who, when, with what
    Runs(Runs),
    /// Take a run back: what was there before is put there again
    Undo(Undo),
    /// Connectors of an environment
    #[command(subcommand)]
    Connector(ConnectorCommand),
    /// Secrets that an environment keeps apart, encrypted
    #[command(subcommand)]
    Secret(SecretCommand),
    /// Keys that sign packages
    #[command(subcommand)]
    Key(KeyCommand),
    /// Whether a package is signed by a key, and holds what its maker says
    Verify(Verify),
    /// Plugins
    #[command(subcommand)]
    Plugin(PluginCommand),
    /// Package formats
    Formats,
    /// Completions for a shell
    Completions(Completions),
}

impl Command {
    /// As the user writes it, for the JSON envelope.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Command::Init(_) => "init",
            Command::Demo(_) => "demo",
            Command::Env(EnvCommand::List) => "env list",
            Command::Env(EnvCommand::Add(_)) => "env add",
            Command::Env(EnvCommand::Show(_)) => "env show",
            Command::Env(EnvCommand::Remove(_)) => "env remove",
            Command::List(_) => "list",
            Command::Show(_) => "show",
            Command::Put(_) => "put",
            Command::Edit(_) => "edit",
            Command::Publish(_) => "publish",
            Command::Unpublish(_) => "unpublish",
            Command::Delete(_) => "delete",
            Command::Export(_) => "export",
            Command::Inspect(_) => "inspect",
            Command::Plan(_) => "plan",
            Command::Import(_) => "import",
            Command::Share(_) => "share",
            Command::Convert(_) => "convert",
            Command::Diff(_) => "diff",
            Command::Unpack(_) => "unpack",
            Command::Pack(_) => "pack",
            Command::Graph(_) => "graph",
            Command::Check(_) => "check",
            Command::Runs(Runs { command: None, .. }) => "runs",
            Command::Runs(Runs { command: Some(RunsCommand::Show(_)), .. }) => "runs show",
            Command::Undo(_) => "undo",
            Command::Connector(ConnectorCommand::Refresh(_)) => "connector refresh",
            Command::Secret(SecretCommand::List(_)) => "secret list",
            Command::Secret(SecretCommand::Set(_)) => "secret set",
            Command::Secret(SecretCommand::Remove(_)) => "secret remove",
            Command::Secret(SecretCommand::Recipient) => "secret recipient",
            Command::Key(KeyCommand::New(_)) => "key new",
            Command::Key(KeyCommand::Show(_)) => "key show",
            Command::Verify(_) => "verify",
            Command::Plugin(PluginCommand::List) => "plugin list",
            Command::Plugin(PluginCommand::Info(_)) => "plugin info",
            Command::Formats => "formats",
            Command::Completions(_) => "completions",
        }
    }
}

#[derive(Args)]
pub(crate) struct Init {
    /// Where (default: here)
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Demo {
    /// Where; must be empty or not there yet (default: a temporary folder)
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum EnvCommand {
    /// All environments
    List,
    /// Add one to flowport.toml
    Add(EnvAdd),
    /// One environment
    Show(EnvName),
    /// Take one out of flowport.toml; its store stays unless --delete-store
    Remove(EnvRemove),
}

#[derive(Args)]
pub(crate) struct EnvName {
    /// The environment
    pub(crate) name: String,
}

#[derive(Args)]
pub(crate) struct EnvAdd {
    /// The environment
    pub(crate) name: String,
    /// development, test, acceptance, staging, production or default
    #[arg(long, default_value = "development")]
    pub(crate) kind: String,
    /// The tenant, as people call it
    #[arg(long)]
    pub(crate) tenant: Option<String>,
    /// Where it keeps its resources: sqlite:PATH or dir:FOLDER (default: sqlite:.flowport/NAME.db)
    #[arg(long)]
    pub(crate) store: Option<String>,
    /// Who may import; without any, everybody
    #[arg(long = "maker", value_name = "USER")]
    pub(crate) makers: Vec<String>,
    /// Take only packages that this key of flowport.toml signed, or another one named so
    #[arg(long = "signed-by", value_name = "KEY")]
    pub(crate) signed_by: Vec<String>,
}

#[derive(Args)]
pub(crate) struct EnvRemove {
    /// The environment
    pub(crate) name: String,
    /// Delete its resources for good
    #[arg(long)]
    pub(crate) delete_store: bool,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Args)]
pub(crate) struct List {
    /// The environment
    pub(crate) environment: String,
    /// Only these resources
    pub(crate) select: Vec<String>,
    /// Only this kind
    #[arg(long)]
    pub(crate) kind: Option<String>,
}

#[derive(Args)]
pub(crate) struct Show {
    /// The environment
    pub(crate) environment: String,
    /// The resource
    pub(crate) resource: String,
    /// Print this part, byte for byte
    #[arg(long)]
    pub(crate) part: Option<String>,
}

#[derive(Args)]
pub(crate) struct Put {
    /// The environment
    pub(crate) environment: String,
    /// Files in flowport JSON
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Who owns what is put (default: as before, else who acts)
    #[arg(long)]
    pub(crate) owner: Option<String>,
    /// Who owns it as well
    #[arg(long, requires = "owner", value_name = "USER")]
    pub(crate) co_owner: Vec<String>,
}

#[derive(Args)]
pub(crate) struct Edit {
    /// The environment
    pub(crate) environment: String,
    /// The resource
    pub(crate) resource: String,
    /// Which part (default: the first JSON part)
    #[arg(long)]
    pub(crate) part: Option<String>,
}

#[derive(Args)]
pub(crate) struct Several {
    /// The environment
    pub(crate) environment: String,
    /// The resources
    #[arg(required = true)]
    pub(crate) select: Vec<String>,
}

#[derive(Args)]
pub(crate) struct Delete {
    /// The environment
    pub(crate) environment: String,
    /// The resources
    #[arg(required = true)]
    pub(crate) select: Vec<String>,
    /// Even what others need
    #[arg(long)]
    pub(crate) force: bool,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Args)]
pub(crate) struct Check {
    /// The environment
    pub(crate) environment: String,
}

#[derive(Subcommand)]
pub(crate) enum ConnectorCommand {
    /// Add the types of a connector that an import did not bring, and note that it is up to date
    Refresh(ConnectorRefresh),
}

#[derive(Args)]
pub(crate) struct ConnectorRefresh {
    /// The environment
    pub(crate) environment: String,
    /// The connector
    pub(crate) connector: String,
    /// Where its types are: an environment of the project or a package
    #[arg(long, value_name = "ENV|FILE")]
    pub(crate) from: String,
    /// What belongs to a connector
    #[arg(long, value_name = "KIND", default_value = "type")]
    pub(crate) kind: String,
    /// Do not ask for confirmation
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Subcommand)]
pub(crate) enum PluginCommand {
    /// All loaded plugins
    List,
    /// One plugin: kinds, formats, contract, imports, hash
    Info(PluginInfo),
}

#[derive(Args)]
pub(crate) struct PluginInfo {
    /// Its name, or a component's path
    pub(crate) name: String,
}

#[derive(Args)]
pub(crate) struct Completions {
    /// For which shell
    pub(crate) shell: clap_complete::Shell,
}
