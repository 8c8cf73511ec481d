//! What plugins do for the engine, and what the engine lends them. `flowport-runtime` puts WebAssembly components behind these
//! traits; the engine itself never knows.

use std::sync::Arc;

use crate::model::{
    Action, Change, Diagnostic, EditOp, Edited, FormatInfo, Head, Inspection, KindInfo, PackageInfo, Placement,
    Recognition, Resource, ResourceId, Setup, SlotValue,
};

/// Who did it: a plugin's name and version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginName {
    /// Of the component.
    pub name: String,
    /// Of the component.
    pub version: String,
}

impl std::fmt::Display for PluginName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.name, self.version)
    }
}

/// Why a plugin did not do its work.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PluginError {
    /// The input breaks the rules of its format.
    #[error("{}", first_summary(.0))]
    Malformed(Vec<Diagnostic>),
    /// The plugin cannot do that with this input.
    #[error("{0}")]
    Unsupported(String),
    /// A limit was passed.
    #[error("{0}")]
    Limit(String),
    /// Anything else that the plugin says.
    #[error("{0}")]
    Other(String),
    /// The plugin is at fault: it trapped, looped, took too much or lied. The next operation works.
    #[error("plugin {plugin} failed in {function}{}: {what}", about(.resource))]
    Fault {
        /// Which plugin.
        plugin: PluginName,
        /// Which function of the contract.
        function: &'static str,
        /// On which resource.
        resource: Option<ResourceId>,
        /// What happened, with the panic line where there is one.
        what: String,
    },
}

fn first_summary(diagnostics: &[Diagnostic]) -> String {
    match diagnostics {
        [] => "the input breaks the rules of its format".to_owned(),
        [only] => only.summary.clone(),
        [first, rest @ ..] => format!("{} (and {} more)", first.summary, rest.len()),
    }
}

fn about(resource: &Option<ResourceId>) -> String {
    resource.as_ref().map_or_else(String::new, |resource| format!(" on {resource}"))
}

impl PluginError {
    /// As findings about a resource.
    #[must_use]
    pub fn into_diagnostics(self, resource: Option<&ResourceId>) -> Vec<Diagnostic> {
        let code = match &self {
            PluginError::Malformed(_) => "",
            PluginError::Unsupported(_) => "E-UNSUPPORTED",
            PluginError::Limit(_) => "E-LIMIT",
            PluginError::Other(_) => "E-PLUGIN",
            PluginError::Fault { .. } => "E-FAULT",
        };
        match self {
            PluginError::Malformed(diagnostics) => diagnostics,
            other => {
                let mut diagnostic = Diagnostic::error(code, other.to_string());
                diagnostic.resource = resource.cloned();
                vec![diagnostic]
            }
        }
    }
}

/// Knows kinds of resources. Pure.
pub trait Handler: Send + Sync {
    /// Who it is.
    fn name(&self) -> &PluginName;
    /// What it handles.
    fn kinds(&self) -> &[KindInfo];
    /// Looks at one resource.
    ///
    /// # Errors
    /// [`PluginError`].
    fn inspect(&self, subject: &SharedView) -> Result<Inspection, PluginError>;
    /// The raw JSON text of secrets.
    ///
    /// # Errors
    /// [`PluginError`].
    fn secret_values(&self, subject: &SharedView, slots: &[String]) -> Result<Vec<SlotValue>, PluginError>;
    /// Makes all changes at once.
    ///
    /// # Errors
    /// [`PluginError`].
    fn edit(&self, subject: &SharedView, ops: &[EditOp]) -> Result<Edited, PluginError>;
    /// The form that leaves an environment.
    ///
    /// # Errors
    /// [`PluginError`].
    fn prepare(&self, subject: &SharedView) -> Result<Edited, PluginError>;
    /// What importing would do.
    ///
    /// # Errors
    /// [`PluginError`].
    fn plan(
        &self,
        incoming: &SharedView,
        existing: Option<&SharedView>,
        action: Option<&Action>,
        target: &Arc<dyn Reader>,
    ) -> Result<Change, PluginError>;
}

/// Knows package formats. Pure.
pub trait Codec: Send + Sync {
    /// Who it is.
    fn name(&self) -> &PluginName;
    /// Its formats.
    fn formats(&self) -> &[FormatInfo];
    /// Looks at the content of a file.
    ///
    /// # Errors
    /// [`PluginError`].
    fn recognize(&self, file: &Arc<dyn Input>, name: Option<&str>) -> Result<Vec<Recognition>, PluginError>;
    /// Reads a package.
    ///
    /// # Errors
    /// [`PluginError`].
    fn decode(
        &self,
        format: &str,
        file: &Arc<dyn Input>,
        into: &Arc<dyn PackageSink>,
    ) -> Result<Vec<Diagnostic>, PluginError>;
    /// Which resources can stand natively side by side in one file, one answer per resource.
    ///
    /// # Errors
    /// [`PluginError`].
    fn fits(&self, format: &str, package: &Arc<dyn PackageSource>) -> Result<Vec<bool>, PluginError>;
    /// Writes a package.
    ///
    /// # Errors
    /// [`PluginError`].
    fn encode(
        &self,
        format: &str,
        package: &Arc<dyn PackageSource>,
        file: &Arc<dyn Output>,
    ) -> Result<Vec<Placement>, PluginError>;
}

/// A view that can be lent to a plugin.
pub type SharedView = Arc<Resource>;

/// The target with the package laid over it, read-only.
pub trait Reader: Send + Sync {
    /// The resources that carry this identity.
    ///
    /// # Errors
    /// When the environment cannot be read.
    fn find(&self, identity: &str) -> Result<Vec<Head>, String>;
    /// One resource by its id.
    ///
    /// # Errors
    /// When the environment cannot be read.
    fn get(&self, id: &ResourceId) -> Result<Option<SharedView>, String>;
    /// The versions there are of one id.
    ///
    /// # Errors
    /// When the environment cannot be read.
    fn versions(&self, kind: &str, id: &str) -> Result<Vec<String>, String>;
}

/// A file being read.
pub trait Input: Send + Sync {
    /// In bytes.
    fn len(&self) -> u64;
    /// True for no bytes.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// At most `max` bytes from `offset` on.
    ///
    /// # Errors
    /// When the file cannot be read.
    fn read_at(&self, offset: u64, max: usize) -> std::io::Result<Vec<u8>>;
}

impl Input for crate::content::Content {
    fn len(&self) -> u64 {
        crate::content::Content::len(self)
    }
    fn read_at(&self, offset: u64, max: usize) -> std::io::Result<Vec<u8>> {
        crate::content::Content::read_at(self, offset, max)
    }
}

/// A file being written.
pub trait Output: Send + Sync {
    /// Writes at an offset.
    ///
    /// # Errors
    /// When the disk is full or fails.
    fn write_at(&self, offset: u64, bytes: &[u8]) -> std::io::Result<()>;
}

/// Takes in a package that a codec decodes, in the order `describe`, then per resource `add` and its parts.
pub trait PackageSink: Send + Sync {
    /// Of the whole, once.
    ///
    /// # Errors
    /// [`SinkError`].
    fn describe(&self, info: PackageInfo) -> Result<(), SinkError>;
    /// Begins a resource.
    ///
    /// # Errors
    /// [`SinkError`].
    fn add(&self, head: Head, setup: Setup) -> Result<(), SinkError>;
    /// Begins a part.
    ///
    /// # Errors
    /// [`SinkError`].
    fn part(&self, name: &str, media_type: &str) -> Result<(), SinkError>;
    /// Appends to it.
    ///
    /// # Errors
    /// [`SinkError`].
    fn write(&self, bytes: &[u8]) -> Result<(), SinkError>;
    /// Appends to the attachment.
    ///
    /// # Errors
    /// [`SinkError`].
    fn attachment(&self, bytes: &[u8]) -> Result<(), SinkError>;
}

/// Why the engine does not take what a codec gives it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SinkError {
    /// The codec broke the contract: order, duplicates, spelling.
    #[error("{0}")]
    Contract(String),
    /// A limit was passed.
    #[error("{0}")]
    Limit(String),
    /// The disk is full or fails.
    #[error("the package cannot be spooled: {0}")]
    Spool(String),
}

/// A package that a codec encodes: only what its format writes natively.
pub trait PackageSource: Send + Sync {
    /// Of the whole.
    fn info(&self) -> &PackageInfo;
    /// How many resources.
    fn len(&self) -> usize;
    /// True when everything is in the attachment.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Of one.
    fn setup(&self, index: usize) -> &Setup;
    /// The resource.
    fn view(&self, index: usize) -> SharedView;
    /// Bytes to store as they are.
    fn attachment(&self) -> Option<Arc<dyn Input>>;
}
