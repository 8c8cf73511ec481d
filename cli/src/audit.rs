//! The audit file: JSON lines, one for each step of a command that writes to an environment. No value of a resource and no secret is
//! ever in it.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use flowport_core::content::Hash;
use flowport_core::history::{self, RunId};
use flowport_core::model::{Diagnostic, ResourceId};
use serde_json::{Map, Value, json};

use crate::context::Context;
use crate::exit::{self, Failure, Outcome};
use crate::output;
use crate::report::Report;

/// Where the steps of this command are written, if anywhere.
#[derive(Default)]
pub(crate) struct Audit(Option<Open>);

struct Open {
    file: RefCell<File>,
    path: PathBuf,
    command: &'static str,
    actor: String,
    environment: RefCell<Option<String>>,
    package: Cell<Option<Hash>>,
    /// Why a step that was taken already could not be told.
    untold: RefCell<Option<String>>,
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
        let open = Open {
            file: RefCell::new(file),
            path: path.to_owned(),
            command,
            actor: context.actor()?,
            environment: RefCell::new(environment.map(str::to_owned)),
            package: Cell::new(None),
            untold: RefCell::new(None),
        };
        open.tell(context, "begun", json!({})).map_err(failed)?;
        Ok(Audit(Some(open)))
    }

    /// Whether steps are told at all.
    pub(crate) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// The environment, where only a saved plan names it.
    pub(crate) fn writes_to(&self, environment: &str) {
        if let Some(open) = &self.0 {
            open.environment.replace(Some(environment.to_owned()));
        }
    }

    /// The package that an import reads; it is named in every step from then on.
    pub(crate) fn package_read(&self, context: &Context, package: &history::Package) -> Outcome<()> {
        if let Some(open) = &self.0 {
            open.package.set(Some(package.hash));
        }
        self.before(context, "package-read", json!({ "name": package.name, "source": package.source }))
    }

    /// A step that is told before anything is written: where it cannot be told, it is not taken.
    pub(crate) fn before(&self, context: &Context, event: &str, details: Value) -> Outcome<()> {
        let Some(open) = &self.0 else { return Ok(()) };
        let failed = |why| Failure::failed(format!("--audit {}: {why}; nothing was written", open.path.display()));
        open.tell(context, event, details).map_err(failed)
    }

    /// All that a run did to resources, and the run.
    pub(crate) fn committed<'a>(
        &self,
        context: &Context,
        run: Option<RunId>,
        steps: impl IntoIterator<Item = (&'static str, &'a ResourceId)>,
    ) {
        let Some(run) = run else { return };
        for (event, resource) in steps {
            self.after(context, event, json!({ "resource": resource, "run": run }));
        }
        self.after(context, "committed", json!({ "run": run }));
    }

    /// How the command ended.
    pub(crate) fn end(&self, context: &Context, result: &mut Outcome<Report>) {
        match result {
            Err(failure) => self.after(context, "failed", json!({ "reason": failure.code(), "exit": failure.exit })),
            Ok(report) if report.exit == exit::BLOCKED => {
                let codes = report.diagnostics.iter().filter(|finding| finding.is_error()).map(|finding| &finding.code);
                let codes: Vec<&String> = codes.collect();
                self.after(context, "blocked", json!({ "reason": "E-BLOCKED", "codes": codes, "exit": report.exit }));
            }
            Ok(report) => self.after(context, "done", json!({ "exit": report.exit })),
        }
        let untold = self.0.as_ref().and_then(|open| open.untold.take());
        if let (Some(why), Ok(report)) = (untold, result) {
            let found = Diagnostic::warning("E-AUDIT", format!("not every step is in the audit file: {why}"));
            report.note.push_str(&crate::render::findings(std::slice::from_ref(&found)));
            report.diagnostics.push(found);
        }
    }

    /// A step that was taken, and cannot be taken back where it cannot be told: the command goes on, and says so at its end.
    fn after(&self, context: &Context, event: &str, details: Value) {
        let Some(open) = &self.0 else { return };
        if let Err(why) = open.tell(context, event, details) {
            open.untold.replace(Some(format!("{}: {why}", open.path.display())));
        }
    }
}

impl Open {
    /// One line, in one write: others may append to the same file.
    fn tell(&self, context: &Context, event: &str, details: Value) -> io::Result<()> {
        let mut line = Map::new();
        line.insert("time".to_owned(), context.now().into());
        line.insert("event".to_owned(), event.into());
        line.insert("command".to_owned(), self.command.into());
        line.insert("environment".to_owned(), json!(*self.environment.borrow()));
        line.insert("actor".to_owned(), self.actor.clone().into());
        line.insert("package".to_owned(), json!(self.package.get().map(|hash| hash.to_string())));
        if let Value::Object(details) = details {
            line.extend(details);
        }
        let line = crate::text::escape_json(&Value::Object(line).to_string()) + "\n";
        self.file.borrow_mut().write_all(line.as_bytes())
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
