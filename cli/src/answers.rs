//! What the user answers beforehand: settings files, and the flags that go over them.

use std::path::Path;

use flowport_core::Error;
use flowport_core::model::{Action, Diagnostic};
use flowport_core::settings::{SecretSource, Settings, SetupEntry};

use crate::arguments::{Answers, Choices};
use crate::context::Context;
use crate::deployment_settings::DeploymentSettings;
use crate::exit::{Failure, Outcome};
use crate::sealing::value_in;

/// What a file given with `--settings` is, by its content.
enum File {
    Settings(Settings),
    Deployment(DeploymentSettings),
}

/// The settings of a file, with the flags on top.
pub(crate) fn settings(choices: &Choices) -> Outcome<Settings> {
    let (settings, deployment) = told(choices)?;
    match choices.settings.as_ref().filter(|_| deployment.is_some()) {
        Some(path) => Err(only_for_convert(path)),
        None => Ok(settings),
    }
}

/// What a settings file says; none where there is no such file.
pub(crate) fn in_file(path: &Path) -> Outcome<Option<Settings>> {
    if !path.exists() {
        return Ok(None);
    }
    match read(path)? {
        File::Settings(settings) => Ok(Some(settings)),
        File::Deployment(_) => Err(only_for_convert(path)),
    }
}

fn only_for_convert(path: &Path) -> Failure {
    let summary = format!("{} holds deployment settings of Power Platform, which only convert takes", path.display());
    let diagnostic = Diagnostic::error("S-DEPLOYMENT", summary)
        .detail("they name connections as the product does; a plan names them as the environment's model has them")
        .help("make the package fit first: flowport convert IN OUT --settings FILE; or map the connections with --map");
    Error::Invalid(vec![diagnostic]).into()
}

/// The flags that say how a package is read and what becomes of it, word by word, but for the settings file and `--publish`.
pub(crate) fn words(context: &Context, answers: &Answers) -> Vec<String> {
    let Answers { choices, publish: _, identity, passphrase_file } = answers;
    let Choices { setup, map, rename, set_version, resolve, settings: _ } = choices;
    let said = [
        ("--setup", setup),
        ("--map", map),
        ("--rename", rename),
        ("--set-version", set_version),
        ("--resolve", resolve),
    ];
    let said = said.into_iter().flat_map(|(flag, texts)| texts.iter().map(move |text| (flag, text.clone())));
    let plugins = context.global.plugin.iter().map(|path| ("--plugin", path));
    let files = identity.iter().map(|path| ("--identity", path));
    let files = files.chain(passphrase_file.iter().map(|path| ("--passphrase-file", path))).chain(plugins);
    let files = files.map(|(flag, path)| (flag, path.display().to_string()));
    let words = said.chain(files).flat_map(|(flag, value)| [flag.to_owned(), value]);
    words.chain(context.global.no_builtin.then(|| "--no-builtin".to_owned())).collect()
}

/// What `convert` is told: the settings of a file that flowport writes, those of one that Power Platform's tools write, and the
/// flags.
pub(crate) fn told(choices: &Choices) -> Outcome<(Settings, Option<DeploymentSettings>)> {
    let (mut settings, deployment) = match choices.settings.as_deref().map(read).transpose()? {
        None => (Settings::default(), None),
        Some(File::Settings(settings)) => (settings, None),
        Some(File::Deployment(deployment)) => (Settings::default(), Some(deployment)),
    };
    settings.overlay(flags(choices)?);
    Ok((settings, deployment))
}

fn read(path: &Path) -> Outcome<File> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    // No line of TOML begins so.
    if text.trim_start().starts_with('{') {
        let deployment = DeploymentSettings::parse(text, path).map_err(|error| Failure::from(error).about(path))?;
        return Ok(File::Deployment(deployment));
    }
    let mut settings = Settings::parse(text, path).map_err(|error| Failure::from(error).about(path))?;
    // A file of secrets lies beside the settings that name it, wherever flowport is run.
    let folder = path.parent().unwrap_or(Path::new("."));
    for file in settings.secrets.values_mut().filter_map(|source| source.file.as_mut()) {
        *file = folder.join(&*file).display().to_string();
    }
    Ok(File::Settings(settings))
}

fn flags(choices: &Choices) -> Outcome<Settings> {
    let mut flags = Settings::default();
    let pair = |flag: &str, text: &str, form: &str| -> Outcome<(String, String)> {
        let (left, right) =
            text.split_once('=').ok_or_else(|| Failure::usage(format!("{flag} {text}: write {form}")))?;
        Ok((left.to_owned(), right.to_owned()))
    };
    for text in &choices.setup {
        // Names may hold a `=`: the first one with an action behind it counts.
        let is_action =
            |at: &usize| text[at + 1..].split(':').next().is_some_and(|word| word.parse::<Action>().is_ok());
        let split = text.match_indices('=').map(|(at, _)| at).find(is_action);
        let (resource, word) = match split {
            Some(at) => (text[..at].to_owned(), text[at + 1..].to_owned()),
            None => pair("--setup", text, "RESOURCE=ACTION or RESOURCE=ACTION:TARGET")?,
        };
        let (action, target) = match word.split_once(':') {
            Some((action, target)) => (action, Some(target.to_owned())),
            None => (word.as_str(), None),
        };
        let action: Action = action.parse().map_err(Failure::usage)?;
        let entry = flags.setup.entry(resource).or_default();
        if entry.action.as_ref().is_some_and(|said| *said != action)
            || entry.target.as_ref().is_some_and(|said| Some(said) != target.as_ref())
        {
            return Err(twice("--setup", text));
        }
        *entry = SetupEntry { action: Some(action), target, ..entry.clone() };
    }
    for text in &choices.map {
        let (from, to) = pair("--map", text, "FROM=TO")?;
        if flags.map.insert(from, to.clone()).is_some_and(|said| said != to) {
            return Err(twice("--map", text));
        }
    }
    for text in &choices.rename {
        let (resource, name) = pair("--rename", text, "RESOURCE=NAME")?;
        flags.setup.entry(resource).or_default().name = Some(name);
    }
    for text in &choices.resolve {
        let form = "RESOURCE=keep or RESOURCE=take";
        // Names may hold a `=`: the last one has the answer behind it.
        let (resource, word) =
            text.rsplit_once('=').ok_or_else(|| Failure::usage(format!("--resolve {text}: write {form}")))?;
        let resolve = word.parse().map_err(|why| Failure::usage(format!("--resolve {text}: {why}")))?;
        if flags.resolve.insert(resource.to_owned(), resolve).is_some_and(|said| said != resolve) {
            return Err(twice("--resolve", text));
        }
    }
    for text in &choices.set_version {
        let (resource, version) = pair("--set-version", text, "RESOURCE=VERSION")?;
        flags.setup.entry(resource).or_default().version = Some(version);
    }
    Ok(flags)
}

/// Of two answers that contradict each other nobody knows which is meant.
fn twice(flag: &str, text: &str) -> Failure {
    Failure::usage(format!("{flag} {text}: this has another answer already, by the same flag; keep one of the two"))
}

/// The values of the settings' secrets, from where the settings say they are.
pub(crate) fn secrets(settings: &Settings) -> Outcome<Vec<(String, String)>> {
    let value = |(key, source): (&String, &SecretSource)| {
        let failed = |why: String| Failure::usage(format!("secret {key}: {why}"));
        let value = match (&source.env, &source.file) {
            (Some(name), None) => {
                std::env::var(name).map_err(|_| failed(format!("the environment variable {name} is not set")))?
            }
            (None, Some(file)) => value_in(Path::new(file)).map_err(failed)?,
            _ => return Err(failed("say either env or file".to_owned())),
        };
        Ok((key.clone(), value))
    };
    settings.secrets.iter().map(value).collect()
}
