//! The project file, found from the working directory upwards, over the user's own file.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use flowport_core::environment::EnvironmentKind;
use serde::Deserialize;
use toml::Spanned;

use crate::exit::{Failure, Outcome};

/// The name of the project file.
pub(crate) const FILE: &str = "flowport.toml";
/// The folder beside it, where stores and key are unless it says otherwise.
pub(crate) const FOLDER: &str = ".flowport";
/// What stands where `flowport runs` takes an environment, and is none.
const RUNS_COMMANDS: [&str; 2] = ["show", "help"];
const DATABASE: &str = "sqlite:";
const TREE: &str = "dir:";

/// Where an environment keeps its resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Store {
    /// In a SQLite database, one file.
    Database(PathBuf),
    /// In readable files, in a folder.
    Folder(PathBuf),
}

impl Store {
    pub(crate) fn path(&self) -> &Path {
        match self {
            Store::Database(path) | Store::Folder(path) => path,
        }
    }
}

/// An environment, as the project file describes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EnvironmentConfig {
    pub(crate) kind: String,
    pub(crate) tenant: Option<String>,
    pub(crate) store: Option<String>,
    pub(crate) makers: Option<Vec<String>>,
    /// Whose packages may be imported, by names of keys; absent: anybody's.
    pub(crate) signed_by: Option<Vec<String>>,
}

/// A public key that verifies packages.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "write a public key as text, \"RW…\", or { file = \"PATH.pub\" }")]
pub(crate) enum KeyConfig {
    /// The key itself.
    Text(String),
    /// In a file, beside the file that says so.
    InFile(KeyFile),
}

/// Where a public key is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyFile {
    pub(crate) file: PathBuf,
}

/// A plugin beside the built-in ones.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PluginConfig {
    pub(crate) path: PathBuf,
    /// Take what a built-in plugin does as well.
    #[serde(default)]
    pub(crate) instead: bool,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    environments: BTreeMap<Spanned<String>, EnvironmentConfig>,
    #[serde(default)]
    plugins: BTreeMap<String, PluginConfig>,
    /// Who acts, unless `--as` says otherwise; for the user's own file.
    user: Option<String>,
    #[serde(default)]
    secrets: SecretsConfig,
    #[serde(default)]
    share: ShareConfig,
    #[serde(default)]
    keys: BTreeMap<String, KeyConfig>,
}

/// How secrets are kept.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretsConfig {
    /// The key file, beside the file that says so.
    key: Option<PathBuf>,
}

/// Where packages are shared.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShareConfig {
    /// The folder, beside the file that says so.
    store: Option<PathBuf>,
}

/// All that is configured.
#[derive(Debug, Clone, Default)]
pub(crate) struct Config {
    /// The project file, where there is one.
    pub(crate) path: Option<PathBuf>,
    pub(crate) environments: BTreeMap<String, EnvironmentConfig>,
    /// With paths made absolute.
    pub(crate) plugins: BTreeMap<String, PluginConfig>,
    pub(crate) user: Option<String>,
    /// With paths made absolute.
    pub(crate) keys: BTreeMap<String, KeyConfig>,
    key: Option<PathBuf>,
    shares: Option<PathBuf>,
}

impl Config {
    /// Reads the file named, else the nearest one upwards, over the user's.
    pub(crate) fn load(named: Option<&Path>) -> Outcome<Config> {
        let mut config = Config::default();
        if let Some(path) = user_file().filter(|path| path.is_file()) {
            config.lay(&path)?;
        }
        let project = match named.filter(|path| !path.as_os_str().is_empty()) {
            Some(path) => Some(path.to_owned()),
            None => nearest(&std::env::current_dir()?),
        };
        if let Some(path) = project {
            config.lay(&path)?;
            config.path = Some(path);
        }
        config.check_stores()?;
        config.check_signers()?;
        Ok(config)
    }

    /// An environment that wants signatures and says of whom in a way that means nothing must not take everything.
    fn check_signers(&self) -> Outcome<()> {
        for (name, environment) in &self.environments {
            let Some(signers) = &environment.signed_by else { continue };
            if signers.is_empty() {
                let what = format!("environment {name}: signed_by names no key; name one, or leave signed_by away");
                return Err(Failure::usage(what));
            }
            if let Some(unknown) = signers.iter().find(|signer| !self.keys.contains_key(*signer)) {
                let what = format!("environment {name}: signed_by names {unknown}, and [keys] has no such key");
                return Err(Failure::usage(format!("{what}; write it there: {unknown} = \"RW…\"")));
            }
        }
        Ok(())
    }

    /// Two environments in one file or folder would be one, whatever their makers and kinds say.
    fn check_stores(&self) -> Outcome<()> {
        let mut taken: BTreeMap<PathBuf, &str> = BTreeMap::new();
        for (name, environment) in &self.environments {
            let Ok(store) = self.store(name, environment) else { continue };
            if let Some(other) = taken.insert(same(store.path()), name) {
                let what = format!("the environments {other} and {name} keep their resources in one store");
                return Err(Failure::usage(format!("{what}: give each a file or folder of its own under `store`")));
            }
        }
        Ok(())
    }

    /// The environment that keeps its resources there.
    pub(crate) fn at(&self, path: &Path) -> Option<&str> {
        let path = same(path);
        let is_there = |store: Store| same(store.path()) == path;
        let mut all = self.environments.iter();
        all.find(|(name, environment)| self.store(name, environment).is_ok_and(is_there)).map(|(name, _)| name.as_str())
    }

    fn lay(&mut self, path: &Path) -> Outcome<()> {
        let text =
            std::fs::read_to_string(path).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
        let wrong = |span: Option<Range<usize>>, what: &str| {
            let line = span.map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            Failure::usage(format!("{} at line {line}: {what}", path.display()))
        };
        let file: File =
            toml::from_str(&text).map_err(|error| wrong(error.span(), &error.message().replace('\n', " ")))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        for (name, environment) in file.environments {
            let span = Some(name.span());
            let name = name.into_inner();
            check_name(&name).map_err(|why| {
                let store = environment
                    .store
                    .is_none()
                    .then(|| format!(", with store = \"{}\", where it is so far", default_store(&name)));
                wrong(span.clone(), &format!("{why}; rename it{}", store.unwrap_or_default()))
            })?;
            let kind = environment.kind.parse::<EnvironmentKind>();
            kind.map_err(|why| wrong(span, &format!("environment {name}: {why}")))?;
            self.environments.insert(name, environment);
        }
        for (name, mut plugin) in file.plugins {
            plugin.path = folder.join(&plugin.path);
            self.plugins.insert(name, plugin);
        }
        for (name, mut key) in file.keys {
            if let KeyConfig::InFile(key) = &mut key {
                key.file = folder.join(&key.file);
            }
            self.keys.insert(name, key);
        }
        self.user = file.user.or(self.user.take());
        self.key = file.secrets.key.map(|key| folder.join(key)).or(self.key.take());
        self.shares = file.share.store.map(|store| folder.join(store)).or(self.shares.take());
        Ok(())
    }

    /// The folder of the project file.
    pub(crate) fn folder(&self) -> &Path {
        self.path.as_deref().and_then(Path::parent).unwrap_or(Path::new("."))
    }

    /// The key file under which environments keep their secrets.
    pub(crate) fn key_file(&self) -> PathBuf {
        let named = std::env::var_os("FLOWPORT_KEY_FILE").filter(|path| !path.is_empty()).map(PathBuf::from);
        named.or_else(|| self.key.clone()).unwrap_or_else(|| self.folder().join(FOLDER).join("secrets.key"))
    }

    /// The folder in which packages are shared.
    pub(crate) fn share_store(&self) -> PathBuf {
        self.shares.clone().unwrap_or_else(|| self.folder().join("flowport-shares"))
    }

    /// An environment by its name.
    pub(crate) fn environment(&self, name: &str) -> Outcome<&EnvironmentConfig> {
        if let Some(environment) = self.environments.get(name) {
            return Ok(environment);
        }
        if self.path.is_none() {
            return Err(Failure::usage(format!(
                "no {FILE} here or above, so there is no environment {name}; make one with `flowport init`"
            )));
        }
        let near = flowport_core::select::nearest(name, self.environments.keys().cloned());
        let all = self.environments.keys().cloned().collect::<Vec<_>>().join(", ");
        let near = match near {
            Some(near) => format!("did you mean {near}?"),
            None if all.is_empty() => "`flowport env add` adds one".to_owned(),
            None => format!("there are {all}"),
        };
        Err(Failure::usage(format!("there is no environment {name}; {near}")))
    }

    /// Where an environment keeps its resources.
    pub(crate) fn store(&self, name: &str, environment: &EnvironmentConfig) -> Outcome<Store> {
        let default = default_store(name);
        let store = environment.store.as_deref().unwrap_or(&default);
        let behind = |scheme: &str| store.strip_prefix(scheme).filter(|path| !path.is_empty());
        match (behind(DATABASE), behind(TREE)) {
            (Some(path), _) => Ok(Store::Database(self.folder().join(path))),
            (_, Some(path)) => Ok(Store::Folder(self.folder().join(path))),
            // What stands behind another scheme may be a password.
            _ => {
                let scheme = store.split_once(':').map_or("no scheme", |(scheme, _)| scheme);
                Err(Failure::usage(format!(
                    "environment {name}: flowport knows no store {scheme}:…; write sqlite:PATH or dir:FOLDER"
                )))
            }
        }
    }
}

impl EnvironmentConfig {
    /// Its kind; checked when the file was read.
    pub(crate) fn kind(&self) -> EnvironmentKind {
        self.kind.parse().unwrap_or(EnvironmentKind::Default)
    }
}

/// Where an environment keeps its resources that says nothing of it.
pub(crate) fn default_store(name: &str) -> String {
    format!("{DATABASE}{FOLDER}/{name}.db")
}

/// Whether a text can name an environment, wherever a command takes one.
///
/// # Errors
/// One sentence for the user.
pub(crate) fn check_name(name: &str) -> Result<(), String> {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    if name.is_empty() || name.starts_with('-') || !name.chars().all(is_letter) {
        return Err(format!("{name:?} cannot name an environment: use letters, digits, - and _, and no - in front"));
    }
    if RUNS_COMMANDS.contains(&name) {
        return Err(format!("{name:?} cannot name an environment: `flowport runs {name}` is a command"));
    }
    Ok(())
}

/// Makes a project file where there is none.
pub(crate) fn create(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).inspect_err(|_| {
        // The disk is full: half a project file would stop every command.
        let _ = std::fs::remove_file(path);
    })
}

/// Writes over a project file, whole or not at all: one cut in half would take every environment with it.
pub(crate) fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(std::fs::metadata(path)?.permissions())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// A path that is equal for all names of one place.
fn same(path: &Path) -> PathBuf {
    let path = path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or(path.to_owned());
    path.components().collect()
}

fn nearest(from: &Path) -> Option<PathBuf> {
    from.ancestors().map(|folder| folder.join(FILE)).find(|path| path.is_file())
}

/// `flowport/config.toml` in the platform's folder for configuration.
fn user_file() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = if cfg!(windows) {
        variable("APPDATA")
    } else if cfg!(target_os = "macos") {
        variable("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        variable("XDG_CONFIG_HOME").or_else(|| variable("HOME").map(|home| home.join(".config")))
    };
    folder.map(|folder| folder.join("flowport/config.toml"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn no_environment_is_called_as_a_command_that_stands_in_its_place() {
        let mut command = crate::arguments::Arguments::command();
        command.build();
        let runs = command.find_subcommand("runs").unwrap();
        let names: Vec<&str> = runs.get_subcommands().map(clap::Command::get_name).collect();
        assert!(names.contains(&"show"), "{names:?}");
        assert!(names.iter().all(|name| check_name(name).is_err()), "{names:?}");
    }
}
