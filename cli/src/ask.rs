//! Asking at the terminal, and the editor.

use std::path::{Path, PathBuf};
use std::process::Command;

use dialoguer::{Confirm, Input, Password, Select};
use tempfile::TempDir;

use crate::exit::{Failure, Outcome};
use crate::interrupt;
use crate::render;
use crate::text::clean;

/// Asks, and has Ctrl-C give the cursor back.
fn ask<T>(question: impl FnOnce() -> dialoguer::Result<T>) -> Outcome<T> {
    interrupt::asks();
    let answer = question();
    if answer.is_ok() {
        interrupt::is_answered();
    }
    answer.map_err(|dialoguer::Error::IO(error)| {
        interrupt::gives_up();
        let by_hand = error.kind() == std::io::ErrorKind::Interrupted;
        let why = if by_hand { String::new() } else { format!(" ({error})") };
        Failure::failed(format!("cancelled, nothing was written{why}"))
    })
}

/// Yes or no.
pub(crate) fn confirm(question: &str) -> Outcome<bool> {
    ask(|| Confirm::new().with_prompt(clean(question)).default(false).interact())
}

/// A text that does not show while it is typed.
pub(crate) fn hidden(question: &str) -> Outcome<String> {
    ask(|| Password::new().with_prompt(clean(question)).interact())
}

/// A passphrase, typed twice.
pub(crate) fn new_passphrase() -> Outcome<String> {
    let twice = "the two are not the same";
    ask(|| Password::new().with_prompt("passphrase").with_confirmation("once more", twice).interact())
}

/// The text must be typed exactly.
pub(crate) fn confirm_by_name(question: &str, name: &str) -> Outcome<bool> {
    let typed: String = ask(|| Input::new().with_prompt(clean(question)).allow_empty(true).interact_text())?;
    Ok(typed.trim() == name)
}

/// One of several; none when the user gives up.
pub(crate) fn choose(question: &str, items: &[String]) -> Outcome<Option<usize>> {
    let items: Vec<String> = items.iter().map(|item| clean(item)).collect();
    // Nothing is chosen beforehand: a key too many must answer nothing.
    ask(|| Select::new().with_prompt(format!("{} (↑ ↓, Enter)", clean(question))).items(&items).interact_opt())
}

/// A text in `$VISUAL` or `$EDITOR`, as often as it takes. Gone with its folder at the end, unless it is kept.
pub(crate) struct Editor {
    folder: TempDir,
    file: PathBuf,
}

impl Editor {
    /// `name` gives the file its ending, so that editors know its language.
    pub(crate) fn new(name: &str, content: &[u8]) -> Outcome<Editor> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join(Path::new(name).file_name().unwrap_or("part".as_ref()));
        std::fs::write(&file, content)?;
        Ok(Editor { folder, file })
    }

    /// What stands there after the user has edited it.
    pub(crate) fn edit(&self) -> Outcome<Vec<u8>> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        let default = if cfg!(windows) { "notepad" } else { "vi" };
        let editor = variable("VISUAL").or_else(|| variable("EDITOR")).unwrap_or_else(|| default.to_owned());
        let mut words = editor.split_whitespace();
        let program = words.next().unwrap_or(default);
        let status = Command::new(program).args(words).arg(&self.file).status();
        match status {
            Ok(status) if status.success() => Ok(std::fs::read(&self.file)?),
            Ok(status) => Err(Failure::failed(format!("the editor {editor} ended with {status}; nothing was written"))),
            Err(error) => Err(Failure::failed(format!("the editor {editor} does not start ({error}); set EDITOR"))),
        }
    }

    /// Edits until `check` takes it, or the user has enough: then the text is kept and the failure says where.
    pub(crate) fn until<T>(self, can_ask: bool, mut check: impl FnMut(Vec<u8>) -> Outcome<T>) -> Outcome<T> {
        loop {
            let failure = match check(self.edit()?) {
                Ok(checked) => return Ok(checked),
                Err(failure) => failure,
            };
            if can_ask {
                eprint!("{}", render::findings(&failure.diagnostics));
            }
            // Whoever is interrupted here has not said that the text may go.
            if !can_ask || !confirm("edit again?").unwrap_or(false) {
                let folder = self.folder.keep();
                let file = folder.join(self.file.file_name().unwrap_or_default());
                let what = format!("{}; nothing was written, the text is kept in {}", failure.what, file.display());
                let diagnostics = if can_ask { Vec::new() } else { failure.diagnostics };
                return Err(Failure { what, diagnostics, ..failure });
            }
        }
    }
}
