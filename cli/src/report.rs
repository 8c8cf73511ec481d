//! What a command ends with: text for people, or one JSON object for scripts.

use std::io::Write as _;
use std::process::ExitCode;

use flowport_core::model::Diagnostic;
use serde_json::{Value, json};

use crate::exit::{self, Failure};
use crate::render;
use crate::text::{clean, escape_json};

/// The result of a command.
pub(crate) struct Report {
    pub(crate) exit: u8,
    /// In the JSON envelope.
    pub(crate) result: Value,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// On stdout.
    pub(crate) text: String,
    /// On stderr, for people.
    pub(crate) note: String,
}

/// The exit code, unless the result could not be written. A reader that went away is no failure.
fn written(result: std::io::Result<()>, exit: u8) -> ExitCode {
    match result {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            eprintln!("error: the result cannot be written: {error}");
            ExitCode::from(if exit == exit::DONE { exit::FAILED } else { exit })
        }
        _ => ExitCode::from(exit),
    }
}

impl Report {
    /// Done.
    pub(crate) fn done(result: Value, text: impl Into<String>) -> Report {
        Report { exit: exit::DONE, result, diagnostics: Vec::new(), text: text.into(), note: String::new() }
    }

    /// Findings for scripts; people get them where the command puts them.
    pub(crate) fn with_diagnostics(mut self, diagnostics: Vec<Diagnostic>) -> Report {
        self.diagnostics = diagnostics;
        self
    }

    /// Findings for scripts, and for people on stderr.
    pub(crate) fn noting(mut self, diagnostics: Vec<Diagnostic>) -> Report {
        self.note.insert_str(0, &render::findings(&diagnostics));
        self.with_diagnostics(diagnostics)
    }

    /// Findings for scripts that people have been told of already.
    pub(crate) fn also(mut self, diagnostics: Vec<Diagnostic>) -> Report {
        self.diagnostics.extend(diagnostics);
        self
    }

    pub(crate) fn with_note(mut self, note: impl AsRef<str>) -> Report {
        self.note.push_str(note.as_ref());
        self
    }

    pub(crate) fn with_exit(mut self, exit: u8) -> Report {
        self.exit = exit;
        self
    }

    pub(crate) fn of_failure(failure: &Failure) -> Report {
        let mut diagnostics = failure.diagnostics.clone();
        let mut note = format!("error: {}\n", clean(&failure.what));
        if diagnostics.is_empty() {
            diagnostics.push(Diagnostic::error(failure.code(), failure.what.clone()));
        } else {
            note.push_str(&render::findings(&diagnostics));
        }
        let result = failure.holder.as_ref().map_or_else(|| json!({}), |holder| json!({ "holder": holder }));
        Report { exit: failure.exit, result, diagnostics, text: String::new(), note }
    }

    fn status(&self) -> &'static str {
        match self.exit {
            exit::DONE => "ok",
            exit::CHANGES => "changes",
            exit::PARTIAL => "partial",
            exit::BLOCKED => "blocked",
            _ => "failed",
        }
    }

    /// Prints and gives the exit code.
    pub(crate) fn print(self, command: &str, as_json: bool) -> ExitCode {
        let (mut out, mut err) = (anstream::stdout().lock(), anstream::stderr().lock());
        if as_json {
            let envelope = json!({
                "format_version": "1.0",
                "command": command,
                "status": self.status(),
                "exit": self.exit,
                "result": self.result,
                "diagnostics": self.diagnostics,
            });
            written(writeln!(out, "{}", escape_json(&envelope.to_string())).and_then(|()| out.flush()), self.exit)
        } else {
            let exit = written(write!(out, "{}", self.text).and_then(|()| out.flush()), self.exit);
            // Where even notes cannot be written, nothing can be said about it.
            let _ = write!(err, "{}", self.note);
            exit
        }
    }
}
