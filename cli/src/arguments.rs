//! The command line, as docs/guide.md promises it to scripts.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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

#[derive(Args, Clone)]
pub(crate) struct Global {
    /// The project file, instead of the nearest flowport.toml
    #[arg(long, global = true, env = "FLOWPORT_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// One JSON object on stdout
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Who acts (default: the system user)
    #[arg(long = "as", global = true, env = "FLOWPORT_AS", value_name = "USER")]
    pub(crate) actor: Option<String>,
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
    /// From one package format to another
    Convert(Convert),
    /// Who needs what, in an environment or a package
    Graph(GraphArguments),
    /// What an environment lacks after an import
    Check(Check),
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
            Command::Convert(_) => "convert",
            Command::Graph(_) => "graph",
            Command::Check(_) => "check",
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
    /// Where it keeps its resources (default: sqlite:.flowport/NAME.db)
    #[arg(long)]
    pub(crate) store: Option<String>,
    /// Who may import; without any, everybody
    #[arg(long = "maker", value_name = "USER")]
    pub(crate) makers: Vec<String>,
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
pub(crate) struct Export {
    /// The environment
    pub(crate) environment: String,
    /// What to export; what it needs comes along
    #[arg(required_unless_present = "all")]
    pub(crate) select: Vec<String>,
    /// Everything
    #[arg(long, conflicts_with = "select")]
    pub(crate) all: bool,
    /// The package file, or with --split a folder
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// The package format (default: by the file's extension, else by what is in it)
    #[arg(long)]
    pub(crate) format: Option<String>,
    /// Nothing but what is selected
    #[arg(long)]
    pub(crate) no_related: bool,
    /// Leave this out though something needs it
    #[arg(long, value_name = "SELECT")]
    pub(crate) exclude: Vec<String>,
    /// The package's name (default: that of the first flow)
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The package's description
    #[arg(long, default_value = "")]
    pub(crate) description: String,
    /// For which kind of environment, or which environment
    #[arg(long = "for", value_name = "KIND|ENV")]
    pub(crate) intended_for: Option<String>,
    /// What import shall do with a resource
    #[arg(long, value_name = "RESOURCE=ACTION")]
    pub(crate) setup: Vec<String>,
    /// What to tell the importer about a resource
    #[arg(long, value_name = "RESOURCE=TEXT")]
    pub(crate) comment: Vec<String>,
    /// Declared secrets travel
    #[arg(long)]
    pub(crate) include_secrets: bool,
    /// Found secrets are taken out
    #[arg(long)]
    pub(crate) strip_found: bool,
    /// Drafts leave too
    #[arg(long)]
    pub(crate) include_drafts: bool,
    /// One package per root flow or app, into a folder
    #[arg(long)]
    pub(crate) split: bool,
    /// Write over a file that is there
    #[arg(long)]
    pub(crate) overwrite: bool,
}

#[derive(Args)]
pub(crate) struct Inspect {
    /// The package
    pub(crate) file: PathBuf,
    /// Check every rule of the format: any problem, warnings included, is exit 4
    #[arg(long)]
    pub(crate) verify: bool,
}

#[derive(Args, Clone, Default)]
pub(crate) struct Answers {
    /// What to do with a resource of the package
    #[arg(long, value_name = "RESOURCE=ACTION[:TARGET]")]
    pub(crate) setup: Vec<String>,
    /// Use a resource of the target for one of the package, or one it refers to
    #[arg(long, value_name = "FROM=TO")]
    pub(crate) map: Vec<String>,
    /// Give a resource another name
    #[arg(long, value_name = "RESOURCE=NAME")]
    pub(crate) rename: Vec<String>,
    /// Give a resource another version
    #[arg(long, value_name = "RESOURCE=VERSION")]
    pub(crate) set_version: Vec<String>,
    /// Answers from a file; flags go over it
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
    /// Switch on what can be switched on
    #[arg(long)]
    pub(crate) publish: bool,
}

#[derive(Args)]
pub(crate) struct PlanArguments {
    /// The target
    pub(crate) environment: String,
    /// The package
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) answers: Answers,
    /// Print a settings file with every question, and candidates in the target
    #[arg(long)]
    pub(crate) settings_template: bool,
    /// Exit 3 where the plan has changes
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
}

#[derive(Args)]
pub(crate) struct Import {
    /// The target
    pub(crate) environment: String,
    /// The package
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) answers: Answers,
    /// Do not ask for confirmation
    #[arg(long)]
    pub(crate) yes: bool,
    /// Edit the content in $EDITOR first; it is validated again
    #[arg(long)]
    pub(crate) edit: bool,
    /// Leave blocked resources, and what needs them, out and import the rest
    #[arg(long)]
    pub(crate) keep_going: bool,
}

#[derive(Args)]
pub(crate) struct Convert {
    /// The package
    pub(crate) input: PathBuf,
    /// The new file
    pub(crate) output: PathBuf,
    /// The new file's format (default: by its extension, else by what is in it)
    #[arg(long)]
    pub(crate) format: Option<String>,
    /// Only what the new format holds natively; anything else is an error
    #[arg(long)]
    pub(crate) strict: bool,
    /// Write over a file that is there
    #[arg(long)]
    pub(crate) overwrite: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum GraphFormat {
    /// Lines for people
    Text,
    /// Graphviz
    Dot,
    /// A drawing
    Svg,
    /// Nodes and edges
    Json,
}

#[derive(Args)]
pub(crate) struct GraphArguments {
    /// An environment or a package file
    pub(crate) place: String,
    /// How to write it
    #[arg(long, value_enum, default_value_t = GraphFormat::Text)]
    pub(crate) format: GraphFormat,
}

#[derive(Args)]
pub(crate) struct Check {
    /// The environment
    pub(crate) environment: String,
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
