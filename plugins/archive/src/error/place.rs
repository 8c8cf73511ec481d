use std::fmt;

/// Longer names are cut in messages.
const SHOWN_CHARACTERS: usize = 120;

/// An entry and the byte at which something about it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The name as it stands in the archive, made fit for showing: control, bidirectional and other invisible characters
    /// are escaped, long names are cut.
    pub entry: String,
    /// Byte offset in the archive: of the directory record, the local header or the data, whichever is at fault.
    pub offset: u64,
}

impl Place {
    pub(crate) fn new(name: impl AsRef<[u8]>, offset: u64) -> Self {
        Place { entry: shown(name.as_ref()), offset }
    }
}

/// A place not yet put into words: most headers are sound, and showing a name costs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) offset: u64,
}

impl Spot<'_> {
    pub(crate) fn place(self) -> Place {
        Place::new(self.name, self.offset)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "entry \"{}\" at byte {}", self.entry, self.offset)
    }
}

/// A name fit for a message: a hostile one must not steer the terminal that shows it.
pub(crate) fn shown(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(name);
    let mut out = String::new();
    for (index, character) in text.chars().enumerate() {
        if index == SHOWN_CHARACTERS {
            out.push('…');
            break;
        }
        out.extend(character.escape_debug());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_shown_steers_a_terminal() {
        assert_eq!(shown("\u{1b}[2Jflow\u{202e}nosj\0\n".as_bytes()), "\\u{1b}[2Jflow\\u{202e}nosj\\0\\n");
        assert_eq!(shown(b"\xc0\xaf"), "\u{fffd}\u{fffd}");
        assert_eq!(shown("données".as_bytes()), "données");
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(shown(&[b'a'; 5000]).chars().count(), SHOWN_CHARACTERS + 1);
    }
}
