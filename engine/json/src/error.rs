use std::fmt;

/// A place in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// From 1; lines end at `\n`.
    pub line: usize,
    /// From 1, counted in characters (Unicode scalar values).
    pub column: usize,
    /// Bytes from the beginning of the text, from 0; a byte order mark does not count.
    pub offset: usize,
}

impl Position {
    /// The place `offset` bytes into `text`; all bytes before it must be valid UTF-8 to make the column right.
    pub(crate) fn of(text: &[u8], offset: usize) -> Position {
        let before = &text[..offset.min(text.len())];
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let starts_character = |byte: &&u8| **byte & 0xC0 != 0x80;
        Position {
            line: before.iter().filter(|&&byte| byte == b'\n').count() + 1,
            column: before[line_start..].iter().filter(starts_character).count() + 1,
            offset,
        }
    }
}

/// Why a text was refused, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}{}", Where { problem, position, pointer })]
pub struct Error {
    /// What is wrong.
    pub problem: Problem,
    /// Where it is wrong.
    pub position: Position,
    /// The value that was being read, as an RFC 6901 pointer; empty for the whole document.
    pub pointer: String,
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The text ended where something had to follow.
    #[error("expected {expected}, but the text ends")]
    End {
        /// What could have followed.
        expected: &'static str,
    },
    /// A character that cannot stand there.
    #[error("expected {expected}, found {}", Shown(*found))]
    Unexpected {
        /// What could have followed.
        expected: &'static str,
        /// What did.
        found: char,
    },
    /// A second value behind the first.
    #[error("expected nothing after the document, found {}", Shown(*found))]
    Trailing {
        /// How it begins.
        found: char,
    },
    /// A control character that must be written as an escape.
    #[error("a string holds the control character U+{:04X} unescaped", *character as u32)]
    ControlCharacter {
        /// The character.
        character: char,
    },
    /// A backslash followed by something that makes no escape.
    #[error("a string holds an invalid escape")]
    Escape,
    /// Half of a surrogate pair.
    #[error("a string holds the lone surrogate \\u{unit:04x}")]
    LoneSurrogate {
        /// The UTF-16 code unit.
        unit: u16,
    },
    /// A number with leading zeros, without digits where some must stand, …
    #[error("a number is malformed: {reason}")]
    Number {
        /// The rule it breaks.
        reason: &'static str,
    },
    /// Two members of one object have the same name.
    #[error("the member name {} appears twice in one object", Name(name))]
    DuplicateKey {
        /// The name, unescaped.
        name: String,
    },
    /// The text is not UTF-8.
    #[error("the text is not valid UTF-8")]
    Utf8,
    /// The text is in another encoding.
    #[error("the text is encoded as {encoding}, only UTF-8 is taken")]
    Encoding {
        /// Its name.
        encoding: &'static str,
    },
    /// [`Limits::max_depth`](crate::Limits::max_depth).
    #[error("the document nests deeper than {limit} levels")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// [`Limits::max_bytes`](crate::Limits::max_bytes).
    #[error("the document has {bytes} bytes, more than {limit}")]
    TooLong {
        /// How long it is.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// [`Limits::max_nodes`](crate::Limits::max_nodes).
    #[error("the document holds more than {limit} values and names")]
    TooMany {
        /// The limit.
        limit: usize,
    },
}

/// One character, safe to print: control characters and those that turn the direction of text come out escaped.
struct Shown(char);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            '`' => f.write_str("a backquote"),
            character => {
                f.write_str("`")?;
                write_safely(f, character)?;
                f.write_str("`")
            }
        }
    }
}

/// A name or pointer from the document, safe to print and cut where it is long.
pub(crate) struct Name<'a>(pub(crate) &'a str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`")?;
        safe_and_short(self.0, f)?;
        f.write_str("`")
    }
}

/// ` at line 1, column 2 (in /pointer)`, nothing for what is wrong with the text as a whole.
struct Where<'a> {
    problem: &'a Problem,
    position: &'a Position,
    pointer: &'a str,
}

impl fmt::Display for Where<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if matches!(self.problem, Problem::Encoding { .. } | Problem::TooLong { .. }) {
            return Ok(());
        }
        let Position { line, column, .. } = self.position;
        write!(f, " at line {line}, column {column}{}", Within(self.pointer))
    }
}

/// ` (in /pointer)`, nothing for the whole document.
struct Within<'a>(&'a str);

impl fmt::Display for Within<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        f.write_str(" (in ")?;
        safe_and_short(self.0, f)?;
        f.write_str(")")
    }
}

/// A message stays one short sentence even where a name has a megabyte.
const SHOWN_CHARACTERS: usize = 200;

fn safe_and_short(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut characters = text.chars();
    for character in characters.by_ref().take(SHOWN_CHARACTERS) {
        write_safely(f, character)?;
    }
    if characters.next().is_some() {
        f.write_str("…")?;
    }
    Ok(())
}

fn write_safely(f: &mut fmt::Formatter<'_>, character: char) -> fmt::Result {
    match character {
        // escape_debug would put a backslash before these, although a terminal takes them as they are.
        '"' | '\'' | '\\' => write!(f, "{character}"),
        _ => write!(f, "{}", character.escape_debug()),
    }
}
