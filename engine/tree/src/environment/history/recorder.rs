use std::collections::HashMap;

use flowport_core::content::{Content, Hash};
use flowport_core::history::{Cause, RunId};
use flowport_core::model::{Resource, ResourceId};
use serde::Serialize;

use super::record::{
    BothRecord, CameImageRecord, CameRecord, ChangeRecord, Count, IdRecord, ImageRecord, ImagesRecord, PackageRecord,
    PartRecord, RunRecord, SecretRecord, TouchedRecord, VERSION,
};
use crate::environment::secrets::{Sealed, to_hex};
use crate::error::TreeError;
use crate::journal::{bytes_of_run, record_of_run};
use crate::transaction::Transaction;

/// A resource to be remembered.
pub(in crate::environment) struct Picture<'p> {
    pub(in crate::environment) resource: &'p Resource,
    pub(in crate::environment) owners: &'p [String],
    pub(in crate::environment) secrets: &'p [Sealed],
}

/// A run while it is made.
pub(in crate::environment) struct Recorder {
    run: RunRecord,
    touched: TouchedRecord,
    images: ImagesRecord,
    /// Each once, in order.
    contents: Vec<Content>,
    starts: HashMap<Hash, u64>,
    end: u64,
}

impl Recorder {
    /// Begins the run with this number. `came_secrets` are those of each that came; `there` gives a resource that the run leaves as
    /// it is: files are edited without a run, so that no record need have it so.
    pub(in crate::environment) fn begin<'r>(
        number: u64,
        cause: &Cause,
        came_secrets: &[Vec<Sealed>],
        there: impl Fn(&ResourceId) -> Option<&'r Resource>,
    ) -> Recorder {
        let package = cause.brought.as_ref().map(|brought| PackageRecord {
            name: brought.package.name.clone(),
            hash: brought.package.hash,
            source: brought.package.source.clone(),
        });
        let run = RunRecord {
            version: VERSION,
            number,
            actor: cause.actor.clone(),
            at: cause.at.clone(),
            command: cause.command.clone(),
            package,
            plan: cause.plan,
            undoes: cause.undoes.map(|run| run.0),
            partial: cause.is_partial,
            changes: Count::Number(0),
        };
        let (touched, images) = (TouchedRecord::default(), ImagesRecord::default());
        let mut recorder = Recorder { run, touched, images, contents: Vec::new(), starts: HashMap::new(), end: 0 };
        for (came, secrets) in cause.came().iter().zip(came_secrets) {
            let picture = |resource| Picture { resource, owners: &[], secrets };
            let resource = came.resource.as_ref().or_else(|| there(&came.to));
            let image = resource.map(|resource| recorder.image(&picture(resource)));
            let (to, from) = (IdRecord::of(&came.to), IdRecord::of(&came.from));
            recorder.touched.came.push(CameRecord { to, from, kept: came.resource.is_some() });
            recorder.images.came.push(CameImageRecord { image });
        }
        recorder
    }

    pub(in crate::environment) fn change(
        &mut self,
        id: &ResourceId,
        before: Option<&Picture<'_>>,
        after: Option<&Picture<'_>>,
    ) {
        let [before, after] = [before, after].map(|picture| picture.map(|picture| self.image(picture)));
        let both = BothRecord { before, after };
        let name = both.name().map(str::to_owned);
        self.touched.changes.push(ChangeRecord { resource: IdRecord::of(id), name });
        self.images.changes.push(both);
        self.run.changes = Count::Number(self.touched.changes.len() as u64);
    }

    fn image(&mut self, Picture { resource, owners, secrets }: &Picture<'_>) -> ImageRecord {
        let head = &resource.head;
        let parts = resource.parts.iter().map(|part| PartRecord {
            name: part.name.clone(),
            media_type: part.media_type.clone(),
            hash: part.content.hash(),
            start: self.start(&part.content),
            len: part.content.len(),
        });
        let parts = parts.collect();
        let secret = |sealed: &Sealed| SecretRecord { slot: sealed.slot.clone(), sealed: to_hex(&sealed.bytes) };
        ImageRecord {
            name: head.name.clone(),
            dialect: head.dialect.clone(),
            state: head.state,
            origin: head.origin,
            attributes: head.attributes.to_string(),
            owners: owners.to_vec(),
            parts,
            secrets: secrets.iter().map(secret).collect(),
        }
    }

    /// Where a content stands among the bytes of the run.
    fn start(&mut self, content: &Content) -> u64 {
        *self.starts.entry(content.hash()).or_insert_with(|| {
            self.contents.push(content.clone());
            self.end += content.len();
            self.end - content.len()
        })
    }

    /// Adds the files of the run to the transaction that makes its changes; the bytes first, as the record leads to them.
    pub(in crate::environment) fn stage(&self, transaction: &Transaction<'_>) -> Result<RunId, TreeError> {
        let number = self.run.number;
        transaction.write_joined(&bytes_of_run(number), &self.contents)?;
        let lines = [line(&self.run), line(&self.touched), line(&self.images)];
        transaction.write_text(&record_of_run(number), lines.concat())?;
        Ok(RunId(number))
    }
}

fn line(record: &impl Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(record).unwrap_or_else(|_| unreachable!("its keys are texts"));
    line.push(b'\n');
    line
}
