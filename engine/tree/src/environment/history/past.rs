use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use flowport_core::content::{Content, Hash, ReadAt};
use flowport_core::history::{Image, Run, RunChange, RunId};
use flowport_core::model::{Part, Resource, ResourceId};
use rayon::prelude::*;

use super::record::{ImageRecord, RunRecord, SecretRecord};
use super::recorded::Recorded;
use super::touched::{Came, Place, Touched};
use crate::environment::secrets::{Sealed, from_hex};
use crate::error::{TreeError, about};
use crate::journal::{bytes_of_run, history_folder, record_of_run};

/// All runs of an environment in a folder. Who made them is read at once, what they were about and what was there when somebody asks.
pub(in crate::environment) struct Past {
    root: PathBuf,
    /// In the order of their numbers.
    runs: Vec<Recorded>,
    undone_by: HashMap<u64, RunId>,
    touched: OnceLock<Touched>,
}

/// What came last from somewhere.
pub(in crate::environment) struct LastCame {
    pub(in crate::environment) run: Run,
    /// As it came, or, where that is the same, as it was after the run; none where that took it out.
    pub(in crate::environment) image: Option<Image>,
    /// It is what the run left, and no later run changed the resource.
    pub(in crate::environment) is_last: bool,
    /// The run left something else there.
    pub(in crate::environment) was_kept: bool,
}

impl Past {
    /// Reads what a list shows of all runs.
    pub(in crate::environment) fn read(root: &Path) -> Result<Past, TreeError> {
        let numbers: Vec<u64> = numbers(root, &[record_of_run])?.into_iter().collect();
        let runs: Vec<Recorded> =
            numbers.par_iter().map(|number| Recorded::read(root, *number)).collect::<Result<_, _>>()?;
        let undone_by = undone_by(runs.iter().map(|recorded| &recorded.run));
        Ok(Past { root: root.to_owned(), runs, undone_by, touched: OnceLock::new() })
    }

    /// The number of the last run, also of one whose record is gone; 0 before the first. No record is read.
    pub(in crate::environment) fn last_in(root: &Path) -> Result<u64, TreeError> {
        Ok(numbers(root, &[record_of_run, bytes_of_run])?.last().copied().unwrap_or(0))
    }

    /// Reads which resources each run touched, on all cores.
    pub(in crate::environment) fn prepare(&self) -> Result<(), TreeError> {
        self.touched().map(drop)
    }

    fn touched(&self) -> Result<&Touched, TreeError> {
        if let Some(touched) = self.touched.get() {
            return Ok(touched);
        }
        let touched = Touched::read(&self.runs)?;
        Ok(self.touched.get_or_init(|| touched))
    }

    fn run_at(&self, position: usize) -> Run {
        let record = &self.runs[position].run;
        record.run(self.undone_by.get(&record.number).copied())
    }

    /// All runs, the last one first.
    pub(in crate::environment) fn runs(&self) -> Vec<Run> {
        (0..self.runs.len()).rev().map(|position| self.run_at(position)).collect()
    }

    fn position(&self, run: RunId) -> Option<usize> {
        self.runs.binary_search_by_key(&run.0, |recorded| recorded.run.number).ok()
    }

    pub(in crate::environment) fn run(&self, run: RunId) -> Option<Run> {
        self.position(run).map(|position| self.run_at(position))
    }

    /// The run that carried out a saved plan.
    pub(in crate::environment) fn run_of_plan(&self, plan: Hash) -> Option<RunId> {
        let found = self.runs.iter().find(|recorded| recorded.run.plan == Some(plan));
        found.map(|recorded| RunId(recorded.run.number))
    }

    pub(in crate::environment) fn changes(&self, run: RunId) -> Result<Vec<RunChange>, TreeError> {
        let Some(position) = self.position(run) else { return Ok(Vec::new()) };
        let recorded = &self.runs[position];
        let changes = recorded.touched()?.changes.into_iter().enumerate().map(|(change, record)| {
            let id = record.resource.id().map_err(|why| recorded.broken(&why.to_string()))?;
            let both = recorded.change(change)?;
            let image = |image: &Option<ImageRecord>| image.as_ref().map(|image| self.image(run.0, &id, image));
            Ok(RunChange { before: image(&both.before), after: image(&both.after), id: id.clone() })
        });
        changes.collect()
    }

    /// The secrets that were kept for a resource before a run changed it.
    pub(in crate::environment) fn secrets_before(&self, run: RunId, id: &ResourceId) -> Result<Vec<Sealed>, TreeError> {
        let of_run = |(position, _): &&Place| self.runs[*position].run.number == run.0;
        let Some((position, change)) = self.touched()?.changes_of(id).iter().find(of_run) else {
            return Ok(Vec::new());
        };
        Ok(sealed_in(self.runs[*position].change(*change)?.before.as_ref(), id))
    }

    pub(in crate::environment) fn runs_of(&self, id: &ResourceId) -> Result<Vec<Run>, TreeError> {
        Ok(self.touched()?.changes_of(id).iter().rev().map(|(run, _)| self.run_at(*run)).collect())
    }

    /// Every resource that a run changed, with the name that it had last.
    pub(in crate::environment) fn last_seen(&self) -> Result<Vec<(ResourceId, String)>, TreeError> {
        let seen = self.touched()?.changes.iter().map(|(id, changes)| {
            let name = match (&changes.name, changes.places.last()) {
                (None, Some((run, change))) => self.runs[*run].change(*change)?.name().map(str::to_owned),
                (name, _) => name.clone(),
            };
            Ok((id.clone(), name.unwrap_or_default()))
        });
        let mut seen = seen.collect::<Result<Vec<_>, TreeError>>()?;
        seen.sort();
        Ok(seen)
    }

    /// A resource as the last run that changed it left it; none where that took it out, and where there is no such run.
    pub(in crate::environment) fn left(&self, id: &ResourceId) -> Result<Option<Image>, TreeError> {
        self.touched()?.changes_of(id).last().map_or(Ok(None), |place| self.left_at(*place, id))
    }

    fn left_at(&self, (run, change): Place, id: &ResourceId) -> Result<Option<Image>, TreeError> {
        let recorded = &self.runs[run];
        let after = recorded.change(change)?.after.as_ref();
        Ok(after.map(|after| self.image(recorded.run.number, id, after)))
    }

    /// What came last from somewhere.
    fn last_came(&self, to: &ResourceId, from: &ResourceId, source: &str) -> Result<Option<&Came>, TreeError> {
        let all = self.touched()?.came.get(to).map(Vec::as_slice).unwrap_or_default();
        Ok(all.iter().rfind(|came| came.from == *from && self.counts(came.place.0, source)))
    }

    /// True for an import from there that was not undone.
    fn counts(&self, run: usize, source: &str) -> bool {
        let record = &self.runs[run].run;
        let is_source = record.package.as_ref().is_some_and(|package| package.source == source);
        is_source && !self.undone_by.contains_key(&record.number)
    }

    /// The last change of a resource up to a run, and whether it is the last one of all.
    fn last_change(&self, id: &ResourceId, run: usize) -> Result<(Option<Place>, bool), TreeError> {
        let changes = self.touched()?.changes_of(id);
        let last = changes.iter().rfind(|(change, _)| *change <= run);
        Ok((last.copied(), changes.last() == last))
    }

    pub(in crate::environment) fn base(
        &self,
        to: &ResourceId,
        from: &ResourceId,
        source: &str,
    ) -> Result<Option<LastCame>, TreeError> {
        let Some(Came { place: (run, came), was_kept, .. }) = self.last_came(to, from, source)? else {
            return Ok(None);
        };
        let (recorded, was_kept) = (&self.runs[*run], *was_kept);
        let (last, is_last_of_all) = self.last_change(to, *run)?;
        let image = match recorded.came(*came)? {
            Some(own) => Some(self.image(recorded.run.number, to, own)),
            // What stands in the record of another run has its bytes beside that one.
            None => last.map_or(Ok(None), |place| self.left_at(place, to))?,
        };
        Ok(Some(LastCame { run: self.run_at(*run), image, is_last: !was_kept && is_last_of_all, was_kept }))
    }

    /// The secrets that came last from somewhere, none where nothing came.
    pub(in crate::environment) fn secrets_came(
        &self,
        to: &ResourceId,
        from: &ResourceId,
        source: &str,
    ) -> Result<Vec<Sealed>, TreeError> {
        let Some(Came { place: (run, came), was_kept, .. }) = self.last_came(to, from, source)? else {
            return Ok(Vec::new());
        };
        let image = match self.last_change(to, *run)?.0 {
            _ if *was_kept => self.runs[*run].came(*came)?,
            Some((run, change)) => self.runs[run].change(change)?.after.as_ref(),
            None => None,
        };
        Ok(sealed_in(image, to))
    }

    /// What a resource of a package came for last.
    pub(in crate::environment) fn came_as(
        &self,
        from: &ResourceId,
        source: &str,
    ) -> Result<Option<ResourceId>, TreeError> {
        let all = self.touched()?.came_from.get(from).map(Vec::as_slice).unwrap_or_default();
        Ok(all.iter().rfind(|(run, _)| self.counts(*run, source)).map(|(_, to)| to.clone()))
    }

    fn image(&self, run: u64, id: &ResourceId, record: &ImageRecord) -> Image {
        let place: Arc<dyn ReadAt> = Arc::new(Bytes(self.root.join(bytes_of_run(run))));
        let parts = record.parts.iter().map(|part| Part {
            name: part.name.clone(),
            media_type: part.media_type.clone(),
            content: Content::elsewhere(place.clone(), part.start, part.len, part.hash),
        });
        let secret = |secret: &SecretRecord| (secret.slot.clone(), Hash::of(secret.sealed.as_bytes()));
        Image {
            resource: Resource { head: record.head(id), parts: parts.collect() },
            owners: record.owners.clone(),
            kept: record.secrets.iter().map(secret).collect(),
        }
    }
}

/// The secrets of a resource as it was.
fn sealed_in(image: Option<&ImageRecord>, id: &ResourceId) -> Vec<Sealed> {
    let secrets = image.into_iter().flat_map(|image| &image.secrets);
    let sealed = secrets.filter_map(|secret| {
        Some(Sealed { id: id.clone(), slot: secret.slot.clone(), bytes: from_hex(&secret.sealed)? })
    });
    sealed.collect()
}

/// What each run was taken back by, of these in the order of their numbers. An undo that was taken back itself takes nothing back:
/// whether it was is known once all later runs are.
fn undone_by<'r>(runs: impl DoubleEndedIterator<Item = &'r RunRecord>) -> HashMap<u64, RunId> {
    let mut undone_by = HashMap::new();
    for RunRecord { number, undoes, .. } in runs.rev() {
        if let Some(undone) = undoes
            && !undone_by.contains_key(number)
        {
            undone_by.entry(*undone).or_insert(RunId(*number));
        }
    }
    undone_by
}

/// Of the runs of which there is one of these files.
fn numbers(root: &Path, files: &[fn(u64) -> String]) -> Result<BTreeSet<u64>, TreeError> {
    let folder = root.join(history_folder());
    let entries = match fs::read_dir(&folder) {
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        entries => entries.map_err(about(&folder))?,
    };
    let mut numbers = BTreeSet::new();
    for entry in entries {
        let name = entry.map_err(about(&folder))?.file_name();
        let Some(name) = name.to_str() else { continue };
        let number = name.split_once('.').and_then(|(number, _)| number.parse().ok());
        let path = format!("{}/{name}", history_folder());
        numbers.extend(number.filter(|number| files.iter().any(|file| file(*number) == path)));
    }
    Ok(numbers)
}

/// The bytes of a run.
struct Bytes(PathBuf);

impl ReadAt for Bytes {
    fn read_at(&self, offset: u64, max: usize) -> io::Result<Vec<u8>> {
        use io::{Read as _, Seek as _};
        let mut file = fs::File::open(&self.0)?;
        file.seek(io::SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        file.take(max as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
