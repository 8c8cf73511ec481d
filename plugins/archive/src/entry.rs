/// How the content of an entry is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// As it is (0).
    Stored,
    /// Deflate (8).
    Deflate,
}

impl Method {
    pub(crate) fn from_code(code: u16) -> Option<Self> {
        match code {
            0 => Some(Method::Stored),
            8 => Some(Method::Deflate),
            _ => None,
        }
    }

    /// The number in the headers.
    pub fn code(self) -> u16 {
        match self {
            Method::Stored => 0,
            Method::Deflate => 8,
        }
    }
}

/// A time as MS-DOS writes it: local time of an unknown zone, to two seconds. Kept as it stands, even if no such day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DosTime {
    /// Bits 0..5 day, 5..9 month, 9..16 years since 1980.
    pub date: u16,
    /// Bits 0..5 half seconds, 5..11 minutes, 11..16 hours.
    pub time: u16,
}

impl DosTime {
    /// The first time there is, 1 January 1980 at midnight: what is written where no time is known.
    pub const FIRST: DosTime = DosTime { date: 0x21, time: 0 };

    /// The time nearest before; `None` if out of range (years 1980 to 2107). Days are not checked against their month.
    pub fn from_civil(year: u16, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> Option<Self> {
        let in_range = (1980..=2107).contains(&year)
            && (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        in_range.then(|| DosTime {
            date: (year - 1980) << 9 | u16::from(month) << 5 | u16::from(day),
            time: u16::from(hour) << 11 | u16::from(minute) << 5 | u16::from(second / 2),
        })
    }
}

/// One entry of an archive, with what its directory record says. Its headers, name and place have been checked, its content
/// has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// With `/` between its parts; that of a directory ends with `/`.
    pub name: String,
    /// Whether it is a directory, which has no content.
    pub directory: bool,
    /// Bytes unpacked.
    pub size: u64,
    /// Bytes packed.
    pub compressed_size: u64,
    /// CRC-32 of the unpacked content.
    pub crc: u32,
    /// How the content is packed.
    pub method: Method,
    /// When it was last changed.
    pub modified: DosTime,
    /// Unix mode in the upper half, MS-DOS attributes in the lower.
    pub external_attributes: u32,
    /// System in the upper byte, ten times the version in the lower.
    pub made_by: u16,
    /// General purpose flags: of level (1, 2), data descriptor (3) and UTF-8 (11).
    pub flags: u16,
    pub(crate) header_offset: u64,
    pub(crate) data_offset: u64,
}

const DOS_VOLUME_LABEL: u32 = 0x08;
const DOS_DIRECTORY: u32 = 0x10;
const DOS_DEVICE: u32 = 0x40;
const DOS_REPARSE_POINT: u32 = 0x400;

/// File type of a Unix mode.
const MODE_DIRECTORY: u32 = 0o04;
const MODE_REGULAR: u32 = 0o10;

/// What sort of file external attributes speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileType {
    /// They do not say.
    Unknown,
    File,
    Directory,
    /// A link, device or the like, with its article.
    Special(&'static str),
}

/// The Unix mode is looked at whatever system made the archive: so do many programs that unpack.
pub(crate) fn file_type(external_attributes: u32) -> FileType {
    let by_mode = mode_type((external_attributes >> 16) as u16);
    if matches!(by_mode, FileType::Special(_)) {
        return by_mode;
    }
    let has = |bit| external_attributes & bit != 0;
    if has(DOS_REPARSE_POINT) {
        FileType::Special("a link (reparse point)")
    } else if has(DOS_DEVICE) {
        FileType::Special("a device")
    } else if has(DOS_VOLUME_LABEL) {
        FileType::Special("a volume label")
    } else if by_mode == FileType::Unknown && has(DOS_DIRECTORY) {
        FileType::Directory
    } else {
        by_mode
    }
}

/// The type in a Unix mode.
pub(crate) fn mode_type(mode: u16) -> FileType {
    match u32::from(mode) >> 12 {
        0 => FileType::Unknown,
        MODE_REGULAR => FileType::File,
        MODE_DIRECTORY => FileType::Directory,
        0o01 => FileType::Special("a pipe"),
        0o02 | 0o06 => FileType::Special("a device"),
        0o12 => FileType::Special("a symbolic link"),
        0o14 => FileType::Special("a socket"),
        _ => FileType::Special("a special file"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_range_are_packed() {
        let time = DosTime::from_civil(2020, 1, 10, 14, 44, 51);
        assert_eq!(time, Some(DosTime { date: 40 << 9 | 1 << 5 | 10, time: 14 << 11 | 44 << 5 | 25 }));
        assert_eq!(DosTime::from_civil(1980, 1, 1, 0, 0, 0), Some(DosTime::FIRST));
        assert!(DosTime::from_civil(2107, 12, 31, 23, 59, 59).is_some());
    }

    #[test]
    fn times_out_of_range_are_none() {
        assert_eq!(DosTime::from_civil(1979, 12, 31, 0, 0, 0), None);
        assert_eq!(DosTime::from_civil(2108, 1, 1, 0, 0, 0), None);
        assert_eq!(DosTime::from_civil(2020, 0, 1, 0, 0, 0), None);
        assert_eq!(DosTime::from_civil(2020, 1, 32, 0, 0, 0), None);
        assert_eq!(DosTime::from_civil(2020, 1, 1, 24, 0, 0), None);
        assert_eq!(DosTime::from_civil(2020, 1, 1, 0, 60, 0), None);
        assert_eq!(DosTime::from_civil(2020, 1, 1, 0, 0, 60), None);
    }

    #[test]
    fn types_by_attributes() {
        assert_eq!(file_type(0), FileType::Unknown);
        assert_eq!(file_type(0x20), FileType::Unknown);
        assert_eq!(file_type(0o100_644 << 16), FileType::File);
        assert_eq!(file_type(0o644 << 16), FileType::Unknown);
        assert_eq!(file_type(0o040_755 << 16 | 0x10), FileType::Directory);
        assert_eq!(file_type(0x30), FileType::Directory);
        for special in [
            0o120_777 << 16,
            0o020_666 << 16,
            0o060_666 << 16,
            0o010_666 << 16,
            0o140_666 << 16,
            0o150_666 << 16,
            0x400,
            0x440,
            0x40,
            0x08,
        ] {
            assert!(matches!(file_type(special), FileType::Special(_)), "{special:x}");
        }
    }
}
