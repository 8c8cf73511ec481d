use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use flowport_core::content::Hash;
use flowport_core::environment::{EnvironmentError, ReadEnvironment, Referrer, Summary, fingerprint};
use flowport_core::history::{Base, History, Run, RunChange, RunId};
use flowport_core::model::{Diagnostic, Head, Inspection, Resource, ResourceId, SlotValue};
use flowport_core::registry::Registry;
use flowport_secrets::Vault;

use super::history::{LastCame, Past};
use super::secrets::Sealed;
use super::snapshot::{Held, Looked, Snapshot};
use super::{failed, secrets};
use crate::RESOURCE;
use crate::error::TreeError;
use crate::lock::Hold;
use crate::transaction::settled;

/// An environment to be read and nothing else. It makes no folder: where there is none yet, it is empty until there is. All files
/// are read once, when the first is asked for, as one writer left them.
pub struct DirReader {
    name: String,
    pub(super) root: PathBuf,
    pub(super) registry: Registry,
    pub(super) vault: Option<Arc<Vault>>,
    /// Of who reads what it writes.
    hold: Option<Arc<Hold>>,
    snapshot: Mutex<Option<Arc<Snapshot>>>,
    past: Mutex<Option<Arc<Past>>>,
}

impl DirReader {
    /// The environment in this folder. `registry` looks at its resources.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`] for something that is no folder.
    pub fn open(name: &str, path: &Path, registry: Registry) -> Result<DirReader, EnvironmentError> {
        let store = |what: String| EnvironmentError::Store { environment: name.to_owned(), what };
        let root = std::path::absolute(path).map_err(|why| store(format!("opening {}: {why}", path.display())))?;
        if root.exists() && !root.is_dir() {
            return Err(store(format!("{} is no folder; give the environment one", root.display())));
        }
        Ok(DirReader {
            name: name.to_owned(),
            root,
            registry,
            vault: None,
            hold: None,
            snapshot: Mutex::default(),
            past: Mutex::default(),
        })
    }

    /// With the key to its secrets.
    #[must_use]
    pub fn with_vault(mut self, vault: Arc<Vault>) -> DirReader {
        self.vault = Some(vault);
        self
    }

    /// For who holds it.
    pub(super) fn of_writer(self, hold: Arc<Hold>) -> DirReader {
        DirReader { hold: Some(hold), ..self }
    }

    /// The files as they are at the first call.
    pub(super) fn snapshot(&self) -> Result<Arc<Snapshot>, EnvironmentError> {
        let mut snapshot = self.snapshot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(snapshot) = &*snapshot {
            return Ok(snapshot.clone());
        }
        let read = settled(&self.root, self.hold.as_deref(), || Snapshot::read(&self.root)).map_err(self.failed())?;
        Ok(snapshot.insert(Arc::new(read)).clone())
    }

    /// What was done, as it is at the first call.
    pub(super) fn past(&self) -> Result<Arc<Past>, EnvironmentError> {
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(past) = &*past {
            return Ok(past.clone());
        }
        let read = settled(&self.root, self.hold.as_deref(), || Past::read(&self.root)).map_err(self.failed())?;
        Ok(past.insert(Arc::new(read)).clone())
    }

    /// The files have changed: the next call reads them again.
    pub(super) fn forget(&self) {
        *self.past.lock().unwrap_or_else(PoisonError::into_inner) = None;
        *self.snapshot.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// For `map_err`.
    fn failed(&self) -> impl Fn(TreeError) -> EnvironmentError {
        |error| failed(&self.name, &error)
    }

    fn store(&self, what: String) -> EnvironmentError {
        EnvironmentError::Store { environment: self.name.clone(), what }
    }

    /// A resource without the declared secrets that stand in its files, which are known then.
    fn looked<'s>(&self, snapshot: &'s Snapshot, id: &ResourceId) -> Result<Option<&'s Looked>, EnvironmentError> {
        let looked = snapshot.get(id).map(|held| snapshot.looked(&self.registry, held));
        match looked.map(|looked| (looked, &looked.resource)) {
            Some((_, Err(what))) => Err(self.store(what.clone())),
            looked => Ok(looked.map(|(looked, _)| looked)),
        }
    }

    /// True where somebody wrote a secret into its files.
    fn has_open_secrets(&self, id: &ResourceId) -> Result<bool, EnvironmentError> {
        let snapshot = self.snapshot()?;
        Ok(self.looked(&snapshot, id)?.is_some_and(|looked| !looked.lifted.is_empty()))
    }

    fn changed(&self, held: &Held) -> String {
        let written = || {
            let file = self.root.join(&held.entry.folder).join(RESOURCE);
            let changed = std::fs::metadata(file).and_then(|file| file.modified()).ok()?;
            let changed = jiff::Timestamp::try_from(changed).ok()?;
            Some(changed.round(jiff::Unit::Second).unwrap_or(changed).to_string())
        };
        held.entry.record.changed.clone().or_else(written).unwrap_or_default()
    }
}

impl History for DirReader {
    fn runs(&self) -> Result<Vec<Run>, EnvironmentError> {
        Ok(self.past()?.runs())
    }

    fn run(&self, id: RunId) -> Result<Option<Run>, EnvironmentError> {
        Ok(self.past()?.run(id))
    }

    fn changes(&self, run: RunId) -> Result<Vec<RunChange>, EnvironmentError> {
        self.past()?.changes(run).map_err(self.failed())
    }

    fn secrets_before(&self, run: RunId, id: &ResourceId) -> Result<Vec<SlotValue>, EnvironmentError> {
        let sealed = self.past()?.secrets_before(run, id).map_err(self.failed())?;
        secrets::open_all(self.vault.as_deref(), sealed).map_err(|what| self.store(what))
    }

    fn runs_of(&self, id: &ResourceId) -> Result<Vec<Run>, EnvironmentError> {
        self.past()?.runs_of(id).map_err(self.failed())
    }

    fn edited_since(&self, id: &ResourceId) -> Result<bool, EnvironmentError> {
        let left = self.past()?.left(id).map_err(self.failed())?;
        let is_left = left.map(|left| fingerprint(&left.resource)) == self.get(id)?.as_ref().map(fingerprint);
        Ok(!is_left || self.has_open_secrets(id)?)
    }

    fn gone(&self) -> Result<Vec<(ResourceId, String)>, EnvironmentError> {
        let (snapshot, mut gone) = (self.snapshot()?, self.past()?.last_seen().map_err(self.failed())?);
        gone.retain(|(id, _)| snapshot.get(id).is_none());
        Ok(gone)
    }

    fn base(&self, to: &ResourceId, from: &ResourceId, source: &str) -> Result<Option<Base>, EnvironmentError> {
        let found = self.past()?.base(to, from, source).map_err(self.failed())?;
        let Some(LastCame { run, image, is_last, was_kept }) = found else { return Ok(None) };
        // Files are edited without a run.
        let now = if is_last { self.get(to)? } else { None };
        let [left, now] = [image.as_ref().map(|image| &image.resource), now.as_ref()].map(|it| it.map(fingerprint));
        let is_current = is_last && left == now && !self.has_open_secrets(to)?;
        Ok(Some(Base { run, resource: image.map(|image| image.resource).filter(|_| !is_current), was_kept }))
    }

    fn secrets_came(
        &self,
        to: &ResourceId,
        from: &ResourceId,
        source: &str,
    ) -> Result<Vec<SlotValue>, EnvironmentError> {
        let sealed = self.past()?.secrets_came(to, from, source).map_err(self.failed())?;
        secrets::open_all(self.vault.as_deref(), sealed).map_err(|what| self.store(what))
    }

    fn came_as(&self, from: &ResourceId, source: &str) -> Result<Option<ResourceId>, EnvironmentError> {
        self.past()?.came_as(from, source).map_err(self.failed())
    }
}

impl ReadEnvironment for DirReader {
    fn name(&self) -> &str {
        &self.name
    }

    fn list(&self) -> Result<Vec<Summary>, EnvironmentError> {
        let snapshot = self.snapshot()?;
        let summary = |held: &Held| {
            let Resource { head, parts } = &held.entry.resource;
            let size = parts.iter().map(|part| part.content.len()).sum();
            Summary { head: head.clone(), owners: held.entry.owners.clone(), size, changed: self.changed(held) }
        };
        Ok(snapshot.held.iter().map(summary).collect())
    }

    fn get(&self, id: &ResourceId) -> Result<Option<Resource>, EnvironmentError> {
        let snapshot = self.snapshot()?;
        let Some(looked) = self.looked(&snapshot, id)? else { return Ok(None) };
        looked.resource.clone().map(Some).map_err(|what| self.store(what))
    }

    fn owners(&self, id: &ResourceId) -> Result<Vec<String>, EnvironmentError> {
        Ok(self.snapshot()?.get(id).map(|held| held.entry.owners.clone()).unwrap_or_default())
    }

    fn find(&self, identity: &str) -> Result<Vec<Head>, EnvironmentError> {
        let snapshot = self.snapshot()?;
        let found = snapshot.index(&self.registry).by_identity.get(identity);
        let head = |(_, position): &(usize, usize)| {
            let held = &snapshot.held[*position];
            let looked = snapshot.looked(&self.registry, held).resource.as_ref();
            looked.map_or(&held.entry.resource.head, |resource| &resource.head).clone()
        };
        Ok(found.into_iter().flatten().map(head).collect())
    }

    fn versions(&self, kind: &str, id: &str) -> Result<Vec<String>, EnvironmentError> {
        let snapshot = self.snapshot()?;
        let found = ResourceId::new(kind, id, None).ok().and_then(|id| snapshot.versions.get(&id));
        let version = |position: &usize| snapshot.held[*position].entry.resource.head.id.version.as_deref();
        Ok(found.into_iter().flatten().filter_map(version).map(str::to_owned).collect())
    }

    fn inspection(&self, id: &ResourceId) -> Result<Inspection, EnvironmentError> {
        let snapshot = self.snapshot()?;
        let looked = self.looked(&snapshot, id)?;
        Ok(looked.map(|looked| looked.inspection.clone()).unwrap_or_default())
    }

    fn secrets(&self, id: &ResourceId) -> Result<Vec<SlotValue>, EnvironmentError> {
        let snapshot = self.snapshot()?;
        let Some(looked) = self.looked(&snapshot, id)? else { return Ok(Vec::new()) };
        // What stands in the files is newer than what was sealed before.
        let mut all = looked.lifted.clone();
        let is_newer = |sealed: &&Sealed| all.iter().any(|secret| secret.slot == sealed.slot);
        let sealed: Vec<Sealed> = secrets::of(&snapshot.sealed, id).filter(|it| !is_newer(it)).cloned().collect();
        all.extend(secrets::open_all(self.vault.as_deref(), sealed).map_err(|what| self.store(what))?);
        all.sort_by(|left, right| left.slot.cmp(&right.slot));
        Ok(all)
    }

    fn kept(&self, id: &ResourceId) -> Result<BTreeMap<String, Option<Hash>>, EnvironmentError> {
        let snapshot = self.snapshot()?;
        let Some(looked) = self.looked(&snapshot, id)? else { return Ok(BTreeMap::new()) };
        let sealed =
            secrets::of(&snapshot.sealed, id).map(|sealed| (sealed.slot.clone(), Some(Hash::of(&sealed.bytes))));
        let open = looked.lifted.iter().map(|secret| {
            let mark = secrets::mark(self.vault.as_deref(), id, secret).map_err(|what| self.store(what))?;
            Ok((secret.slot.clone(), mark))
        });
        sealed.map(Ok).chain(open).collect()
    }

    fn referrers(&self, id: &ResourceId) -> Result<Vec<Referrer>, EnvironmentError> {
        let snapshot = self.snapshot()?;
        let referrers = snapshot.index(&self.registry).referrers.get(id);
        let referrer = |(position, reference): &(usize, flowport_core::model::Reference)| Referrer {
            from: snapshot.held[*position].entry.resource.head.id.clone(),
            reference: reference.clone(),
        };
        Ok(referrers.into_iter().flatten().map(referrer).collect())
    }

    fn prepare(&self) -> Result<(), EnvironmentError> {
        self.past()?.prepare().map_err(|error| failed(&self.name, &error))?;
        self.snapshot()?.index(&self.registry);
        Ok(())
    }

    fn problems(&self) -> Result<Vec<Diagnostic>, EnvironmentError> {
        Ok(self.snapshot()?.problems.clone())
    }
}
