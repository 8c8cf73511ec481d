//! Two at once: one writer holds an environment, others are told who that is, wait for it, or read.
#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Stdio};

use serde_json::Value;

use crate::pty::Terminal;
use crate::runs::{STORES, label, picklist, project};
use crate::support::project::{Project, Run, findings, run};

/// A project in which ana's import waits for her yes, and holds `work` meanwhile. It would make `orders` say "new".
pub(crate) fn held(store: &str) -> (Project, Terminal) {
    let project = project(store);
    let old = picklist(&project, "orders", "old");
    project.ok(&["put", "work", &old]);
    project.ok(&["export", "work", "--all", "-o", "new.json"]);
    project.write("new.json", project.read("new.json").replace("\"old\"", "\"new\""));
    let mut terminal =
        Terminal::start(project.command(&["import", "work", "new.json", "--setup", "picklist/orders=overwrite"]));
    terminal.waits_for("import into work");
    (project, terminal)
}

/// The process that a run was told of.
fn holder(run: &Run) -> Value {
    let holder = run.envelope()["result"]["holder"].clone();
    assert!(holder["process"].as_u64().is_some_and(|process| process > 1), "{run}");
    assert!(holder["since"].as_str().is_some_and(|since| since.ends_with('Z')), "{run}");
    holder
}

fn lock_file(project: &Project, store: &str) -> std::path::PathBuf {
    project.path(if store.starts_with("dir") { "work/.flowport/lock" } else { "work.db-lock" })
}

/// A run that has said for whom it waits.
pub(crate) fn waiting(project: &Project, arguments: &[&str]) -> (Child, ChildStdin, String) {
    let mut command = project.command(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    let stdin = child.stdin.take().unwrap();
    (child, stdin, line)
}

#[test]
fn whoever_writes_while_a_person_is_asked_is_told_who_holds_the_environment() {
    for store in STORES {
        let (project, mut terminal) = held(store);
        let other = picklist(&project, "other", "x");
        project.ok(&["plan", "work", "new.json", "--setup", "picklist/orders=overwrite", "-o", "saved.json"]);
        for arguments in [
            &["put", "work", other.as_str()][..],
            &["publish", "work", "picklist/orders"],
            &["unpublish", "work", "picklist/orders"],
            &["delete", "work", "picklist/orders", "--yes"],
            &["edit", "work", "picklist/orders"],
            &["import", "work", "new.json", "--yes"],
            &["import", "--plan", "saved.json", "--yes"],
            &["undo", "work/1", "--yes"],
            &["secret", "remove", "work", "picklist/orders", "none"],
            &["env", "remove", "work", "--delete-store", "--yes"],
        ] {
            let told = project.run(arguments).exits(8);
            told.says_all(&["another run holds the environment work: ana", "(process ", "--wait SECONDS"]);
        }
        let envelope = project.run(&["put", "work", &other, "--json"]).exits(8);
        let holder = holder(&envelope);
        assert_eq!(holder["owner"], "ana");
        assert!(holder["host"].is_string(), "{holder}");
        assert!(findings(&envelope.envelope())[0].starts_with("error[E-HELD] "), "{envelope}");
        terminal.types("y");
        assert_eq!(terminal.exit(), Some(0), "{}", terminal.screen);
        assert_eq!(label(&project, "orders").as_deref(), Some("new"));
        project.ok(&["put", "work", &other]).says_not("E-REPLACED");
    }
}

#[test]
fn readers_wait_for_nobody_and_see_the_old_state() {
    for store in STORES {
        let (project, mut terminal) = held(store);
        assert_eq!(label(&project, "orders").as_deref(), Some("old"));
        for arguments in [
            &["list", "work"][..],
            &["check", "work"],
            &["runs", "work"],
            &["graph", "work"],
            &["diff", "work", "new.json"],
            &["secret", "list", "work"],
            &["env", "list"],
            &["plan", "work", "new.json", "--setup", "picklist/orders=overwrite"],
            &["export", "work", "--all", "-o", "out.json"],
        ] {
            project.ok(arguments);
        }
        terminal.types("n");
        assert_eq!(terminal.exit(), Some(1), "{}", terminal.screen);
        assert_eq!(label(&project, "orders").as_deref(), Some("old"));
    }
}

#[test]
fn a_second_one_waits_and_then_plans_against_what_is_there() {
    for store in STORES {
        let (project, mut terminal) = held(store);
        let import = ["import", "work", "new.json", "--setup", "picklist/orders=overwrite", "--yes", "--wait", "300"];
        let (mut child, _stdin, line) = waiting(&project, &import);
        assert!(line.starts_with("waiting for ana") && line.contains("(process "), "{line}");
        terminal.types("y");
        assert_eq!(terminal.exit(), Some(0), "{}", terminal.screen);
        assert_eq!(child.wait().unwrap().code(), Some(0));
        // Ana's import is what it found: there was nothing left to do.
        project.ok(&import[..6]).says("no changes");
        let puts = project.json(0, &["runs", "work"])["result"]["runs"].as_array().unwrap().len();
        assert_eq!(puts, 2, "the put and one import");
    }
}

#[test]
fn waiting_ends_and_says_for_whom() {
    let (project, _terminal) = held(STORES[0]);
    let other = picklist(&project, "other", "x");
    let told = project.run(&["put", "work", &other, "--wait", "1"]).exits(8);
    told.says_all(&["waiting for ana", "another run holds the environment work: ana", "(waited for 1 second)"]);
    let quiet = project.run(&["put", "work", &other, "--wait", "0", "--quiet"]).exits(8).says_not("waiting for");
    holder(&project.run(&["put", "work", &other, "--wait", "1", "--json"]).exits(8));
    assert!(quiet.stderr.contains("--wait"), "{quiet}");
    project.run(&["put", "work", &other, "--wait", "soon"]).exits(2).says("--wait");
}

#[test]
fn who_died_is_replaced_and_named_once() {
    for store in STORES {
        let (project, mut terminal) = held(store);
        terminal.kill();
        let other = picklist(&project, "other", "x");
        let put = project.json(0, &["put", "work", &other]);
        let found = findings(&put);
        assert!(found.len() == 1 && found[0].starts_with("warning[E-REPLACED] ana"), "{found:?}");
        assert!(found[0].contains("ended without letting go of work"), "{found:?}");
        project.ok(&["delete", "work", "picklist/other", "--yes"]).says_not("E-REPLACED");
        assert_eq!(label(&project, "orders").as_deref(), Some("old"));
    }
}

#[test]
fn who_comes_late_writes_nothing() {
    for store in STORES {
        let (project, mut terminal) = held(store);
        std::fs::remove_file(lock_file(&project, store)).unwrap();
        let other = picklist(&project, "other", "x");
        project.ok(&["put", "work", &other, "--as", "ben"]).says("E-REPLACED");
        terminal.types("y");
        assert_eq!(terminal.exit(), Some(8), "{}", terminal.screen);
        terminal.waits_for("this run no longer holds the environment work");
        terminal.waits_for("nothing was written");
        assert_eq!(label(&project, "orders").as_deref(), Some("old"));
        assert_eq!(label(&project, "other").as_deref(), Some("x"));
    }
}

#[test]
fn who_comes_late_is_told_who_came() {
    for store in STORES {
        let (project, mut terminal) = held(store);
        std::fs::remove_file(lock_file(&project, store)).unwrap();
        let import = ["import", "work", "new.json", "--setup", "picklist/orders=overwrite", "--as", "ben"];
        let mut second = Terminal::start(project.command(&import));
        second.waits_for("import into work");
        terminal.types("y");
        assert_eq!(terminal.exit(), Some(8), "{}", terminal.screen);
        terminal.waits_for("it is held by ben");
        second.types("y");
        assert_eq!(second.exit(), Some(0), "{}", second.screen);
        assert_eq!(label(&project, "orders").as_deref(), Some("new"));
    }
}

/// Runs `edit` with an editor that does this and then makes the label "edited".
fn edit(project: &Project, meanwhile: &str) -> Run {
    let script = format!("{meanwhile}\nsed 's/\"old\"/\"edited\"/' \"$1\" > \"$1.new\" && mv \"$1.new\" \"$1\"\n");
    project.write("editor.sh", script);
    let mut command = project.command(&["edit", "work", "picklist/orders"]);
    command.env("EDITOR", format!("sh {}", project.path("editor.sh").display())).env("TMPDIR", project.folder());
    run(command, "edit work picklist/orders".to_owned())
}

#[test]
fn an_editor_holds_nothing_and_what_changed_meanwhile_is_noticed() {
    for store in STORES {
        let project = project(store);
        let (orders, other) = (picklist(&project, "orders", "old"), picklist(&project, "other", "x"));
        project.ok(&["put", "work", &orders]);
        let flowport = env!("CARGO_BIN_EXE_flowport");
        edit(&project, &format!("{flowport} put work {other} || exit 1")).exits(0);
        assert_eq!(label(&project, "orders").as_deref(), Some("edited"));
        assert_eq!(label(&project, "other").as_deref(), Some("x"));

        project.ok(&["put", "work", &orders]);
        let same = project.read("orders.json").replace("\"old\"", "\"theirs\"");
        project.write("theirs.json", same);
        let told = edit(&project, &format!("{flowport} put work theirs.json || exit 1")).exits(7);
        told.says_all(&["picklist/orders changed in work", "the text is kept in"]);
        assert_eq!(label(&project, "orders").as_deref(), Some("theirs"));
    }
}

#[test]
fn the_lock_is_flowports_own_and_goes_with_the_store() {
    for store in STORES {
        let project = project(store);
        let other = picklist(&project, "other", "x");
        project.ok(&["put", "work", &other]);
        let lock = lock_file(&project, store);
        assert!(lock.is_file());
        let export = ["export", "work", "--all", "--format", "json", "--overwrite", "-o", lock.to_str().unwrap()];
        project.run(&export).exits(2).says("this belongs to the environment work");
        project.ok(&["env", "remove", "work", "--delete-store", "--yes"]);
        let left: Vec<String> = project.names(".").into_iter().filter(|name| name.starts_with("work")).collect();
        assert!(left.is_empty(), "{left:?}");
    }
}
