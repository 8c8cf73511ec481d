use std::collections::BTreeSet;
use std::time::Duration;

use flowport_core::content::Hash;
use flowport_core::environment::{EnvironmentError, Expected, Write, fingerprint};
use flowport_core::history::{Cause, RunId};
use flowport_core::model::{Inspection, Resource, ResourceId, Strength, Target};
use rusqlite::{Connection, OptionalExtension, ToSql, Transaction, params};

use crate::content;
use crate::error::{Failure, Place};
use crate::history::Recorder;
use crate::read::key;
use crate::vault::{Sealed, SealedSecrets};

/// Long enough for a writer that is just ending; whoever waits longer wants to know for whom.
pub(crate) const PATIENCE: Duration = Duration::from_millis(250);

/// In KiB, negative as SQLite wants it: the pages of the indexes stay in memory during a large import.
const CACHE: i64 = -32 * 1024;

/// The log is cut back to this after a large import.
const LOG: i64 = 16 * 1024 * 1024;

/// What a connection that writes needs beyond what is kept in the file.
pub(crate) fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What goes for good, as a secret that is forgotten before any run kept it, shall not stay in the free pages.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "cache_size", CACHE)?;
    connection.pragma_update(None, "journal_size_limit", LOG)
}

/// All writes in this transaction, which is still to be committed.
pub(crate) fn apply(
    place: &Place,
    transaction: &Transaction<'_>,
    cause: &Cause,
    writes: &[Write],
    sealed: &SealedSecrets,
    progress: &mut dyn FnMut(usize),
) -> Result<RunId, EnvironmentError> {
    let recorder = Recorder::begin(transaction, cause).map_err(|failure| failure.of(place, "beginning a run"))?;
    let mut changes = Changes { transaction, cause, recorder, released: BTreeSet::new() };
    for (done, (write, sealed)) in (1..).zip(writes.iter().zip(&sealed.written)) {
        let (id, made) = match write {
            Write::Put { resource, inspection, owners, expected, .. } => {
                (&resource.head.id, changes.put(resource, inspection, owners.as_deref(), *expected, sealed))
            }
            Write::Delete { id, expected } => (id, changes.delete(id, *expected)),
        };
        made.map_err(|failure| failure.at(place, id))?;
        progress(done);
    }
    let Changes { recorder, released, .. } = changes;
    for (came, sealed) in cause.came().iter().zip(&sealed.came) {
        recorder.came(came, sealed).map_err(|failure| failure.at(place, &came.to))?;
    }
    let run = recorder.run();
    let collected = released.into_iter().try_for_each(|serial| content::collect(transaction, serial));
    collected.map_err(|error| place.failed("taking away what nothing holds any more", &error))?;
    Ok(run)
}

/// The transaction while it grows.
struct Changes<'a> {
    transaction: &'a Transaction<'a>,
    cause: &'a Cause,
    recorder: Recorder<'a>,
    /// Contents that lost a part, and are in no image. Collected in the end only: a later write may hold them again.
    released: BTreeSet<i64>,
}

impl Changes<'_> {
    fn put(
        &mut self,
        resource: &Resource,
        inspection: &Inspection,
        owners: Option<&[String]>,
        expected: Expected,
        sealed: &[Sealed],
    ) -> Result<(), Failure> {
        let existing = self.existing(&resource.head.id, expected)?;
        let fingerprint = fingerprint(resource);
        let kept = self.recorder.change(&resource.head.id, existing, Some(fingerprint))?;
        let serial = match existing {
            Some(serial) => self.replace_head(serial, resource, fingerprint, kept)?,
            None => self.insert_head(resource, fingerprint)?,
        };
        match (owners, existing) {
            (Some(owners), Some(_)) => {
                self.execute("DELETE FROM owner WHERE resource = ?1", params![serial])?;
                self.own(serial, owners)?;
            }
            (Some(owners), None) => self.own(serial, owners)?,
            (None, None) => self.own(serial, &[self.cause.actor.to_owned()])?,
            (None, Some(_)) => {}
        }
        self.parts(serial, resource)?;
        let kept = self.keep(serial, inspection, sealed)?;
        self.index(serial, inspection, &kept)?;
        Ok(())
    }

    fn delete(&mut self, id: &ResourceId, expected: Expected) -> Result<(), Failure> {
        if let Some(serial) = self.existing(id, expected)? {
            let kept = self.recorder.change(id, Some(serial), None)?;
            self.release(serial, kept)?;
            self.execute("DELETE FROM resource WHERE serial = ?1", params![serial])?;
        }
        Ok(())
    }

    /// The row of the resource that is there now, which must be as expected.
    fn existing(&self, id: &ResourceId, expected: Expected) -> Result<Option<i64>, Failure> {
        let sql = "SELECT serial, fingerprint FROM resource WHERE kind = ?1 AND id = ?2 AND version = ?3";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let found: Option<(i64, [u8; 32])> =
            statement.query_row(key(id), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        match (expected, &found) {
            (Expected::Anything, _) | (Expected::Absent, None) => {}
            (Expected::Fingerprint(hash), Some((_, there))) if hash.0 == *there => {}
            _ => return Err(Failure::Stale),
        }
        Ok(found.map(|(serial, _)| serial))
    }

    fn insert_head(&self, resource: &Resource, fingerprint: Hash) -> rusqlite::Result<i64> {
        let sql = "INSERT INTO resource
                       (kind, id, version, name, dialect, state, origin, attributes, fingerprint, size, changed, changed_by)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
        let head = &resource.head;
        let (kind, id, version) = key(&head.id);
        self.transaction.prepare_cached(sql)?.insert(params![
            kind,
            id,
            version,
            head.name,
            head.dialect,
            head.state.as_str(),
            head.origin.as_str(),
            head.attributes,
            fingerprint.0,
            size(resource),
            self.cause.at,
            self.cause.actor
        ])
    }

    /// Leaves nothing of the resource that was there but its row and its owners.
    fn replace_head(
        &mut self,
        serial: i64,
        resource: &Resource,
        fingerprint: Hash,
        kept: bool,
    ) -> rusqlite::Result<i64> {
        let sql =
            "UPDATE resource SET name = ?2, dialect = ?3, state = ?4, origin = ?5, attributes = ?6, fingerprint = ?7,
                       size = ?8, changed = ?9, changed_by = ?10 WHERE serial = ?1";
        let head = &resource.head;
        self.execute(
            sql,
            params![
                serial,
                head.name,
                head.dialect,
                head.state.as_str(),
                head.origin.as_str(),
                head.attributes,
                fingerprint.0,
                size(resource),
                self.cause.at,
                self.cause.actor
            ],
        )?;
        self.release(serial, kept)?;
        for sql in [
            "DELETE FROM identity WHERE resource = ?1",
            "DELETE FROM reference WHERE resource = ?1",
            "DELETE FROM secret WHERE resource = ?1",
            "DELETE FROM literal WHERE resource = ?1",
        ] {
            self.execute(sql, params![serial])?;
        }
        Ok(serial)
    }

    /// Takes the parts out, and remembers their contents where no image keeps those.
    fn release(&mut self, serial: i64, kept: bool) -> rusqlite::Result<()> {
        if kept {
            return self.execute("DELETE FROM part WHERE resource = ?1", params![serial]).map(drop);
        }
        let mut statement =
            self.transaction.prepare_cached("DELETE FROM part WHERE resource = ?1 RETURNING content")?;
        let mut rows = statement.query([serial])?;
        while let Some(row) = rows.next()? {
            self.released.insert(row.get(0)?);
        }
        Ok(())
    }

    fn own(&self, serial: i64, owners: &[String]) -> rusqlite::Result<()> {
        let mut insert =
            self.transaction.prepare_cached("INSERT INTO owner (resource, rank, user) VALUES (?1, ?2, ?3)")?;
        for (rank, owner) in (0_i64..).zip(owners) {
            insert.execute(params![serial, rank, owner])?;
        }
        Ok(())
    }

    fn parts(&self, serial: i64, resource: &Resource) -> Result<(), Failure> {
        let sql = "INSERT INTO part (resource, position, name, media_type, content) VALUES (?1, ?2, ?3, ?4, ?5)";
        let mut insert = self.transaction.prepare_cached(sql)?;
        for (position, part) in (0_i64..).zip(&resource.parts) {
            let content = content::store(self.transaction, &part.name, &part.content)?;
            insert.execute(params![serial, position, part.name, part.media_type, content])?;
        }
        Ok(())
    }

    /// Keeps secrets apart from the resource: new ones in the place of old ones, none whose place is gone. Returns the slots of
    /// all that are kept now.
    fn keep(&self, serial: i64, inspection: &Inspection, sealed: &[Sealed]) -> rusqlite::Result<BTreeSet<String>> {
        let places: BTreeSet<&str> =
            inspection.secrets.iter().filter(|secret| secret.declared).map(|secret| secret.slot.as_str()).collect();
        let mut select = self.transaction.prepare_cached("SELECT slot FROM vault WHERE resource = ?1")?;
        let mut kept = select.query_map([serial], |row| row.get(0))?.collect::<Result<BTreeSet<String>, _>>()?;
        let mut forget = self.transaction.prepare_cached("DELETE FROM vault WHERE resource = ?1 AND slot = ?2")?;
        let emptied = |slot: &String| sealed.iter().any(|one| one.slot == *slot && one.bytes.is_none());
        for slot in kept.extract_if(.., |slot| !places.contains(slot.as_str()) || emptied(slot)) {
            forget.execute(params![serial, slot])?;
        }
        let sql = "INSERT OR REPLACE INTO vault (resource, slot, sealed) VALUES (?1, ?2, ?3)";
        let mut insert = self.transaction.prepare_cached(sql)?;
        for one in sealed.iter().filter(|one| places.contains(one.slot.as_str())) {
            let Some(bytes) = &one.bytes else { continue };
            insert.execute(params![serial, one.slot, bytes])?;
            kept.insert(one.slot.clone());
        }
        Ok(kept)
    }

    fn index(&self, serial: i64, inspection: &Inspection, kept: &BTreeSet<String>) -> rusqlite::Result<()> {
        let sql = "INSERT INTO identity (resource, rank, identity) VALUES (?1, ?2, ?3)";
        let mut insert = self.transaction.prepare_cached(sql)?;
        for (rank, identity) in (0_i64..).zip(&inspection.identities) {
            insert.execute(params![serial, rank, identity])?;
        }
        let sql = "INSERT INTO reference
                       (resource, position, slot, target_kind, target_id, target_version, unknowable, required)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let mut insert = self.transaction.prepare_cached(sql)?;
        for (position, reference) in (0_i64..).zip(&inspection.references) {
            let required = reference.strength == Strength::Required;
            let slot = &reference.slot;
            match &reference.target {
                Target::Known(id) => {
                    let (kind, id, version) = key(id);
                    insert.execute(params![serial, position, slot, kind, id, version, None::<&str>, required])?;
                }
                Target::Unknowable(expression) => {
                    let none = None::<&str>;
                    insert.execute(params![serial, position, slot, none, none, none, expression, required])?;
                }
            }
        }
        let sql =
            "INSERT INTO secret (resource, position, slot, label, declared, is_set) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let mut insert = self.transaction.prepare_cached(sql)?;
        for (position, secret) in (0_i64..).zip(&inspection.secrets) {
            let is_set = secret.is_set || secret.declared && kept.contains(&secret.slot);
            insert.execute(params![serial, position, secret.slot, secret.label, secret.declared, is_set])?;
        }
        let sql = "INSERT INTO literal (resource, position, slot, class, value) VALUES (?1, ?2, ?3, ?4, ?5)";
        let mut insert = self.transaction.prepare_cached(sql)?;
        for (position, literal) in (0_i64..).zip(&inspection.literals) {
            insert.execute(params![serial, position, literal.slot, literal.class, literal.value])?;
        }
        Ok(())
    }

    fn execute(&self, sql: &str, parameters: &[&dyn ToSql]) -> rusqlite::Result<usize> {
        self.transaction.prepare_cached(sql)?.execute(parameters)
    }
}

fn size(resource: &Resource) -> i64 {
    resource.parts.iter().map(|part| part.content.len()).sum::<u64>().cast_signed()
}
