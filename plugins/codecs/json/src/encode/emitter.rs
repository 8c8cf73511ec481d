use flowport_plugin::json::{Limits, quote};
use flowport_plugin::{Failure, Output};

use super::too_large;
use crate::format::CHUNK;

/// So much text is escaped at once: a control character becomes six bytes.
const PIECE: usize = 32 * 1024;

/// Writes a document to a file, piece by piece: one member or element per line, two spaces per level. It refuses to write
/// what is too large to be read again.
pub(super) struct Emitter<'o> {
    output: &'o dyn Output,
    written: u64,
    buffer: String,
    /// One per open object or array: whether it is still empty.
    open: Vec<bool>,
    after_key: bool,
    /// Values and names so far, as the reader counts them.
    nodes: usize,
}

impl<'o> Emitter<'o> {
    pub(super) fn new(output: &'o dyn Output) -> Self {
        Emitter { output, written: 0, buffer: String::new(), open: Vec::new(), after_key: false, nodes: 0 }
    }

    /// Begins an object or array.
    pub(super) fn begin(&mut self, bracket: char) -> Result<(), Failure> {
        self.before_item()?;
        self.open.push(true);
        self.plain(bracket.encode_utf8(&mut [0; 4]))
    }

    /// Ends the innermost object or array.
    pub(super) fn end(&mut self, bracket: char) -> Result<(), Failure> {
        if self.open.pop() == Some(false) {
            self.new_line()?;
        }
        self.plain(bracket.encode_utf8(&mut [0; 4]))
    }

    /// The name of the next member.
    pub(super) fn key(&mut self, name: &str) -> Result<(), Failure> {
        self.before_item()?;
        self.plain(&quote(name))?;
        self.plain(": ")?;
        self.after_key = true;
        Ok(())
    }

    /// A string.
    pub(super) fn string(&mut self, text: &str) -> Result<(), Failure> {
        self.begin_string()?;
        let mut rest = text;
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(rest.floor_char_boundary(PIECE));
            let quoted = quote(piece);
            self.plain(&quoted[1..quoted.len() - 1])?;
            rest = behind;
        }
        self.end_string()
    }

    /// A member that is a string.
    pub(super) fn member(&mut self, name: &str, text: &str) -> Result<(), Failure> {
        self.key(name)?;
        self.string(text)
    }

    /// A member that may be missing.
    pub(super) fn optional(&mut self, name: &str, text: Option<&str>) -> Result<(), Failure> {
        text.map_or(Ok(()), |text| self.member(name, text))
    }

    /// Whether so many values and names can stand in the document as JSON. Half of what the reader takes is kept for the
    /// resources that follow; a part that would go over it is written as text, which counts once.
    pub(super) fn has_room_for(&self, nodes: usize) -> bool {
        self.nodes.saturating_add(nodes) <= Limits::default().max_nodes / 2
    }

    /// A value that is valid JSON and holds so many values and names.
    pub(super) fn raw(&mut self, json: &str, nodes: usize) -> Result<(), Failure> {
        self.before_item()?;
        // The value itself was counted just now.
        self.nodes += nodes.saturating_sub(1);
        self.plain(json)
    }

    /// Begins a string whose content comes by [`Emitter::plain`].
    pub(super) fn begin_string(&mut self) -> Result<(), Failure> {
        self.before_item()?;
        self.plain("\"")
    }

    /// Ends such a string.
    pub(super) fn end_string(&mut self) -> Result<(), Failure> {
        self.plain("\"")
    }

    /// Text as it is.
    pub(super) fn plain(&mut self, text: &str) -> Result<(), Failure> {
        let mut rest = text;
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(rest.floor_char_boundary(CHUNK));
            if self.buffer.len() + piece.len() > CHUNK {
                self.flush()?;
            }
            self.buffer.push_str(piece);
            rest = behind;
        }
        let most = Limits::default().max_bytes as u64;
        if self.written + self.buffer.len() as u64 > most {
            return Err(too_large(&format!("more than {most}")));
        }
        Ok(())
    }

    /// Ends the document.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        self.plain("\n")?;
        self.flush()
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.output.write_at(self.written, self.buffer.as_bytes())?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    fn before_item(&mut self) -> Result<(), Failure> {
        self.nodes += 1;
        let most = Limits::default().max_nodes;
        if self.nodes > most {
            return Err(Failure::Limit(format!(
                "as flowport JSON the package holds more than {most} values and names, which cannot be read again: \
                 write it as a zip instead (--format zip)"
            )));
        }
        if std::mem::take(&mut self.after_key) {
            return Ok(());
        }
        if let Some(is_empty) = self.open.last_mut() {
            if !std::mem::take(is_empty) {
                self.plain(",")?;
            }
            self.new_line()?;
        }
        Ok(())
    }

    fn new_line(&mut self) -> Result<(), Failure> {
        self.plain("\n")?;
        (0..self.open.len()).try_for_each(|_| self.plain("  "))
    }
}
