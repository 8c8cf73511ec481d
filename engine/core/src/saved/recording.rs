//! The target of a planning, which remembers all that was asked of it, and what it answered.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::file::{Asked, Seen};
use crate::content::{Hash, Hasher};
use crate::environment::{EnvironmentError, ReadEnvironment, Referrer, Summary, fingerprint};
use crate::history::{Base, History, Run, RunChange, RunId};
use crate::model::{Diagnostic, Head, Inspection, Resource, ResourceId, SlotValue};
use crate::plan::{Plan, Target};

/// A target that remembers what it was asked. What a list shows counts only as far as it decided anything: which resources are
/// there that the plan is about.
pub struct Recording {
    target: Target,
    seen: Mutex<BTreeMap<(Asked, String, String), Seen>>,
}

impl Recording {
    /// Of this target.
    #[must_use]
    pub fn of(target: Target) -> Arc<Recording> {
        Arc::new(Recording { target, seen: Mutex::default() })
    }

    /// All that was asked while this plan was made, in order.
    ///
    /// # Errors
    /// When the target cannot be read.
    pub fn seen(&self, plan: &Plan) -> Result<Vec<Seen>, EnvironmentError> {
        for change in &plan.changes {
            self.get(&change.target)?;
        }
        Ok(self.seen.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect())
    }

    fn saw(&self, asked: Asked, about: String, from: String, found: Vec<String>, answer: Option<Hash>) {
        let seen = Seen {
            asked,
            about: about.clone(),
            from: Some(from.clone()).filter(|from| !from.is_empty()),
            found,
            sha256: answer.map(|hash| hash.to_string()),
        };
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).entry((asked, about, from)).or_insert(seen);
    }

    fn saw_of(&self, asked: Asked, id: &ResourceId, answer: Option<Hash>) {
        self.saw(asked, id.to_string(), String::new(), Vec::new(), answer);
    }
}

/// A hash over texts, each told from its neighbours.
fn hash<'t>(texts: impl IntoIterator<Item = &'t str>) -> Hash {
    let mut hasher = Hasher::default();
    for text in texts {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.finish()
}

/// Over all that is known of a resource, but for its diagnostics.
fn known(inspection: &Inspection) -> Hash {
    let references = inspection.references.iter().map(|it| format!("{} {:?} {:?}", it.slot, it.target, it.strength));
    let secrets = inspection.secrets.iter().map(|it| format!("{} {} {}", it.slot, it.declared, it.is_set));
    let literals = inspection.literals.iter().map(|it| format!("{} {} {}", it.slot, it.class, it.value));
    let all: Vec<String> =
        inspection.identities.iter().cloned().chain(references).chain(secrets).chain(literals).collect();
    hash(all.iter().map(String::as_str))
}

impl History for Recording {
    fn runs(&self) -> Result<Vec<Run>, EnvironmentError> {
        self.target.runs()
    }

    fn run(&self, id: RunId) -> Result<Option<Run>, EnvironmentError> {
        self.target.run(id)
    }

    fn changes(&self, run: RunId) -> Result<Vec<RunChange>, EnvironmentError> {
        self.target.changes(run)
    }

    fn secrets_before(&self, run: RunId, id: &ResourceId) -> Result<Vec<SlotValue>, EnvironmentError> {
        self.target.secrets_before(run, id)
    }

    fn runs_of(&self, id: &ResourceId) -> Result<Vec<Run>, EnvironmentError> {
        self.target.runs_of(id)
    }

    fn edited_since(&self, id: &ResourceId) -> Result<bool, EnvironmentError> {
        self.target.edited_since(id)
    }

    fn gone(&self) -> Result<Vec<(ResourceId, String)>, EnvironmentError> {
        self.target.gone()
    }

    fn base(&self, to: &ResourceId, from: &ResourceId, source: &str) -> Result<Option<Base>, EnvironmentError> {
        let base = self.target.base(to, from, source)?;
        let answer = match &base {
            None => None,
            Some(base) => {
                // What is there as it came counts as what came: it is the same once a change since is taken back.
                let there = if base.resource.is_none() { self.target.get(to)? } else { None };
                let resource = base.resource.as_ref().or(there.as_ref()).map(|it| fingerprint(it).to_string());
                let kept = if base.was_kept { "kept" } else { "" };
                Some(hash([base.run.id.to_string().as_str(), resource.as_deref().unwrap_or_default(), kept]))
            }
        };
        self.saw(Asked::Base, to.to_string(), format!("{from} {source}"), Vec::new(), answer);
        Ok(base)
    }

    /// Known by its run, which the base tells.
    fn secrets_came(
        &self,
        to: &ResourceId,
        from: &ResourceId,
        source: &str,
    ) -> Result<Vec<SlotValue>, EnvironmentError> {
        self.base(to, from, source)?;
        self.target.secrets_came(to, from, source)
    }

    fn came_as(&self, from: &ResourceId, source: &str) -> Result<Option<ResourceId>, EnvironmentError> {
        let to = self.target.came_as(from, source)?;
        let found: Vec<String> = to.iter().map(ToString::to_string).collect();
        let answer = to.as_ref().map(|to| hash([to.to_string().as_str()]));
        self.saw(Asked::Came, from.to_string(), source.to_owned(), found, answer);
        Ok(to)
    }
}

impl ReadEnvironment for Recording {
    fn name(&self) -> &str {
        self.target.name()
    }

    fn list(&self) -> Result<Vec<Summary>, EnvironmentError> {
        self.target.list()
    }

    fn get(&self, id: &ResourceId) -> Result<Option<Resource>, EnvironmentError> {
        let found = self.target.get(id)?;
        self.saw_of(Asked::Resource, id, found.as_ref().map(fingerprint));
        Ok(found)
    }

    fn owners(&self, id: &ResourceId) -> Result<Vec<String>, EnvironmentError> {
        self.target.owners(id)
    }

    fn find(&self, identity: &str) -> Result<Vec<Head>, EnvironmentError> {
        let heads = self.target.find(identity)?;
        let found = heads.iter().map(|head| head.id.to_string()).collect();
        let texts = heads.iter().flat_map(|head| {
            [head.id.to_string(), head.name.clone(), head.dialect.clone(), head.attributes.to_string()]
        });
        let texts: Vec<String> = texts.collect();
        let answer = hash(texts.iter().map(String::as_str));
        self.saw(
            Asked::Identity,
            identity.to_owned(),
            String::new(),
            found,
            Some(answer).filter(|_| !heads.is_empty()),
        );
        Ok(heads)
    }

    fn versions(&self, kind: &str, id: &str) -> Result<Vec<String>, EnvironmentError> {
        let versions = self.target.versions(kind, id)?;
        let found = versions.iter().map(|version| format!("{kind}/{id}@{version}")).collect();
        let answer = Some(hash(versions.iter().map(String::as_str))).filter(|_| !versions.is_empty());
        self.saw(Asked::Versions, format!("{kind}/{id}"), String::new(), found, answer);
        Ok(versions)
    }

    fn inspection(&self, id: &ResourceId) -> Result<Inspection, EnvironmentError> {
        let inspection = self.target.inspection(id)?;
        self.saw_of(Asked::Inspection, id, Some(known(&inspection)));
        Ok(inspection)
    }

    /// Of secrets only which slots have one, and how it was sealed: no hash of a value, which could be guessed.
    fn secrets(&self, id: &ResourceId) -> Result<Vec<SlotValue>, EnvironmentError> {
        self.kept(id)?;
        self.target.secrets(id)
    }

    fn kept(&self, id: &ResourceId) -> Result<BTreeMap<String, Option<Hash>>, EnvironmentError> {
        let kept = self.target.kept(id)?;
        let texts = kept.iter().flat_map(|(slot, sealed)| {
            [slot.clone(), sealed.map_or_else(|| "in its file".to_owned(), |sealed| sealed.to_string())]
        });
        let texts: Vec<String> = texts.collect();
        self.saw_of(Asked::Secrets, id, Some(hash(texts.iter().map(String::as_str))));
        Ok(kept)
    }

    fn referrers(&self, id: &ResourceId) -> Result<Vec<Referrer>, EnvironmentError> {
        let referrers = self.target.referrers(id)?;
        let mut found: Vec<String> = referrers.iter().map(|referrer| referrer.from.to_string()).collect();
        found.sort();
        found.dedup();
        let answer = Some(hash(found.iter().map(String::as_str))).filter(|_| !found.is_empty());
        self.saw(Asked::Referrers, id.to_string(), String::new(), found, answer);
        Ok(referrers)
    }

    fn prepare(&self) -> Result<(), EnvironmentError> {
        self.target.prepare()
    }

    fn problems(&self) -> Result<Vec<Diagnostic>, EnvironmentError> {
        self.target.problems()
    }
}
