use super::Place;

/// The headers of one entry are wrong, disagree, or ask for what is not allowed.
#[derive(Debug, thiserror::Error)]
pub enum HeaderError {
    /// Encrypted content or headers.
    #[error("{place}: it is encrypted; it cannot be read without a password")]
    Encrypted {
        /// The header.
        place: Place,
    },
    /// Flags other than compression level, data descriptor and UTF-8.
    #[error("{place}: its flags {flags:#06x} ask for a feature that is not supported; its content could be misread")]
    Flags {
        /// The directory record.
        place: Place,
        /// All flags.
        flags: u16,
    },
    /// A method other than stored and deflate.
    #[error("{place}: compression method {method}; only stored (0) and deflate (8) are read")]
    Method {
        /// The directory record.
        place: Place,
        /// The method.
        method: u16,
    },
    /// A version of the format that is not known.
    #[error("{place}: it needs version {version} of the format; up to 63 (6.3) is known, so it could be misread")]
    Version {
        /// The directory record.
        place: Place,
        /// Ten times the version.
        version: u16,
    },
    /// On another disk.
    #[error("{place}: it lies on disk {disk}; the other parts of the archive are not here")]
    Disk {
        /// The directory record.
        place: Place,
        /// The disk.
        disk: u32,
    },
    /// A symbolic link, device, pipe or socket.
    #[error("{place}: it is {what}; written to disk it would lead elsewhere")]
    Special {
        /// The header.
        place: Place,
        /// What it is, with its article.
        what: &'static str,
    },
    /// The attributes say directory and the name says file, or the reverse.
    #[error(
        "{place}: by its name it is a {by_name}, by its attributes a {by_attributes}; programs would unpack different things"
    )]
    Type {
        /// The directory record.
        place: Place,
        /// `file` or `directory`.
        by_name: &'static str,
        /// `file` or `directory`.
        by_attributes: &'static str,
    },
    /// A directory that has content.
    #[error("{place}: a directory with content; programs would drop it without a word")]
    DirectoryContent {
        /// The directory record.
        place: Place,
    },
    /// A stored entry whose two sizes differ.
    #[error("{place}: stored as it is, yet {compressed_size} bytes packed and {size} unpacked; one of them is a lie")]
    StoredSize {
        /// The directory record.
        place: Place,
        /// Packed.
        compressed_size: u64,
        /// Unpacked.
        size: u64,
    },
    /// Extra fields that do not fill their space, or one that may stand only once twice.
    #[error("{place}: malformed extra fields; programs would read them in different ways")]
    ExtraField {
        /// The header.
        place: Place,
    },
    /// The zip64 field is missing, of the wrong length, or says other than the header.
    #[error("{place}: its zip64 field does not fit its header; programs would see different sizes")]
    Zip64Field {
        /// The header.
        place: Place,
    },
    /// The local header has another name.
    #[error("{place}: its local header says \"{local}\"; programs would see different names")]
    LocalName {
        /// The local header, with the directory's name.
        place: Place,
        /// The local header's name, fit for showing.
        local: String,
    },
    /// The local header has another method.
    #[error(
        "{place}: method {local} in its local header, {central} in the directory; programs would read different content"
    )]
    LocalMethod {
        /// The local header.
        place: Place,
        /// In the local header.
        local: u16,
        /// In the directory.
        central: u16,
    },
    /// The local header has other flags.
    #[error(
        "{place}: flags {local:#06x} in its local header, {central:#06x} in the directory; programs would read different content"
    )]
    LocalFlags {
        /// The local header.
        place: Place,
        /// In the local header.
        local: u16,
        /// In the directory.
        central: u16,
    },
    /// The local header has another checksum.
    #[error(
        "{place}: checksum {local:08x} in its local header, {central:08x} in the directory; programs would accept different content"
    )]
    LocalChecksum {
        /// The local header.
        place: Place,
        /// In the local header.
        local: u32,
        /// In the directory.
        central: u32,
    },
    /// The local header has another size.
    #[error(
        "{place}: {field} {local} in its local header, {central} in the directory; programs would read different content"
    )]
    LocalSize {
        /// The local header.
        place: Place,
        /// `size` or `compressed size`.
        field: &'static str,
        /// In the local header.
        local: u64,
        /// In the directory.
        central: u64,
    },
    /// The data descriptor is missing, of the wrong width, or says other than the directory.
    #[error(
        "{place}: its data descriptor is missing or says other than the directory; programs would read different content"
    )]
    Descriptor {
        /// Where the descriptor must be.
        place: Place,
    },
}
