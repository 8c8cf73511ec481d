//! Of the commands that read or write packages.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

/// What leaves an environment, and how.
#[derive(Args)]
pub(crate) struct Selection {
    /// The environment
    pub(crate) environment: String,
    /// What to export; what it needs comes along
    #[arg(required_unless_present = "all")]
    pub(crate) select: Vec<String>,
    /// Everything
    #[arg(long, conflicts_with = "select")]
    pub(crate) all: bool,
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
    /// Declared secrets travel, in the clear
    #[arg(long)]
    pub(crate) include_secrets: bool,
    /// Declared secrets travel sealed: only the owner of this age public key can open them, or who knows the passphrase
    #[arg(long, value_name = "RECIPIENT|passphrase", conflicts_with = "include_secrets")]
    pub(crate) seal_to: Option<String>,
    /// With `--seal-to passphrase`: the passphrase, in a file
    #[arg(long, value_name = "FILE", requires = "seal_to")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Found secrets are taken out
    #[arg(long)]
    pub(crate) strip_found: bool,
    /// Drafts leave too
    #[arg(long)]
    pub(crate) include_drafts: bool,
}

#[derive(Args)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// The package file, or with --split a folder
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// The package format (default: by the file's extension, else by what is in it)
    #[arg(long)]
    pub(crate) format: Option<String>,
    /// One package per root flow or app, into a folder
    #[arg(long)]
    pub(crate) split: bool,
    /// Sign with this secret key: a signature and a statement of what is inside go beside the package
    #[arg(long, value_name = "KEY")]
    pub(crate) sign: Option<PathBuf>,
    /// With `--sign`: the key's passphrase, in a file (or in FLOWPORT_SIGN_PASSPHRASE)
    #[arg(long, value_name = "FILE", requires = "sign")]
    pub(crate) sign_passphrase_file: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long)]
    pub(crate) overwrite: bool,
}

#[derive(Args)]
pub(crate) struct Share {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// The package format (default: by what is in it)
    #[arg(long)]
    pub(crate) format: Option<String>,
    /// Until when: a time from now (7d, 12h), a date or a moment (2027-01-31, 2027-01-31T12:00:00Z)
    #[arg(long, value_name = "WHEN")]
    pub(crate) expires: Option<String>,
    /// It can be imported once
    #[arg(long)]
    pub(crate) once: bool,
}

#[derive(Args)]
pub(crate) struct Inspect {
    /// The package, or the token of a shared one
    #[arg(value_name = "FILE|TOKEN")]
    pub(crate) file: PathBuf,
    /// Check every rule of the format: any problem, warnings included, is exit 4
    #[arg(long)]
    pub(crate) verify: bool,
    /// Print a settings file with every question that the package asks, for convert and plan
    #[arg(long, conflicts_with_all = ["verify", "html"])]
    pub(crate) settings_template: bool,
    #[command(flatten)]
    pub(crate) page: PageArguments,
}

/// Where the result goes as a page, beside the usual output.
#[derive(Args)]
#[command(group = ArgGroup::new("written").multiple(true))]
pub(crate) struct PageArguments {
    /// Write the result to a page for a browser too
    #[arg(long, value_name = "FILE", group = "written")]
    pub(crate) html: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long, requires = "written")]
    pub(crate) overwrite: bool,
}

/// What to change on the way, by flags and by a file.
#[derive(Args, Clone, Default)]
pub(crate) struct Choices {
    /// What to do with a resource of the package
    #[arg(long, value_name = "RESOURCE=ACTION[:TARGET]")]
    pub(crate) setup: Vec<String>,
    /// Use a resource of the target for one of the package, or one it refers to; in convert: what the target calls it
    #[arg(long, value_name = "FROM=TO")]
    pub(crate) map: Vec<String>,
    /// Give a resource another name
    #[arg(long, value_name = "RESOURCE=NAME")]
    pub(crate) rename: Vec<String>,
    /// Give a resource another version
    #[arg(long, value_name = "RESOURCE=VERSION")]
    pub(crate) set_version: Vec<String>,
    /// What becomes of a resource that the target changed too: leave it, or take the package's; not in convert
    #[arg(long, value_name = "RESOURCE=keep|take")]
    pub(crate) resolve: Vec<String>,
    /// Answers from a file; flags go over it
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
}

#[derive(Args, Clone, Default)]
pub(crate) struct Answers {
    #[command(flatten)]
    pub(crate) choices: Choices,
    /// Switch on what can be switched on
    #[arg(long)]
    pub(crate) publish: bool,
    /// The age key that opens sealed secrets (default: the project's own)
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Option<PathBuf>,
    /// The passphrase that opens sealed secrets, in a file (or in FLOWPORT_PASSPHRASE)
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct PlanArguments {
    /// The target
    pub(crate) environment: String,
    /// The package, or the token of a shared one
    #[arg(value_name = "FILE|TOKEN")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) answers: Answers,
    /// Print a settings file with every question, and candidates in the target
    #[arg(long, conflicts_with = "html")]
    pub(crate) settings_template: bool,
    /// Save the plan, so that exactly this is imported later: flowport import --plan PLAN
    #[arg(short, long, value_name = "PLAN", group = "written", conflicts_with = "settings_template")]
    pub(crate) output: Option<PathBuf>,
    /// Exit 3 where the plan has changes
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    /// How to write it: for people, or for the pages of a pipeline
    #[arg(long, value_enum, default_value_t = PlanFormat::Text, conflicts_with_all = ["json", "settings_template"])]
    pub(crate) format: PlanFormat,
    #[command(flatten)]
    pub(crate) page: PageArguments,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanFormat {
    /// For people
    Text,
    /// SARIF 2.1.0: findings and questions, for code scanning
    Sarif,
    /// JUnit XML: a test per resource
    Junit,
    /// For the comment of a pull request
    Markdown,
}

#[derive(Args)]
pub(crate) struct Import {
    /// The target; a saved plan names its own
    #[arg(required_unless_present = "plan")]
    pub(crate) environment: Option<String>,
    /// The package, or the token of a shared one; a saved plan names its own, but for a token
    #[arg(value_name = "FILE|TOKEN", required_unless_present = "plan")]
    pub(crate) file: Option<PathBuf>,
    /// Carry out a saved plan: exactly that, once, or nothing where anything changed since
    #[arg(
        long,
        value_name = "PLAN",
        conflicts_with_all = ["setup", "map", "rename", "set_version", "resolve", "settings", "publish", "edit", "keep_going"]
    )]
    pub(crate) plan: Option<PathBuf>,
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
    #[command(flatten)]
    pub(crate) choices: Choices,
}

#[derive(Args)]
pub(crate) struct DiffArguments {
    /// What was: an environment, a package file or the token of a shared one
    #[arg(value_name = "A")]
    pub(crate) left: String,
    /// What comes: likewise
    #[arg(value_name = "B")]
    pub(crate) right: String,
    /// Only these resources, as either side calls them
    pub(crate) select: Vec<String>,
    /// Also what changes by itself: times, who saved last, when a package was made
    #[arg(long)]
    pub(crate) all_fields: bool,
    /// Also how JSON is spelled: white space, order of members, escapes
    #[arg(long)]
    pub(crate) bytes: bool,
    /// Exit 3 where something differs
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    #[command(flatten)]
    pub(crate) page: PageArguments,
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
pub(crate) struct Unpack {
    /// The package, or the token of a shared one
    #[arg(value_name = "FILE|TOKEN")]
    pub(crate) file: PathBuf,
    /// The folder; new or empty
    pub(crate) dir: PathBuf,
    /// Write over a package that was unpacked there; all other files stay
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// Declared secrets are written too, in the clear
    #[arg(long)]
    pub(crate) include_secrets: bool,
}

#[derive(Args)]
pub(crate) struct Pack {
    /// The folder that a package was unpacked into
    pub(crate) dir: PathBuf,
    /// The package to write
    pub(crate) file: PathBuf,
    /// The package format (default: the one it came in, where the file's extension fits)
    #[arg(long)]
    pub(crate) format: Option<String>,
    /// Carry along what the product of the format would not run, as convert does; without it, that is an error
    #[arg(long)]
    pub(crate) carry: bool,
    /// Write over a file that is there
    #[arg(long)]
    pub(crate) overwrite: bool,
}

#[derive(Args)]
pub(crate) struct GraphArguments {
    /// An environment or a package file
    pub(crate) place: String,
    /// How to write it
    #[arg(long, value_enum, default_value_t = GraphFormat::Text)]
    pub(crate) format: GraphFormat,
}
