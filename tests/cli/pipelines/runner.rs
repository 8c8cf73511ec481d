//! A stand-in for a product's runner: bash with the program in its `PATH`, the variables that the product sets, and small programs in the
//! place of those that would call it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::{Map, Value};

use crate::support::project::{Project, Run, run};

pub(super) type Variables = BTreeMap<String, String>;

pub(super) fn variables(pairs: &[(&str, &str)]) -> Variables {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The YAML blocks of docs/pipelines.md below a heading, with the volume of the runner in the place of `/srv/flowport`.
pub(super) fn blocks(heading: &str, volume: &Path) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pipelines.md");
    let text = fs::read_to_string(path).unwrap().replace("\r\n", "\n");
    let sections = text.split("\n## ").filter_map(|section| section.split_once('\n'));
    let section = sections.filter(|(title, _)| *title == heading).map(|(_, body)| body).next();
    let section = section.unwrap_or_else(|| panic!("docs/pipelines.md has no section {heading}"));
    let blocks = section.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.map(|block| parsed(&block.replace("/srv/flowport", volume.to_str().unwrap()))).collect()
}

fn parsed(text: &str) -> Value {
    let documents = Yaml::load_from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let [document] = documents.as_slice() else { panic!("not one document\n{text}") };
    value(document)
}

fn value(yaml: &Yaml<'_>) -> Value {
    match yaml {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(boolean)) => Value::from(*boolean),
        Yaml::Value(Scalar::Integer(number)) => Value::from(*number),
        Yaml::Value(Scalar::String(text)) => Value::from(text.as_ref()),
        Yaml::Sequence(entries) => entries.iter().map(value).collect(),
        Yaml::Mapping(members) => {
            let member = |(key, member): (&Yaml<'_>, &Yaml<'_>)| (key.as_str().unwrap().to_owned(), value(member));
            Value::Object(members.iter().map(member).collect::<Map<_, _>>())
        }
        other => panic!("no pipeline has {other:?}"),
    }
}

/// A text of a pipeline; what is missing is named.
#[track_caller]
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value:#}"))
}

/// Puts values in the place of what stands between `open` and `close`.
pub(super) fn expanded(text: &str, open: &str, close: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut parts = text.split(open);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(close).and_then(|(name, rest)| Some((value(name.trim())?, rest))) {
            Some((value, rest)) => whole.extend([value.as_str(), rest]),
            None => whole.extend([open, part]),
        }
    }
    whole
}

/// The project whose pipelines run, and what their scripts left outside of it.
pub(super) struct Runner {
    pub(super) project: Project,
}

impl Runner {
    pub(super) fn new() -> Runner {
        let runner = Runner { project: Project::bare() };
        for folder in ["tools", "volume", "artifacts"] {
            fs::create_dir(runner.project.path(folder)).unwrap();
        }
        let program = env!("CARGO_BIN_EXE_flowport");
        std::os::unix::fs::symlink(program, runner.project.path("tools/flowport")).unwrap();
        runner
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.project.path(name)
    }

    pub(super) fn volume(&self) -> PathBuf {
        self.path("volume")
    }

    /// A program in the place of one that would call the product. `$RUNNER` is the folder of all that the runner has.
    pub(super) fn stand_in(&self, name: &str, script: &str) {
        let path = self.path("tools").join(name);
        fs::write(&path, format!("#!/usr/bin/env bash\nset -euo pipefail\n{script}")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Runs bash as the product does.
    pub(super) fn bash(&self, flags: &[&str], script: &str, folder: &str, variables: &Variables) -> Run {
        let mut command: Command = self.project.program("bash", flags);
        let path = std::env::var("PATH").unwrap_or_default();
        command.arg("-c").arg(script).current_dir(self.path(folder));
        command.env("PATH", format!("{}:{path}", self.path("tools").display()));
        command.env("RUNNER", self.project.folder()).env("CI", "true").env("GIT_CONFIG_NOSYSTEM", "1").envs(variables);
        run(command, script.to_owned())
    }

    /// Runs a script of the test itself, which must succeed.
    pub(super) fn prepare(&self, folder: &str, script: &str) -> Run {
        let git = [("GIT_AUTHOR_NAME", "ana"), ("GIT_COMMITTER_NAME", "ana")];
        let mails = [("GIT_AUTHOR_EMAIL", "ana@example.org"), ("GIT_COMMITTER_EMAIL", "ana@example.org")];
        self.bash(&["-euo", "pipefail"], script, folder, &variables(&[git, mails].concat())).exits(0)
    }

    /// Keeps files as the product keeps an artifact.
    pub(super) fn keep<'f>(&self, artifact: &str, folder: &str, files: impl IntoIterator<Item = &'f str>) {
        let kept = self.path("artifacts").join(artifact);
        fs::create_dir_all(&kept).unwrap();
        for file in files {
            let from = self.path(folder).join(file);
            fs::copy(&from, kept.join(from.file_name().unwrap())).unwrap_or_else(|why| panic!("{file}: {why}"));
        }
    }

    pub(super) fn read(&self, name: &str) -> String {
        self.project.read(name)
    }

    /// What every plan of the examples leaves: a saved plan, a page and the result for scripts.
    pub(super) fn has_planned(&self, folder: &str, exit: u8) {
        let saved: Value = serde_json::from_str(&self.read(&format!("{folder}/plan.json"))).unwrap();
        assert!(saved.is_object(), "{saved:#}");
        assert!(self.read(&format!("{folder}/plan.html")).contains("<html"));
        self.has_result(folder, exit);
    }

    pub(super) fn has_result(&self, folder: &str, exit: u8) {
        let result: Value = serde_json::from_str(&self.read(&format!("{folder}/result.json"))).unwrap();
        assert_eq!((&result["command"], &result["exit"]), (&Value::from("plan"), &Value::from(exit)), "{result:#}");
    }
}
