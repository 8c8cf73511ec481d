use super::Place;

/// The name of an entry is dangerous or ambiguous.
#[derive(Debug, thiserror::Error)]
pub enum NameError {
    /// The name itself.
    #[error("{place}: {problem}")]
    Refused {
        /// The directory record.
        place: Place,
        /// What is wrong with the name.
        problem: NameProblem,
    },
    /// The same name twice.
    #[error("{place}: the same name stands at byte {first}; programs take the one or the other")]
    Duplicate {
        /// The later entry.
        place: Place,
        /// Where the earlier one begins.
        first: u64,
    },
    /// Two names that become one where case, accents or width of letters do not count.
    #[error(
        "{place}: differs from {other} only in case or in the way its letters are encoded; on many file systems they are one file"
    )]
    Collision {
        /// The later entry.
        place: Place,
        /// The earlier one.
        other: Place,
    },
    /// One name is a file and a folder.
    #[error("{place}: is a file, but {inner} lies in a folder of that name; one of them cannot be unpacked")]
    FileAndFolder {
        /// The file.
        place: Place,
        /// The entry inside the folder.
        inner: Place,
    },
    /// The Unicode path extra field (0x7075) has another name.
    #[error("{place}: its Unicode path field says \"{stated}\"; programs would see different names")]
    UnicodePath {
        /// The header with the field.
        place: Place,
        /// The name in the field, fit for showing.
        stated: String,
    },
}

/// What is wrong with one name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameProblem {
    /// No name at all.
    #[error("the name is empty; nothing can be stored under it")]
    Empty,
    /// `a//b`.
    #[error("the name has an empty part between two slashes; programs read it in two ways")]
    EmptySegment,
    /// `/a`, `\a`.
    #[error("the name is absolute; it would be written outside the target folder")]
    Absolute,
    /// `//server/share`, `\\server\share`.
    #[error("the name is a network path; it would be read from or written to another machine")]
    Network,
    /// `a/../b`.
    #[error("the name has a `..` part; it would be written outside the target folder")]
    Parent,
    /// `./a`.
    #[error("the name has a `.` part; two names could mean one file")]
    CurrentFolder,
    /// `C:\a`, `C:a`.
    #[error("the name begins with a drive letter; it would be written outside the target folder")]
    Drive,
    /// `a:stream`.
    #[error("the name has a colon; Windows would write a hidden stream of another file")]
    Stream,
    /// `CON`, `nul.txt`.
    #[error("`{segment}` is the name of a device on Windows; it cannot be a file there")]
    Reserved {
        /// The part of the name, fit for showing.
        segment: String,
    },
    /// `a.`, `a `.
    #[error("`{segment}` ends with a dot or a space; Windows drops it, so that two names become one")]
    TrailingDotOrSpace {
        /// The part of the name, fit for showing.
        segment: String,
    },
    /// A NUL byte.
    #[error("the name has a NUL byte; many programs end the name there")]
    Nul,
    /// Another control character.
    #[error("the name has the control character U+{code:04X}; it could steer a terminal or forge a log line")]
    Control {
        /// The code point.
        code: u32,
    },
    /// Bidirectional formatting, invisible or line separating characters.
    #[error("the name has the invisible character U+{code:04X}; people would see another name than the one it is")]
    Invisible {
        /// The code point.
        code: u32,
    },
    /// Bytes that are not UTF-8, flagged as such or not.
    #[error("the name is not valid UTF-8; programs would guess different names")]
    NotUtf8,
}
