//! What several tests need.
#![allow(dead_code, reason = "each test crate uses some of it")]

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flowport_core::content::{Content, Hash, ReadAt};
use flowport_core::environment::{Environment, EnvironmentError, Expected, Write};
use flowport_core::history::Cause;
use flowport_core::lock::Holder;
use flowport_core::model::{
    Head, Inspection, Literal, Origin, Part, Reference, Resource, ResourceId, Secret, State, Strength, Target,
};
use flowport_store::SqliteEnvironment;
use rusqlite::Connection;
use tempfile::TempDir;

pub(crate) const NOW: &str = "2026-03-01T12:00:00Z";

/// An environment in a folder of its own.
pub(crate) struct Fixture {
    pub(crate) environment: SqliteEnvironment,
    pub(crate) path: PathBuf,
    pub(crate) folder: TempDir,
}

pub(crate) fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dev.db");
    Fixture { environment: open(&path).unwrap(), path, folder }
}

/// Opens the environment in this file, held by alice.
pub(crate) fn open(path: &Path) -> Result<SqliteEnvironment, EnvironmentError> {
    SqliteEnvironment::open("dev", path, &holder("alice"))
}

pub(crate) fn holder(owner: &str) -> Holder {
    Holder::this_process(owner, "build-7", NOW)
}

impl Fixture {
    pub(crate) fn apply(&mut self, writes: &[Write]) -> Result<(), EnvironmentError> {
        self.environment.apply(&Cause::by("alice", NOW, "put"), writes, &mut |_| ()).map(drop)
    }

    /// Another program's look at the file.
    pub(crate) fn raw(&self) -> Connection {
        Connection::open(&self.path).unwrap()
    }

    pub(crate) fn count(&self, table: &str) -> i64 {
        self.raw().query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    }
}

pub(crate) fn id(text: &str) -> ResourceId {
    let (kind, rest) = text.split_once('/').unwrap();
    match rest.split_once('@') {
        Some((id, version)) => ResourceId::new(kind, id, Some(version)).unwrap(),
        None => ResourceId::new(kind, rest, None).unwrap(),
    }
}

pub(crate) fn head(id: ResourceId) -> Head {
    Head {
        name: format!("Name of {}", id.id),
        id,
        dialect: "power-automate".to_owned(),
        state: State::Draft,
        origin: Origin::Custom,
        attributes: "{}".into(),
    }
}

pub(crate) fn part(name: &str, bytes: impl AsRef<[u8]>) -> Part {
    Part { name: name.to_owned(), media_type: "text/plain".to_owned(), content: Content::from_bytes(bytes.as_ref()) }
}

/// A resource with one part that holds `bytes`.
pub(crate) fn resource(text: &str, bytes: &str) -> Resource {
    Resource { head: head(id(text)), parts: vec![part("definition.json", bytes)] }
}

pub(crate) fn put(resource: Resource) -> Write {
    put_expecting(resource, Expected::Anything)
}

pub(crate) fn put_expecting(resource: Resource, expected: Expected) -> Write {
    Write::Put { resource, inspection: Inspection::default(), owners: None, secrets: Vec::new(), expected }
}

pub(crate) fn delete(text: &str) -> Write {
    Write::Delete { id: id(text), expected: Expected::Anything }
}

/// Something of everything that an inspection can hold.
pub(crate) fn inspection() -> Inspection {
    let reference =
        |slot: &str, target: Target, strength: Strength| Reference { slot: slot.to_owned(), target, strength };
    Inspection {
        identities: vec!["pa-flow:guid".to_owned(), "name:it's %".to_owned()],
        references: vec![
            reference("b#/2", Target::Known(id("connector/shared_sql")), Strength::Required),
            reference("a#/1", Target::Known(id("flow/sub@3")), Strength::Optional),
            reference("c#/3", Target::Unknowable("@{triggerBody()?['flow']}".to_owned()), Strength::Optional),
        ],
        secrets: vec![
            Secret { slot: "d#/p".to_owned(), label: "Password".to_owned(), declared: true, is_set: false },
            Secret { slot: "d#/k".to_owned(), label: "Key".to_owned(), declared: false, is_set: true },
        ],
        literals: vec![Literal {
            slot: "d#/u".to_owned(),
            class: "url".to_owned(),
            value: "https://x/'%\u{1F600}".to_owned(),
        }],
        diagnostics: Vec::new(),
    }
}

/// A content whose place fails, or ends early.
pub(crate) fn broken_content(len: u64, error: Option<&'static str>) -> Content {
    struct Broken(Option<&'static str>);
    impl ReadAt for Broken {
        fn read_at(&self, _: u64, _: usize) -> io::Result<Vec<u8>> {
            self.0.map_or_else(|| Ok(Vec::new()), |error| Err(io::Error::other(error)))
        }
    }
    Content::elsewhere(Arc::new(Broken(error)), 0, len, Hash::of(b"broken"))
}
