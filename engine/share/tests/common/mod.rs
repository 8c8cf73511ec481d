//! What the tests share.
#![allow(dead_code, reason = "each test file uses what it needs")]

use std::fs;
use std::path::PathBuf;

use flowport_share::{About, Share, ShareError, ShareStore, Terms, Token};
use jiff::Timestamp;
use tempfile::TempDir;

pub(crate) const ONCE: Terms = Terms { expires: None, once: true };
pub(crate) const FOREVER: Terms = Terms { expires: None, once: false };

pub(crate) fn now() -> Timestamp {
    "2026-03-04T05:06:07.890Z".parse().unwrap()
}

pub(crate) fn about() -> About {
    About {
        name: String::from("Order intake for Contoso"),
        format: String::from("power-automate-package"),
        file_name: String::from("order-intake.zip"),
        created: now(),
        creator: String::from("maker@contoso.example"),
    }
}

/// A store in a folder of its own, not made yet.
pub(crate) struct Place {
    folder: TempDir,
    pub(crate) store: ShareStore,
}

impl Place {
    pub(crate) fn new() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let store = ShareStore::at(folder.path().join("shares"));
        Place { folder, store }
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().join("shares")
    }

    pub(crate) fn put(&self, content: &[u8], terms: &Terms) -> String {
        self.store.put(&mut &content[..], terms, &about()).unwrap().to_string()
    }

    pub(crate) fn open(&self, token: &str) -> Result<Share, ShareError> {
        self.store.open(token.parse()?, now())
    }

    /// All of the share, or why not.
    pub(crate) fn read(&self, token: &str) -> Result<Vec<u8>, ShareError> {
        let mut bytes = Vec::new();
        let len = self.open(token)?.copy_to(&mut bytes)?;
        assert_eq!(len, bytes.len() as u64);
        Ok(bytes)
    }

    /// All files of the store, sorted by size.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut files: Vec<_> = fs::read_dir(self.folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort_by_key(|path| fs::metadata(path).unwrap().len());
        files
    }

    /// The only file.
    pub(crate) fn file(&self) -> PathBuf {
        let files = self.files();
        assert_eq!(files.len(), 1, "{files:?}");
        files[0].clone()
    }
}

/// A token that no share was put in with.
pub(crate) fn other_token() -> Token {
    Place::new().put(b"", &FOREVER).parse().unwrap()
}
