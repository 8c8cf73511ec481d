//! The fixed parts of the records of the format (APPNOTE.TXT 4.3), field by field as they stand.

pub(crate) const LOCAL_SIGNATURE: [u8; 4] = *b"PK\x03\x04";
pub(crate) const CENTRAL_SIGNATURE: [u8; 4] = *b"PK\x01\x02";
pub(crate) const DESCRIPTOR_SIGNATURE: [u8; 4] = *b"PK\x07\x08";
pub(crate) const END_SIGNATURE: [u8; 4] = *b"PK\x05\x06";
pub(crate) const ZIP64_END_SIGNATURE: [u8; 4] = *b"PK\x06\x06";
pub(crate) const ZIP64_LOCATOR_SIGNATURE: [u8; 4] = *b"PK\x06\x07";

pub(crate) const LOCAL_LENGTH: usize = 30;
pub(crate) const CENTRAL_LENGTH: usize = 46;
pub(crate) const END_LENGTH: usize = 22;
pub(crate) const ZIP64_END_LENGTH: usize = 56;
pub(crate) const ZIP64_LOCATOR_LENGTH: usize = 20;

/// Offset in a local header of its checksum and two sizes, which a writer fills in last.
pub(crate) const LOCAL_CHECKSUM_AT: u64 = 14;

pub(crate) const FLAG_ENCRYPTED: u16 = 1;
/// Compression level: no meaning for reading.
pub(crate) const FLAG_LEVEL: u16 = 0b110;
pub(crate) const FLAG_DESCRIPTOR: u16 = 1 << 3;
pub(crate) const FLAG_STRONG_ENCRYPTION: u16 = 1 << 6;
pub(crate) const FLAG_UTF8: u16 = 1 << 11;
pub(crate) const FLAG_MASKED: u16 = 1 << 13;

/// In these fields the largest value says: see the zip64 field or record.
pub(crate) const SEE_ZIP64: u32 = u32::MAX;

pub(crate) fn u16_at<const N: usize>(bytes: &[u8; N], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

pub(crate) fn u32_at<const N: usize>(bytes: &[u8; N], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

pub(crate) fn u64_at<const N: usize>(bytes: &[u8; N], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

/// What stands in both the local header and the directory record of an entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Common {
    pub(crate) version_needed: u16,
    pub(crate) flags: u16,
    pub(crate) method: u16,
    pub(crate) time: u16,
    pub(crate) date: u16,
    pub(crate) crc: u32,
    pub(crate) compressed_size: u32,
    pub(crate) size: u32,
    pub(crate) name_length: u16,
    pub(crate) extra_length: u16,
}

impl Common {
    /// From the byte where `version needed` stands.
    fn parse<const N: usize>(bytes: &[u8; N], at: usize) -> Self {
        Common {
            version_needed: u16_at(bytes, at),
            flags: u16_at(bytes, at + 2),
            method: u16_at(bytes, at + 4),
            time: u16_at(bytes, at + 6),
            date: u16_at(bytes, at + 8),
            crc: u32_at(bytes, at + 10),
            compressed_size: u32_at(bytes, at + 14),
            size: u32_at(bytes, at + 18),
            name_length: u16_at(bytes, at + 22),
            extra_length: u16_at(bytes, at + 24),
        }
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        for field in [self.version_needed, self.flags, self.method, self.time, self.date] {
            out.extend(field.to_le_bytes());
        }
        for field in [self.crc, self.compressed_size, self.size] {
            out.extend(field.to_le_bytes());
        }
        out.extend(self.name_length.to_le_bytes());
        out.extend(self.extra_length.to_le_bytes());
    }
}

/// A local header; `None` without its signature.
pub(crate) fn parse_local(bytes: &[u8; LOCAL_LENGTH]) -> Option<Common> {
    bytes.starts_with(&LOCAL_SIGNATURE).then(|| Common::parse(bytes, 4))
}

/// A record of the central directory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Central {
    pub(crate) made_by: u16,
    pub(crate) common: Common,
    pub(crate) comment_length: u16,
    pub(crate) disk: u16,
    pub(crate) external_attributes: u32,
    pub(crate) header_offset: u32,
}

impl Central {
    /// `None` without its signature.
    pub(crate) fn parse(bytes: &[u8; CENTRAL_LENGTH]) -> Option<Self> {
        bytes.starts_with(&CENTRAL_SIGNATURE).then(|| Central {
            made_by: u16_at(bytes, 4),
            common: Common::parse(bytes, 6),
            comment_length: u16_at(bytes, 32),
            disk: u16_at(bytes, 34),
            external_attributes: u32_at(bytes, 38),
            header_offset: u32_at(bytes, 42),
        })
    }

    /// Name, extra fields and comment, which follow.
    pub(crate) fn variable_length(&self) -> u32 {
        u32::from(self.common.name_length) + u32::from(self.common.extra_length) + u32::from(self.comment_length)
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend(CENTRAL_SIGNATURE);
        out.extend(self.made_by.to_le_bytes());
        self.common.write(out);
        out.extend(self.comment_length.to_le_bytes());
        out.extend(self.disk.to_le_bytes());
        let internal_attributes: u16 = 0;
        out.extend(internal_attributes.to_le_bytes());
        out.extend(self.external_attributes.to_le_bytes());
        out.extend(self.header_offset.to_le_bytes());
    }
}

/// The end of central directory record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct End {
    pub(crate) disk: u16,
    pub(crate) directory_disk: u16,
    pub(crate) disk_entries: u16,
    pub(crate) entries: u16,
    pub(crate) directory_size: u32,
    pub(crate) directory_offset: u32,
    pub(crate) comment_length: u16,
}

impl End {
    /// `None` without its signature.
    pub(crate) fn parse(bytes: &[u8; END_LENGTH]) -> Option<Self> {
        bytes.starts_with(&END_SIGNATURE).then(|| End {
            disk: u16_at(bytes, 4),
            directory_disk: u16_at(bytes, 6),
            disk_entries: u16_at(bytes, 8),
            entries: u16_at(bytes, 10),
            directory_size: u32_at(bytes, 12),
            directory_offset: u32_at(bytes, 16),
            comment_length: u16_at(bytes, 20),
        })
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend(END_SIGNATURE);
        for field in [self.disk, self.directory_disk, self.disk_entries, self.entries] {
            out.extend(field.to_le_bytes());
        }
        out.extend(self.directory_size.to_le_bytes());
        out.extend(self.directory_offset.to_le_bytes());
        out.extend(self.comment_length.to_le_bytes());
    }
}

/// The zip64 end of central directory record, version 1, without extensible data.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Zip64End {
    pub(crate) disk: u32,
    pub(crate) directory_disk: u32,
    pub(crate) disk_entries: u64,
    pub(crate) entries: u64,
    pub(crate) directory_size: u64,
    pub(crate) directory_offset: u64,
}

impl Zip64End {
    /// `None` without its signature or with other than the fixed length.
    pub(crate) fn parse(bytes: &[u8; ZIP64_END_LENGTH]) -> Option<Self> {
        // The record does not count its signature and the length itself.
        let fixed_length = ZIP64_END_LENGTH as u64 - 12;
        let sound = bytes.starts_with(&ZIP64_END_SIGNATURE) && u64_at(bytes, 4) == fixed_length;
        sound.then(|| Zip64End {
            disk: u32_at(bytes, 16),
            directory_disk: u32_at(bytes, 20),
            disk_entries: u64_at(bytes, 24),
            entries: u64_at(bytes, 32),
            directory_size: u64_at(bytes, 40),
            directory_offset: u64_at(bytes, 48),
        })
    }
}

/// The zip64 end of central directory locator.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Zip64Locator {
    pub(crate) disk: u32,
    pub(crate) record_offset: u64,
    pub(crate) disks: u32,
}

impl Zip64Locator {
    /// `None` without its signature.
    pub(crate) fn parse(bytes: &[u8; ZIP64_LOCATOR_LENGTH]) -> Option<Self> {
        bytes.starts_with(&ZIP64_LOCATOR_SIGNATURE).then(|| Zip64Locator {
            disk: u32_at(bytes, 4),
            record_offset: u64_at(bytes, 8),
            disks: u32_at(bytes, 16),
        })
    }
}
