//! Contents: immutable, stored once for equal bytes, found by their hash.

use std::io;
use std::sync::Arc;

use flowport_core::content::{Content, Hash, ReadAt};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::error::Failure;
use crate::pool::Pool;

/// How a content is cut: so much of a large one is in memory at a time.
const PIECE: usize = 256 * 1024;

/// Contents up to this size come with their resource: a query less for whoever reads them. Larger ones stay in the database
/// until asked for, so that a plan over thousands of resources stays small.
pub(crate) const EAGER: i64 = 16 * 1024;

/// What [`from_row`] reads, from `content`; `?2` is [`EAGER`].
pub(crate) const COLUMNS: &str = "content.hash, content.len, CASE WHEN content.len <= ?2 THEN content.bytes END";

/// The content in the columns from `first` on.
pub(crate) fn from_row(pool: &Arc<Pool>, row: &Row<'_>, first: usize) -> rusqlite::Result<Content> {
    let hash = Hash(row.get(first)?);
    let len: i64 = row.get(first + 1)?;
    let place: Arc<dyn ReadAt> = match row.get::<_, Option<Arc<[u8]>>>(first + 2)? {
        Some(bytes) => Arc::new(Loaded(bytes)),
        None => Arc::new(Stored { pool: pool.clone(), hash }),
    };
    Ok(Content::elsewhere(place, 0, len.cast_unsigned(), hash))
}

/// Small bytes that came along. Not `Content::from_bytes`: their hash is known.
struct Loaded(Arc<[u8]>);

impl ReadAt for Loaded {
    fn read_at(&self, offset: u64, max: usize) -> io::Result<Vec<u8>> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.0.get(offset..)).unwrap_or_default();
        Ok(rest[..max.min(rest.len())].to_vec())
    }
}

/// Bytes in the database. By hash, not by row: rows are numbered anew when the last one goes.
struct Stored {
    pool: Arc<Pool>,
    hash: Hash,
}

impl ReadAt for Stored {
    fn read_at(&self, offset: u64, max: usize) -> io::Result<Vec<u8>> {
        let place = self.pool.place();
        let read = self
            .pool
            .read(|| format!("reading content {}", self.hash), |connection| self.read(connection, offset, max));
        read.map_err(io::Error::other)?.ok_or_else(|| {
            let what = format!(
                "the resource was replaced or deleted in {} ({}) since it was read, and its bytes are gone; read it again",
                place.environment,
                place.path.display()
            );
            io::Error::new(io::ErrorKind::NotFound, what)
        })
    }
}

impl Stored {
    /// None where the content is gone.
    fn read(&self, connection: &Connection, offset: u64, max: usize) -> rusqlite::Result<Option<Vec<u8>>> {
        let mut content = connection.prepare_cached("SELECT serial, len FROM content WHERE hash = ?1")?;
        let found = content.query_row([self.hash.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((serial, len)) = found.map(|(serial, len): (i64, i64)| (serial, len.cast_unsigned())) else {
            return Ok(None);
        };
        let end = len.min(offset.saturating_add(max as u64));
        let mut bytes = Vec::with_capacity(usize::try_from(end.saturating_sub(offset)).unwrap_or(0));
        let mut at = offset;
        while at < end {
            let position = at / PIECE as u64;
            let sql = match position {
                0 => "SELECT bytes FROM content WHERE serial = ?1 AND ?2 = 0",
                _ => "SELECT bytes FROM piece WHERE content = ?1 AND position = ?2",
            };
            let mut piece = connection.prepare_cached(sql)?;
            let mut rows = piece.query(params![serial, position.cast_signed()])?;
            let row = rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
            let piece = row.get_ref(0)?.as_blob()?;
            let start = position * PIECE as u64;
            // Both are within a piece, which fits in memory.
            let (from, to) = ((at - start) as usize, (end - start).min(PIECE as u64) as usize);
            bytes.extend_from_slice(piece.get(from..to).ok_or(rusqlite::Error::QueryReturnedNoRows)?);
            at = start + to as u64;
        }
        Ok(Some(bytes))
    }
}

/// The row of this content, stored now unless it is there already.
pub(crate) fn store(connection: &Connection, name: &str, content: &Content) -> Result<i64, Failure> {
    let hash = content.hash().0;
    let mut find = connection.prepare_cached("SELECT serial FROM content WHERE hash = ?1")?;
    if let Some(serial) = find.query_row([hash], |row| row.get(0)).optional()? {
        return Ok(serial);
    }
    let first = piece(name, content, 0)?;
    let mut insert = connection.prepare_cached("INSERT INTO content (hash, len, bytes) VALUES (?1, ?2, ?3)")?;
    let serial = insert.insert(params![hash, content.len().cast_signed(), first])?;
    let mut insert = connection.prepare_cached("INSERT INTO piece (content, position, bytes) VALUES (?1, ?2, ?3)")?;
    for position in 1..content.len().div_ceil(PIECE as u64) {
        insert.execute(params![serial, position.cast_signed(), piece(name, content, position)?])?;
    }
    Ok(serial)
}

fn piece(name: &str, content: &Content, position: u64) -> Result<Vec<u8>, Failure> {
    let start = position * PIECE as u64;
    let expected = (content.len() - start).min(PIECE as u64) as usize;
    let bytes = content
        .read_at(start, expected)
        .and_then(|bytes| if bytes.len() == expected { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) });
    bytes.map_err(|error| Failure::Part { name: name.to_owned(), error })
}

/// Takes a content out if no part and no image holds it any more; its pieces go with it.
pub(crate) fn collect(connection: &Connection, serial: i64) -> rusqlite::Result<()> {
    let sql = "DELETE FROM content WHERE serial = ?1 AND NOT EXISTS (SELECT 1 FROM part WHERE content = ?1)
               AND NOT EXISTS (SELECT 1 FROM image_part WHERE content = ?1)";
    connection.prepare_cached(sql)?.execute([serial]).map(drop)
}
