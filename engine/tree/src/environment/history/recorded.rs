use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::de::DeserializeOwned;

use super::record::{BothRecord, ImageRecord, ImagesRecord, ONE_LINE, RunRecord, TouchedRecord, VERSION};
use crate::error::{TreeError, about};
use crate::journal::record_of_run;

/// A run whose record is there. Its first line is read; the others are once they are asked for, as nobody writes to a record again.
pub(super) struct Recorded {
    path: PathBuf,
    pub(super) run: RunRecord,
    images: OnceLock<ImagesRecord>,
}

impl Recorded {
    pub(super) fn read(root: &Path, number: u64) -> Result<Recorded, TreeError> {
        let path = root.join(record_of_run(number));
        let run: RunRecord = line(&path, 0)?;
        if run.version > VERSION {
            return Err(broken(&path, "a newer flowport wrote it"));
        }
        if run.number != number {
            return Err(broken(&path, &format!("it is that of run {}", run.number)));
        }
        Ok(Recorded { path, run, images: OnceLock::new() })
    }

    /// Which resources it was about.
    pub(super) fn touched(&self) -> Result<TouchedRecord, TreeError> {
        self.line(1)
    }

    /// What was there before and after its change at this position.
    pub(super) fn change(&self, position: usize) -> Result<&BothRecord, TreeError> {
        self.images()?.changes.get(position).ok_or_else(|| self.broken("its lines do not agree"))
    }

    /// What came at this position; none where that is what the run wrote.
    pub(super) fn came(&self, position: usize) -> Result<Option<&ImageRecord>, TreeError> {
        let came = self.images()?.came.get(position).ok_or_else(|| self.broken("its lines do not agree"))?;
        Ok(came.image.as_ref())
    }

    fn images(&self) -> Result<&ImagesRecord, TreeError> {
        if let Some(images) = self.images.get() {
            return Ok(images);
        }
        let images = self.line(2)?;
        Ok(self.images.get_or_init(|| images))
    }

    fn line<T: DeserializeOwned>(&self, number: usize) -> Result<T, TreeError> {
        line(&self.path, if self.run.version == ONE_LINE { 0 } else { number })
    }

    pub(super) fn broken(&self, why: &str) -> TreeError {
        broken(&self.path, why)
    }
}

/// What stands in a line of a record, from 0.
fn line<T: DeserializeOwned>(path: &Path, number: usize) -> Result<T, TreeError> {
    let file = File::open(path).map_err(about(path))?;
    let line = BufReader::new(file).split(b'\n').nth(number).transpose().map_err(about(path))?;
    serde_json::from_slice(&line.unwrap_or_default()).map_err(|why| broken(path, &why.to_string()))
}

fn broken(path: &Path, why: &str) -> TreeError {
    TreeError::taken(path, &format!("is no record of a run ({why}); take it away, and the run is forgotten"))
}
