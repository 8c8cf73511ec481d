//! Public keys by which packages are verified: named in flowport.toml, or by the user.

use std::fmt;
use std::path::Path;

use flowport_sign::{PublicKey, SignError};

use crate::config::{Config, KeyConfig};
use crate::context::Context;
use crate::exit::{Failure, Outcome};
use crate::text::shorten;

/// So much of what was meant as a key is repeated: more might be a secret one.
const SHOWN: usize = 40;

/// A public key, with its name in flowport.toml where it has one.
#[derive(Debug, Clone)]
pub(crate) struct NamedKey {
    pub(crate) name: Option<String>,
    pub(crate) key: PublicKey,
}

/// As people recognise it.
impl fmt::Display for NamedKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(formatter, "{name} ({})", self.key),
            None => write!(formatter, "{}", self.key),
        }
    }
}

/// The keys of these names in flowport.toml.
pub(crate) fn named<'a>(config: &Config, names: impl IntoIterator<Item = &'a String>) -> Outcome<Vec<NamedKey>> {
    names.into_iter().map(|name| of_name(config, name)).collect()
}

fn of_name(config: &Config, name: &str) -> Outcome<NamedKey> {
    let known = || config.keys.keys().cloned().collect::<Vec<_>>().join(", ");
    let key = match config.keys.get(name) {
        Some(KeyConfig::Text(text)) => text.parse(),
        Some(KeyConfig::InFile(key)) => return in_file(&key.file, Some(name)),
        None => return Err(Failure::usage(format!("[keys] has no key {name}; it has {}", known()))),
    };
    let wrong = |error: SignError| Failure::usage(format!("the key {name} of flowport.toml: {error}"));
    Ok(NamedKey { name: Some(name.to_owned()), key: key.map_err(wrong)? })
}

fn in_file(path: &Path, name: Option<&str>) -> Outcome<NamedKey> {
    let key = PublicKey::from_file(path).map_err(|error| Failure::from(error).about(path))?;
    Ok(NamedKey { name: name.map(str::to_owned), key })
}

/// The keys that a user means: each a public key, else a name in flowport.toml, else a file. Without any, all of flowport.toml.
pub(crate) fn asked(context: &Context, texts: &[String]) -> Outcome<Vec<NamedKey>> {
    if texts.is_empty() {
        let config = context.config()?;
        if config.keys.is_empty() {
            let what = "no key to verify with: name one with --key, or write it under [keys] in flowport.toml";
            return Err(Failure::usage(what));
        }
        return named(config, config.keys.keys());
    }
    texts.iter().map(|text| one(context, text)).collect()
}

fn one(context: &Context, text: &str) -> Outcome<NamedKey> {
    match text.parse::<PublicKey>() {
        Ok(key) => return Ok(NamedKey { name: None, key }),
        Err(error @ SignError::SecretInstead) => return Err(error.into()),
        Err(_) => {}
    }
    let config = context.config()?;
    if config.keys.contains_key(text) {
        return of_name(config, text);
    }
    if Path::new(text).exists() {
        return in_file(Path::new(text), None);
    }
    let names = config.keys.keys().cloned().collect::<Vec<_>>().join(", ");
    let known = if names.is_empty() { "which names no key".to_owned() } else { format!("whose keys are {names}") };
    let text = shorten(text, SHOWN);
    Err(Failure::usage(format!("--key {text}: this is no public key, no file, and no key of flowport.toml, {known}")))
}
