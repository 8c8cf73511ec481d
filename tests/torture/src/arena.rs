use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;

use serde_json::Value;
use tempfile::TempDir;

use crate::package::{Edition, package};
use crate::program::{Ended, Program, run};
use crate::shim::Orders;

/// The environment under torture.
pub(crate) const ENVIRONMENT: &str = "dev";

/// Where the environment keeps its resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// A SQLite database.
    Sqlite,
    /// A folder of readable files.
    Dir,
}

/// What is disturbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// An import into an environment that was never written to.
    New,
    /// An import that changes nearly all that is there, and adds something.
    Update,
    /// Taking that import back.
    Undo,
}

impl fmt::Display for Store {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Store::Sqlite => "sqlite",
            Store::Dir => "dir",
        })
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Operation::New => "new",
            Operation::Update => "update",
            Operation::Undo => "undo",
        })
    }
}

impl Operation {
    /// All of them.
    pub const ALL: [Operation; 3] = [Operation::New, Operation::Update, Operation::Undo];

    fn command(self) -> &'static [&'static str] {
        match self {
            Operation::New => &["import", ENVIRONMENT, "old.json", "--yes"],
            Operation::Update => &["import", ENVIRONMENT, "new.json", "--yes"],
            Operation::Undo => &["undo", "dev/2", "--yes"],
        }
    }

    /// How the same command ends once it is done.
    fn again(self) -> i32 {
        if self == Operation::Undo { 4 } else { 0 }
    }
}

/// A project in the state before an operation, and what is known of it undisturbed.
#[derive(Debug)]
pub struct Arena {
    program: Program,
    /// What is disturbed.
    pub operation: Operation,
    /// Where.
    pub store: Store,
    before: TempDir,
    old: State,
    new: State,
    /// The files that an undisturbed run leaves.
    files: BTreeSet<String>,
}

/// All that an environment holds, part by part, secrets and history included. None: nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State(Option<String>);

/// A copy of a project, to be spoilt.
pub(crate) struct Sandbox {
    program: Program,
    pub(crate) folder: TempDir,
    pub(crate) temporary: TempDir,
}

/// Which of the two an environment holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Old,
    New,
}

impl Arena {
    /// Makes the project, and finds out what the operation does to it.
    ///
    /// # Errors
    /// Where the binary does not do what it should, undisturbed.
    pub fn new(program: &Program, store: Store, operation: Operation) -> Result<Arena, String> {
        let sandbox = Sandbox::empty(program)?;
        let folder = sandbox.folder.path();
        let place = match store {
            Store::Sqlite => "sqlite:.flowport/dev.db",
            Store::Dir => "dir:flows",
        };
        let project = format!("[environments.{ENVIRONMENT}]\nkind = \"development\"\nstore = \"{place}\"\n");
        let files =
            [("flowport.toml", project), ("old.json", package(Edition::Old)), ("new.json", package(Edition::New))];
        for (name, text) in files {
            fs::write(folder.join(name), text).map_err(|why| why.to_string())?;
        }
        let earlier: &[Operation] = match operation {
            Operation::New => &[],
            Operation::Update => &[Operation::New],
            Operation::Undo => &[Operation::New, Operation::Update],
        };
        for operation in earlier {
            sandbox.run(operation.command())?.expect(0)?;
        }
        let old = sandbox.state()?;
        let before = copy(folder)?;
        sandbox.run(operation.command())?.expect(0)?;
        let (new, files) = (sandbox.state()?, sandbox.files()?);
        if old == new {
            return Err(format!("{operation} changes nothing"));
        }
        Ok(Arena { program: program.clone(), operation, store, before, old, new, files })
    }

    /// A fresh copy.
    pub(crate) fn sandbox(&self) -> Result<Sandbox, String> {
        Ok(Sandbox { program: self.program.clone(), folder: copy(self.before.path())?, temporary: temporary()? })
    }

    /// The operation in a copy, disturbed.
    pub(crate) fn disturbed(
        &self,
        sandbox: &Sandbox,
        orders: Option<&Orders<'_>>,
        meddle: impl FnOnce(&mut Child),
    ) -> Result<Ended, String> {
        let mut command =
            self.program.command(sandbox.folder.path(), sandbox.temporary.path(), self.operation.command());
        if let Some(orders) = orders {
            orders.give(&mut command, sandbox.folder.path());
        }
        run(command, meddle)
    }

    /// What a disturbed run left: the old state or the new one, nothing else; then the same command again, which must work, make
    /// the new state, and leave nothing behind.
    pub(crate) fn judge(&self, sandbox: &Sandbox) -> Result<Found, String> {
        let there = sandbox.state()?;
        let found = match () {
            () if there == self.old => Found::Old,
            () if there == self.new => Found::New,
            () => return Err(format!("neither the old state nor the new one, but {}", there.difference(&self.new))),
        };
        let exit = if found == Found::Old { 0 } else { self.operation.again() };
        sandbox.run(self.operation.command())?.expect(exit)?;
        let there = sandbox.state()?;
        if there != self.new {
            return Err(format!("the same command again does not make the new state: {}", there.difference(&self.new)));
        }
        if self.store == Store::Sqlite {
            is_sound(&sandbox.folder.path().join(".flowport/dev.db"))?;
        }
        let files = sandbox.files()?;
        let left: Vec<&String> = files.symmetric_difference(&self.files).collect();
        if !left.is_empty() {
            return Err(format!("other files than after an undisturbed run: {left:?}"));
        }
        Ok(found)
    }
}

impl Sandbox {
    pub(crate) fn empty(program: &Program) -> Result<Sandbox, String> {
        let folder = temporary()?;
        Ok(Sandbox { program: program.clone(), folder, temporary: temporary()? })
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Result<Ended, String> {
        run(self.program.command(self.folder.path(), self.temporary.path(), arguments), |_| ())
    }

    /// A run that is only started.
    pub(crate) fn command(&self, arguments: &[&str]) -> std::process::Command {
        self.program.command(self.folder.path(), self.temporary.path(), arguments)
    }

    /// All that is in the environment.
    pub(crate) fn state(&self) -> Result<State, String> {
        let out = self.temporary.path().join("state.json");
        let path = out.to_string_lossy().into_owned();
        let export = ["export", ENVIRONMENT, "--all", "--include-secrets", "--include-drafts", "-o", &path];
        let export = self.run(&export)?;
        if export.exit() == Some(2) && export.text.contains("there is nothing in") {
            return Ok(State(None));
        }
        export.expect(0)?;
        let text = fs::read(&out).map_err(|why| why.to_string())?;
        fs::remove_file(&out).map_err(|why| why.to_string())?;
        let package: Value = serde_json::from_slice(&text).map_err(|why| why.to_string())?;
        let mut listed: Value = self.json(&["list", ENVIRONMENT])?["resources"].take();
        let mut runs: Value = self.json(&["runs", ENVIRONMENT])?["runs"].take();
        // When it was written is no part of what was.
        let forget = |all: &mut Value, key: &str| {
            all.as_array_mut().into_iter().flatten().for_each(|one| one[key] = Value::Null);
        };
        forget(&mut listed, "changed");
        forget(&mut runs, "at");
        Ok(State(Some(format!("{:#}\n{listed:#}\n{runs:#}", package["resources"]))))
    }

    /// The result of a command that succeeds.
    pub(crate) fn json(&self, arguments: &[&str]) -> Result<Value, String> {
        let ended = self.run(&[arguments, &["--json"]].concat())?.expect(0)?;
        let envelope: Value = serde_json::from_str(&ended.text).map_err(|why| format!("{why}: {ended}"))?;
        Ok(envelope["result"].clone())
    }

    /// The names of all files, temporary ones included.
    fn files(&self) -> Result<BTreeSet<String>, String> {
        let mut names = BTreeSet::new();
        below(self.folder.path(), "", &mut names).map_err(|why| why.to_string())?;
        below(self.temporary.path(), "temporary:", &mut names).map_err(|why| why.to_string())?;
        Ok(names)
    }
}

impl State {
    /// The first line that differs.
    fn difference(&self, other: &State) -> String {
        let lines = |state: &State| state.0.clone().unwrap_or_else(|| "nothing".to_owned());
        let (left, right) = (lines(self), lines(other));
        let mut both = left.lines().zip(right.lines());
        let short = |line: &str| line.chars().take(200).collect::<String>();
        both.find(|(left, right)| left != right).map_or_else(
            || format!("{} instead of {} lines", left.lines().count(), right.lines().count()),
            |(left, right)| format!("{:?} where {:?} is in the new one", short(left), short(right)),
        )
    }
}

fn temporary() -> Result<TempDir, String> {
    let folder = tempfile::Builder::new().prefix("flowport-torture-").tempdir();
    folder.map_err(|why| why.to_string())
}

fn copy(from: &Path) -> Result<TempDir, String> {
    let to = temporary()?;
    copy_into(from, to.path()).map_err(|why| why.to_string())?;
    Ok(to)
}

fn copy_into(from: &Path, to: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target: PathBuf = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir(&target)?;
            copy_into(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn below(folder: &Path, prefix: &str, names: &mut BTreeSet<String>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            // A folder that the system did not take away, and nothing in it: git knows none either.
            below(&entry.path(), &format!("{name}/"), names)?;
        } else {
            names.insert(name);
        }
    }
    Ok(())
}

/// SQLite's own look at all of its pages and indexes.
fn is_sound(database: &Path) -> Result<(), String> {
    let check = || -> rusqlite::Result<String> {
        let connection = rusqlite::Connection::open(database)?;
        connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))
    };
    match check() {
        Ok(text) if text == "ok" => Ok(()),
        Ok(text) => Err(format!("the database is damaged: {text}")),
        Err(why) => Err(format!("the database cannot be checked: {why}")),
    }
}
