//! The bytes of a part: in memory, in a spool on disk or in an environment's store, read piece by piece.

use std::fmt;
use std::io;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// SHA-256 of a content: equal hashes mean equal bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// Reads what [`Display`](fmt::Display) writes; none for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Hash> {
        let mut bytes = [0; 32];
        let digits = text.as_bytes();
        if digits.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[index * 2..index * 2 + 2], 16).ok()?;
        }
        Some(Hash(bytes))
    }

    /// Of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// In hexadecimal digits.
impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
        let text = String::deserialize(deserializer)?;
        Hash::parse(&text).ok_or_else(|| serde::de::Error::custom("this is no SHA-256"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Hash({self})")
    }
}

/// Hashes what is written piece by piece.
#[derive(Clone, Default)]
pub struct Hasher(Sha256);

impl Hasher {
    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all of them.
    #[must_use]
    pub fn finish(self) -> Hash {
        Hash(self.0.finalize().into())
    }
}

/// Somewhere bytes can be read from by offset.
pub trait ReadAt: Send + Sync {
    /// At most `max` bytes from `offset` on; fewer only at the end.
    ///
    /// # Errors
    /// When the place cannot be read.
    fn read_at(&self, offset: u64, max: usize) -> io::Result<Vec<u8>>;
}

/// Bytes with their length and hash, shared and never changed.
#[derive(Clone)]
pub struct Content {
    len: u64,
    hash: Hash,
    source: Source,
}

#[derive(Clone)]
enum Source {
    Memory(Arc<[u8]>),
    Elsewhere { place: Arc<dyn ReadAt>, start: u64 },
}

impl Content {
    /// Bytes in memory.
    #[must_use]
    pub fn from_bytes(bytes: impl Into<Arc<[u8]>>) -> Content {
        let bytes: Arc<[u8]> = bytes.into();
        Content { len: bytes.len() as u64, hash: Hash::of(&bytes), source: Source::Memory(bytes) }
    }

    /// `len` bytes from `start` on in another place, whose hash is known.
    #[must_use]
    pub fn elsewhere(place: Arc<dyn ReadAt>, start: u64, len: u64, hash: Hash) -> Content {
        Content { len, hash, source: Source::Elsewhere { place, start } }
    }

    /// In bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// True for no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// SHA-256.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// At most `max` bytes from `offset` on; fewer only at the end, none behind it.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn read_at(&self, offset: u64, max: usize) -> io::Result<Vec<u8>> {
        let left = self.len.saturating_sub(offset);
        let max = usize::try_from(left).unwrap_or(usize::MAX).min(max);
        match &self.source {
            Source::Memory(bytes) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                Ok(bytes[start..start + max].to_vec())
            }
            Source::Elsewhere { .. } if max == 0 => Ok(Vec::new()),
            Source::Elsewhere { place, start } => place.read_at(start + offset, max),
        }
    }

    /// All of it.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn read_all(&self) -> io::Result<Vec<u8>> {
        let len = usize::try_from(self.len).map_err(|_| io::Error::other("too large for memory"))?;
        let bytes = self.read_at(0, len)?;
        if bytes.len() == len { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Content({} bytes, {})", self.len, self.hash)
    }
}
