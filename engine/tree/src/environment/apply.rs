//! Writing: everything is compared and prepared in memory, then made in one transaction.

use std::collections::{BTreeMap, HashSet};

use flowport_core::content::Hash;
use flowport_core::environment::{EnvironmentError, Expected, Write, fingerprint};
use flowport_core::history::{Came, Cause, RunId};
use flowport_core::model::{Inspection, Resource, ResourceId, SlotValue};
use rayon::prelude::*;

use super::failed;
use super::history::{Past, Picture, Recorder};
use super::reader::DirReader;
use super::secrets::{self, Kept, Sealed};
use super::snapshot::{Held, Snapshot};
use crate::error::TreeError;
use crate::lock::Hold;
use crate::transaction::Transaction;
use crate::write::{GIT_ATTRIBUTES, Writing, free_folder, write};
use crate::{ATTRIBUTES_OF_GIT, MANIFEST};

/// A resource as it will be; none where it goes.
type Outcome = Option<Put>;

struct Put {
    resource: Resource,
    owners: Vec<String>,
    serial: u64,
}

/// Makes all writes, or none.
pub(super) fn apply(
    reader: &DirReader,
    hold: &Hold,
    cause: &Cause,
    writes: &[Write],
    progress: &mut dyn FnMut(usize),
) -> Result<RunId, EnvironmentError> {
    use flowport_core::environment::ReadEnvironment as _;
    let failed = |error: TreeError| failed(reader.name(), &error);
    let Cause { actor, at: now, .. } = cause;
    let transaction = Transaction::begin(hold).map_err(failed)?;
    // Somebody may have edited files since they were read.
    let snapshot = Snapshot::read(&reader.root).map_err(failed)?;
    let errors: Vec<_> = snapshot.problems.iter().filter(|problem| problem.is_error()).cloned().collect();
    if !errors.is_empty() {
        return Err(failed(TreeError::Invalid(errors)));
    }
    // Each handler call takes a while, and none needs another one.
    let ids: HashSet<&ResourceId> = writes.iter().map(Write::id).collect();
    ids.par_iter().filter_map(|id| snapshot.get(id)).for_each(|held| {
        snapshot.looked(&reader.registry, held);
    });
    // Only who carries out a plan needs to know what was done before.
    if let Some(plan) = cause.plan
        && let Some(run) = reader.past()?.run_of_plan(plan)
    {
        return Err(EnvironmentError::AppliedBefore { environment: reader.name().to_owned(), run });
    }
    let left_as_it_is = |id: &ResourceId| {
        let held = snapshot.get(id).filter(|_| !ids.contains(id))?;
        snapshot.looked(&reader.registry, held).resource.as_ref().ok()
    };
    let store = |what| EnvironmentError::Store { environment: reader.name().to_owned(), what };
    let came_secrets = cause.came().iter().map(|came| came_secrets(reader, cause, came));
    let came_secrets = came_secrets.collect::<Result<Vec<_>, _>>()?;
    let number = Past::last_in(&reader.root).map_err(failed)? + 1;
    let mut recorder = Recorder::begin(number, cause, &came_secrets, left_as_it_is);
    let mut changes = Changes::of(reader, &snapshot);
    for (done, write) in (1..).zip(writes) {
        let id = write.id();
        changes.make(write, id, actor).map_err(|why| match why {
            Refusal::Stale => {
                EnvironmentError::Stale { environment: reader.name().to_owned(), resource: Box::new(id.clone()) }
            }
            Refusal::Unknown(what) => EnvironmentError::Store { environment: reader.name().to_owned(), what },
        })?;
        progress(done);
    }
    changes.remember(&mut recorder).map_err(store)?;
    let run = recorder.stage(&transaction).map_err(failed)?;
    changes.stage(&transaction, now).map_err(failed)?;
    transaction.commit().map_err(failed)?;
    Ok(run)
}

/// The secrets that came with something, sealed; those that did not come as they came last.
fn came_secrets(reader: &DirReader, cause: &Cause, came: &Came) -> Result<Vec<Sealed>, EnvironmentError> {
    use flowport_core::environment::ReadEnvironment as _;
    let store = |what| EnvironmentError::Store { environment: reader.name().to_owned(), what };
    let mut sealed = secrets::seal_all(reader.vault.as_deref(), &came.to, &came.secrets).map_err(store)?;
    if came.resource.is_some()
        && let Some(brought) = &cause.brought
    {
        let before = reader.past()?.secrets_came(&came.to, &came.from, &brought.package.source);
        let before = before.map_err(|error| failed(reader.name(), &error))?;
        let comes = |old: &Sealed| came.secrets.iter().any(|secret| secret.slot == old.slot);
        sealed.extend(before.into_iter().filter(|old| !comes(old)));
    }
    Ok(sealed)
}

/// Why a write is not made.
enum Refusal {
    Stale,
    /// Of a secret, or of a resource that nobody can look at.
    Unknown(String),
}

struct Changes<'s> {
    reader: &'s DirReader,
    snapshot: &'s Snapshot,
    /// In order, so that the same writes give the same files.
    outcomes: BTreeMap<ResourceId, Outcome>,
    /// The order in which they were written first.
    order: Vec<ResourceId>,
    sealed: Kept,
    next: u64,
}

impl<'s> Changes<'s> {
    fn of(reader: &'s DirReader, snapshot: &'s Snapshot) -> Changes<'s> {
        let serials = snapshot.held.iter().filter_map(|held| held.entry.record.serial);
        let next = serials.max().map_or(1, |last| last.saturating_add(1));
        Changes {
            reader,
            snapshot,
            outcomes: BTreeMap::new(),
            order: Vec::new(),
            sealed: snapshot.sealed.clone(),
            next,
        }
    }

    fn make(&mut self, write: &Write, id: &ResourceId, actor: &str) -> Result<(), Refusal> {
        let held = self.snapshot.get(id);
        let looked = held.map(|held| self.snapshot.looked(&self.reader.registry, held));
        let current = looked.map(|looked| looked.resource.as_ref()).transpose();
        let current = current.map_err(|why| Refusal::Unknown(why.clone()))?;
        let there: Option<Hash> = match self.outcomes.get(id) {
            Some(outcome) => outcome.as_ref().map(|put| fingerprint(&put.resource)),
            None => current.map(fingerprint),
        };
        if !self.outcomes.contains_key(id) {
            self.order.push(id.clone());
        }
        match write {
            Write::Delete { expected, .. } => {
                check(*expected, there)?;
                self.sealed.remove(id);
                self.outcomes.insert(id.clone(), None);
            }
            Write::Put { resource, inspection, owners, secrets, expected } => {
                check(*expected, there)?;
                let is_first = !self.outcomes.contains_key(id);
                let before = self.outcomes.remove(id).flatten();
                let is_there = there.is_some();
                let known = before.as_ref().map(|put| put.owners.clone());
                let known = known.or_else(|| held.filter(|_| is_there).map(|held| held.entry.owners.clone()));
                let owners = owners.clone().or(known).unwrap_or_else(|| vec![actor.to_owned()]);
                let serial = before.map(|put| put.serial);
                let serial = serial.or_else(|| held.filter(|_| is_there).and_then(|held| held.entry.record.serial));
                let serial = serial.unwrap_or_else(|| {
                    self.next += 1;
                    self.next - 1
                });
                // What somebody wrote into the files is taken out of them with the first write. Later ones know better.
                let lifted = looked.filter(|_| is_first).map(|looked| looked.lifted.as_slice()).unwrap_or_default();
                self.keep(id, inspection, lifted.iter().chain(secrets)).map_err(Refusal::Unknown)?;
                self.outcomes.insert(id.clone(), Some(Put { resource: resource.clone(), owners, serial }));
            }
        }
        Ok(())
    }

    /// Keeps secrets apart from the resource: new ones in the place of old ones, none whose place is gone.
    fn keep<'v>(
        &mut self,
        id: &ResourceId,
        inspection: &Inspection,
        secrets: impl Iterator<Item = &'v SlotValue>,
    ) -> Result<(), String> {
        let declared = inspection.secrets.iter().filter(|secret| secret.declared);
        let places: HashSet<&str> = declared.map(|secret| secret.slot.as_str()).collect();
        let mut kept = self.sealed.remove(id).unwrap_or_default();
        kept.retain(|sealed| places.contains(sealed.slot.as_str()));
        for SlotValue { slot, value } in secrets.filter(|secret| places.contains(secret.slot.as_str())) {
            let sealed = value.as_deref().map(|value| secrets::seal(self.reader.vault.as_deref(), id, slot, value));
            kept.retain(|sealed| sealed.slot != *slot);
            kept.extend(sealed.transpose()?);
        }
        if !kept.is_empty() {
            self.sealed.insert(id.clone(), kept);
        }
        Ok(())
    }

    /// What was there before, and what will be.
    fn remember(&self, recorder: &mut Recorder) -> Result<(), String> {
        for id in &self.order {
            let held = self.snapshot.get(id);
            let looked = held.map(|held| self.snapshot.looked(&self.reader.registry, held));
            let mut secrets: Vec<Sealed> = secrets::of(&self.snapshot.sealed, id).cloned().collect();
            let lifted = looked.map_or(&[][..], |looked| looked.lifted.as_slice());
            secrets.retain(|sealed| !lifted.iter().any(|lifted| lifted.slot == sealed.slot));
            secrets.extend(secrets::seal_all(self.reader.vault.as_deref(), id, lifted)?);
            let resource = looked.map(|looked| looked.resource.as_ref()).transpose().map_err(String::clone)?;
            let before = held.zip(resource).map(|(held, resource)| Picture {
                resource,
                owners: &held.entry.owners,
                secrets: &secrets,
            });
            let kept = self.sealed.get(id).map(Vec::as_slice).unwrap_or_default();
            let after = self.outcomes.get(id).and_then(Option::as_ref);
            let after = after.map(|put| Picture { resource: &put.resource, owners: &put.owners, secrets: kept });
            if before.is_some() || after.is_some() {
                recorder.change(id, before.as_ref(), after.as_ref());
            }
        }
        Ok(())
    }

    /// Puts the files of all that changes into the transaction.
    fn stage(self, transaction: &Transaction<'_>, now: &str) -> Result<(), TreeError> {
        let Changes { reader, snapshot, outcomes, sealed, .. } = self;
        let mut taken: HashSet<String> = snapshot.held.iter().map(|held| held.entry.folder.clone()).collect();
        let mut manifest = snapshot.manifest.clone();
        // An order is kept where there is one: of a package that became an environment.
        let is_ordered = manifest.package.is_some() || !manifest.resources.is_empty();
        let empty = flowport_core::model::Setup::default();
        let mut named: HashSet<String> = manifest.resources.iter().cloned().collect();
        let mut gone: HashSet<&str> = HashSet::new();
        let mut puts = Vec::new();
        for (id, outcome) in &outcomes {
            let held = snapshot.get(id);
            match outcome {
                None => {
                    let Some(Held { entry, .. }) = held else { continue };
                    entry.files.iter().try_for_each(|file| transaction.remove(file))?;
                    gone.insert(&entry.folder);
                }
                Some(put) => {
                    let known = held.map(|held| held.entry.folder.clone());
                    let folder = known.unwrap_or_else(|| free_folder(&reader.root, &put.resource.head, &taken));
                    if is_ordered && named.insert(folder.clone()) {
                        manifest.resources.push(folder.clone());
                    }
                    taken.insert(folder.clone());
                    puts.push((folder, held, put));
                }
            }
        }
        manifest.resources.retain(|folder| !gone.contains(folder.as_str()));
        puts.par_iter().try_for_each(|(folder, held, Put { resource, owners, serial })| {
            let writing = Writing {
                folder,
                before: held.map(|held| &held.entry),
                resource,
                setup: held.map_or(&empty, |held| &held.entry.setup),
                owners,
                serial: Some(*serial),
                changed: Some(now.to_owned()),
            };
            write(transaction, &reader.root, &reader.registry, &writing)
        })?;
        if !snapshot.is_there || manifest != snapshot.manifest {
            transaction.write_text(MANIFEST, manifest.to_text())?;
        }
        if !reader.root.join(ATTRIBUTES_OF_GIT).exists() {
            transaction.write_text(ATTRIBUTES_OF_GIT, GIT_ATTRIBUTES)?;
        }
        if sealed != snapshot.sealed {
            secrets::write(transaction, &sealed)?;
        }
        Ok(())
    }
}

fn check(expected: Expected, there: Option<Hash>) -> Result<(), Refusal> {
    match (expected, there) {
        (Expected::Anything, _) | (Expected::Absent, None) => Ok(()),
        (Expected::Fingerprint(hash), Some(there)) if hash == there => Ok(()),
        _ => Err(Refusal::Stale),
    }
}
