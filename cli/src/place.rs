//! What a user names where an environment or a package will do.

use std::path::Path;
use std::sync::Arc;

use flowport_core::decode::Decoded;
use flowport_core::environment::ReadEnvironment;
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
    let is_package = Path::new(text).exists() || Token::looks_like(text);
    if !context.config()?.environments.contains_key(text) && is_package {
        let source = Source::of(context, Path::new(text))?;
        let place = Place::Package(Box::new(source.decode(context)?));
        return Ok(Named { place, shown: source.shown() });
    }
    Ok(Named { place: Place::Environment(context.read(text)?), shown: text.to_owned() })
}
