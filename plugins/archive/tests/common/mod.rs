//! Archives built by hand, any field of which can be made untrue.
#![allow(dead_code)]

use std::io::Write;

use flate2::{Compression, Crc, write::DeflateEncoder};
use flowport_archive::{Archive, Error, Limits};

pub(crate) const MAX: u32 = u32::MAX;

#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub(crate) version: u16,
    pub(crate) flags: u16,
    pub(crate) method: u16,
    pub(crate) crc: u32,
    pub(crate) compressed_size: u32,
    pub(crate) size: u32,
    pub(crate) name: Vec<u8>,
    pub(crate) extra: Vec<u8>,
}

impl Header {
    fn write(&self, out: &mut Vec<u8>) {
        for field in [self.version, self.flags, self.method, 0, 0x21] {
            out.extend(field.to_le_bytes());
        }
        for field in [self.crc, self.compressed_size, self.size] {
            out.extend(field.to_le_bytes());
        }
        out.extend((self.name.len() as u16).to_le_bytes());
        out.extend((self.extra.len() as u16).to_le_bytes());
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) before: Vec<u8>,
    pub(crate) local: Header,
    pub(crate) data: Vec<u8>,
    pub(crate) descriptor: Vec<u8>,
    pub(crate) central: Header,
    pub(crate) made_by: u16,
    pub(crate) disk: u16,
    pub(crate) attributes: u32,
    pub(crate) comment: Vec<u8>,
    /// Instead of the true offset.
    pub(crate) offset: Option<u32>,
}

pub(crate) fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).expect("memory");
    encoder.finish().expect("memory")
}

pub(crate) fn crc(content: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(content);
    crc.sum()
}

impl Item {
    pub(crate) fn deflated(name: impl AsRef<[u8]>, content: &[u8]) -> Self {
        Self::new(name.as_ref(), content, 8, deflated(content))
    }

    pub(crate) fn stored(name: impl AsRef<[u8]>, content: &[u8]) -> Self {
        Self::new(name.as_ref(), content, 0, content.to_vec())
    }

    pub(crate) fn new(name: &[u8], content: &[u8], method: u16, data: Vec<u8>) -> Self {
        let header = Header {
            version: 20,
            flags: 0,
            method,
            crc: crc(content),
            compressed_size: data.len() as u32,
            size: content.len() as u32,
            name: name.to_vec(),
            extra: Vec::new(),
        };
        Item {
            before: Vec::new(),
            local: header.clone(),
            data,
            descriptor: Vec::new(),
            central: header,
            made_by: 20,
            disk: 0,
            attributes: 0,
            comment: Vec::new(),
            offset: None,
        }
    }

    /// Changes local header and directory record alike.
    pub(crate) fn both(mut self, change: impl Fn(&mut Header)) -> Self {
        change(&mut self.local);
        change(&mut self.central);
        self
    }

    pub(crate) fn attributes(mut self, made_by: u16, attributes: u32) -> Self {
        self.made_by = made_by;
        self.attributes = attributes;
        self
    }

    /// With a data descriptor, and zeros in the local header.
    pub(crate) fn described(mut self, signature: bool, long: bool) -> Self {
        let (compressed_size, size) = (self.central.compressed_size, self.central.size);
        if signature {
            self.descriptor.extend(b"PK\x07\x08");
        }
        self.descriptor.extend(self.central.crc.to_le_bytes());
        for number in [compressed_size, size] {
            self.descriptor.extend(number.to_le_bytes());
            if long {
                self.descriptor.extend([0; 4]);
            }
        }
        let mut item = self.both(|header| header.flags |= 8);
        item.local.crc = 0;
        item.local.size = 0;
        item.local.compressed_size = 0;
        if long {
            item.local.size = MAX;
            item.local.compressed_size = MAX;
            item.local.extra = zip64(&[0, 0]);
        }
        item
    }

    pub(crate) fn local_bytes(&self) -> Vec<u8> {
        let mut out = self.before.clone();
        out.extend(b"PK\x03\x04");
        self.local.write(&mut out);
        out.extend(&self.local.name);
        out.extend(&self.local.extra);
        out.extend(&self.data);
        out.extend(&self.descriptor);
        out
    }

    fn central_bytes(&self, offset: usize) -> Vec<u8> {
        let mut out = b"PK\x01\x02".to_vec();
        out.extend(self.made_by.to_le_bytes());
        self.central.write(&mut out);
        out.extend((self.comment.len() as u16).to_le_bytes());
        out.extend(self.disk.to_le_bytes());
        out.extend([0; 2]);
        out.extend(self.attributes.to_le_bytes());
        out.extend(self.offset.unwrap_or(offset as u32).to_le_bytes());
        out.extend(&self.central.name);
        out.extend(&self.central.extra);
        out.extend(&self.comment);
        out
    }
}

/// An extra field.
pub(crate) fn field(id: u16, content: &[u8]) -> Vec<u8> {
    let mut out = id.to_le_bytes().to_vec();
    out.extend((content.len() as u16).to_le_bytes());
    out.extend(content);
    out
}

/// A zip64 extra field.
pub(crate) fn zip64(numbers: &[u64]) -> Vec<u8> {
    let content: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    field(1, &content)
}

/// Changes to make to a value that is true.
pub(crate) type Change<T> = Option<fn(&mut T)>;

#[derive(Debug, Clone, Copy)]
pub(crate) struct End {
    pub(crate) disk: u16,
    pub(crate) directory_disk: u16,
    pub(crate) disk_entries: u16,
    pub(crate) entries: u16,
    pub(crate) size: u32,
    pub(crate) offset: u32,
    pub(crate) comment_length: u16,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Zip64End {
    pub(crate) record_size: u64,
    pub(crate) disk: u32,
    pub(crate) directory_disk: u32,
    pub(crate) disk_entries: u64,
    pub(crate) entries: u64,
    pub(crate) size: u64,
    pub(crate) offset: u64,
    pub(crate) locator_disk: u32,
    pub(crate) locator_offset: u64,
    pub(crate) locator_disks: u32,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Zip {
    pub(crate) items: Vec<Item>,
    pub(crate) before_directory: Vec<u8>,
    pub(crate) after_directory: Vec<u8>,
    pub(crate) comment: Vec<u8>,
    pub(crate) after_end: Vec<u8>,
    pub(crate) end: Change<End>,
    /// With zip64 end records.
    pub(crate) zip64: Change<Zip64End>,
}

impl Zip {
    pub(crate) fn of(items: impl IntoIterator<Item = Item>) -> Self {
        Zip { items: items.into_iter().collect(), ..Zip::default() }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut directory = Vec::new();
        for item in &self.items {
            directory.extend(item.central_bytes(out.len() + item.before.len()));
            out.extend(item.local_bytes());
        }
        out.extend(&self.before_directory);
        let offset = out.len();
        out.extend(&directory);
        out.extend(&self.after_directory);
        if let Some(change) = self.zip64 {
            self.write_zip64(&mut out, offset, directory.len(), change);
        }
        let entries = self.items.len() as u16;
        let mut end = End {
            disk: 0,
            directory_disk: 0,
            disk_entries: entries,
            entries,
            size: directory.len() as u32,
            offset: offset as u32,
            comment_length: self.comment.len() as u16,
        };
        if let Some(change) = self.end {
            change(&mut end);
        }
        out.extend(b"PK\x05\x06");
        for field in [end.disk, end.directory_disk, end.disk_entries, end.entries] {
            out.extend(field.to_le_bytes());
        }
        out.extend(end.size.to_le_bytes());
        out.extend(end.offset.to_le_bytes());
        out.extend(end.comment_length.to_le_bytes());
        out.extend(&self.comment);
        out.extend(&self.after_end);
        out
    }

    fn write_zip64(&self, out: &mut Vec<u8>, offset: usize, size: usize, change: fn(&mut Zip64End)) {
        let entries = self.items.len() as u64;
        let mut end = Zip64End {
            record_size: 44,
            disk: 0,
            directory_disk: 0,
            disk_entries: entries,
            entries,
            size: size as u64,
            offset: offset as u64,
            locator_disk: 0,
            locator_offset: out.len() as u64,
            locator_disks: 1,
        };
        change(&mut end);
        out.extend(b"PK\x06\x06");
        out.extend(end.record_size.to_le_bytes());
        out.extend([45, 0, 45, 0]);
        out.extend(end.disk.to_le_bytes());
        out.extend(end.directory_disk.to_le_bytes());
        for field in [end.disk_entries, end.entries, end.size, end.offset] {
            out.extend(field.to_le_bytes());
        }
        out.extend(b"PK\x06\x07");
        out.extend(end.locator_disk.to_le_bytes());
        out.extend(end.locator_offset.to_le_bytes());
        out.extend(end.locator_disks.to_le_bytes());
    }
}

/// Asserts that an archive is refused with an error of this pattern and kind, when it is opened.
#[allow(unused_macros)]
macro_rules! refused {
    ($zip:expr, $pattern:pat, $kind:ident) => {{
        let bytes = $zip.bytes();
        let error = Archive::open(&bytes, &Limits::default()).expect_err(stringify!($pattern));
        assert!(matches!(error, $pattern), "{error:?}");
        assert_eq!(error.kind(), ErrorKind::$kind, "{error:?}");
    }};
    ($zip:expr, $pattern:pat) => {
        refused!($zip, $pattern, Malformed)
    };
}

/// Names and contents of all entries.
pub(crate) type Contents = Vec<(String, Vec<u8>)>;

/// Opens an archive and reads every entry.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Contents, Error> {
    let input = bytes.to_vec();
    let archive = Archive::open(&input, limits)?;
    let entries = archive.entries().iter();
    entries.map(|entry| Ok((entry.name.clone(), archive.read_all(entry, u64::MAX)?))).collect()
}

/// Two entries, the first deflated, the second stored.
pub(crate) fn sound() -> Zip {
    Zip::of([
        Item::deflated("a/definition.json", b"{\"name\":\"a flow, a flow, a flow\"}"),
        Item::stored("manifest.json", b"{}"),
    ])
}
