//! What a user names where an environment or a package will do.

use std::path::Path;
use std::sync::Arc;

use flowport_core::decode::Decoded;
use flowport_core::environment::ReadEnvironment;
use flowport_core::registry::Registry;
use flowport_share::Token;

use crate::context::Context;
use crate::exit::Outcome;
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
