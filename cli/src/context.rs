//! What every command needs: configuration, plugins, environments, who acts.

use std::cell::{OnceCell, RefCell};
use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

use flowport_core::decode::{Decoded, decode};
use flowport_core::encode::{FileInput, Leftover, Written, write_file};
use flowport_core::environment::{Environment, ReadEnvironment};
use flowport_core::history::Cause;
use flowport_core::inspect::{Inspected, inspect_all};
use flowport_core::model::{Diagnostic, Package};
use flowport_core::plugin::Input;
use flowport_core::registry::Registry;
use flowport_runtime::{Limits, LoadError, Plugin, Runtime};
use flowport_secrets::Vault;
use flowport_store::{SqliteEnvironment, SqliteReader};
use flowport_tree::{DirEnvironment, DirReader};

use crate::arguments::Global;
use crate::audit::Audit;
use crate::config::{Config, EnvironmentConfig, Store};
use crate::exit::{self, Failure, Outcome};
use crate::hold;
use crate::progress::{Progress, Reading};

/// A loaded plugin, and where it came from.
pub(crate) struct Loaded {
    pub(crate) plugin: Plugin,
    /// `built in`, or its path.
    pub(crate) from: String,
    /// It takes what another one does as well.
    pub(crate) instead: bool,
}

pub(crate) struct Context {
    pub(crate) global: Global,
    /// The command, as users write it.
    command: &'static str,
    config: OnceCell<Config>,
    plugins: OnceCell<Vec<Loaded>>,
    registry: OnceCell<Registry>,
    vault: OnceCell<Arc<Vault>>,
    audit: OnceCell<Audit>,
    notes: RefCell<Vec<Diagnostic>>,
}

impl Context {
    pub(crate) fn new(global: Global, command: &'static str) -> Context {
        if global.quiet || global.json {
            crate::progress::silence();
        }
        Context {
            global,
            command,
            config: OnceCell::new(),
            plugins: OnceCell::new(),
            registry: OnceCell::new(),
            vault: OnceCell::new(),
            audit: OnceCell::new(),
            notes: RefCell::default(),
        }
    }

    /// What is configured, read when it is first asked for: a broken project file stops no command that needs none.
    pub(crate) fn config(&self) -> Outcome<&Config> {
        if let Some(config) = self.config.get() {
            return Ok(config);
        }
        let config = Config::load(self.global.config.as_deref().map(Path::new))?;
        if let Some(path) = &config.path {
            tracing::info!(path = %path.display(), "project");
        }
        Ok(self.config.get_or_init(|| config))
    }

    /// Who acts: `--as`, the configuration, the system user.
    pub(crate) fn actor(&self) -> Outcome<String> {
        let actor = match self.global.actor.as_ref().filter(|actor| !actor.is_empty()) {
            Some(actor) => Some(actor.clone()),
            None => self.config()?.user.clone(),
        };
        actor.map_or_else(system_user, Ok)
    }

    /// Opens the audit file, where there is to be one; the environment is none where only a saved plan names it.
    pub(crate) fn begin_audit(&self, environment: Option<&str>) -> Outcome<()> {
        let Some(path) = &self.global.audit else { return Ok(()) };
        let audit = Audit::begin(self, path, self.command, environment)?;
        self.audit.get_or_init(|| audit);
        Ok(())
    }

    /// Where the steps of this command are told, which may be nowhere.
    pub(crate) fn audit(&self) -> &Audit {
        self.audit.get_or_init(Audit::default)
    }

    /// What a run of this command says of itself.
    pub(crate) fn cause(&self) -> Outcome<Cause> {
        Ok(Cause::by(self.actor()?, now(), self.command))
    }

    /// True where questions can be asked.
    pub(crate) fn can_ask(&self) -> bool {
        !self.global.json && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    pub(crate) fn plugins(&self) -> Outcome<&[Loaded]> {
        if let Some(plugins) = self.plugins.get() {
            return Ok(plugins);
        }
        let runtime = Runtime::new(Limits::default())?;
        let mut plugins = Vec::new();
        if !self.global.no_builtin {
            for precompiled in flowport_bundle::PLUGINS {
                let plugin = runtime.load_precompiled(precompiled)?;
                plugins.push(Loaded { plugin, from: "built in".to_owned(), instead: false });
            }
        }
        let load = |path: &Path, instead: bool| -> Outcome<Loaded> {
            let plugin = runtime.load_file(path).map_err(|error| Failure::from(error).about(path))?;
            Ok(Loaded { plugin, from: path.display().to_string(), instead })
        };
        for plugin in self.config()?.plugins.values() {
            plugins.push(load(&plugin.path, plugin.instead)?);
        }
        for path in &self.global.plugin {
            plugins.push(load(path, true)?);
        }
        Ok(self.plugins.get_or_init(|| plugins))
    }

    pub(crate) fn registry(&self) -> Outcome<&Registry> {
        if let Some(registry) = self.registry.get() {
            return Ok(registry);
        }
        let mut registry = Registry::default();
        for loaded in self.plugins()? {
            let conflict =
                |error: flowport_core::registry::Conflict| Failure::failed(error.to_string()).with_exit(exit::FAILED);
            if let Some(handler) = loaded.plugin.handler().map_err(LoadError::from)? {
                registry.add_handler(handler, loaded.instead).map_err(conflict)?;
            }
            if let Some(codec) = loaded.plugin.codec().map_err(LoadError::from)? {
                registry.add_codec(codec, loaded.instead).map_err(conflict)?;
            }
        }
        Ok(self.registry.get_or_init(|| registry))
    }

    /// An environment of the project, with its store.
    pub(crate) fn environment(&self, name: &str) -> Outcome<(&EnvironmentConfig, Store)> {
        let config = self.config()?;
        let environment = config.environment(name)?;
        let store = config.store(name, environment)?;
        tracing::info!(environment = name, store = %store.path().display(), "environment");
        Ok((environment, store))
    }

    /// The key to the secrets of the project's environments; its file is touched when a secret is.
    pub(crate) fn vault(&self) -> Outcome<Arc<Vault>> {
        if let Some(vault) = self.vault.get() {
            return Ok(vault.clone());
        }
        let vault = Arc::new(Vault::at(&self.config()?.key_file()));
        Ok(self.vault.get_or_init(|| vault).clone())
    }

    /// Opens an environment for reading; one that was never written to is empty.
    pub(crate) fn read(&self, name: &str) -> Outcome<Arc<dyn ReadEnvironment>> {
        let environment = self.look(name)?;
        is_whole(environment.as_ref())?;
        Ok(environment)
    }

    /// As [`read`](Self::read), for who shows what is there: some of it may be broken, and is told of by its problems.
    pub(crate) fn look(&self, name: &str) -> Outcome<Arc<dyn ReadEnvironment>> {
        let vault = self.vault()?;
        Ok(match self.environment(name)?.1 {
            Store::Database(path) => Arc::new(SqliteReader::open(name, &path)?.with_vault(vault)),
            Store::Folder(path) => Arc::new(DirReader::open(name, &path, self.registry()?.clone())?.with_vault(vault)),
        })
    }

    /// For the envelope, whatever the command ends with; people have been told already.
    pub(crate) fn note(&self, note: Diagnostic) {
        self.notes.borrow_mut().push(note);
    }

    /// All notes so far.
    pub(crate) fn notes(&self) -> Vec<Diagnostic> {
        self.notes.take()
    }

    /// Opens an environment to be read and written, if the acting user may; by nobody else, until it is dropped.
    pub(crate) fn write(&self, name: &str) -> Outcome<Box<dyn Environment>> {
        let environment = self.write_unread(name)?;
        is_whole(environment.as_ref())?;
        Ok(environment)
    }

    /// As [`write`](Self::write), for who has read it before and only writes now: what is wrong by then stops the write itself.
    pub(crate) fn write_unread(&self, name: &str) -> Outcome<Box<dyn Environment>> {
        let (environment, store) = self.environment(name)?;
        self.permit(name, environment)?;
        let vault = self.vault()?;
        hold::taken(self, |holder| {
            let vault = vault.clone();
            Ok(match &store {
                Store::Database(path) => {
                    let environment = SqliteEnvironment::open(name, path, holder)?;
                    hold::replaced(self, name, environment.replaced());
                    Box::new(environment.with_vault(vault)) as Box<dyn Environment>
                }
                Store::Folder(path) => {
                    let environment = DirEnvironment::open(name, path, self.registry()?.clone(), holder)?;
                    hold::replaced(self, name, environment.replaced());
                    Box::new(environment.with_vault(vault))
                }
            })
        })
    }

    /// Only makers write to an environment that names its makers.
    pub(crate) fn permit(&self, name: &str, environment: &EnvironmentConfig) -> Outcome<()> {
        let actor = self.actor()?;
        match &environment.makers {
            Some(makers) if !makers.contains(&actor) => {
                let what = format!(
                    "{actor} is no maker of {name}; its makers are {}: ask one of them, or use --as if that is you",
                    makers.join(", ")
                );
                Err(Failure::failed(what).with_exit(exit::NOT_PERMITTED))
            }
            _ => Ok(()),
        }
    }

    /// Reads a package: a file, or a folder that one was unpacked into.
    pub(crate) fn decode(&self, path: &Path) -> Outcome<Decoded> {
        read_package(self.registry()?, path)
    }

    /// Looks at all that is in a package.
    pub(crate) fn inspect(&self, package: &Package) -> Outcome<Vec<Inspected>> {
        let progress = Progress::count("inspecting", package.resources.len());
        let inspected = inspect_all(self.registry()?, package, &|| progress.advance(1));
        tracing::info!(resources = inspected.len(), "package inspected");
        Ok(inspected)
    }

    /// Writes a package to a new file, or over one with `overwrite`.
    pub(crate) fn write_package(
        &self,
        format: &str,
        package: &Package,
        path: &Path,
        overwrite: bool,
        leftover: Leftover,
    ) -> Outcome<Written> {
        let progress = Progress::bytes("writing", None);
        let advance = move |bytes| progress.advance(bytes);
        let written = write_file(self.registry()?, format, package, path, overwrite, leftover, advance)?;
        tracing::info!(path = %path.display(), format, resources = written.placed.len(), "package written");
        Ok(written)
    }
}

/// Now, as RFC 3339 in UTC, to the second.
pub(crate) fn now() -> String {
    let now = jiff::Timestamp::now();
    now.round(jiff::Unit::Second).unwrap_or(now).to_string()
}

/// Reads a package, a file or a folder that one was unpacked into, on whatever thread.
pub(crate) fn read_package(registry: &Registry, path: &Path) -> Outcome<Decoded> {
    if path.is_dir() {
        return unpacked(path);
    }
    let input = FileInput::open(path).map_err(|error| Failure::from(error).with_exit(exit::BLOCKED))?;
    read_input(registry, path, Arc::new(input))
}

/// Reads a package out of its bytes; the path is what it is called.
pub(crate) fn read_input(registry: &Registry, path: &Path, input: Arc<dyn Input>) -> Outcome<Decoded> {
    let input: Arc<dyn Input> = Arc::new(Reading::new("reading", input));
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let decoded = decode(registry, &input, name.as_deref());
    let decoded = decoded.map_err(|error| Failure::from(error).about(path))?;
    let (format, resources) = (&decoded.format, decoded.package.resources.len());
    tracing::info!(path = %path.display(), %format, resources, "package read");
    Ok(decoded)
}

/// Nothing is planned, moved or written while a part of an environment cannot be read.
pub(crate) fn is_whole(environment: &dyn ReadEnvironment) -> Outcome<()> {
    let problems = environment.problems()?;
    let errors: Vec<&Diagnostic> = problems.iter().filter(|problem| problem.is_error()).collect();
    let what = match errors.as_slice() {
        [] => return Ok(()),
        [only] => format!("{}: {}", environment.name(), only.summary),
        [first, rest @ ..] => format!("{}: {} (and {} more)", environment.name(), first.summary, rest.len()),
    };
    Err(Failure::blocked(what, problems))
}

/// The package in a folder, if all of it can be read.
fn unpacked(folder: &Path) -> Outcome<Decoded> {
    let tree = flowport_tree::read(folder)?;
    if tree.diagnostics.iter().any(Diagnostic::is_error) {
        let what = format!("{}: not all of it can be read", folder.display());
        return Err(Failure::blocked(what, tree.diagnostics));
    }
    let (format, package) = (flowport_tree::FORMAT.to_owned(), tree.package());
    tracing::info!(path = %folder.display(), resources = package.resources.len(), "folder read");
    Ok(Decoded { format, package, diagnostics: tree.diagnostics })
}

/// As the session says, else as the system does: containers and services have sessions without a name.
fn system_user() -> Outcome<String> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let named = variable("USER").or_else(|| variable("USERNAME")).or_else(|| variable("LOGNAME"));
    let unknown =
        |error| Failure::usage(format!("the system does not say who you are ({error}); say it with --as USER"));
    named.map_or_else(|| whoami::username().map_err(unknown), Ok)
}
