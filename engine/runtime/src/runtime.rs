use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use flowport_core::plugin::PluginName;
use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Config, Engine};

use crate::bindings;
use crate::clock;
use crate::limits::Limits;
use crate::metadata::{self, Facts};
use crate::operation::Operation;
use crate::plugin::{LoadError, Plugin};
use crate::pool::{self, Slots};

/// How often a running plugin is asked whether its time is up.
const TICK: Duration = Duration::from_millis(10);

/// The engine that runs plugins. Cheap to clone.
#[derive(Clone)]
pub struct Runtime {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    linker: Linker<Operation>,
    limits: Limits,
    /// None where each operation maps memory of its own.
    slots: Option<Slots>,
    /// For components that fit no slot.
    roomy: OnceLock<Runtime>,
}

/// A component compiled ahead of time, as `plugins/bundle` embeds it.
#[derive(Debug, Clone, Copy)]
pub struct Precompiled {
    /// What [`precompile`] found out about it.
    pub facts: &'static str,
    /// What [`precompile`] made of it.
    pub artifact: &'static [u8],
    /// The component, for where the artifact does not fit.
    pub component: &'static [u8],
}

/// One configuration for build time and run time: an artifact loads only where both agree.
pub(crate) fn config(target: Option<&str>) -> wasmtime::Result<Config> {
    let mut config = Config::new();
    config.epoch_interruption(true);
    config.wasm_backtrace_max_frames(None);
    config.native_unwind_info(false);
    config.max_wasm_stack(1 << 20);
    config.parallel_compilation(true);
    config.memory_init_cow(true);
    if let Some(target) = target {
        config.target(target)?;
    }
    Ok(config)
}

/// Compiles a component ahead of time for `target`, with no more than that target's baseline of processor features. Returns
/// the artifact and, as JSON, what the plugin says of itself, so that a program that embeds both need not ask it.
///
/// # Errors
/// When it is no plugin.
pub fn precompile(component: &[u8], target: &str, fallback_name: &str) -> Result<(Vec<u8>, String), String> {
    let compile = || Engine::new(&config(Some(target))?)?.precompile_component(component);
    let artifact = compile().map_err(|error| format!("{error:#}"))?;
    let plugin = Runtime::new(Limits::default()).and_then(|runtime| runtime.load(component, fallback_name));
    let facts = plugin.map_err(|error| error.to_string())?.facts().map_err(|error| error.to_string())?;
    Ok((artifact, serde_json::to_string(&facts).map_err(|error| error.to_string())?))
}

impl Runtime {
    /// An engine with these limits for each operation.
    ///
    /// # Errors
    /// [`LoadError::Runtime`] where the machine cannot run WebAssembly.
    pub fn new(limits: Limits) -> Result<Runtime, LoadError> {
        let build = || match pool::engine(&limits) {
            Ok((engine, slots)) => Runtime::of(engine, limits.clone(), Some(slots)),
            Err(error) => {
                let error = format!("{error:#}");
                tracing::debug!(error, "no room to keep memory of plugins; each operation maps its own");
                Runtime::of(Engine::new(&config(None)?)?, limits.clone(), None)
            }
        };
        build().map_err(|error| LoadError::Runtime { why: format!("{error:#}") })
    }

    fn of(engine: Engine, limits: Limits, slots: Option<Slots>) -> wasmtime::Result<Runtime> {
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_sync(&mut linker)?;
        clock::add_to_linker(&mut linker)?;
        bindings::wit_host::add_to_linker::<_, HasSelf<Operation>>(&mut linker, |operation| operation)?;
        bindings::wit::add_to_linker::<_, HasSelf<Operation>>(&mut linker, |operation| operation)?;
        tick(&engine);
        Ok(Runtime { inner: Arc::new(Inner { engine, linker, limits, slots, roomy: OnceLock::new() }) })
    }

    /// The same without slots, for a component that fits none: more memories, tables or modules than plugins have.
    fn roomy(&self) -> wasmtime::Result<&Runtime> {
        if let Some(roomy) = self.inner.roomy.get() {
            return Ok(roomy);
        }
        let roomy = Runtime::of(Engine::new(&config(None)?)?, self.limits().clone(), None)?;
        Ok(self.inner.roomy.get_or_init(|| roomy))
    }

    pub(crate) fn slots(&self) -> Option<&Slots> {
        self.inner.slots.as_ref()
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    pub(crate) fn linker(&self) -> &Linker<Operation> {
        &self.inner.linker
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    /// Loads a component from a file.
    ///
    /// # Errors
    /// [`LoadError`].
    pub fn load_file(&self, path: &Path) -> Result<Plugin, LoadError> {
        let unreadable =
            |error: std::io::Error| LoadError::Unreadable { path: path.to_owned(), why: error.to_string() };
        let size = std::fs::metadata(path).map_err(unreadable)?.len();
        if size > self.limits().component {
            return Err(LoadError::TooLarge { path: path.to_owned(), size, limit: self.limits().component });
        }
        let bytes = std::fs::read(path).map_err(unreadable)?;
        let fallback = path.file_stem().map_or_else(|| "plugin".to_owned(), |stem| stem.to_string_lossy().into_owned());
        self.load(&bytes, &fallback)
    }

    /// Loads a component; `fallback_name` is used where it does not say who it is.
    ///
    /// # Errors
    /// [`LoadError`].
    pub fn load(&self, bytes: &[u8], fallback_name: &str) -> Result<Plugin, LoadError> {
        let name = metadata::plugin_name(bytes, fallback_name);
        if let Some(why) = metadata::no_component(bytes) {
            return Err(LoadError::NoPlugin { plugin: name, why: why.to_owned() });
        }
        let refused = |error: wasmtime::Error| LoadError::NoPlugin {
            plugin: name.clone(),
            why: format!("it does not compile: {}", error.root_cause()),
        };
        let (runtime, component) = match Component::new(self.engine(), bytes) {
            Ok(component) => (self, component),
            Err(_) if self.slots().is_some() => {
                let roomy = self.roomy().map_err(refused)?;
                (roomy, Component::new(roomy.engine(), bytes).map_err(refused)?)
            }
            Err(error) => return Err(refused(error)),
        };
        Plugin::new(runtime.clone(), name, &component, bytes)
    }

    /// A component that was compiled when flowport was built. It is loaded when it is first asked to do something.
    ///
    /// # Errors
    /// [`LoadError::NoPlugin`] where its facts are damaged.
    pub fn load_precompiled(&self, precompiled: &Precompiled) -> Result<Plugin, LoadError> {
        let facts: Facts = serde_json::from_str(precompiled.facts).map_err(|error| LoadError::NoPlugin {
            plugin: PluginName { name: "an embedded component".to_owned(), version: String::new() },
            why: format!("its facts are damaged: {error}"),
        })?;
        Ok(Plugin::ahead(self.clone(), precompiled, facts))
    }

    /// The code of a component that was compiled ahead of time, or compiled now where that does not fit this machine.
    pub(crate) fn component(&self, precompiled: &Precompiled) -> wasmtime::Result<Component> {
        // SAFETY: the artifact was made by `precompile` in this workspace's own build and is embedded in this program; nobody
        // else can put bytes there.
        #[allow(unsafe_code)]
        let loaded = unsafe { Component::deserialize(self.engine(), precompiled.artifact) };
        loaded.or_else(|error| {
            tracing::debug!(%error, "an embedded artifact does not fit this machine; compiling");
            Component::new(self.engine(), precompiled.component)
        })
    }
}

/// Advances the engine's epoch for as long as the engine lives.
fn tick(engine: &Engine) {
    let weak = engine.weak();
    let ticker = move || {
        while let Some(engine) = weak.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::sleep(TICK);
        }
    };
    if let Err(error) = std::thread::Builder::new().name("flowport-ticker".to_owned()).spawn(ticker) {
        tracing::warn!(%error, "no thread for deadlines: plugins that loop are not stopped");
    }
}
