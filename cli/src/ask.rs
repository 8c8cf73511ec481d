//! Asking at the terminal, and the editor.

use std::path::Path;
use std::process::Command;
use std::sync::Once;

use dialoguer::{Confirm, Input, Select};

use crate::exit::{Failure, Outcome};
use crate::text::clean;

/// How shells report a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

fn cancelled(error: impl std::fmt::Display) -> Failure {
    Failure::failed(format!("cancelled, nothing was written ({error})"))
}

/// A question hides the cursor: whoever presses Ctrl-C at one wants it back.
fn mind_interrupts() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let interrupted = || {
            let _ = dialoguer::console::Term::stderr().show_cursor();
            std::process::exit(INTERRUPTED);
        };
        if let Err(error) = ctrlc::set_handler(interrupted) {
            tracing::debug!(%error, "Ctrl-C is left to the system");
        }
    });
}

/// Yes or no.
pub(crate) fn confirm(question: &str) -> Outcome<bool> {
    mind_interrupts();
    Confirm::new().with_prompt(clean(question)).default(false).interact().map_err(cancelled)
}

/// The text must be typed exactly.
pub(crate) fn confirm_by_name(question: &str, name: &str) -> Outcome<bool> {
    mind_interrupts();
    let typed: String =
        Input::new().with_prompt(clean(question)).allow_empty(true).interact_text().map_err(cancelled)?;
    Ok(typed.trim() == name)
}

/// One of several; none when the user gives up.
pub(crate) fn choose(question: &str, items: &[String]) -> Outcome<Option<usize>> {
    mind_interrupts();
    let items: Vec<String> = items.iter().map(|item| clean(item)).collect();
    // Nothing is chosen beforehand: a key too many must answer nothing.
    Select::new().with_prompt(clean(question)).items(&items).interact_opt().map_err(cancelled)
}

/// Lets the user edit a text in `$VISUAL` or `$EDITOR`. `name` gives the file its ending, so that editors know its language.
pub(crate) fn edit(name: &str, content: &[u8]) -> Outcome<Vec<u8>> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let default = if cfg!(windows) { "notepad" } else { "vi" };
    let editor = variable("VISUAL").or_else(|| variable("EDITOR")).unwrap_or_else(|| default.to_owned());
    let folder = tempfile::tempdir()?;
    let file = folder.path().join(Path::new(name).file_name().unwrap_or("part".as_ref()));
    std::fs::write(&file, content)?;
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or(default);
    let status = Command::new(program).args(words).arg(&file).status();
    match status {
        Ok(status) if status.success() => Ok(std::fs::read(&file)?),
        Ok(status) => Err(Failure::failed(format!("the editor {editor} ended with {status}; nothing was written"))),
        Err(error) => Err(Failure::failed(format!("the editor {editor} does not start ({error}); set EDITOR"))),
    }
}
