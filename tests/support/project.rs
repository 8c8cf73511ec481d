//! A project in a temporary folder, and the binary run in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A run that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(300);

/// A folder with environments dev, test and prod; the acting user is ana.
pub(crate) struct Project {
    folder: TempDir,
}

/// What a run of the binary left.
pub(crate) struct Run {
    pub(crate) arguments: String,
    /// None where a signal ended it.
    pub(crate) exit: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

impl Project {
    /// A project as `flowport init` makes it.
    pub(crate) fn new() -> Project {
        let project = Project::bare();
        project.ok(&["init"]);
        project
    }

    /// A folder without a project.
    pub(crate) fn bare() -> Project {
        let folder = tempfile::Builder::new().prefix("flowport-test-").tempdir().unwrap();
        Project { folder }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file and gives its name back.
    pub(crate) fn write<'n>(&self, name: &'n str, content: impl AsRef<[u8]>) -> &'n str {
        std::fs::write(self.path(name), content).unwrap();
        name
    }

    pub(crate) fn read(&self, name: &str) -> String {
        let path = self.path(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Names of the files in the folder, and in a folder of it.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// The binary, in the project's folder, without anything from the tester's environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.program(env!("CARGO_BIN_EXE_flowport"), arguments)
    }

    /// Any program, likewise.
    pub(crate) fn program(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(name);
        command.args(arguments).current_dir(self.folder()).env_clear().stdin(Stdio::null());
        for needed in ["PATH", "SystemRoot", "SYSTEMROOT", "LD_LIBRARY_PATH", "LLVM_PROFILE_FILE"] {
            if let Some(value) = std::env::var_os(needed) {
                command.env(needed, value);
            }
        }
        for home in ["HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "APPDATA", "LOCALAPPDATA"] {
            command.env(home, self.folder());
        }
        for temporary in ["TMPDIR", "TEMP", "TMP"] {
            command.env(temporary, std::env::temp_dir());
        }
        command.env("NO_COLOR", "1").env("TERM", "dumb").env("USER", "ana").env("USERNAME", "ana");
        command
    }

    /// Runs the binary.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        run(self.command(arguments), arguments.join(" "))
    }

    /// Runs it and expects exit 0.
    pub(crate) fn ok(&self, arguments: &[&str]) -> Run {
        self.run(arguments).exits(0)
    }

    /// Runs it with `--json` and gives the envelope, whose own rules are checked.
    pub(crate) fn json(&self, exit: i32, arguments: &[&str]) -> Value {
        let mut all = arguments.to_vec();
        all.push("--json");
        self.run(&all).exits(exit).envelope()
    }

    /// The resources of an environment as `list --json` has them.
    pub(crate) fn list(&self, environment: &str) -> Vec<Value> {
        self.json(0, &["list", environment])["result"]["resources"].as_array().unwrap().clone()
    }

    /// The ids of the resources of an environment.
    pub(crate) fn ids(&self, environment: &str) -> Vec<String> {
        self.list(environment).iter().map(|entry| entry["resource"].as_str().unwrap().to_owned()).collect()
    }

    /// The text of a part.
    pub(crate) fn part(&self, environment: &str, resource: &str, part: &str) -> Vec<u8> {
        self.ok(&["show", environment, resource, "--part", part]).stdout
    }
}

/// Runs a command to its end, which must come.
pub(crate) fn run(mut command: Command, arguments: String) -> Run {
    let started = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    let (stdout, stderr) = (collect(child.stdout.take().unwrap()), collect(child.stderr.take().unwrap()));
    let mut bytes = |pipe: &Receiver<Vec<u8>>| {
        pipe.recv_timeout(PATIENCE.saturating_sub(started.elapsed())).unwrap_or_else(|_| {
            let _ = child.kill();
            panic!("flowport {arguments} has not ended after {PATIENCE:?}")
        })
    };
    let (stdout, stderr) = (bytes(&stdout), bytes(&stderr));
    let status = child.wait().unwrap();
    let stderr = String::from_utf8(stderr).expect("stderr is UTF-8");
    let run = Run { arguments, exit: status.code(), stdout, stderr, took: started.elapsed() };
    run.is_sound();
    run
}

fn collect(mut pipe: impl std::io::Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("a pipe can be read");
        let _ = sender.send(bytes);
    });
    receiver
}

impl Run {
    /// What holds for every run, whatever it was asked: no signal, no panic, none of the phrases that say nothing.
    fn is_sound(&self) {
        let exit = self.exit.unwrap_or_else(|| panic!("a signal ended\n{self}"));
        assert!([0, 1, 2, 3, 4, 5, 7, 8, 9, 10].contains(&exit), "no exit code that is promised\n{self}");
        let stdout = String::from_utf8_lossy(&self.stdout);
        for text in [stdout.as_ref(), &self.stderr] {
            for bad in ["panicked at", "RUST_BACKTRACE", "omething went wrong"] {
                assert!(!text.contains(bad), "{bad:?} in\n{self}");
            }
        }
        if exit != 0 && exit != 3 {
            assert!(!stdout.trim().is_empty() || !self.stderr.trim().is_empty(), "a failure without a word\n{self}");
        }
    }

    #[track_caller]
    pub(crate) fn exits(self, exit: i32) -> Run {
        assert_eq!(self.exit, Some(exit), "\n{self}");
        self
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8(self.stdout.clone()).expect("stdout is UTF-8")
    }

    /// Both streams.
    pub(crate) fn text(&self) -> String {
        format!("{}{}", self.stdout(), self.stderr)
    }

    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Run {
        assert!(self.text().contains(text), "{text:?} is not said by\n{self}");
        self
    }

    #[track_caller]
    pub(crate) fn says_all(self, texts: &[&str]) -> Run {
        texts.iter().fold(self, |run, text| run.says(text))
    }

    #[track_caller]
    pub(crate) fn says_not(self, text: &str) -> Run {
        assert!(!self.text().contains(text), "{text:?} is said by\n{self}");
        self
    }

    /// The envelope of `--json`: one object and nothing else on stdout, with all its keys, and the exit code of the process.
    #[track_caller]
    pub(crate) fn envelope(&self) -> Value {
        let stdout = self.stdout();
        assert_eq!(stdout.lines().count(), 1, "not one line of JSON\n{self}");
        let envelope: Value = serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}\n{self}"));
        let keys: Vec<&String> = envelope.as_object().expect("the envelope is an object").keys().collect();
        assert_eq!(keys, ["format_version", "command", "status", "exit", "result", "diagnostics"], "\n{self}");
        assert_eq!(envelope["format_version"], "1.0");
        assert_eq!(envelope["exit"].as_i64(), self.exit.map(i64::from), "\n{self}");
        let status = match self.exit {
            Some(0) => "ok",
            Some(3) => "changes",
            Some(4) => "blocked",
            Some(5) => "partial",
            _ => "failed",
        };
        assert_eq!(envelope["status"], status, "\n{self}");
        assert!(envelope["result"].is_object(), "\n{self}");
        for diagnostic in envelope["diagnostics"].as_array().expect("diagnostics is an array") {
            let keys: Vec<&String> = diagnostic.as_object().expect("a diagnostic is an object").keys().collect();
            assert_eq!(keys, ["severity", "code", "summary", "detail", "resource", "slot", "help"], "\n{self}");
            assert!(["error", "warning", "info"].contains(&diagnostic["severity"].as_str().unwrap()), "\n{self}");
        }
        if self.exit != Some(0) && self.exit != Some(3) {
            let words = !envelope["diagnostics"].as_array().unwrap().is_empty() || envelope["result"] != Value::Null;
            assert!(words, "a failure without a word\n{self}");
        }
        envelope
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let stdout: String = String::from_utf8_lossy(&self.stdout).chars().take(8_000).collect();
        let stderr: String = self.stderr.chars().take(8_000).collect();
        write!(
            formatter,
            "$ flowport {}\nexit {:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}",
            self.arguments, self.exit
        )
    }
}

/// The summaries of the diagnostics of an envelope, each with its severity and code in front: `error[PA0101] …`.
pub(crate) fn findings(envelope: &Value) -> Vec<String> {
    let text = |diagnostic: &Value, key: &str| diagnostic[key].as_str().unwrap_or_default().to_owned();
    let line = |diagnostic: &Value| {
        format!("{}[{}] {}", text(diagnostic, "severity"), text(diagnostic, "code"), text(diagnostic, "summary"))
    };
    envelope["diagnostics"].as_array().unwrap().iter().map(line).collect()
}

/// The decision about each resource of a plan or import: `(resource, action)`.
pub(crate) fn decisions(envelope: &Value) -> Vec<(String, String)> {
    let text = |change: &Value, key: &str| change[key].as_str().unwrap_or_default().to_owned();
    let changes = envelope["result"]["changes"].as_array().unwrap();
    changes.iter().map(|change| (text(change, "resource"), text(change, "action"))).collect()
}
