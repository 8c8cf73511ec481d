//! The audit file: JSON lines, one for each step of a command that writes to an environment. No value of a resource and no secret is
//! ever in it.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flowport_core::content::Hash;
use flowport_core::history::{self, RunId};
use flowport_core::model::{Diagnostic, ResourceId};
use serde_json::{Map, Value, json};

use crate::context::{Context, now};
use crate::exit::{self, Failure, Outcome};
use crate::interrupt;
use crate::output;
use crate::report::Report;

/// Where the steps of this command are written, if anywhere.
#[derive(Default)]
pub(crate) struct Audit(Option<Open>);

struct Open {
    path: PathBuf,
    lines: Arc<Mutex<Lines>>,
    /// Why a step that was taken already could not be told.
    untold: RefCell<Option<String>>,
}

/// What stands in every line, and where the lines go. The thread that Ctrl-C interrupts tells the last one.
struct Lines {
    file: File,
    command: &'static str,
    actor: String,
    environment: Option<String>,
    package: Option<Hash>,
    /// The end was told.
    is_ended: bool,
}

impl Audit {
    /// Opens the file and tells that a command begins. What cannot be opened stops the command before that.
    pub(crate) fn begin(
        context: &Context,
        path: &Path,
        command: &'static str,
        environment: Option<&str>,
    ) -> Outcome<Audit> {
        output::may_take(context, path)?;
        let failed = |why: io::Error| Failure::failed(format!("--audit {}: {why}; nothing was done", path.display()));
        is_audit(path).map_err(failed)?;
        let file = File::options().append(true).create(true).open(path).map_err(failed)?;
        let actor = context.actor()?;
        let environment = environment.map(str::to_owned);
        let mut lines = Lines { file, command, actor, environment, package: None, is_ended: false };
        lines.tell("begun", json!({})).map_err(failed)?;
        let lines = Arc::new(Mutex::new(lines));
        let interrupted = lines.clone();
        interrupt::tells(move |exit| locked(&interrupted).interrupted(exit));
        Ok(Audit(Some(Open { path: path.to_owned(), lines, untold: RefCell::default() })))
    }

    /// Whether steps are told at all.
    pub(crate) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// The environment, where only a saved plan names it.
    pub(crate) fn writes_to(&self, environment: &str) {
        if let Some(open) = &self.0 {
            open.lines().environment = Some(environment.to_owned());
        }
    }

    /// The package that an import reads; it is named in every step from then on.
    pub(crate) fn package_read(&self, package: &history::Package) -> Outcome<()> {
        if let Some(open) = &self.0 {
            open.lines().package = Some(package.hash);
        }
        self.before("package-read", json!({ "name": package.name, "source": package.source }))
    }

    /// A step that is told before anything is written: where it cannot be told, it is not taken.
    pub(crate) fn before(&self, event: &str, details: Value) -> Outcome<()> {
        let Some(open) = &self.0 else { return Ok(()) };
        let failed = |why| Failure::failed(format!("--audit {}: {why}; nothing was written", open.path.display()));
        open.lines().tell(event, details).map_err(failed)
    }

    /// All that a run did to resources, and the run.
    pub(crate) fn committed<'a>(
        &self,
        run: Option<RunId>,
        steps: impl IntoIterator<Item = (&'static str, &'a ResourceId)>,
    ) {
        let Some(run) = run else { return };
        for (event, resource) in steps {
            self.after(event, json!({ "resource": resource, "run": run }));
        }
        self.after("committed", json!({ "run": run }));
    }

    /// How the command ended.
    pub(crate) fn end(&self, result: &mut Outcome<Report>) {
        let (exit, diagnostics) = match result {
            Err(failure) => (failure.exit, &failure.diagnostics),
            Ok(report) => (report.exit, &report.diagnostics),
        };
        let (event, details) = match result {
            _ if exit == exit::BLOCKED => {
                let codes = diagnostics.iter().filter(|finding| finding.is_error()).map(|finding| &finding.code);
                let codes: Vec<&String> = codes.collect();
                ("blocked", json!({ "reason": "E-BLOCKED", "codes": codes, "exit": exit }))
            }
            Err(failure) => ("failed", json!({ "reason": failure.code(), "exit": exit })),
            Ok(_) => ("done", json!({ "exit": exit })),
        };
        self.after(event, details);
        if let Some(open) = &self.0 {
            open.lines().is_ended = true;
        }
        let untold = self.0.as_ref().and_then(|open| open.untold.take());
        if let (Some(why), Ok(report)) = (untold, result) {
            let found = Diagnostic::warning("E-AUDIT", format!("not every step is in the audit file: {why}"));
            report.note.push_str(&crate::render::findings(std::slice::from_ref(&found)));
            report.diagnostics.push(found);
        }
    }

    /// A step that was taken, and cannot be taken back where it cannot be told: the command goes on, and says so at its end.
    fn after(&self, event: &str, details: Value) {
        let Some(open) = &self.0 else { return };
        let told = open.lines().tell(event, details);
        if let Err(why) = told {
            open.untold.replace(Some(format!("{}: {why}", open.path.display())));
        }
    }
}

impl Open {
    fn lines(&self) -> MutexGuard<'_, Lines> {
        locked(&self.lines)
    }
}

/// Lines are whole or not there, whatever became of a thread that wrote one.
fn locked(lines: &Mutex<Lines>) -> MutexGuard<'_, Lines> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Lines {
    /// The end, where the user interrupts a command that has not told its own. At a question that is a way to say no.
    fn interrupted(&mut self, exit: i32) {
        let (event, details) = match exit {
            interrupt::INTERRUPTED => ("interrupted", json!({ "exit": exit })),
            _ => ("failed", json!({ "reason": "E-FAILED", "exit": exit })),
        };
        // Where it cannot be told, the missing end tells it.
        let _ = self.tell(event, details);
        self.is_ended = true;
    }

    /// One line, in one write: others may append to the same file. Nothing is told behind the end.
    fn tell(&mut self, event: &str, details: Value) -> io::Result<()> {
        if self.is_ended {
            return Ok(());
        }
        let mut line = Map::new();
        line.insert("time".to_owned(), now().into());
        line.insert("event".to_owned(), event.into());
        line.insert("command".to_owned(), self.command.into());
        line.insert("environment".to_owned(), json!(self.environment));
        line.insert("actor".to_owned(), self.actor.clone().into());
        line.insert("package".to_owned(), json!(self.package.map(|hash| hash.to_string())));
        if let Value::Object(details) = details {
            line.extend(details);
        }
        let line = crate::text::escape_json(&Value::Object(line).to_string()) + "\n";
        self.file.write_all(line.as_bytes())
    }
}

/// A file that is there must be one of these: a package named by mistake would no longer be one.
fn is_audit(path: &Path) -> io::Result<()> {
    if !path.exists() {
        return Ok(());
    }
    // A pipe or a device takes lines as well, and has no first one.
    if !path.is_file() {
        return Ok(());
    }
    let mut first = Vec::new();
    io::Read::take(BufReader::new(File::open(path)?), 1 << 16).read_until(b'\n', &mut first)?;
    let is_event = |line: Value| line.get("event").is_some() && line.get("command").is_some();
    let is_one = first.is_empty() || serde_json::from_slice(&first).is_ok_and(is_event);
    if is_one { Ok(()) } else { Err(io::Error::other("this is a file of something else; name another one")) }
}
