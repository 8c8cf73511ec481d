use std::io;
use std::path::{Path, PathBuf};

use flowport_core::environment::EnvironmentError;
use flowport_core::history::RunId;
use flowport_core::lock::Holder;
use flowport_core::model::ResourceId;
use rusqlite::ErrorCode;

/// An environment's name and file, as errors name them.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) environment: String,
    pub(crate) path: PathBuf,
}

impl Place {
    /// The path is made absolute: a message about it helps from any folder, and `:memory:` is a file like any other.
    pub(crate) fn new(environment: &str, path: &Path) -> Result<Place, EnvironmentError> {
        let place = Place { environment: environment.to_owned(), path: path.to_path_buf() };
        match std::path::absolute(path) {
            Ok(path) => Ok(Place { path, ..place }),
            Err(error) => Err(place.file_failed("opening", &error)),
        }
    }

    /// A sentence of one's own.
    pub(crate) fn error(&self, what: String) -> EnvironmentError {
        EnvironmentError::Store { environment: self.environment.clone(), what }
    }

    /// What was being done with the file, and what the operating system said.
    pub(crate) fn file_failed(&self, doing: &str, error: &io::Error) -> EnvironmentError {
        self.error(format!("{doing} {}: {error}", self.path.display()))
    }

    /// What was being done, and what SQLite said, with advice where there is some.
    pub(crate) fn failed(&self, doing: &str, error: &rusqlite::Error) -> EnvironmentError {
        self.error(self.sentence(doing, error))
    }

    /// The same as text, for errors of other types.
    pub(crate) fn sentence(&self, doing: &str, error: &rusqlite::Error) -> String {
        let why = explain(error);
        format!("{doing} in {}: {why}", self.path.display())
    }

    /// Somebody else is writing.
    pub(crate) fn held(&self, holder: Option<Holder>) -> EnvironmentError {
        EnvironmentError::Held { environment: self.environment.clone(), holder: holder.map(Box::new) }
    }
}

/// True where SQLite gave up waiting for another connection.
pub(crate) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

fn explain(error: &rusqlite::Error) -> String {
    let known = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "the disk is full; make room there and try again",
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            "it cannot be written; check the permissions of the file and its folder, and that the disk is not full or read-only"
        }
        Some(ErrorCode::CannotOpen) => {
            "it cannot be opened; check that it is a file, that the disk is not full, and that you may write in its folder: SQLite \
             needs that even to read"
        }
        Some(ErrorCode::NotADatabase) => "it is no SQLite database; give the environment another file",
        Some(ErrorCode::DatabaseCorrupt) => {
            "the database is damaged; put a backup in its place, or remove the environment and import again"
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program holds it locked; close that and try again"
        }
        Some(ErrorCode::SystemIoFailure) => {
            "the disk or the network drive failed, is full or is read-only; mend that and try again"
        }
        _ => return error.to_string(),
    };
    format!("{known} (SQLite: {error})")
}

/// Why one write of a transaction was not made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Sql(#[from] rusqlite::Error),
    #[error("not what was expected")]
    Stale,
    #[error("carried out already")]
    AppliedBefore(RunId),
    #[error("part {name:?} cannot be read: {error}")]
    Part { name: String, error: io::Error },
}

impl Failure {
    /// For the caller, about one resource.
    pub(crate) fn at(&self, place: &Place, resource: &ResourceId) -> EnvironmentError {
        match self {
            Failure::Stale => {
                EnvironmentError::Stale { environment: place.environment.clone(), resource: Box::new(resource.clone()) }
            }
            _ => self.of(place, &format!("writing {resource}")),
        }
    }

    /// For the caller, about what was being done.
    pub(crate) fn of(&self, place: &Place, doing: &str) -> EnvironmentError {
        match self {
            Failure::Sql(error) => place.failed(doing, error),
            Failure::AppliedBefore(run) => {
                EnvironmentError::AppliedBefore { environment: place.environment.clone(), run: *run }
            }
            Failure::Stale | Failure::Part { .. } => {
                place.error(format!("{doing} in {}: {self}", place.path.display()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    #[test]
    fn what_sqlite_says_comes_with_what_where_and_what_to_do() {
        let place = Place::new("dev", Path::new("dev.db")).unwrap();
        for (code, advice) in [
            (ffi::SQLITE_FULL, "make room"),
            (ffi::SQLITE_READONLY, "check the permissions"),
            (ffi::SQLITE_IOERR, "disk or the network drive"),
            (ffi::SQLITE_BUSY, "close that"),
        ] {
            let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            let error = place.failed("writing flow/a", &error).to_string();
            for word in ["dev: writing flow/a in ", "dev.db: ", advice] {
                assert!(error.contains(word), "{word}: {error}");
            }
        }
    }
}
