use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use flowport_core::content::Hash;
use flowport_core::environment::{EnvironmentError, ReadEnvironment, Referrer, Summary};
use flowport_core::model::{
    Head, Inspection, Kind, Literal, Origin, Part, Reference, Resource, ResourceId, Secret, SlotValue, State, Strength,
    Target,
};
use flowport_secrets::Vault;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use crate::content;
use crate::error::Place;
use crate::pool::Pool;
use crate::vault;

/// What [`head`] reads, from `resource`.
const HEAD: &str = "resource.kind, resource.id, resource.version, resource.name, resource.dialect, resource.state, \
                    resource.origin, resource.attributes";
/// How many columns that is.
const HEAD_COLUMNS: usize = 8;

/// An environment to be read and nothing else. It creates nothing: where there is no database yet, it is empty until there is.
///
/// Any number of threads can read at the same time. The bytes of larger parts stay in the database until they are asked for;
/// they can be read as long as a part with the same bytes is there, afterwards reading them is an error of the kind `NotFound`.
/// An [`apply`](flowport_core::environment::Environment::apply) may therefore be given parts of the very resources it replaces.
#[derive(Debug)]
pub struct SqliteReader {
    pool: Arc<Pool>,
    vault: Option<Arc<Vault>>,
}

impl SqliteReader {
    /// The environment in this file.
    ///
    /// # Errors
    /// [`EnvironmentError::Store`] for a file that is no environment, or one of another version of flowport.
    pub fn open(name: &str, path: &Path) -> Result<SqliteReader, EnvironmentError> {
        let pool = Pool::new(Place::new(name, path)?);
        pool.check()?;
        Ok(SqliteReader { pool: Arc::new(pool), vault: None })
    }

    /// With the key to its secrets.
    #[must_use]
    pub fn with_vault(mut self, vault: Arc<Vault>) -> SqliteReader {
        self.vault = Some(vault);
        self
    }

    pub(crate) fn place(&self) -> &Place {
        self.pool.place()
    }

    pub(crate) fn pool(&self) -> &Arc<Pool> {
        &self.pool
    }

    /// The values of sealed secrets of a resource, by slot.
    pub(crate) fn open_all(
        &self,
        id: &ResourceId,
        sealed: Vec<(String, Vec<u8>)>,
    ) -> Result<Vec<SlotValue>, EnvironmentError> {
        let open = |(slot, sealed): (String, Vec<u8>)| {
            let value = vault::open(self.vault.as_deref(), id, &slot, &sealed)
                .map_err(|why| self.place().error(format!("a secret of {id}: {why}")))?;
            Ok(SlotValue { slot, value: Some(value) })
        };
        sealed.into_iter().map(open).collect()
    }

    pub(crate) fn all<T>(
        &self,
        doing: impl Fn() -> String,
        sql: &str,
        parameters: impl Params,
        map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, EnvironmentError> {
        self.pool.read(doing, |connection| all(connection, sql, parameters, map))
    }
}

impl ReadEnvironment for SqliteReader {
    fn name(&self) -> &str {
        &self.place().environment
    }

    fn list(&self) -> Result<Vec<Summary>, EnvironmentError> {
        let heads = format!("SELECT {HEAD}, size, changed, serial FROM resource ORDER BY kind, name, id, serial");
        let owners = "SELECT resource, user FROM owner ORDER BY resource, rank";
        self.pool.read(
            || "listing the resources".to_owned(),
            |connection| {
                let mut owners: Vec<(i64, String)> = all(connection, owners, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
                all(connection, &heads, [], |row| {
                    let serial: i64 = row.get(HEAD_COLUMNS + 2)?;
                    let first = owners.partition_point(|(resource, _)| *resource < serial);
                    let own = owners[first..].iter_mut().take_while(|(resource, _)| *resource == serial);
                    Ok(Summary {
                        head: head(row)?,
                        owners: own.map(|(_, user)| std::mem::take(user)).collect(),
                        size: row.get::<_, i64>(HEAD_COLUMNS)?.cast_unsigned(),
                        changed: row.get(HEAD_COLUMNS + 1)?,
                    })
                })
            },
        )
    }

    fn get(&self, id: &ResourceId) -> Result<Option<Resource>, EnvironmentError> {
        let read = |connection: &Connection| Ok(resource(&self.pool, connection, id)?.map(|(_, resource)| resource));
        self.pool.read(|| format!("reading {id}"), read)
    }

    fn owners(&self, id: &ResourceId) -> Result<Vec<String>, EnvironmentError> {
        let sql = "SELECT user FROM owner WHERE resource =
                   (SELECT serial FROM resource WHERE kind = ?1 AND id = ?2 AND version = ?3) ORDER BY rank";
        self.all(|| format!("reading the owners of {id}"), sql, key(id), |row| row.get(0))
    }

    fn find(&self, identity: &str) -> Result<Vec<Head>, EnvironmentError> {
        let sql = format!(
            "SELECT {HEAD} FROM identity JOIN resource ON resource.serial = identity.resource \
             WHERE identity = ?1 GROUP BY resource.serial ORDER BY min(identity.rank), resource.serial"
        );
        self.all(|| format!("looking for {identity}"), &sql, [identity], head)
    }

    fn versions(&self, kind: &str, id: &str) -> Result<Vec<String>, EnvironmentError> {
        let sql = "SELECT version FROM resource WHERE kind = ?1 AND id = ?2 AND version <> '' ORDER BY serial";
        self.all(|| format!("reading the versions of {kind}/{id}"), sql, [kind, id], |row| row.get(0))
    }

    fn inspection(&self, id: &ResourceId) -> Result<Inspection, EnvironmentError> {
        let serial = "SELECT serial FROM resource WHERE kind = ?1 AND id = ?2 AND version = ?3";
        let identities = "SELECT identity FROM identity WHERE resource = ?1 ORDER BY rank";
        let references = "SELECT slot, target_kind, target_id, target_version, unknowable, required FROM reference
                          WHERE resource = ?1 ORDER BY position";
        let secrets = "SELECT slot, label, declared, is_set FROM secret WHERE resource = ?1 ORDER BY position";
        let literals = "SELECT slot, class, value FROM literal WHERE resource = ?1 ORDER BY position";
        self.pool.read(
            || format!("reading what is known of {id}"),
            |connection| {
                let mut statement = connection.prepare_cached(serial)?;
                let found: Option<i64> = statement.query_row(key(id), |row| row.get(0)).optional()?;
                let Some(serial) = found else { return Ok(Inspection::default()) };
                Ok(Inspection {
                    identities: all(connection, identities, [serial], |row| row.get(0))?,
                    references: all(connection, references, [serial], reference)?,
                    secrets: all(connection, secrets, [serial], |row| {
                        Ok(Secret { slot: row.get(0)?, label: row.get(1)?, declared: row.get(2)?, is_set: row.get(3)? })
                    })?,
                    literals: all(connection, literals, [serial], |row| {
                        Ok(Literal { slot: row.get(0)?, class: row.get(1)?, value: row.get(2)? })
                    })?,
                    diagnostics: Vec::new(),
                })
            },
        )
    }

    fn secrets(&self, id: &ResourceId) -> Result<Vec<SlotValue>, EnvironmentError> {
        let sql = "SELECT slot, sealed FROM vault WHERE resource =
                   (SELECT serial FROM resource WHERE kind = ?1 AND id = ?2 AND version = ?3) ORDER BY slot";
        let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let sealed: Vec<(String, Vec<u8>)> = self.all(|| format!("reading the secrets of {id}"), sql, key(id), row)?;
        self.open_all(id, sealed)
    }

    fn kept(&self, id: &ResourceId) -> Result<BTreeMap<String, Option<Hash>>, EnvironmentError> {
        let sql = "SELECT slot, sealed FROM vault WHERE resource =
                   (SELECT serial FROM resource WHERE kind = ?1 AND id = ?2 AND version = ?3)";
        let sealed = |row: &Row<'_>| Ok((row.get(0)?, Some(Hash::of(row.get_ref(1)?.as_blob()?))));
        let kept = self.all(|| format!("looking which secrets are kept for {id}"), sql, key(id), sealed)?;
        Ok(kept.into_iter().collect())
    }

    fn referrers(&self, id: &ResourceId) -> Result<Vec<Referrer>, EnvironmentError> {
        let sql = "SELECT slot, target_kind, target_id, target_version, unknowable, required, \
                          resource.kind, resource.id, resource.version
                   FROM reference JOIN resource ON resource.serial = reference.resource
                   WHERE target_kind = ?1 AND target_id = ?2 AND target_version = ?3
                   ORDER BY resource.kind, resource.name, resource.id, resource.serial, reference.position";
        let referrer = |row: &Row<'_>| Ok(Referrer { from: resource_id(row, 6)?, reference: reference(row)? });
        self.all(|| format!("looking for what refers to {id}"), sql, key(id), referrer)
    }
}

/// What names a resource in SQL.
pub(crate) fn key(id: &ResourceId) -> (&str, &str, &str) {
    (id.kind.as_str(), &id.id, id.version.as_deref().unwrap_or_default())
}

pub(crate) fn all<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    connection.prepare_cached(sql)?.query_map(parameters, map)?.collect()
}

/// A resource that is there, with its row.
pub(crate) fn resource(
    pool: &Arc<Pool>,
    connection: &Connection,
    id: &ResourceId,
) -> rusqlite::Result<Option<(i64, Resource)>> {
    let of_head = format!("SELECT {HEAD}, serial FROM resource WHERE kind = ?1 AND id = ?2 AND version = ?3");
    let of_parts = format!(
        "SELECT part.name, part.media_type, {} FROM part JOIN content ON content.serial = part.content \
         WHERE part.resource = ?1 ORDER BY part.position",
        content::COLUMNS
    );
    let mut statement = connection.prepare_cached(&of_head)?;
    let found = statement.query_row(key(id), |row| Ok((head(row)?, row.get::<_, i64>(HEAD_COLUMNS)?))).optional()?;
    let Some((head, serial)) = found else { return Ok(None) };
    let parts = all(connection, &of_parts, params![serial, content::EAGER], |row| {
        Ok(Part { name: row.get(0)?, media_type: row.get(1)?, content: content::from_row(pool, row, 2)? })
    })?;
    Ok(Some((serial, Resource { head, parts })))
}

/// The id in the columns from `first` on.
pub(crate) fn resource_id(row: &Row<'_>, first: usize) -> rusqlite::Result<ResourceId> {
    let kind = Kind::new(row.get_ref(first)?.as_str()?).map_err(|error| damaged(first, error))?;
    let version: &str = row.get_ref(first + 2)?.as_str()?;
    Ok(ResourceId { kind, id: row.get(first + 1)?, version: (!version.is_empty()).then(|| version.into()) })
}

fn head(row: &Row<'_>) -> rusqlite::Result<Head> {
    Ok(Head {
        id: resource_id(row, 0)?,
        name: row.get(3)?,
        dialect: row.get(4)?,
        state: state(row, 5)?,
        origin: origin(row, 6)?,
        attributes: row.get(7)?,
    })
}

fn reference(row: &Row<'_>) -> rusqlite::Result<Reference> {
    let target = match row.get(4)? {
        Some(expression) => Target::Unknowable(expression),
        None => Target::Known(resource_id(row, 1)?),
    };
    let strength = if row.get(5)? { Strength::Required } else { Strength::Optional };
    Ok(Reference { slot: row.get(0)?, target, strength })
}

pub(crate) fn state(row: &Row<'_>, index: usize) -> rusqlite::Result<State> {
    word(row, index, [State::Draft, State::Published], State::as_str)
}

pub(crate) fn origin(row: &Row<'_>, index: usize) -> rusqlite::Result<Origin> {
    word(row, index, [Origin::Standard, Origin::Custom], Origin::as_str)
}

fn word<T: Copy>(row: &Row<'_>, index: usize, all: [T; 2], text: fn(T) -> &'static str) -> rusqlite::Result<T> {
    let stored = row.get_ref(index)?.as_str()?;
    all.into_iter()
        .find(|value| text(*value) == stored)
        .ok_or_else(|| damaged(index, format!("unknown word {stored:?}")))
}

fn damaged(index: usize, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(index, Type::Text, error.into())
}
