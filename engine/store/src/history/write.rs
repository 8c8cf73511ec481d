use std::collections::HashMap;

use flowport_core::content::Hash;
use flowport_core::history::{Came, Cause, RunId};
use flowport_core::model::{Resource, ResourceId};
use rusqlite::{OptionalExtension, Transaction, params};

use super::read::secrets_came;
use crate::content;
use crate::error::Failure;
use crate::read::key;
use crate::vault::Sealed;

/// One run while it is made, within its transaction.
pub(crate) struct Recorder<'a> {
    transaction: &'a Transaction<'a>,
    run: i64,
    /// Where the package comes from; empty where there is none.
    source: String,
    /// Where each resource stands among the changes.
    positions: HashMap<ResourceId, i64>,
}

impl<'a> Recorder<'a> {
    /// Begins a run.
    pub(crate) fn begin(transaction: &'a Transaction<'a>, cause: &Cause) -> Result<Recorder<'a>, Failure> {
        let plan = cause.plan.map(|plan| plan.0);
        if let Some(plan) = plan {
            let find = "SELECT serial FROM run WHERE plan = ?1";
            if let Some(run) = transaction.query_row(find, [plan], |row| row.get(0)).optional()? {
                return Err(Failure::AppliedBefore(run_id(run)));
            }
        }
        let sql = "INSERT INTO run (actor, at, command, package, package_hash, source, plan, undoes, partial)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        let package = cause.brought.as_ref().map(|brought| &brought.package);
        let undoes = cause.undoes.map(|run| run.0.cast_signed());
        let run = transaction.prepare_cached(sql)?.insert(params![
            cause.actor,
            cause.at,
            cause.command,
            package.map(|package| &package.name),
            package.map(|package| package.hash.0),
            package.map(|package| &package.source),
            plan,
            undoes,
            cause.is_partial,
        ])?;
        mark_undone(transaction, run, undoes)?;
        let source = package.map(|package| package.source.clone()).unwrap_or_default();
        Ok(Recorder { transaction, run, source, positions: HashMap::new() })
    }

    pub(crate) fn run(&self) -> RunId {
        run_id(self.run)
    }

    /// Remembers what is there, before anything takes its place, and what that will be. True where an image of it was made: its
    /// contents are still held then.
    pub(crate) fn change(
        &mut self,
        id: &ResourceId,
        existing: Option<i64>,
        after: Option<Hash>,
    ) -> rusqlite::Result<bool> {
        let after = after.map(|hash| hash.0);
        if let Some(position) = self.positions.get(id) {
            let sql = "UPDATE change SET after = ?3 WHERE run = ?1 AND position = ?2";
            self.transaction.prepare_cached(sql)?.execute(params![self.run, position, after])?;
            return Ok(false);
        }
        let before = existing.map(|serial| self.image_of(serial)).transpose()?;
        let position = self.positions.len() as i64;
        self.positions.insert(id.clone(), position);
        let (kind, name, version) = key(id);
        let sql = "INSERT INTO change (run, position, kind, id, version, before, after)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let mut insert = self.transaction.prepare_cached(sql)?;
        insert.execute(params![self.run, position, kind, name, version, before, after])?;
        Ok(before.is_some())
    }

    /// Remembers what came, and the secrets that came with it.
    pub(crate) fn came(&self, came: &Came, secrets: &[Sealed]) -> Result<(), Failure> {
        let image = came.resource.as_ref().map(|resource| self.image(resource)).transpose()?;
        if image.is_some() {
            let before = secrets_came(self.transaction, &came.to, &came.from, &self.source)?;
            let comes = |slot: &str| secrets.iter().any(|secret| secret.slot == slot);
            let stay = before.iter().filter(|(slot, _)| !comes(slot)).map(|(slot, sealed)| (slot, sealed));
            let new = secrets.iter().filter_map(|secret| Some((&secret.slot, secret.bytes.as_ref()?)));
            let sql = "INSERT INTO image_secret (image, slot, sealed) VALUES (?1, ?2, ?3)";
            let mut insert = self.transaction.prepare_cached(sql)?;
            for (slot, sealed) in stay.chain(new) {
                insert.execute(params![image, slot, sealed])?;
            }
        }
        let sql = "INSERT OR REPLACE INTO came (kind, id, version, from_kind, from_id, from_version, run, image)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let ((kind, id, version), (from_kind, from_id, from_version)) = (key(&came.to), key(&came.from));
        let mut insert = self.transaction.prepare_cached(sql)?;
        insert.execute(params![kind, id, version, from_kind, from_id, from_version, self.run, image])?;
        Ok(())
    }

    /// The image of a resource that is there.
    fn image_of(&self, serial: i64) -> rusqlite::Result<i64> {
        let head = "INSERT INTO image (name, dialect, state, origin, attributes, fingerprint, owners)
                    SELECT name, dialect, state, origin, attributes, fingerprint,
                           (SELECT json_group_array(user ORDER BY rank) FROM owner WHERE resource = ?1)
                    FROM resource WHERE serial = ?1";
        let image = self.transaction.prepare_cached(head)?.insert([serial])?;
        for sql in [
            "INSERT INTO image_part (image, position, name, media_type, content)
             SELECT ?2, position, name, media_type, content FROM part WHERE resource = ?1",
            "INSERT INTO image_secret (image, slot, sealed) SELECT ?2, slot, sealed FROM vault WHERE resource = ?1",
        ] {
            self.transaction.prepare_cached(sql)?.execute([serial, image])?;
        }
        Ok(image)
    }

    /// The image of a resource that is not.
    fn image(&self, resource: &Resource) -> Result<i64, Failure> {
        let sql = "INSERT INTO image (name, dialect, state, origin, attributes, fingerprint, owners)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, '[]')";
        let head = &resource.head;
        let image = self.transaction.prepare_cached(sql)?.insert(params![
            head.name,
            head.dialect,
            head.state.as_str(),
            head.origin.as_str(),
            head.attributes,
            flowport_core::environment::fingerprint(resource).0,
        ])?;
        let sql = "INSERT INTO image_part (image, position, name, media_type, content) VALUES (?1, ?2, ?3, ?4, ?5)";
        let mut insert = self.transaction.prepare_cached(sql)?;
        for (position, part) in (0_i64..).zip(&resource.parts) {
            let content = content::store(self.transaction, &part.name, &part.content)?;
            insert.execute(params![image, position, part.name, part.media_type, content])?;
        }
        Ok(image)
    }
}

/// What a run takes back is undone by it. Where that was an undo itself, what that one had taken back is there again, and so on:
/// every second one counts.
fn mark_undone(transaction: &Transaction<'_>, run: i64, undoes: Option<i64>) -> rusqlite::Result<()> {
    let (mut by, mut undone) = (Some(run), undoes);
    while let Some(serial) = undone {
        let sql = "UPDATE run SET undone_by = ?1 WHERE serial = ?2 RETURNING undoes";
        undone = transaction.query_row(sql, params![by, serial], |row| row.get(0))?;
        by = if by.is_some() { None } else { Some(serial) };
    }
    Ok(())
}

pub(crate) fn run_id(serial: i64) -> RunId {
    RunId(serial.cast_unsigned())
}
