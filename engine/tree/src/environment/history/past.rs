use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flowport_core::content::{Content, Hash, ReadAt};
use flowport_core::history::{Image, Run, RunChange, RunId};
use flowport_core::model::{Part, Resource, ResourceId};

use super::record::{CameRecord, ChangeRecord, ImageRecord, RunRecord, SecretRecord, VERSION};
use crate::environment::secrets::{Sealed, from_hex};
use crate::error::{TreeError, about};
use crate::journal::{bytes_of_run, history_folder, record_of_run};

/// All runs of an environment in a folder.
#[derive(Default)]
pub(in crate::environment) struct Past {
    root: PathBuf,
    last: u64,
    /// In the order of their numbers.
    records: Vec<RunRecord>,
    undone_by: HashMap<u64, RunId>,
    /// Positions of the run and of the change in it, by resource.
    changes: HashMap<ResourceId, Vec<(usize, usize)>>,
    /// The same of what came, by the resource that it came for.
    came: HashMap<ResourceId, Vec<(usize, usize)>>,
    /// And by the resource of the package.
    came_from: HashMap<ResourceId, Vec<(usize, usize)>>,
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
    /// Reads the records of all runs.
    pub(in crate::environment) fn read(root: &Path) -> Result<Past, TreeError> {
        let mut past = Past { root: root.to_owned(), ..Past::default() };
        past.last = Past::last_in(root)?;
        for number in numbers(root, "json")? {
            past.add(number)?;
        }
        Ok(past)
    }

    /// The number of the last run, whatever its record says; 0 before the first.
    pub(in crate::environment) fn last_in(root: &Path) -> Result<u64, TreeError> {
        let last = ["json", "bytes"].map(|ending| Ok(numbers(root, ending)?.last().copied().unwrap_or(0)));
        last.into_iter().try_fold(0, |last, number: Result<u64, TreeError>| Ok(last.max(number?)))
    }

    fn add(&mut self, number: u64) -> Result<(), TreeError> {
        let path = self.root.join(record_of_run(number));
        let bytes = fs::read(&path).map_err(about(&path))?;
        let broken = |why: String| {
            let what = format!("is no record of a run ({why}); take it away, and the run is forgotten");
            TreeError::taken(&path, &what)
        };
        let record: RunRecord = serde_json::from_slice(&bytes).map_err(|why| broken(why.to_string()))?;
        if record.version > VERSION {
            return Err(broken("a newer flowport wrote it".to_owned()));
        }
        if record.number != number {
            return Err(broken(format!("it is that of run {}", record.number)));
        }
        let run = self.records.len();
        for (position, change) in record.changes.iter().enumerate() {
            let id = change.resource.id().map_err(|why| broken(why.to_string()))?;
            self.changes.entry(id).or_default().push((run, position));
        }
        for (position, came) in record.came.iter().enumerate() {
            for (id, places) in [(&came.to, &mut self.came), (&came.from, &mut self.came_from)] {
                let id = id.id().map_err(|why| broken(why.to_string()))?;
                places.entry(id).or_default().push((run, position));
            }
        }
        self.mark_undone(number, record.undoes);
        self.records.push(record);
        Ok(())
    }

    /// What a run takes back is undone by it. Where that was an undo itself, what that one had taken back is there again, and so
    /// on: every second one counts.
    fn mark_undone(&mut self, number: u64, undoes: Option<u64>) {
        let (mut by, mut undone) = (Some(number), undoes);
        while let Some(serial) = undone {
            match by {
                Some(by) => self.undone_by.insert(serial, RunId(by)),
                None => self.undone_by.remove(&serial),
            };
            let position = self.position(RunId(serial));
            undone = position.and_then(|position| self.records[position].undoes);
            by = if by.is_some() { None } else { Some(serial) };
        }
    }

    /// The number of the last run, also of one whose record is gone; 0 before the first.
    pub(in crate::environment) fn last(&self) -> u64 {
        self.last
    }

    fn run_at(&self, position: usize) -> Run {
        let record = &self.records[position];
        record.run(self.undone_by.get(&record.number).copied())
    }

    /// All runs, the last one first.
    pub(in crate::environment) fn runs(&self) -> Vec<Run> {
        (0..self.records.len()).rev().map(|position| self.run_at(position)).collect()
    }

    fn position(&self, run: RunId) -> Option<usize> {
        self.records.binary_search_by_key(&run.0, |record| record.number).ok()
    }

    pub(in crate::environment) fn run(&self, run: RunId) -> Option<Run> {
        self.position(run).map(|position| self.run_at(position))
    }

    /// The run that carried out a saved plan.
    pub(in crate::environment) fn run_of_plan(&self, plan: Hash) -> Option<RunId> {
        let found = self.records.iter().find(|record| record.plan == Some(plan));
        found.map(|record| RunId(record.number))
    }

    pub(in crate::environment) fn changes(&self, run: RunId) -> Vec<RunChange> {
        let Some(position) = self.position(run) else { return Vec::new() };
        let change = |change: &ChangeRecord| {
            // Ids were checked when the record was read.
            let id = change.resource.id().ok()?;
            let image = |image: &Option<ImageRecord>| image.as_ref().map(|image| self.image(run.0, &id, image));
            Some(RunChange { before: image(&change.before), after: image(&change.after), id: id.clone() })
        };
        self.records[position].changes.iter().filter_map(change).collect()
    }

    /// The secrets that were kept for a resource before a run changed it.
    pub(in crate::environment) fn secrets_before(&self, run: RunId, id: &ResourceId) -> Vec<Sealed> {
        let Some(position) = self.position(run) else { return Vec::new() };
        let of_run = self.changes.get(id).and_then(|all| all.iter().find(|(run, _)| *run == position));
        let before = of_run.and_then(|(run, change)| self.records[*run].changes[*change].before.as_ref());
        sealed_in(before, id)
    }

    pub(in crate::environment) fn runs_of(&self, id: &ResourceId) -> Vec<Run> {
        self.changes.get(id).into_iter().flatten().rev().map(|(run, _)| self.run_at(*run)).collect()
    }

    /// Every resource that a run changed, with the name that it had last.
    pub(in crate::environment) fn last_seen(&self) -> Vec<(ResourceId, String)> {
        let name = |places: &Vec<(usize, usize)>| {
            let (run, change) = places.last()?;
            let change = &self.records[*run].changes[*change];
            change.after.as_ref().or(change.before.as_ref()).map(|image| image.name.clone())
        };
        let mut seen: Vec<(ResourceId, String)> =
            self.changes.iter().map(|(id, places)| (id.clone(), name(places).unwrap_or_default())).collect();
        seen.sort();
        seen
    }

    /// Positions of the run that brought something last, and of what came in it.
    fn last_came(&self, to: &ResourceId, from: &ResourceId, source: &str) -> Option<(usize, &CameRecord)> {
        let is_from = |came: &CameRecord| came.from.id().is_ok_and(|id| id == *from);
        let mut all = self.came.get(to)?.iter().rev().map(|(run, came)| (*run, &self.records[*run].came[*came]));
        all.find(|(run, came)| self.counts(*run, source) && is_from(came))
    }

    /// True for an import from there that was not undone.
    fn counts(&self, run: usize, source: &str) -> bool {
        let record = &self.records[run];
        let is_source = record.package.as_ref().is_some_and(|package| package.source == source);
        is_source && !self.undone_by.contains_key(&record.number)
    }

    /// The last change of a resource up to a run, and whether it is the last one of all.
    fn last_change(&self, id: &ResourceId, run: usize) -> (Option<(usize, &ChangeRecord)>, bool) {
        let changes = self.changes.get(id).map(Vec::as_slice).unwrap_or_default();
        let last = changes.iter().rev().find(|(change, _)| *change <= run);
        let record = last.map(|(run, change)| (*run, &self.records[*run].changes[*change]));
        (record, changes.last() == last)
    }

    pub(in crate::environment) fn base(&self, to: &ResourceId, from: &ResourceId, source: &str) -> Option<LastCame> {
        let (run, came) = self.last_came(to, from, source)?;
        let (last, is_last_of_all) = self.last_change(to, run);
        // What stands in the record of another run has its bytes beside that one.
        let left = || {
            let (run, change) = last?;
            Some(self.image(self.records[run].number, to, change.after.as_ref()?))
        };
        let own = came.image.as_ref().map(|own| self.image(self.records[run].number, to, own));
        let is_last = !came.kept && is_last_of_all;
        Some(LastCame { run: self.run_at(run), image: own.or_else(left), is_last, was_kept: came.kept })
    }

    /// The secrets that came last from somewhere, none where nothing came.
    pub(in crate::environment) fn secrets_came(&self, to: &ResourceId, from: &ResourceId, source: &str) -> Vec<Sealed> {
        let Some((run, came)) = self.last_came(to, from, source) else { return Vec::new() };
        let image = if came.kept {
            came.image.as_ref()
        } else {
            self.last_change(to, run).0.and_then(|(_, change)| change.after.as_ref())
        };
        sealed_in(image, to)
    }

    /// What a resource of a package came for last.
    pub(in crate::environment) fn came_as(&self, from: &ResourceId, source: &str) -> Option<ResourceId> {
        let (run, came) = self.came_from.get(from)?.iter().rev().find(|(run, _)| self.counts(*run, source))?;
        self.records[*run].came[*came].to.id().ok()
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

/// Of the runs of which there is a file with this ending, in order.
fn numbers(root: &Path, ending: &str) -> Result<Vec<u64>, TreeError> {
    let folder = root.join(history_folder());
    let entries = match fs::read_dir(&folder) {
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(about(&folder))?,
    };
    let mut numbers = Vec::new();
    for entry in entries {
        let name = entry.map_err(about(&folder))?.file_name();
        let number =
            name.to_str().and_then(|name| name.split_once('.').filter(|(_, of)| *of == ending)?.0.parse().ok());
        let is_its = |number: &u64| {
            [record_of_run(*number), bytes_of_run(*number)].map(|file| root.join(file)).contains(&folder.join(&name))
        };
        numbers.extend(number.filter(is_its));
    }
    numbers.sort_unstable();
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
