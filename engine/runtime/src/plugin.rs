use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use flowport_core::content::Hash;
use flowport_core::model::{FormatInfo, KindInfo};
use flowport_core::plugin::{Codec, Handler, PluginError, PluginName};
use serde::{Deserialize, Serialize};
use wasmtime::Store;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, InstancePre};

use crate::CONTRACT;
use crate::bindings::codec::CodecPluginPre;
use crate::bindings::handler::HandlerPluginPre;
use crate::codec::ComponentCodec;
use crate::handler::ComponentHandler;
use crate::metadata::Facts;
use crate::operation::Operation;
use crate::pool::{Slot, Slots};
use crate::runtime::{Precompiled, Runtime};

/// What a plugin does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Role {
    /// Knows kinds of resources.
    Handler,
    /// Knows package formats.
    Codec,
}

impl Role {
    fn interface(self) -> &'static str {
        match self {
            Role::Handler => "flowport:plugin/handler",
            Role::Codec => "flowport:plugin/codec",
        }
    }
}

/// Why a file cannot be used as a plugin.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// No such file, or no right to read it.
    #[error("{}: {why}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
    /// The component is larger than the limit.
    #[error("{}: the component has {size} bytes; at most {limit} are loaded", path.display())]
    TooLarge {
        /// Which.
        path: PathBuf,
        /// In bytes.
        size: u64,
        /// In bytes.
        limit: u64,
    },
    /// Not a component, or one that has nothing to do with flowport.
    #[error("{} is no flowport plugin: {why}", plugin.name)]
    NoPlugin {
        /// Who it says it is.
        plugin: PluginName,
        /// What is missing.
        why: String,
    },
    /// Made for another contract.
    #[error(
        "plugin {plugin} was built for contract {found}; this flowport speaks {CONTRACT}: build it again with a matching SDK"
    )]
    OtherContract {
        /// Who it says it is.
        plugin: PluginName,
        /// The version it was built for.
        found: String,
    },
    /// It wants what plugins do not get.
    #[error("plugin {plugin} needs {import}, which flowport does not lend to plugins")]
    Import {
        /// Who it says it is.
        plugin: PluginName,
        /// The interface.
        import: String,
    },
    /// Asked what it does, it failed or lied.
    #[error(transparent)]
    Plugin(#[from] PluginError),
    /// WebAssembly cannot run here at all.
    #[error("WebAssembly cannot run on this machine: {why}")]
    Runtime {
        /// What the engine says.
        why: String,
    },
}

/// A plugin. One that was compiled ahead of time is only loaded when it is first asked to do something.
pub struct Plugin {
    shared: Arc<Shared>,
    roles: Vec<Role>,
    imports: Vec<String>,
    /// Known without asking, where it was compiled ahead of time.
    stated: Option<(Vec<KindInfo>, Vec<FormatInfo>)>,
}

/// What the roles of one plugin share.
pub(crate) struct Shared {
    pub(crate) runtime: Runtime,
    pub(crate) name: PluginName,
    hash: Hash,
    linked: OnceLock<InstancePre<Operation>>,
    handler: OnceLock<HandlerPluginPre<Operation>>,
    codec: OnceLock<CodecPluginPre<Operation>>,
    ahead: Option<Precompiled>,
}

impl Shared {
    fn new(
        runtime: Runtime,
        name: PluginName,
        hash: Hash,
        linked: OnceLock<InstancePre<Operation>>,
        ahead: Option<Precompiled>,
    ) -> Shared {
        Shared { runtime, name, hash, linked, handler: OnceLock::new(), codec: OnceLock::new(), ahead }
    }

    /// A slot for one operation, where memory is kept in slots; to be held for longer than the store.
    pub(crate) fn slot(&self) -> Option<Slot> {
        self.runtime.slots().map(Slots::take)
    }

    /// A store for one operation on `input` bytes. Loading what was compiled ahead of time comes first: it is no part of the
    /// plugin's own time.
    pub(crate) fn store(&self, input: u64) -> Store<Operation> {
        if let Err(error) = self.linked() {
            tracing::debug!(plugin = %self.name, %error, "the plugin cannot be loaded");
        }
        Operation::store(&self.runtime, &self.name.name, input)
    }

    /// Its functions as a handler, found and checked once; each operation makes a fresh instance of it.
    pub(crate) fn handler(&self) -> wasmtime::Result<&HandlerPluginPre<Operation>> {
        if let Some(handler) = self.handler.get() {
            return Ok(handler);
        }
        let handler = HandlerPluginPre::new(self.linked()?.clone())?;
        Ok(self.handler.get_or_init(|| handler))
    }

    /// Its functions as a codec, likewise.
    pub(crate) fn codec(&self) -> wasmtime::Result<&CodecPluginPre<Operation>> {
        if let Some(codec) = self.codec.get() {
            return Ok(codec);
        }
        let codec = CodecPluginPre::new(self.linked()?.clone())?;
        Ok(self.codec.get_or_init(|| codec))
    }

    fn linked(&self) -> wasmtime::Result<&InstancePre<Operation>> {
        if let Some(linked) = self.linked.get() {
            return Ok(linked);
        }
        let Some(ahead) = &self.ahead else { wasmtime::bail!("it is not loaded") };
        let component = self.runtime.component(ahead)?;
        let linked = self.runtime.linker().instantiate_pre(&component)?;
        Ok(self.linked.get_or_init(|| linked))
    }
}

impl Plugin {
    pub(crate) fn new(
        runtime: Runtime,
        name: PluginName,
        component: &Component,
        bytes: &[u8],
    ) -> Result<Plugin, LoadError> {
        let imports = imports(&runtime, component);
        let roles = roles(&runtime, component, &name)?;
        if let Some(import) = imports.iter().find(|import| import.starts_with("flowport:plugin/") && !speaks(import)) {
            return Err(LoadError::OtherContract { plugin: name, found: version_of(import).to_owned() });
        }
        let linked = runtime.linker().instantiate_pre(component).map_err(|error| {
            tracing::debug!(plugin = %name, error = %format!("{error:#}"), "the plugin does not link");
            let foreign =
                imports.iter().find(|import| !import.starts_with("wasi:") && !import.starts_with("flowport:"));
            let import = foreign.or_else(|| imports.iter().find(|import| !lent(import))).cloned();
            match import {
                Some(import) => LoadError::Import { plugin: name.clone(), import },
                None => LoadError::OtherContract { plugin: name.clone(), found: format!("{CONTRACT}, but changed") },
            }
        })?;
        let shared = Shared::new(runtime, name, Hash::of(bytes), OnceLock::from(linked), None);
        Ok(Plugin { shared: Arc::new(shared), roles, imports, stated: None })
    }

    /// From what was found out about it when it was compiled.
    pub(crate) fn ahead(runtime: Runtime, precompiled: &Precompiled, facts: Facts) -> Plugin {
        let Facts { name, version, hash, roles, imports, kinds, formats } = facts;
        let hash = Hash::parse(&hash).unwrap_or_else(|| Hash::of(precompiled.component));
        let shared = Shared::new(runtime, PluginName { name, version }, hash, OnceLock::new(), Some(*precompiled));
        Plugin { shared: Arc::new(shared), roles, imports, stated: Some((kinds, formats)) }
    }

    /// All that can be known of it without loading it again.
    pub(crate) fn facts(&self) -> Result<Facts, PluginError> {
        Ok(Facts {
            name: self.name().name.clone(),
            version: self.name().version.clone(),
            hash: self.hash().to_string(),
            roles: self.roles.clone(),
            imports: self.imports.clone(),
            kinds: self.kinds()?,
            formats: self.formats()?,
        })
    }

    /// Who it is.
    #[must_use]
    pub fn name(&self) -> &PluginName {
        &self.shared.name
    }

    /// SHA-256 of the component.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.shared.hash
    }

    /// What it does.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The interfaces it imports, in its order.
    #[must_use]
    pub fn imports(&self) -> &[String] {
        &self.imports
    }

    /// As a handler, if it is one; asks it for its kinds.
    ///
    /// # Errors
    /// When it fails or lies.
    pub fn handler(&self) -> Result<Option<Arc<dyn Handler>>, PluginError> {
        if !self.roles.contains(&Role::Handler) {
            return Ok(None);
        }
        let stated = self.stated.as_ref().map(|(kinds, _)| kinds.clone());
        Ok(Some(Arc::new(ComponentHandler::new(self.shared.clone(), stated)?)))
    }

    /// As a codec, if it is one; asks it for its formats.
    ///
    /// # Errors
    /// When it fails or lies.
    pub fn codec(&self) -> Result<Option<Arc<dyn Codec>>, PluginError> {
        if !self.roles.contains(&Role::Codec) {
            return Ok(None);
        }
        let stated = self.stated.as_ref().map(|(_, formats)| formats.clone());
        Ok(Some(Arc::new(ComponentCodec::new(self.shared.clone(), stated)?)))
    }

    /// The kinds it handles; empty where it is no handler.
    ///
    /// # Errors
    /// When it fails or lies.
    pub fn kinds(&self) -> Result<Vec<KindInfo>, PluginError> {
        Ok(self.handler()?.map_or_else(Vec::new, |handler| handler.kinds().to_vec()))
    }

    /// The formats it reads and writes; empty where it is no codec.
    ///
    /// # Errors
    /// When it fails or lies.
    pub fn formats(&self) -> Result<Vec<FormatInfo>, PluginError> {
        Ok(self.codec()?.map_or_else(Vec::new, |codec| codec.formats().to_vec()))
    }
}

fn imports(runtime: &Runtime, component: &Component) -> Vec<String> {
    component.component_type().imports(runtime.engine()).map(|(name, _)| name.to_owned()).collect()
}

fn roles(runtime: &Runtime, component: &Component, plugin: &PluginName) -> Result<Vec<Role>, LoadError> {
    let mut roles = Vec::new();
    let mut other = None;
    for (export, item) in component.component_type().exports(runtime.engine()) {
        if !matches!(item.ty, ComponentItem::ComponentInstance(_)) {
            continue;
        }
        for role in [Role::Handler, Role::Codec] {
            if export.split('@').next() == Some(role.interface()) {
                if speaks(export) { roles.push(role) } else { other = Some(version_of(export).to_owned()) }
            }
        }
    }
    // Exports stand in no order of their own: it changes with the linker.
    roles.sort();
    match (roles.is_empty(), other) {
        (_, Some(found)) => Err(LoadError::OtherContract { plugin: plugin.clone(), found }),
        (true, None) => Err(LoadError::NoPlugin {
            plugin: plugin.clone(),
            why: "it exports neither flowport:plugin/handler nor flowport:plugin/codec".to_owned(),
        }),
        (false, None) => Ok(roles),
    }
}

fn version_of(interface: &str) -> &str {
    interface.split_once('@').map_or("no version", |(_, version)| version)
}

/// Versions of one minor line understand each other, as the component model has it for 0.x.
fn speaks(interface: &str) -> bool {
    let line = |version: &str| version.rsplit_once('.').map(|(line, _)| line.to_owned());
    line(version_of(interface)) == line(CONTRACT)
}

/// WASI 0.2 is lent, with nothing in it.
fn lent(import: &str) -> bool {
    let packages = ["wasi:io/", "wasi:cli/", "wasi:clocks/", "wasi:filesystem/", "wasi:random/", "wasi:sockets/"];
    import.starts_with("flowport:plugin/")
        || packages.iter().any(|package| import.starts_with(package)) && version_of(import).starts_with("0.2.")
}
