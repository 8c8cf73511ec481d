//! What stands before the package, encrypted with it: a length (four bytes, the highest first) and so much JSON.

use std::io::{self, Read};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::ShareError;

/// Older programs refuse what has a higher one, so it rises with every term that they would have to observe.
const VERSION: u32 = 1;

/// The most that is read before it is known to be ours: of the JSON, in bytes.
const LIMIT: u32 = 64 * 1024;

/// On which terms a package is shared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// From this moment on it is refused. None: never.
    #[serde(with = "optional_moment")]
    pub expires: Option<Timestamp>,
    /// After [`Share::used`](crate::Share::used) it is refused.
    pub once: bool,
}

/// What is known of a package without reading it, as whoever shared it wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// For people: `Order intake`.
    pub name: String,
    /// The format's name in flowport.
    pub format: String,
    /// What the package would be called as a file: `orders.zip`. A name and nothing but one: without folder or drive.
    pub file_name: String,
    /// When it was shared.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// By whom.
    pub creator: String,
}

impl About {
    /// # Errors
    /// [`ShareError::Unfit`].
    pub(crate) fn check(&self) -> Result<(), ShareError> {
        let is_part = |char: char| char.is_control() || matches!(char, '/' | '\\' | ':');
        if matches!(self.file_name.as_str(), "" | "." | "..") || self.file_name.contains(is_part) {
            return Err(ShareError::Unfit {
                what: "its file name must be a plain one, without folder, drive or colon",
            });
        }
        Ok(())
    }
}

/// What a file of the store is.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Record {
    /// The package follows.
    Package { terms: Terms, about: About },
    /// Nothing follows: the package was used and is gone.
    Used {
        #[serde(with = "moment")]
        at: Timestamp,
    },
}

#[derive(Serialize)]
struct Writing<'a> {
    version: u32,
    #[serde(flatten)]
    record: &'a Record,
}

#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

/// Why a record cannot be read.
pub(crate) enum Unreadable {
    Newer,
    Unfit,
    Io(io::Error),
}

impl Record {
    /// As it stands in the file.
    ///
    /// # Errors
    /// [`ShareError::Unfit`] where it is too long.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, ShareError> {
        let unfit =
            ShareError::Unfit { what: "what is said about the package is longer than 64 KiB; shorten its name" };
        let mut bytes = vec![0; 4];
        serde_json::to_writer(&mut bytes, &Writing { version: VERSION, record: self })
            .expect("texts, numbers and booleans into memory");
        let Some(len) = u32::try_from(bytes.len() - 4).ok().filter(|len| *len <= LIMIT) else { return Err(unfit) };
        bytes[..4].copy_from_slice(&len.to_be_bytes());
        Ok(bytes)
    }

    /// Leaves the reader where the package begins.
    pub(crate) fn read(mut reader: impl Read) -> Result<Record, Unreadable> {
        let mut len = [0; 4];
        reader.read_exact(&mut len).map_err(Unreadable::Io)?;
        let len = u32::from_be_bytes(len);
        if len > LIMIT {
            return Err(Unreadable::Unfit);
        }
        let mut json = vec![0; len as usize];
        reader.read_exact(&mut json).map_err(Unreadable::Io)?;
        let Versioned { version } = serde_json::from_slice(&json).map_err(|_| Unreadable::Unfit)?;
        if version > VERSION {
            return Err(Unreadable::Newer);
        }
        let record = serde_json::from_slice(&json).map_err(|_| Unreadable::Unfit)?;
        match &record {
            Record::Package { about, .. } if about.check().is_err() => Err(Unreadable::Unfit),
            _ => Ok(record),
        }
    }
}

/// Moments as RFC 3339 has them, in UTC.
mod moment {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(moment)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

mod optional_moment {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    pub(super) fn serialize<S: Serializer>(moment: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
        moment.map(|moment| moment.to_string()).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| text.parse().map_err(de::Error::custom)).transpose()
    }
}
