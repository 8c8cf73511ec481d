/// How much an archive may ask for. What is over a limit is refused with [`LimitError`](crate::LimitError).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the archive itself.
    pub archive_size: u64,
    /// Bytes of all entries, unpacked.
    pub total_size: u64,
    /// Bytes of one entry, unpacked.
    pub entry_size: u64,
    /// Unpacked bytes for one packed byte, of one entry and of all together.
    pub ratio: u64,
    /// Up to so many unpacked bytes any ratio is fine: short texts of repeated words pack well.
    pub ratio_floor: u64,
    /// Number of entries, directories included.
    pub entries: u64,
    /// Bytes of one name.
    pub name_length: u32,
    /// Bytes of the central directory, and of all names together when folded for comparison: it bounds the memory.
    pub directory_size: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            archive_size: 2 << 30,
            total_size: 20 << 30,
            entry_size: 256 << 20,
            ratio: 200,
            ratio_floor: 1 << 20,
            entries: 100_000,
            name_length: 1024,
            directory_size: 64 << 20,
        }
    }
}
