//! `--audit FILE`: one line for each step of what writes to an environment.

use serde_json::{Value, json};

use crate::support::package::lone_flow;
use crate::support::project::Project;

fn project() -> Project {
    let project = Project::new();
    lone_flow("Orders").0.save(project.path("orders.zip"));
    project
}

/// The lines of the audit file since the last look, which have what every line has.
fn events(project: &Project) -> Vec<Value> {
    let text = project.read("audit.jsonl");
    std::fs::remove_file(project.path("audit.jsonl")).unwrap();
    assert!(text.ends_with('\n'), "{text}");
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for event in &events {
        let keys: Vec<&String> = event.as_object().unwrap().keys().take(6).collect();
        assert_eq!(keys, ["time", "event", "command", "environment", "actor", "package"], "{event}");
        let time = event["time"].as_str().unwrap();
        assert!(time.len() == 20 && time.ends_with('Z') && time.as_bytes()[10] == b'T', "{event}");
        assert_eq!(event["actor"], "ana", "{event}");
    }
    events
}

fn names(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["event"].as_str().unwrap()).collect()
}

const AUDIT: [&str; 2] = ["--audit", "audit.jsonl"];

fn audited<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [arguments, &AUDIT].concat()
}

#[test]
fn an_import_tells_each_of_its_steps() {
    let project = project();
    project.ok(&audited(&["import", "dev", "orders.zip", "--yes", "--publish"]));
    let told = events(&project);
    let steps = ["begun", "package-read", "planned", "writing", "written", "activated", "committed", "done"];
    assert_eq!(names(&told), steps);
    let hash = flowport_core::content::Hash::of(&std::fs::read(project.path("orders.zip")).unwrap()).to_string();
    for (event, package) in told.iter().zip([Value::Null].into_iter().chain(std::iter::repeat(json!(hash)))) {
        assert_eq!((&event["command"], &event["environment"]), (&json!("import"), &json!("dev")));
        assert_eq!(event["package"], package, "{event}");
    }
    assert_eq!(told[1]["name"], "Orders");
    assert_eq!((&told[2]["changes"], &told[2]["blocked"]), (&json!(1), &json!(0)));
    let id = json!(project.ids("dev")[0]);
    for event in &told[4..6] {
        assert_eq!((&event["resource"], &event["run"]), (&id, &json!(1)), "{event}");
    }
    assert_eq!((&told[6]["run"], &told[7]["exit"]), (&json!(1), &json!(0)));

    project.ok(&audited(&["import", "dev", "orders.zip", "--yes"]));
    assert_eq!(names(&events(&project)), ["begun", "package-read", "planned", "done"], "nothing changed");
}

#[test]
fn every_command_that_writes_tells_and_no_other() {
    let project = project();
    let by_hand = |arguments: &[&str], step: &[&str]| {
        project.ok(&audited(arguments));
        let told = events(&project);
        let expected = [&["begun", "writing"], step, &["committed", "done"]].concat();
        assert_eq!(names(&told), expected, "{arguments:?}");
        assert_eq!((&told[0]["environment"], &told[0]["command"]), (&json!("dev"), &json!(arguments[0])));
    };
    by_hand(&["put", "dev", "orders.zip"], &["written", "activated"]);
    by_hand(&["put", "dev", "orders.zip", "--owner", "ana", "--co-owner", "cleo"], &["written"]);
    by_hand(&["unpublish", "dev", "flow/Orders"], &["written"]);
    by_hand(&["publish", "dev", "flow/Orders"], &["written", "activated"]);
    by_hand(&["undo", "dev/4", "--yes"], &["written"]);
    by_hand(&["delete", "dev", "flow/Orders", "--yes"], &["deleted"]);
    project.ok(&["plan", "dev", "orders.zip", "-o", "dev.plan"]);
    project.ok(&audited(&["import", "--plan", "dev.plan", "--yes"]));
    let told = events(&project);
    assert_eq!(names(&told)[..5], ["begun", "package-read", "planned", "writing", "written"]);
    assert_eq!((&told[0]["environment"], &told[1]["environment"]), (&Value::Null, &json!("dev")));
    for arguments in
        [&["plan", "dev", "orders.zip"][..], &["list", "dev"], &["export", "dev", "--all", "-o", "out.zip"]]
    {
        project.ok(&audited(arguments));
        assert!(!project.path("audit.jsonl").exists(), "{arguments:?}");
    }
    project.ok(&audited(&["env", "remove", "dev", "--delete-store", "--yes"]));
    assert_eq!(names(&events(&project)), ["begun", "done"]);
}

#[test]
fn what_fails_or_is_blocked_tells_the_class_of_its_reason() {
    let project = project();
    let toml = project.read("flowport.toml").replace("kind = \"test\"", "kind = \"test\"\nmakers = [\"ben\"]");
    project.write("flowport.toml", toml);
    let mut broken = lone_flow("Broken").0;
    broken.manifest["resources"] = json!({});
    broken.save(project.path("broken.zip"));
    for (exit, reason, arguments) in [
        (10, "E-NOT-PERMITTED", &["import", "test", "orders.zip", "--yes"][..]),
        (2, "E-USAGE", &["import", "dev", "orders.zip"]),
        (2, "E-USAGE", &["delete", "dev", "flow/None", "--yes"]),
        (2, "E-USAGE", &["import", "nowhere", "orders.zip", "--yes"]),
    ] {
        project.run(&audited(arguments)).exits(exit);
        let told = events(&project);
        let last = told.last().unwrap();
        assert_eq!((names(&told)[0], names(&told)[told.len() - 1]), ("begun", "failed"), "{arguments:?}");
        assert_eq!((&last["reason"], &last["exit"]), (&json!(reason), &json!(exit)), "{arguments:?}");
    }
    project.run(&audited(&["import", "dev", "broken.zip", "--yes"])).exits(4);
    let told = events(&project);
    let last = told.last().unwrap();
    assert_eq!((&last["event"], &last["reason"]), (&json!("blocked"), &json!("E-BLOCKED")), "{last}");
    assert!(!last["codes"].as_array().unwrap().is_empty(), "{last}");
    assert!(project.ids("dev").is_empty());
    // Blocked is blocked, however a command says it.
    project.ok(&["put", "dev", "orders.zip"]);
    project.write("bad.json", "{\"kind\": \"flow\",");
    project.run(&audited(&["put", "dev", "bad.json"])).exits(4);
    let told = events(&project);
    assert_eq!(names(&told), ["begun", "blocked"]);
    assert_eq!((&told[1]["reason"], &told[1]["exit"]), (&json!("E-BLOCKED"), &json!(4)), "{told:?}");
    assert!(!told[1]["codes"].as_array().unwrap().is_empty(), "{told:?}");
}

#[test]
fn lines_are_appended_and_no_secret_is_among_them() {
    let project = project();
    project.write("value.txt", "hunter2\n");
    let flow =
        json!({ "name": "CRM", "type": "http", "url": "https://crm.example", "secrets": { "password": "hunter2" } });
    let connector = json!({ "kind": "connector", "id": "crm", "name": "CRM", "dialect": "flowport", "parts": { "connector.json": { "json": flow } } });
    let package =
        json!({ "format": "flowport", "formatVersion": "1.0", "package": { "name": "CRM" }, "resources": [connector] });
    project.write("crm.json", package.to_string());
    project.ok(&audited(&["import", "dev", "crm.json", "--yes"]));
    let lines = project.read("audit.jsonl").lines().count();
    project.ok(&audited(&["secret", "set", "dev", "connector/CRM", "password", "--file", "value.txt"]));
    let text = project.read("audit.jsonl");
    assert!(text.lines().count() > lines && text.contains("secret set"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_file_that_cannot_be_opened_stops_the_command_before_it_begins() {
    let project = project();
    let import = |file: &str| project.run(&["import", "dev", "orders.zip", "--yes", "--audit", file]);
    import("none/audit.jsonl").exits(1).says_all(&["--audit none/audit.jsonl", "nothing was done"]);
    import(".").exits(1).says("--audit .");
    import("flowport.toml").exits(2).says("belongs to the project");
    let before = std::fs::read(project.path("orders.zip")).unwrap();
    import("orders.zip").exits(1).says("something else");
    assert!(std::fs::read(project.path("orders.zip")).unwrap() == before);
    assert!(project.ids("dev").is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_takes_no_line_stops_the_command_too() {
    let project = project();
    let import = ["import", "dev", "orders.zip", "--yes", "--audit"];
    project.run(&[&import[..], &["/dev/full"]].concat()).exits(1).says_all(&["/dev/full", "nothing was done"]);
    assert!(project.ids("dev").is_empty());
    project.ok(&[&import[..], &["/dev/stderr"]].concat()).says("\"event\":\"committed\"");
}
