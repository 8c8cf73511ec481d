//! What a user names where an environment or a package will do.

use std::path::Path;
use std::sync::Arc;

use flowport_core::decode::Decoded;
use flowport_core::environment::ReadEnvironment;
use flowport_core::registry::Registry;
use flowport_share::Token;

use crate::context::Context;
use crate::exit::{Failure, Outcome};
use crate::source::Source;

/// An environment or a package.
pub(crate) enum Place {
    /// One of the project.
    Environment(Arc<dyn ReadEnvironment>),
    /// Read whole.
    Package(Box<Decoded>),
}

/// A place, and what it is called.
pub(crate) struct Named {
    pub(crate) place: Place,
    /// For messages: never a token.
    pub(crate) shown: String,
}

/// An environment of that name goes before a package.
pub(crate) fn place(context: &Context, text: &str) -> Outcome<Named> {
    Found::of(context, text)?.read(context.registry()?)
}

/// Two places, read side by side; what is wrong with both is said of both.
pub(crate) fn places(context: &Context, left: &str, right: &str) -> Outcome<[Named; 2]> {
    let (left, right) = (Found::of(context, left)?, Found::of(context, right)?);
    let registry = context.registry()?;
    let (left, right) = std::thread::scope(|scope| {
        let beside = scope.spawn(|| left.read(registry));
        let right = right.read(registry);
        (beside.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), right)
    });
    match (left, right) {
        (Ok(left), Ok(right)) => Ok([left, right]),
        (Err(left), Err(right)) => Err(left.and(right)),
        (Err(failure), Ok(_)) | (Ok(_), Err(failure)) => Err(failure),
    }
}

/// True where a text can only mean a file: it has folders, or ends as files of a known format do.
fn names_file(registry: &Registry, text: &str) -> bool {
    let ends_as = |extension: &String| {
        let end = text.len().checked_sub(extension.len() + 1).and_then(|start| text.get(start..));
        end.and_then(|end| end.strip_prefix('.')).is_some_and(|end| end.eq_ignore_ascii_case(extension))
    };
    text.contains(['/', '\\']) || registry.formats().any(|(_, format)| format.extensions.iter().any(ends_as))
}

/// A file that is not there, where an environment would have done as well.
fn no_file(context: &Context, text: &str) -> Outcome<Failure> {
    let names = context.config()?.environments.keys().cloned().collect::<Vec<_>>().join(", ");
    let known = if names.is_empty() { String::new() } else { format!("; the environments are {names}") };
    Ok(Failure::usage(format!("{text}: there is no such file, and no environment of that name{known}")))
}

/// What a name leads to, not read yet.
enum Found {
    Environment(Arc<dyn ReadEnvironment>),
    Package(Box<Source>),
}

impl Found {
    fn of(context: &Context, text: &str) -> Outcome<Found> {
        let is_package = Path::new(text).exists() || Token::looks_like(text);
        if !context.config()?.environments.contains_key(text) && is_package {
            return Ok(Found::Package(Box::new(Source::of(context, Path::new(text))?)));
        }
        if !context.config()?.environments.contains_key(text) && names_file(context.registry()?, text) {
            // It may be what a plugin knows and refuses, as a token of its product.
            Source::of(context, Path::new(text))?;
            return Err(no_file(context, text)?);
        }
        Ok(Found::Environment(context.read(text)?))
    }

    fn read(self, registry: &Registry) -> Outcome<Named> {
        match self {
            Found::Environment(environment) => {
                let shown = environment.name().to_owned();
                Ok(Named { place: Place::Environment(environment), shown })
            }
            Found::Package(source) => {
                let place = Place::Package(Box::new(source.decode_with(registry)?));
                Ok(Named { place, shown: source.shown() })
            }
        }
    }
}
