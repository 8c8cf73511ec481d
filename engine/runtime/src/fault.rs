//! What went wrong in a plugin, in words for the person who has to do something about it.

use flowport_core::model::ResourceId;
use flowport_core::plugin::{PluginError, PluginName};
use wasmtime::{Store, Trap};
use wasmtime_wasi::I32Exit;

use crate::operation::Operation;

/// Where a fault happened.
pub(crate) struct Place<'a> {
    pub(crate) plugin: &'a PluginName,
    pub(crate) function: &'static str,
    pub(crate) resource: Option<&'a ResourceId>,
}

impl Place<'_> {
    /// The plugin broke the contract.
    pub(crate) fn lied(&self, what: impl Into<String>) -> PluginError {
        PluginError::Fault {
            plugin: self.plugin.clone(),
            function: self.function,
            resource: self.resource.cloned(),
            what: what.into(),
        }
    }

    /// The plugin trapped, or the host stopped it.
    pub(crate) fn trapped(&self, error: &wasmtime::Error, store: &Store<Operation>) -> PluginError {
        self.lied(describe(error, store.data()))
    }
}

/// What the host stopped it for; where the plugin gave up by itself, what it said last.
fn describe(error: &wasmtime::Error, operation: &Operation) -> String {
    let trap = error.downcast_ref::<Trap>();
    let exit = error.downcast_ref::<I32Exit>();
    if trap.is_none() && exit.is_none() {
        return error.root_cause().to_string();
    }
    if trap == Some(&Trap::StackOverflow) {
        return "its stack overflowed".to_owned();
    }
    if operation.out_of_memory() {
        return "it wanted more memory than the limit".to_owned();
    }
    if operation.stderr_is_full() {
        return "it wrote more to its standard error than the limit".to_owned();
    }
    let words = last_words(&operation.stderr());
    match (trap, words) {
        (None | Some(Trap::UnreachableCodeReached), Some(words)) => words,
        (None, None) => "it ended itself".to_owned(),
        (Some(Trap::UnreachableCodeReached), None) => "it aborted".to_owned(),
        // In most languages the stack lies at the bottom of the memory.
        (Some(Trap::MemoryOutOfBounds), _) => {
            "it used memory that it does not have, as a stack that overflows does".to_owned()
        }
        (Some(trap), _) => format!("it trapped: {trap}"),
    }
}

/// The lines of a Rust panic as one, without the advice about backtraces; other text as its last line.
fn last_words(stderr: &str) -> Option<String> {
    let lines: Vec<&str> = stderr.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let panic = lines.iter().enumerate().rev().find_map(|(at, line)| Some((at, line.find("panicked at")?)));
    let text = match panic {
        Some((at, start)) => {
            let message: Vec<&str> =
                lines[at + 1..].iter().copied().take_while(|line| !line.starts_with("note:")).collect();
            let place = &lines[at][start..];
            if message.is_empty() {
                place.trim_end_matches(':').to_owned()
            } else {
                format!("{place} {}", message.join(" "))
            }
        }
        None => (*lines.last()?).to_owned(),
    };
    Some(text.chars().filter(|character| !character.is_control()).take(500).collect())
}

#[cfg(test)]
mod tests {
    use super::last_words;

    #[test]
    fn a_panic_becomes_one_line() {
        let panic = |message: &str| {
            last_words(&format!(
                "\nthread '<unnamed>' (1) panicked at src/lib.rs:7:9:\n{message}note: run with `RUST_BACKTRACE=1`\n"
            ))
        };
        assert_eq!(panic("index out of bounds\n").unwrap(), "panicked at src/lib.rs:7:9: index out of bounds");
        let compared = panic("assertion `left == right` failed\n  left: 1\n right: 2\n").unwrap();
        assert_eq!(compared, "panicked at src/lib.rs:7:9: assertion `left == right` failed left: 1 right: 2");
        assert_eq!(panic("").unwrap(), "panicked at src/lib.rs:7:9");
        assert_eq!(last_words("one\ntwo\u{7}\n").unwrap(), "two");
        assert_eq!(last_words("  \n"), None);
    }
}
