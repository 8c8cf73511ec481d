//! Ctrl-C, and what the audit file tells of it.

use serde_json::{Value, json};

use crate::hold::{held, waiting};
use crate::pty::Terminal;
use crate::runs::{STORES, picklist, project};
use crate::support::project::{Project, run};

fn events(project: &Project) -> Vec<Value> {
    project.read("audit.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn names(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["event"].as_str().unwrap()).collect()
}

#[test]
fn a_command_that_is_interrupted_tells_its_end() {
    for store in STORES {
        let (project, mut terminal) = held(store);
        let other = picklist(&project, "other", "x");
        let (mut child, _stdin, line) =
            waiting(&project, &["put", "work", &other, "--wait", "120", "--audit", "audit.jsonl"]);
        assert!(line.contains("waiting for"), "{line}");
        let interrupt = project.program("kill", &["-INT", &child.id().to_string()]);
        run(interrupt, "kill -INT".to_owned()).exits(0);
        assert_eq!(child.wait().unwrap().code(), Some(130), "{store}");
        let told = events(&project);
        assert_eq!(names(&told), ["begun", "interrupted"]);
        assert_eq!((&told[1]["exit"], &told[1]["environment"]), (&json!(130), &json!("work")));
        terminal.kill();
    }
}

#[test]
fn who_interrupts_a_question_has_said_no() {
    let project = project(STORES[0]);
    let file = picklist(&project, "orders", "new");
    let import = ["import", "work", &file, "--audit", "audit.jsonl"];
    let mut terminal = Terminal::start(project.command(&import));
    terminal.waits_for("import into work");
    terminal.waits_until_hidden();
    terminal.types("\u{3}");
    terminal.waits_for("cancelled, nothing was written");
    assert_eq!(terminal.exit(), Some(1));
    let told = events(&project);
    assert_eq!(names(&told), ["begun", "package-read", "planned", "failed"]);
    assert_eq!((&told[3]["reason"], &told[3]["exit"]), (&json!("E-FAILED"), &json!(1)));
}
