//! Taking a run back: what was there before is put there again, as another run.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use crate::environment::{EnvironmentError, Expected, ReadEnvironment, Referrer, Write, fingerprint, other_versions};
use crate::error::Error;
use crate::hand::{Change, Prepared};
use crate::history::{Image, Run, RunChange, RunId};
use crate::inspect::{Inspected, inspect};
use crate::model::{Diagnostic, Resource, ResourceId, SlotValue, State};
use crate::registry::Registry;
use crate::secrets::{keep_places, mark_set};
use crate::shell;

/// What it takes to undo a run, in the reverse of its order. Later changes that would be lost, and what was created since and
/// needs what would go, are errors that name them; with `force` they are warnings.
///
/// # Errors
/// [`Error::Invalid`] with all problems at once; when the environment cannot be read.
pub fn undo(registry: &Registry, environment: &dyn ReadEnvironment, run: &Run, force: bool) -> Result<Prepared, Error> {
    environment.prepare()?;
    let mut changes = environment.changes(run.id)?;
    changes.reverse();
    let goes = changes.iter().filter(|change| change.before.is_none()).map(|change| &change.id).collect();
    let restored = restored(registry, environment, &changes)?;
    let undoing = Undoing { registry, environment, run: run.id, force, changes: &changes, goes, restored: &restored };
    let mut prepared = Prepared::default();
    if let Some(by) = run.undone_by {
        let name = environment.name();
        let again = format!("to have it again: flowport undo {name}/{by}");
        let summary = format!("run {name}/{} is undone already, by run {name}/{by}", run.id);
        let found = Diagnostic::error("U-UNDONE", summary).help(again);
        prepared.diagnostics.push(found);
        return prepared.checked();
    }
    for change in &changes {
        undoing.one(change, &mut prepared)?;
    }
    prepared.checked()
}

struct Undoing<'a> {
    registry: &'a Registry,
    environment: &'a dyn ReadEnvironment,
    run: RunId,
    force: bool,
    changes: &'a [RunChange],
    /// What the run created.
    goes: HashSet<&'a ResourceId>,
    /// What is there again afterwards, looked at.
    restored: &'a HashMap<ResourceId, Inspected>,
}

/// Whether something changed since a run what it did, so that only `force` undoes it.
///
/// # Errors
/// When the environment cannot be read.
pub fn is_overtaken(
    environment: &dyn ReadEnvironment,
    run: RunId,
    changes: &[RunChange],
) -> Result<bool, EnvironmentError> {
    for change in changes {
        if changed_since(environment, run, change, environment.get(&change.id)?.as_ref())?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Who changed something since a run did.
enum Later {
    Run(Box<Run>),
    Outside,
}

/// Who changed since a run what it did to a resource; none where it is as the run left it.
fn changed_since(
    environment: &dyn ReadEnvironment,
    run: RunId,
    change: &RunChange,
    now: Option<&Resource>,
) -> Result<Option<Later>, EnvironmentError> {
    let mut since = environment.runs_of(&change.id)?;
    since.retain(|later| later.id > run);
    let left = change.after.as_ref().map(|image| fingerprint(&image.resource));
    // Of what was done and taken back since, nothing is left. An undo of something before is a change since.
    let lasts = |later: &Run| later.undone_by.is_none() && later.undoes.is_none_or(|undone| undone <= run);
    Ok(match since.iter().position(lasts) {
        Some(position) => Some(Later::Run(Box::new(since.swap_remove(position)))),
        None if environment.edited_since(&change.id)? => Some(Later::Outside),
        None if left == now.map(fingerprint) => None,
        None => Some(since.into_iter().next().map_or(Later::Outside, |run| Later::Run(Box::new(run)))),
    })
}

/// What was there before a run, looked at, on all cores.
fn restored(
    registry: &Registry,
    environment: &dyn ReadEnvironment,
    changes: &[RunChange],
) -> Result<HashMap<ResourceId, Inspected>, Error> {
    let look = |change: &RunChange| -> Option<Result<(ResourceId, Inspected), Error>> {
        let mut inspected = inspect(registry, change.before.as_ref()?.resource.clone());
        if !inspected.handled {
            match environment.inspection(&change.id) {
                Ok(known) => keep_places(&mut inspected.inspection, known),
                Err(error) => return Some(Err(error.into())),
            }
        }
        inspected.inspection.diagnostics.clear();
        Some(Ok((change.id.clone(), inspected)))
    };
    changes.par_iter().filter_map(look).collect()
}

impl Undoing<'_> {
    fn one(&self, change: &RunChange, prepared: &mut Prepared) -> Result<(), Error> {
        let now = self.environment.get(&change.id)?;
        let later = self.later(change, now.as_ref())?;
        prepared.diagnostics.extend(later);
        match (&change.before, now) {
            (None, None) => prepared.unchanged.push(change.id.clone()),
            (None, Some(now)) => {
                prepared.diagnostics.extend(self.dependents(&change.id)?);
                let expected = Expected::Fingerprint(fingerprint(&now));
                prepared.writes.push(Write::Delete { id: change.id.clone(), expected });
            }
            (Some(before), now) => self.restore(&change.id, (before, change.after.as_ref()), now.as_ref(), prepared)?,
        }
        Ok(())
    }

    /// A change since the run that would be lost.
    fn later(&self, change: &RunChange, now: Option<&Resource>) -> Result<Option<Diagnostic>, Error> {
        let Some(by) = changed_since(self.environment, self.run, change, now)? else { return Ok(None) };
        let name = self.environment.name();
        let what = match &by {
            Later::Run(run) => {
                let Run { id, actor, command, at, .. } = run.as_ref();
                format!("by {actor} with {command} at {at} (run {name}/{id})")
            }
            Later::Outside => "outside flowport".to_owned(),
        };
        let help = match (&by, self.force) {
            (Later::Run(run), false) => {
                format!("undo that first: flowport undo {name}/{}; or lose it with --force", run.id)
            }
            (Later::Run(run), true) => {
                format!("what this loses: flowport runs show {name}/{}; to have it again, undo this undo", run.id)
            }
            (Later::Outside, false) => "put it back as it was, or lose it with --force".to_owned(),
            (Later::Outside, true) => "to have what this loses again, undo this undo".to_owned(),
        };
        let summary = format!("{} was changed since run {name}/{}, {what}", change.id, self.run);
        Ok(Some(self.finding("U-LATER", summary).about(&change.id).help(help)))
    }

    /// What came since and needs what would go.
    fn dependents(&self, id: &ResourceId) -> Result<Vec<Diagnostic>, Error> {
        let mut seen = HashSet::new();
        let referrers = self.environment.referrers(id)?.into_iter();
        let still = |referrer: &Referrer| match self.restored.get(&referrer.from) {
            Some(restored) => restored.inspection.references.iter().any(|it| it.known() == Some(id)),
            None => !self.goes.contains(&referrer.from),
        };
        let referrers = referrers.filter(still);
        let found = referrers.filter(|referrer| seen.insert(referrer.from.clone())).map(|referrer| {
            let (goes, help) = if self.force {
                ("goes", "it lacks that then: point it elsewhere, or delete it too")
            } else {
                ("would go", "point it elsewhere or delete it first, or break it with --force")
            };
            let summary = format!("{} needs {id}, which {goes}", referrer.from);
            self.finding("U-NEEDED", summary).about(&referrer.from).at(&referrer.reference.slot).help(help)
        });
        Ok(found.collect())
    }

    /// Puts a resource there again as it was, with its owners and its secrets.
    fn restore(
        &self,
        id: &ResourceId,
        (before, after): (&Image, Option<&Image>),
        now: Option<&Resource>,
        prepared: &mut Prepared,
    ) -> Result<(), Error> {
        let Some(mut inspected) = self.restored.get(id).cloned() else { return Ok(()) };
        mark_set(&mut inspected.inspection, before.kept.keys().map(String::as_str));
        let secrets = self.secrets(id, before, after, prepared)?;
        let is_there = now.is_some_and(|now| fingerprint(now) == fingerprint(&before.resource));
        if is_there && secrets.is_empty() && self.environment.owners(id)? == before.owners {
            prepared.unchanged.push(id.clone());
            return Ok(());
        }
        prepared.diagnostics.extend(self.rival(&before.resource)?);
        self.dangling(&inspected, prepared)?;
        prepared.put(Change { inspected, secrets }, now, Some(before.owners.clone()));
        Ok(())
    }

    /// What it needed then and is not there any more.
    fn dangling(&self, restored: &Inspected, prepared: &mut Prepared) -> Result<(), Error> {
        for reference in &restored.inspection.references {
            let Some(target) = reference.known().filter(|target| !self.restored.contains_key(*target)) else {
                continue;
            };
            if self.goes.contains(target) || self.environment.get(target)?.is_none() {
                let (id, name) = (&restored.view.head.id, self.environment.name());
                let summary = format!("{id} needs {target} again, which {name} does not have any more");
                let found = Diagnostic::warning("U-DANGLING", summary).about(id).at(&reference.slot);
                prepared.diagnostics.push(found.help("put it there as well, or point this elsewhere"));
            }
        }
        Ok(())
    }

    /// What to set and what to forget, so that the secrets kept are those of before. Where the run touched none, nothing: nobody needs
    /// the key then.
    fn secrets(
        &self,
        id: &ResourceId,
        before: &Image,
        after: Option<&Image>,
        prepared: &mut Prepared,
    ) -> Result<Vec<SlotValue>, Error> {
        if after.is_some_and(|after| after.kept == before.kept) {
            return Ok(Vec::new());
        }
        let values = self.environment.secrets_before(self.run, id);
        let (mut values, now) = match values.and_then(|values| Ok((values, self.environment.secrets(id)?))) {
            Err(why) if self.force => {
                let summary = format!("the secrets of {id} are not put back: {why}");
                let set = |slot| {
                    format!("flowport secret set {} {} {}", self.environment.name(), shell::word(id), shell::word(slot))
                };
                let help = before.kept.keys().map(set).collect::<Vec<_>>().join("; ");
                let finding = Diagnostic::warning("U-SECRET", summary).about(id);
                prepared.diagnostics.push(if help.is_empty() { finding } else { finding.help(help) });
                return Ok(Vec::new());
            }
            Err(why) => {
                let summary = format!("the secrets of {id} cannot be put back: {why}");
                let help = "--force undoes the rest, and says which secrets are to be set then";
                prepared.diagnostics.push(Diagnostic::error("U-SECRET", summary).about(id).help(help));
                return Ok(Vec::new());
            }
            Ok(found) => found,
        };
        let gone = now.iter().filter(|now| !values.iter().any(|before| before.slot == now.slot));
        let gone: Vec<SlotValue> = gone.map(|now| SlotValue { slot: now.slot.clone(), value: None }).collect();
        values.retain(|before| !now.contains(before));
        values.extend(gone);
        Ok(values)
    }

    /// Of the versions of one thing one is live: another one that went on since must go off first.
    fn rival(&self, before: &Resource) -> Result<Option<Diagnostic>, Error> {
        let id = &before.head.id;
        let one_is_live = self.registry.handler(&before.head).is_some_and(|(_, info)| info.traits.one_is_live());
        if before.head.state != State::Published || !one_is_live || id.version.is_none() {
            return Ok(None);
        }
        for other in other_versions(self.environment, id)? {
            let goes_off = self.changes.iter().any(|change| {
                let state = change.before.as_ref().map(|before| before.resource.head.state);
                change.id == other && state != Some(State::Published)
            });
            let is_live = self.environment.get(&other)?.is_some_and(|other| other.head.state == State::Published);
            if is_live && !goes_off {
                let summary = format!("{id} was live, and {other} is now; only one can be");
                let help = format!("flowport unpublish {} {} first", self.environment.name(), shell::word(&other));
                return Ok(Some(Diagnostic::error("U-LIVE", summary).about(id).help(help)));
            }
        }
        Ok(None)
    }

    fn finding(&self, code: &str, summary: String) -> Diagnostic {
        if self.force { Diagnostic::warning(code, summary) } else { Diagnostic::error(code, summary) }
    }
}
