//! Which plugin handles what.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{FormatInfo, Head, Kind, KindInfo};
use crate::plugin::{Codec, Handler};

/// Why plugins cannot be used together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// Two plugins handle one kind in one dialect.
    #[error("plugins {first} and {second} both handle {kind} in dialect {dialect}; load only one of them")]
    Kind {
        /// Loaded first.
        first: String,
        /// Loaded second.
        second: String,
        /// What both claim.
        kind: Kind,
        /// In which dialect.
        dialect: String,
    },
    /// Two plugins read and write one format.
    #[error("plugins {first} and {second} both have the format {format}; load only one of them")]
    Format {
        /// Loaded first.
        first: String,
        /// Loaded second.
        second: String,
        /// What both claim.
        format: String,
    },
}

/// The plugins of one program run, by what they know.
#[derive(Default, Clone)]
pub struct Registry {
    handlers: BTreeMap<(Kind, String), (Arc<dyn Handler>, usize)>,
    codecs: Vec<Arc<dyn Codec>>,
}

impl Registry {
    /// Adds a handler. With `instead`, it takes what another one has claimed before.
    ///
    /// # Errors
    /// [`Conflict::Kind`].
    pub fn add_handler(&mut self, handler: Arc<dyn Handler>, instead: bool) -> Result<(), Conflict> {
        for (position, info) in handler.kinds().iter().enumerate() {
            for dialect in &info.dialects {
                let claim = (info.kind.clone(), dialect.clone());
                if let Some((first, _)) = self.handlers.get(&claim).filter(|_| !instead) {
                    return Err(Conflict::Kind {
                        first: first.name().to_string(),
                        second: handler.name().to_string(),
                        kind: claim.0,
                        dialect: claim.1,
                    });
                }
                self.handlers.insert(claim, (handler.clone(), position));
            }
        }
        Ok(())
    }

    /// Adds a codec. With `instead`, it goes before one that has the same format.
    ///
    /// # Errors
    /// [`Conflict::Format`].
    pub fn add_codec(&mut self, codec: Arc<dyn Codec>, instead: bool) -> Result<(), Conflict> {
        for format in codec.formats() {
            if let Some((first, _)) = self.format(&format.id).filter(|_| !instead) {
                return Err(Conflict::Format {
                    first: first.name().to_string(),
                    second: codec.name().to_string(),
                    format: format.id.clone(),
                });
            }
        }
        if instead {
            self.codecs.insert(0, codec)
        } else {
            self.codecs.push(codec)
        }
        Ok(())
    }

    /// The handler of a resource, and what is true of its kind.
    #[must_use]
    pub fn handler(&self, head: &Head) -> Option<(&Arc<dyn Handler>, &KindInfo)> {
        let (handler, position) = self.handlers.get(&(head.id.kind.clone(), head.dialect.clone()))?;
        Some((handler, &handler.kinds()[*position]))
    }

    /// All kinds that are handled, whatever the dialect.
    #[must_use]
    pub fn kinds(&self) -> BTreeSet<&str> {
        self.handlers.keys().map(|(kind, _)| kind.as_str()).collect()
    }

    /// All codecs, in the order in which they are asked.
    #[must_use]
    pub fn codecs(&self) -> &[Arc<dyn Codec>] {
        &self.codecs
    }

    /// All formats.
    pub fn formats(&self) -> impl Iterator<Item = (&Arc<dyn Codec>, &FormatInfo)> {
        self.codecs.iter().flat_map(|codec| codec.formats().iter().map(move |format| (codec, format)))
    }

    /// A format by its id.
    #[must_use]
    pub fn format(&self, id: &str) -> Option<(&Arc<dyn Codec>, &FormatInfo)> {
        self.formats().find(|(_, format)| format.id == id)
    }

    /// The format in which resources travel that another format has no place for: one that carries everything.
    #[must_use]
    pub fn carrier(&self) -> Option<(&Arc<dyn Codec>, &FormatInfo)> {
        self.formats().find(|(_, format)| format.carries_everything())
    }
}
