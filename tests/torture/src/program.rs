use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// What takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(1);

/// Never printed by a program that says what is wrong.
const SENSELESS: [&str; 4] = ["panicked at", "RUST_BACKTRACE", "omething went wrong", "internal error"];

/// The binary under torture.
#[derive(Debug, Clone)]
pub struct Program {
    path: PathBuf,
}

/// A run that came to its end, by itself or not.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) arguments: String,
    pub(crate) status: ExitStatus,
    pub(crate) text: String,
}

impl Program {
    /// The binary at this path.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Program {
        Program { path: path.into() }
    }

    /// A run in a folder, with nothing from the environment of who runs it. Temporary files go into `temporary`.
    pub(crate) fn command(&self, folder: &Path, temporary: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.path);
        command.args(arguments).current_dir(folder).env_clear().stdin(Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", temporary).env("TMPDIR", temporary).env("NO_COLOR", "1").env("USER", "ana");
        command
    }
}

/// Runs to the end; `meddle` sees the child once and may end it earlier.
pub(crate) fn run(mut command: Command, meddle: impl FnOnce(&mut Child)) -> Result<Ended, String> {
    let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
    let arguments = words.join(" ");
    let said = tempfile::NamedTempFile::new().map_err(|why| why.to_string())?;
    // One file for both: a pipe that nobody reads would hold the program up.
    let file = std::fs::OpenOptions::new().append(true).open(said.path()).map_err(|why| why.to_string())?;
    let err = file.try_clone().map_err(|why| why.to_string())?;
    let mut child = command.stdout(file).stderr(err).spawn().map_err(|why| format!("{arguments}: {why}"))?;
    meddle(&mut child);
    let started = Instant::now();
    let status = loop {
        match child.try_wait().map_err(|why| why.to_string())? {
            Some(status) => break status,
            None if started.elapsed() > PATIENCE => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("flowport {arguments} has not ended after {PATIENCE:?}"));
            }
            // Not `wait`: what hangs is ended, and not waited for.
            None => std::thread::sleep(PAUSE),
        }
    };
    let text = std::fs::read(said.path()).map_err(|why| why.to_string())?;
    Ended { arguments, status, text: String::from_utf8_lossy(&text).into_owned() }.sensible()
}

impl Ended {
    fn sensible(self) -> Result<Ended, String> {
        match SENSELESS.iter().find(|bad| self.text.contains(*bad)) {
            Some(bad) => Err(format!("{bad:?} is printed by {self}")),
            None => Ok(self),
        }
    }

    /// None where a signal ended it.
    pub(crate) fn exit(&self) -> Option<i32> {
        self.status.code()
    }

    /// The same, if it ended with this exit code.
    pub(crate) fn expect(self, exit: i32) -> Result<Ended, String> {
        if self.exit() == Some(exit) { Ok(self) } else { Err(format!("exit {exit} expected of {self}")) }
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text: String = self.text.chars().take(1_500).collect();
        write!(formatter, "flowport {}, which ended with {}: {}", self.arguments, self.status, text.trim())
    }
}
