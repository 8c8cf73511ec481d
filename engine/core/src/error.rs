use std::path::PathBuf;

use crate::environment::EnvironmentError;
use crate::file::advice;
use crate::model::{Diagnostic, ResourceId};
use crate::plugin::PluginError;

/// Why the engine could not do what it was asked. Findings are [`Diagnostic`]s; this is "could not do it".
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is no package that a loaded plugin reads; each diagnostic says what it is instead.
    #[error("no package that flowport can read")]
    NotAPackage(Vec<Diagnostic>),
    /// The package, the settings or the selection break rules.
    #[error("{}", summary(.0))]
    Invalid(Vec<Diagnostic>),
    /// Not all of a package is native in a format, and nothing may be carried; each diagnostic names a resource.
    #[error("not everything is native; nothing was written")]
    NotNative(Vec<Diagnostic>),
    /// A name that stands for no resource.
    #[error("{wanted} is not in {place}{}", near(.nearest))]
    NotFound {
        /// As the user wrote it.
        wanted: String,
        /// Where it was looked for.
        place: String,
        /// What is there and looks like it.
        nearest: Option<String>,
    },
    /// A name that stands for several resources.
    #[error("{wanted} is ambiguous in {place}: {}", list(.candidates))]
    Ambiguous {
        /// As the user wrote it.
        wanted: String,
        /// Where it was looked for.
        place: String,
        /// What it may mean.
        candidates: Vec<ResourceId>,
    },
    /// A format that no loaded plugin has.
    #[error("there is no format {0}; `flowport formats` lists them")]
    NoFormat(String),
    /// The acting user may not do that.
    #[error("{0}")]
    NotPermitted(String),
    /// A limit was passed.
    #[error("{0}")]
    Limit(String),
    /// A plugin failed.
    #[error(transparent)]
    Plugin(PluginError),
    /// An environment failed.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// A part of a resource cannot be read from where it is kept.
    #[error("{part} of {resource} cannot be read: {why}")]
    Part {
        /// Whose.
        resource: ResourceId,
        /// Its name.
        part: String,
        /// What the system or the store says.
        why: std::io::Error,
    },
    /// What is written cannot be written.
    #[error("writing: {0}{advice}", advice = advice(.0))]
    Output(std::io::Error),
    /// A file cannot be read or written.
    #[error("{}: {why}{}", path.display(), advice(why))]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        why: std::io::Error,
    },
}

impl Error {
    /// The code of the finding that no loaded plugin knows what a file is.
    pub const NO_FORMAT: &str = "E-FORMAT";
}

impl From<PluginError> for Error {
    fn from(error: PluginError) -> Error {
        match error {
            PluginError::Malformed(diagnostics) => Error::Invalid(diagnostics),
            PluginError::Limit(what) => Error::Limit(what),
            other => Error::Plugin(other),
        }
    }
}

impl Error {
    /// A file that cannot be read or written.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>, why: std::io::Error) -> Error {
        Error::File { path: path.into(), why }
    }

    /// The findings in it, where there are some.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        match self {
            Error::NotAPackage(diagnostics) | Error::Invalid(diagnostics) | Error::NotNative(diagnostics) => {
                diagnostics
            }
            _ => &[],
        }
    }
}

fn summary(diagnostics: &[Diagnostic]) -> String {
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).collect();
    match errors.as_slice() {
        [] => "the rules are broken".to_owned(),
        [only] => only.summary.clone(),
        several => format!("{} problems", several.len()),
    }
}

fn near(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"))
}

fn list(candidates: &[ResourceId]) -> String {
    let shown: Vec<String> = candidates.iter().take(5).map(ToString::to_string).collect();
    let more = candidates.len().saturating_sub(shown.len());
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}
