//! A killed run leaves the old state or the new one, and the next command works.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::project::Project;

pub(crate) const FLOWS: usize = 400;
const RUNS: u32 = 15;

/// A package in flowport JSON of some hundred flows.
pub(crate) fn package(flows: usize) -> String {
    let flow = |number: usize| {
        let steps: Vec<Value> =
            (0..20).map(|step| json!({ "name": format!("s{step}"), "type": "x", "n": number })).collect();
        let name = format!("Flow {number}");
        let part = json!({ "name": name, "state": "published", "trigger": { "type": "timer" }, "steps": steps });
        json!({ "kind": "flow", "id": format!("flow-{number:05}"), "name": name, "dialect": "flowport", "parts": { "flow.json": { "json": part } } })
    };
    let resources: Vec<Value> = (0..flows).map(flow).collect();
    json!({ "format": "flowport", "formatVersion": "1.0", "package": { "name": "Many" }, "resources": resources })
        .to_string()
}

/// Waits until the moment, or the end of the run; then kills. True where it was killed before its end.
pub(crate) fn kill_after(mut child: Child, moment: Duration) -> bool {
    let started = Instant::now();
    loop {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        if started.elapsed() >= moment {
            // It may end in between: the status decides, not the kill.
            let _ = child.kill();
            return !child.wait().unwrap().success();
        }
        std::thread::yield_now();
    }
}

pub(crate) fn start(project: &Project, arguments: &[&str]) -> Child {
    project.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Moments over the whole length of a run that takes so long, and a little beyond.
pub(crate) fn moments(whole: Duration) -> impl Iterator<Item = Duration> {
    (0..RUNS).map(move |run| whole * run / (RUNS - 2))
}

#[test]
fn a_killed_import_wrote_everything_or_nothing() {
    let project = Project::new();
    project.write("many.json", package(FLOWS));
    let import = ["import", "test", "many.json", "--yes"];
    let whole = project.ok(&import).took;
    assert_eq!(project.ids("test").len(), FLOWS);

    let (mut killed, mut finished) = (0, 0);
    for (number, moment) in moments(whole).enumerate() {
        let environment = format!("e{number}");
        project.ok(&["env", "add", &environment]);
        let was_killed = kill_after(start(&project, &["import", &environment, "many.json", "--yes"]), moment);
        let there = project.ids(&environment).len();
        if was_killed {
            killed += 1;
            assert!(there == 0 || there == FLOWS, "{there} of {FLOWS} after a kill at {moment:?} of {whole:?}");
        } else {
            finished += 1;
            assert_eq!(there, FLOWS, "it ended by itself before {moment:?}");
        }
        // Nothing is left locked: the next import makes it whole, the one behind it has nothing to do.
        project.ok(&["import", &environment, "many.json", "--yes"]);
        assert_eq!(project.ids(&environment).len(), FLOWS);
        project.ok(&["plan", &environment, "many.json", "--detailed-exitcode"]).says("no changes");
    }
    assert!(killed > 0, "none of {RUNS} runs was killed ({finished} ended by themselves)");
}

#[test]
fn a_killed_update_left_the_old_state_or_the_new_one() {
    let project = Project::new();
    let old = package(FLOWS);
    let new = old.replace("\"type\":\"timer\"", "\"type\":\"webhook\"");
    project.write("old.json", &old);
    project.write("new.json", &new);
    project.ok(&["import", "test", "old.json", "--yes"]);
    let whole = project.ok(&["import", "test", "new.json", "--yes"]).took;
    for (number, moment) in moments(whole).enumerate().filter(|(number, _)| number % 3 == 0) {
        let environment = format!("e{number}");
        project.ok(&["env", "add", &environment]);
        project.ok(&["import", &environment, "old.json", "--yes"]);
        kill_after(start(&project, &["import", &environment, "new.json", "--yes"]), moment);
        let is_no_change = |package: &str| {
            let plan = project.run(&["plan", &environment, package, "--detailed-exitcode"]);
            assert!(matches!(plan.exit, Some(0 | 3)), "{plan}");
            plan.exit == Some(0)
        };
        assert!(is_no_change("old.json") ^ is_no_change("new.json"), "neither old nor new after a kill at {moment:?}");
    }
}

#[test]
fn a_killed_export_leaves_no_file_under_the_final_name() {
    let project = Project::new();
    project.write("many.json", package(FLOWS));
    project.ok(&["import", "dev", "many.json", "--yes", "--publish"]);
    let whole = project.ok(&["export", "dev", "--all", "-o", "whole.json"]).took;
    let expected = project.json(0, &["inspect", "whole.json"])["result"]["resources"].clone();
    let mut killed = 0;
    for (number, moment) in moments(whole).enumerate() {
        let name = format!("out-{number}.json");
        let was_killed = kill_after(start(&project, &["export", "dev", "--all", "-o", &name]), moment);
        killed += usize::from(was_killed);
        if project.path(&name).exists() {
            // A kill behind the renaming: then it is whole.
            assert_eq!(project.json(0, &["inspect", &name])["result"]["resources"], expected);
        } else {
            assert!(was_killed, "it ended by itself and wrote nothing");
        }
        project.ok(&["export", "dev", "--all", "-o", &name, "--overwrite"]);
    }
    assert!(killed > 0, "none of {RUNS} runs was killed");
}

#[test]
fn a_failing_export_leaves_no_file_at_all() {
    let project = Project::new();
    project.write("many.json", package(3));
    project.ok(&["import", "dev", "many.json", "--yes", "--publish"]);
    let before = project.names(".");
    project.run(&["export", "dev", "--all", "-o", "out.zip", "--exclude", "flow/*"]).exits(2).says("nothing to export");
    project.run(&["export", "dev", "--all", "-o", "out.xyz"]).exits(2).says("--format");
    project.run(&["export", "dev", "--all", "-o", "none/out.json"]).exits(1).says("none/out.json");
    project.run(&["export", "dev", "--all", "-o", ".", "--format", "json", "--overwrite"]).exits(1);
    assert_eq!(project.names("."), before);
}
