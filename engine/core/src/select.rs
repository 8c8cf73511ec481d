//! From what a user writes to the resources meant.

use crate::error::Error;
use crate::model::{Diagnostic, Pattern, ResourceId};

/// The resources among which a name is looked up, with the name of the place for messages.
pub struct Names<'a> {
    place: String,
    entries: Vec<(&'a ResourceId, &'a str)>,
}

impl<'a> Names<'a> {
    /// The resources of one place.
    pub fn new(place: impl Into<String>, entries: impl Iterator<Item = (&'a ResourceId, &'a str)>) -> Names<'a> {
        Names { place: place.into(), entries: entries.collect() }
    }

    /// The one resource that `text` names.
    ///
    /// # Errors
    /// [`Error::NotFound`] with the nearest name, [`Error::Ambiguous`] with the candidates.
    pub fn one(&self, text: &str) -> Result<&'a ResourceId, Error> {
        let found = self.positions(text)?;
        match found.as_slice() {
            [only] => Ok(self.entries[*only].0),
            [] => Err(self.not_found(text)),
            several => Err(Error::Ambiguous {
                wanted: text.to_owned(),
                place: self.place.clone(),
                candidates: several.iter().map(|index| self.entries[*index].0.clone()).collect(),
            }),
        }
    }

    /// All resources that the texts name, each once, in the order of the place. Without wildcards a text names one.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`]; a pattern with wildcards that matches nothing is not found either.
    pub fn several(&self, texts: &[String]) -> Result<Vec<&'a ResourceId>, Error> {
        let mut chosen = vec![false; self.entries.len()];
        for text in texts {
            let found = self.positions(text)?;
            if found.is_empty() {
                return Err(self.not_found(text));
            }
            let is_glob = Pattern::parse(text).is_ok_and(|pattern| pattern.is_glob());
            if found.len() > 1 && !is_glob {
                return Err(self.one(text).err().unwrap_or_else(|| self.not_found(text)));
            }
            found.into_iter().for_each(|index| chosen[index] = true);
        }
        Ok(self.entries.iter().zip(chosen).filter(|(_, chosen)| *chosen).map(|(entry, _)| entry.0).collect())
    }

    fn positions(&self, text: &str) -> Result<Vec<usize>, Error> {
        let pattern = Pattern::parse(text).map_err(|why| Error::Invalid(vec![Diagnostic::error("E-NAME", why)]))?;
        Ok(pattern.select(self.entries.iter().copied()))
    }

    fn not_found(&self, text: &str) -> Error {
        Error::NotFound { wanted: text.to_owned(), place: self.place.clone(), nearest: self.nearest(text) }
    }

    /// The id or name that looks most like it, if one looks like it at all.
    #[must_use]
    pub fn nearest(&self, text: &str) -> Option<String> {
        let kind = text.split_once('/').map(|(kind, _)| kind);
        let is_of_it = |id: &ResourceId| kind == Some(id.kind.as_str());
        let knows_kind = self.entries.iter().any(|(id, _)| is_of_it(id));
        let meant = self.entries.iter().filter(|(id, _)| !knows_kind || is_of_it(id));
        nearest(text, meant.flat_map(|(id, name)| [id.to_string(), format!("{}/{name}", id.kind)]))
    }
}

/// The candidate that looks most like `text`, if one looks like it at all.
pub fn nearest(text: &str, candidates: impl Iterator<Item = String>) -> Option<String> {
    let wanted = text.to_lowercase();
    let likeness = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        // In a short word two letters that changed places weigh more than they should.
        let slip = wanted.chars().count() > 2 && strsim::osa_distance(&wanted, &candidate) == 1;
        if slip { 1.0 } else { strsim::jaro_winkler(&wanted, &candidate) }
    };
    let scored = candidates.map(|candidate| (likeness(&candidate), candidate));
    let best = scored.max_by(|left, right| left.0.total_cmp(&right.0))?;
    (best.0 > 0.8).then_some(best.1)
}
