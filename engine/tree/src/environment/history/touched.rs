use std::collections::HashMap;

use flowport_core::model::{InvalidId, ResourceId};
use rayon::prelude::*;

use super::record::{ChangeRecord, TouchedRecord};
use super::recorded::Recorded;
use crate::error::TreeError;

/// Where something stands: the position of its run, and its own among those of the run.
pub(super) type Place = (usize, usize);

/// Which runs were about which resources, in the order of the runs.
#[derive(Default)]
pub(super) struct Touched {
    pub(super) changes: HashMap<ResourceId, Changes>,
    /// By the resource that it came for.
    pub(super) came: HashMap<ResourceId, Vec<Came>>,
    /// What came from each resource of a package: the position of the run, and what it came for.
    pub(super) came_from: HashMap<ResourceId, Vec<(usize, ResourceId)>>,
}

/// The changes of one resource.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) places: Vec<Place>,
    /// As it was called last, where the record says that by itself.
    pub(super) name: Option<String>,
}

/// Something that came for a resource.
pub(super) struct Came {
    pub(super) place: Place,
    pub(super) from: ResourceId,
    pub(super) was_kept: bool,
}

impl Touched {
    /// Reads what these runs were about, and nothing of what was there.
    pub(super) fn read(runs: &[Recorded]) -> Result<Touched, TreeError> {
        let read: Vec<TouchedRecord> = runs.par_iter().map(Recorded::touched).collect::<Result<_, _>>()?;
        let mut touched = Touched::default();
        for (run, (recorded, record)) in runs.iter().zip(read).enumerate() {
            touched.add(run, record).map_err(|why| recorded.broken(&why.to_string()))?;
        }
        Ok(touched)
    }

    fn add(&mut self, run: usize, record: TouchedRecord) -> Result<(), InvalidId> {
        for (position, ChangeRecord { resource, name }) in record.changes.into_iter().enumerate() {
            let changes = self.changes.entry(resource.id()?).or_default();
            changes.places.push((run, position));
            changes.name = name;
        }
        for (position, came) in record.came.into_iter().enumerate() {
            let (to, from, was_kept) = (came.to.id()?, came.from.id()?, came.kept);
            self.came_from.entry(from.clone()).or_default().push((run, to.clone()));
            self.came.entry(to).or_default().push(Came { place: (run, position), from, was_kept });
        }
        Ok(())
    }

    /// Where a resource was changed.
    pub(super) fn changes_of(&self, id: &ResourceId) -> &[Place] {
        self.changes.get(id).map(|changes| changes.places.as_slice()).unwrap_or_default()
    }
}
