//! Where the text of a package goes: into a file, or against the text that was read.

use flowport_plugin::json::{Limits, quote};
use flowport_plugin::{Failure, Output};

use crate::format::CHUNK;

/// How often a file is JSON.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// A JSON string that holds the text of a JSON object: the product's way.
    #[default]
    Double,
    /// A JSON object.
    Single,
}

/// Takes a text piece by piece.
pub(crate) trait Sink {
    /// # Errors
    /// Where it cannot be written.
    fn text(&mut self, text: &str) -> Result<(), Failure>;

    /// JSON text without the white space between its tokens, as the product writes it.
    ///
    /// # Errors
    /// Where it cannot be written.
    fn compact(&mut self, raw: &str) -> Result<(), Failure> {
        let bytes = raw.as_bytes();
        let (mut kept, mut at) = (0, 0);
        while at < bytes.len() {
            match bytes[at] {
                b'"' => at = behind_string(bytes, at),
                b' ' | b'\t' | b'\r' | b'\n' => {
                    self.text(&raw[kept..at])?;
                    at += 1;
                    kept = at;
                }
                _ => at += 1,
            }
        }
        self.text(&raw[kept..])
    }
}

/// Behind the quote that ends the string which begins there.
fn behind_string(bytes: &[u8], begin: usize) -> usize {
    let mut at = begin + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

/// A file, written in chunks.
pub(crate) struct FileSink<'o> {
    output: &'o dyn Output,
    encoding: Encoding,
    buffer: String,
    written: u64,
}

impl<'o> FileSink<'o> {
    pub(crate) fn new(output: &'o dyn Output, encoding: Encoding) -> FileSink<'o> {
        let buffer = if encoding == Encoding::Double { "\"".to_owned() } else { String::new() };
        FileSink { output, encoding, buffer, written: 0 }
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let most = Limits::default().max_bytes as u64;
        if self.written + self.buffer.len() as u64 > most {
            return Err(Failure::Limit(format!(
                "the package has more than {most} bytes, and could not be read again: write one package per flow (--split)"
            )));
        }
        self.output.write_at(self.written, self.buffer.as_bytes())?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    /// Ends the file.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        if self.encoding == Encoding::Double {
            self.buffer.push('"');
        }
        self.flush()
    }
}

impl Sink for FileSink<'_> {
    fn text(&mut self, text: &str) -> Result<(), Failure> {
        let mut rest = text;
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(rest.floor_char_boundary(CHUNK));
            match self.encoding {
                Encoding::Single => self.buffer.push_str(piece),
                Encoding::Double => {
                    let quoted = quote(piece);
                    self.buffer.push_str(&quoted[1..quoted.len() - 1]);
                }
            }
            if self.buffer.len() >= CHUNK {
                self.flush()?;
            }
            rest = behind;
        }
        Ok(())
    }
}

/// Compares with a text, without a copy of it.
pub(crate) struct Comparison<'t> {
    rest: &'t str,
    is_same: bool,
}

impl<'t> Comparison<'t> {
    pub(crate) fn with(text: &'t str) -> Comparison<'t> {
        Comparison { rest: text, is_same: true }
    }

    /// True where exactly this text was given.
    pub(crate) fn is_exact(&self) -> bool {
        self.is_same && self.rest.is_empty()
    }
}

impl Sink for Comparison<'_> {
    fn text(&mut self, text: &str) -> Result<(), Failure> {
        if self.is_same {
            // Most pieces are pieces of the very text that they are compared with.
            if std::ptr::eq(self.rest.as_ptr(), text.as_ptr()) && text.len() <= self.rest.len() {
                self.rest = &self.rest[text.len()..];
                return Ok(());
            }
            match self.rest.strip_prefix(text) {
                Some(rest) => self.rest = rest,
                None => self.is_same = false,
            }
        }
        Ok(())
    }
}

/// How many bytes more than itself the usual escape of a byte takes; [`NEEDS_DIGITS`] where that has hexadecimal digits.
static ESCAPES: [u8; 256] = {
    let mut escapes = [0; 256];
    let mut control = 0;
    while control < 0x20 {
        escapes[control] = NEEDS_DIGITS;
        control += 1;
    }
    let short = b"\"\\\n\r\t\x08\x0c";
    let mut index = 0;
    while index < short.len() {
        escapes[short[index] as usize] = 1;
        index += 1;
    }
    escapes
};
const NEEDS_DIGITS: u8 = 0x80;

/// True for a string literal as it is written again. Any other spelling of a character is longer than the usual one, so that
/// lengths tell; but for escapes with digits, which may be of either case.
pub(crate) fn is_usual_quote(raw: &str, text: &str) -> bool {
    let (mut longer, mut all) = (0, 0);
    // In blocks, as each turn of a loop looks at the clock.
    let (blocks, rest) = text.as_bytes().as_chunks::<16>();
    let mut add = |bytes: &[u8]| {
        for byte in bytes {
            let more = ESCAPES[usize::from(*byte)];
            longer += usize::from(more);
            all |= more;
        }
    };
    blocks.iter().for_each(|block| add(block));
    add(rest);
    if all & NEEDS_DIGITS == 0 { raw.len() == text.len() + longer + 2 } else { is_quoted_again(raw, text) }
}

fn is_quoted_again(raw: &str, text: &str) -> bool {
    let Some(mut rest) = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')) else { return false };
    let mut left = text;
    while !left.is_empty() {
        let (piece, behind) = left.split_at(left.floor_char_boundary(CHUNK));
        let quoted = quote(piece);
        let Some(after) = rest.strip_prefix(&quoted[1..quoted.len() - 1]) else { return false };
        (rest, left) = (after, behind);
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flowport_plugin::fake::File;

    fn written(encoding: Encoding, raw: &str) -> String {
        let file = File::default();
        let mut sink = FileSink::new(&file, encoding);
        sink.compact(raw).unwrap();
        sink.finish().unwrap();
        String::from_utf8(file.into_bytes()).unwrap()
    }

    #[test]
    fn white_space_goes_and_strings_stay() {
        let raw = "{ \"a b\\\" \" : [ 1 ,\r\n\t\"\\\\\" ] }";
        assert_eq!(written(Encoding::Single, raw), r#"{"a b\" ":[1,"\\"]}"#);
        assert_eq!(written(Encoding::Double, "[\"é\\n\"]"), r#""[\"é\\n\"]""#);
    }

    #[test]
    fn large_texts_are_written_whole() {
        let text = format!("\"{}\"", "aé\u{1F600}".repeat(CHUNK / 4));
        assert_eq!(written(Encoding::Single, &text), text);
        let quoted = written(Encoding::Double, &text);
        assert_eq!(quoted, quote(&text));
        assert!(is_usual_quote(&quoted, &text));
        assert!(!is_usual_quote(&quoted.replacen('a', "\\u0061", 1), &text));
    }

    #[test]
    fn a_usual_quote_is_told_by_its_length_or_by_its_digits() {
        let every: String = (0..=0x2ff_u32).filter_map(char::from_u32).chain(['\u{2028}', '\u{1F600}']).collect();
        let short: String = every.chars().filter(|it| !it.is_control() || "\n\r\t\x08\x0c".contains(*it)).collect();
        for text in [every.as_str(), &short, "", "\""] {
            assert!(is_usual_quote(&quote(text), text), "{text:?}");
        }
        for (text, raw) in [
            ("/", r#""\/""#),
            ("\n", r#""\u000a""#),
            ("\u{1f}", r#""\u001F""#),
            ("\"", r#""\u0022""#),
            ("\u{1F600}", r#""\ud83d\ude00""#),
        ] {
            assert!(!is_usual_quote(raw, text), "{raw}");
        }
    }

    #[test]
    fn a_comparison_is_exact_or_not() {
        let compare = |text: &str, raw: &str| {
            let mut comparison = Comparison::with(text);
            comparison.compact(raw).unwrap();
            comparison.is_exact()
        };
        assert!(compare("[1]", "[1]") && compare("[1]", "[ 1 ]"));
        assert!(!compare("[1]", "[1") && !compare("[1", "[1]") && !compare("[ 1]", "[1]"));
    }
}
