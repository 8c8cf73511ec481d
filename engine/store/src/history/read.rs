use std::collections::BTreeMap;
use std::sync::Arc;

use flowport_core::content::Hash;
use flowport_core::environment::EnvironmentError;
use flowport_core::history::{Base, History, Image, Package, Run, RunChange, RunId};
use flowport_core::model::{Head, Part, Resource, ResourceId, SlotValue};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::write::run_id;
use crate::content;
use crate::pool::Pool;
use crate::read::{SqliteReader, all, key, origin, resource, resource_id, state};

/// What [`run_in`] reads, from `run`.
const RUN: &str = "run.serial, run.actor, run.at, run.command, run.package, run.package_hash, run.source, run.plan, run.undoes, \
                   run.undone_by, run.partial, \
                   (SELECT coalesce(max(position) + 1, 0) FROM change WHERE change.run = run.serial)";

fn run_in(row: &Row<'_>) -> rusqlite::Result<Run> {
    let name: Option<String> = row.get(4)?;
    let package = match name {
        Some(name) => Some(Package { name, hash: Hash(row.get(5)?), source: row.get(6)? }),
        None => None,
    };
    let other = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(run_id));
    Ok(Run {
        id: run_id(row.get(0)?),
        actor: row.get(1)?,
        at: row.get(2)?,
        command: row.get(3)?,
        package,
        plan: row.get::<_, Option<[u8; 32]>>(7)?.map(Hash),
        undoes: other(8)?,
        undone_by: other(9)?,
        is_partial: row.get(10)?,
        changes: row.get::<_, i64>(11)?.cast_unsigned(),
    })
}

fn image(pool: &Arc<Pool>, connection: &Connection, serial: i64, id: &ResourceId) -> rusqlite::Result<Image> {
    let of_head = "SELECT name, dialect, state, origin, attributes, owners FROM image WHERE serial = ?1";
    let mut statement = connection.prepare_cached(of_head)?;
    let (head, owners): (Head, String) = statement.query_row([serial], |row| {
        let head = Head {
            id: id.clone(),
            name: row.get(0)?,
            dialect: row.get(1)?,
            state: state(row, 2)?,
            origin: origin(row, 3)?,
            attributes: row.get(4)?,
        };
        Ok((head, row.get(5)?))
    })?;
    let mut owner = connection.prepare_cached("SELECT value FROM json_each(?1) ORDER BY key")?;
    let owners = owner.query_map([owners], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let of_parts = format!(
        "SELECT image_part.name, image_part.media_type, {} FROM image_part
         JOIN content ON content.serial = image_part.content
         WHERE image_part.image = ?1 ORDER BY image_part.position",
        content::COLUMNS
    );
    let parts = all(connection, &of_parts, params![serial, content::EAGER], |row| {
        Ok(Part { name: row.get(0)?, media_type: row.get(1)?, content: content::from_row(pool, row, 2)? })
    })?;
    let kept = kept(connection, "SELECT slot, sealed FROM image_secret WHERE image = ?1", serial)?;
    Ok(Image { resource: Resource { head, parts }, owners, kept })
}

/// Slots of sealed secrets, each with a hash of what is sealed.
fn kept(connection: &Connection, sql: &str, serial: i64) -> rusqlite::Result<BTreeMap<String, Hash>> {
    let slots = all(connection, sql, [serial], |row| Ok((row.get(0)?, Hash::of(row.get_ref(1)?.as_blob()?))))?;
    Ok(slots.into_iter().collect())
}

/// A resource as it was after a run: what the next change to it found, else what is there now.
fn after(pool: &Arc<Pool>, connection: &Connection, run: i64, id: &ResourceId) -> rusqlite::Result<Option<Image>> {
    match before_next(connection, run, id)? {
        Some(before) => before.map(|serial| image(pool, connection, serial, id)).transpose(),
        None => {
            let Some((serial, resource)) = resource(pool, connection, id)? else { return Ok(None) };
            let owners =
                all(connection, "SELECT user FROM owner WHERE resource = ?1 ORDER BY rank", [serial], |row| {
                    row.get(0)
                })?;
            let kept = kept(connection, "SELECT slot, sealed FROM vault WHERE resource = ?1", serial)?;
            Ok(Some(Image { resource, owners, kept }))
        }
    }
}

impl History for SqliteReader {
    fn runs(&self) -> Result<Vec<Run>, EnvironmentError> {
        let sql = format!("SELECT {RUN} FROM run ORDER BY serial DESC");
        self.all(|| "reading the runs".to_owned(), &sql, [], run_in)
    }

    fn run(&self, id: RunId) -> Result<Option<Run>, EnvironmentError> {
        let sql = format!("SELECT {RUN} FROM run WHERE serial = ?1");
        let found = self.all(|| format!("reading run {id}"), &sql, [id.0.cast_signed()], run_in)?;
        Ok(found.into_iter().next())
    }

    fn changes(&self, run: RunId) -> Result<Vec<RunChange>, EnvironmentError> {
        let serial = run.0.cast_signed();
        let sql = "SELECT kind, id, version, before, after IS NOT NULL FROM change WHERE run = ?1 ORDER BY position";
        self.pool().read(
            || format!("reading the changes of run {run}"),
            |connection| {
                let changes: Vec<(ResourceId, Option<i64>, bool)> =
                    all(connection, sql, [serial], |row| Ok((resource_id(row, 0)?, row.get(3)?, row.get(4)?)))?;
                let change = |(id, before, is_there): (ResourceId, Option<i64>, bool)| {
                    let before = before.map(|serial| image(self.pool(), connection, serial, &id)).transpose()?;
                    let after = if is_there { after(self.pool(), connection, serial, &id)? } else { None };
                    Ok(RunChange { id, before, after })
                };
                changes.into_iter().map(change).collect()
            },
        )
    }

    fn secrets_before(&self, run: RunId, id: &ResourceId) -> Result<Vec<SlotValue>, EnvironmentError> {
        let sql = "SELECT slot, sealed FROM image_secret WHERE image =
                   (SELECT before FROM change WHERE kind = ?1 AND id = ?2 AND version = ?3 AND run = ?4) ORDER BY slot";
        let (kind, name, version) = key(id);
        let sealed = self.all(
            || format!("reading the secrets of {id} before run {run}"),
            sql,
            params![kind, name, version, run.0.cast_signed()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        self.open_all(id, sealed)
    }

    fn runs_of(&self, id: &ResourceId) -> Result<Vec<Run>, EnvironmentError> {
        let sql = format!(
            "SELECT {RUN} FROM change AS own JOIN run ON run.serial = own.run
             WHERE own.kind = ?1 AND own.id = ?2 AND own.version = ?3 ORDER BY own.run DESC"
        );
        self.all(|| format!("reading the runs of {id}"), &sql, key(id), run_in)
    }

    fn gone(&self) -> Result<Vec<(ResourceId, String)>, EnvironmentError> {
        // Of the several times that one went the last one counts: SQLite takes the other columns from the row of the maximum.
        let sql = "SELECT change.kind, change.id, change.version, image.name, max(change.run)
                   FROM change JOIN image ON image.serial = change.before
                   WHERE change.after IS NULL AND NOT EXISTS (
                       SELECT 1 FROM resource WHERE resource.kind = change.kind AND resource.id = change.id
                                                AND resource.version = change.version)
                   GROUP BY change.kind, change.id, change.version";
        self.all(|| "looking for what is gone".to_owned(), sql, [], |row| Ok((resource_id(row, 0)?, row.get(3)?)))
    }

    fn base(&self, to: &ResourceId, from: &ResourceId, source: &str) -> Result<Option<Base>, EnvironmentError> {
        self.pool().read(
            || format!("reading what came last for {to}"),
            |connection| {
                let Some(LastCame { run, image: came, is_last }) = last_came(connection, to, from, source)? else {
                    return Ok(None);
                };
                let serial = run.id.0.cast_signed();
                let image = match came {
                    Some(came) => Some(image(self.pool(), connection, came, to)?),
                    None if is_last => None,
                    None => after(self.pool(), connection, serial, to)?,
                };
                Ok(Some(Base { run, resource: image.map(|image| image.resource), was_kept: came.is_some() }))
            },
        )
    }

    fn secrets_came(
        &self,
        to: &ResourceId,
        from: &ResourceId,
        source: &str,
    ) -> Result<Vec<SlotValue>, EnvironmentError> {
        let sealed = self.pool().read(
            || format!("reading the secrets that came last for {to}"),
            |connection| secrets_came(connection, to, from, source),
        )?;
        self.open_all(to, sealed)
    }

    fn came_as(&self, from: &ResourceId, source: &str) -> Result<Option<ResourceId>, EnvironmentError> {
        let sql = "SELECT came.kind, came.id, came.version FROM came JOIN run ON run.serial = came.run
                   WHERE came.from_kind = ?1 AND came.from_id = ?2 AND came.from_version = ?3
                     AND run.source = ?4 AND run.undone_by IS NULL
                   ORDER BY came.run DESC LIMIT 1";
        let (kind, name, version) = key(from);
        let found = self.all(
            || format!("reading what {from} came for"),
            sql,
            params![kind, name, version, source],
            |row| resource_id(row, 0),
        )?;
        Ok(found.into_iter().next())
    }
}

/// What came last from somewhere.
struct LastCame {
    run: Run,
    /// None: what was there after the run.
    image: Option<i64>,
    /// No later run changed the resource.
    is_last: bool,
}

fn last_came(
    connection: &Connection,
    to: &ResourceId,
    from: &ResourceId,
    source: &str,
) -> rusqlite::Result<Option<LastCame>> {
    let find = format!(
        "SELECT {RUN}, came.image,
                NOT EXISTS (SELECT 1 FROM change WHERE kind = ?1 AND id = ?2 AND version = ?3 AND change.run > came.run)
         FROM came JOIN run ON run.serial = came.run
         WHERE came.kind = ?1 AND came.id = ?2 AND came.version = ?3
           AND came.from_kind = ?4 AND came.from_id = ?5 AND came.from_version = ?6
           AND run.source = ?7 AND run.undone_by IS NULL
         ORDER BY came.run DESC LIMIT 1"
    );
    let ((kind, name, version), (from_kind, from_name, from_version)) = (key(to), key(from));
    let mut statement = connection.prepare_cached(&find)?;
    let parameters = params![kind, name, version, from_kind, from_name, from_version, source];
    let last = |row: &Row<'_>| Ok(LastCame { run: run_in(row)?, image: row.get(12)?, is_last: row.get(13)? });
    statement.query_row(parameters, last).optional()
}

/// The secrets that came last from somewhere, by slot, sealed.
pub(super) fn secrets_came(
    connection: &Connection,
    to: &ResourceId,
    from: &ResourceId,
    source: &str,
) -> rusqlite::Result<Vec<(String, Vec<u8>)>> {
    let Some(LastCame { run, image, .. }) = last_came(connection, to, from, source)? else { return Ok(Vec::new()) };
    let pair = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let image = match image {
        Some(image) => Some(Some(image)),
        None => before_next(connection, run.id.0.cast_signed(), to)?,
    };
    match image {
        Some(image) => {
            all(connection, "SELECT slot, sealed FROM image_secret WHERE image = ?1 ORDER BY slot", [image], pair)
        }
        None => {
            let sql = "SELECT slot, sealed FROM vault JOIN resource ON resource.serial = vault.resource
                       WHERE kind = ?1 AND id = ?2 AND version = ?3 ORDER BY slot";
            all(connection, sql, key(to), pair)
        }
    }
}

/// The image that the next change after a run made of a resource, none where it found nothing; none at all where no change came since.
fn before_next(connection: &Connection, run: i64, id: &ResourceId) -> rusqlite::Result<Option<Option<i64>>> {
    let next =
        "SELECT before FROM change WHERE kind = ?1 AND id = ?2 AND version = ?3 AND run > ?4 ORDER BY run LIMIT 1";
    let (kind, name, version) = key(id);
    let mut statement = connection.prepare_cached(next)?;
    statement.query_row(params![kind, name, version, run], |row| row.get(0)).optional()
}
