//! Environments in an embedded SQLite database, one file each.
//!
//! [`SqliteEnvironment`] reads and writes, [`SqliteReader`] only reads and creates nothing, [`remove`] takes an environment
//! away. One transaction per [`apply`](flowport_core::environment::Environment::apply): whoever is killed leaves the old state
//! or the new one. Who opens an environment to write holds it until it is dropped: a second writer is told who that is, and
//! readers go on.

mod connection;
mod content;
mod environment;
mod error;
mod history;
mod hold;
mod pool;
mod read;
mod remove;
mod schema;
mod vault;
mod write;

pub use environment::SqliteEnvironment;
pub use read::SqliteReader;
pub use remove::remove;
