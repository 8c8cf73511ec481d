//! `--json`: one object for every command, whatever comes of it. `Run::envelope` checks its keys, and that its exit code is that of
//! the process.

use serde_json::{Value, json};

use crate::support::package::{lone_flow, sample};
use crate::support::project::Project;

/// An array of that length under the key: also where it has one element, or none.
#[track_caller]
fn assert_list(envelope: &Value, key: &str, length: usize) {
    let list = envelope["result"][key].as_array().unwrap_or_else(|| panic!("{key} is no array in {envelope:#}"));
    assert_eq!(list.len(), length, "{key} in {envelope:#}");
}

#[test]
fn every_command_answers_with_the_envelope() {
    let project = Project::bare();
    let named = |command: &str, exit: i32, arguments: &[&str]| {
        let envelope = project.json(exit, arguments);
        assert_eq!(envelope["command"], command, "flowport {arguments:?}");
        envelope
    };
    assert_list(&named("init", 0, &["init"]), "environments", 3);
    named("init", 1, &["init"]);
    assert_list(&named("env list", 0, &["env", "list"]), "environments", 3);
    named("env add", 0, &["env", "add", "extra"]);
    named("env show", 0, &["env", "show", "extra"]);
    named("env remove", 0, &["env", "remove", "extra"]);
    named("env show", 2, &["env", "show", "extra"]);
    assert_list(&named("formats", 0, &["formats"]), "formats", 6);
    let plugins = named("plugin list", 0, &["plugin", "list"]);
    let plugin = plugins["result"]["plugins"][0]["name"].as_str().unwrap();
    named("plugin info", 0, &["plugin", "info", plugin]);
    named("plugin info", 2, &["plugin", "info", "none"]);
    assert!(named("completions", 0, &["completions", "bash"])["result"]["script"].is_string());

    assert_list(&named("list", 0, &["list", "dev"]), "resources", 0);
    let checked = named("check", 0, &["check", "dev"]);
    assert_eq!(checked["result"], json!({ "checked": 0, "errors": 0 }));
    let graph = named("graph", 0, &["graph", "dev"]);
    assert_list(&graph, "nodes", 0);
    assert_list(&graph, "edges", 0);

    lone_flow("Orders").0.save(project.path("orders.zip"));
    assert_list(&named("inspect", 0, &["inspect", "orders.zip"]), "resources", 1);
    assert_list(&named("plan", 0, &["plan", "dev", "orders.zip"]), "changes", 1);
    named("plan", 3, &["plan", "dev", "orders.zip", "--detailed-exitcode"]);
    assert!(named("plan", 0, &["plan", "dev", "orders.zip", "--settings-template"])["result"]["settings"].is_string());
    named("import", 2, &["import", "dev", "orders.zip"]);
    let imported = named("import", 0, &["import", "dev", "orders.zip", "--yes"]);
    for (key, length) in [("changes", 1), ("stored", 1), ("left_out", 0), ("left_to_do", 1)] {
        assert_list(&imported, key, length);
    }
    assert_list(&named("list", 0, &["list", "dev"]), "resources", 1);
    let shown = named("show", 0, &["show", "dev", "flow/Orders"]);
    for (key, length) in [("owners", 1), ("parts", 3), ("identities", 1), ("references", 0), ("secrets", 0)] {
        assert_list(&shown, key, length);
    }
    named("show", 0, &["show", "dev", "flow/Orders", "--part", "definition.json"]);
    assert_list(&named("secret list", 0, &["secret", "list", "dev"]), "secrets", 0);
    assert!(named("secret recipient", 0, &["secret", "recipient"])["result"]["recipient"].is_string());
    named("secret set", 2, &["secret", "set", "dev", "flow/Orders", "password"]);
    named("secret remove", 2, &["secret", "remove", "dev", "flow/Orders", "password"]);
    named("connector refresh", 2, &["connector", "refresh", "dev", "connector/none", "--from", "dev"]);
    assert_list(&named("share", 0, &["share", "dev", "flow/Orders"]), "resources", 1);
    named("show", 2, &["show", "dev", "flow/none"]);
    let published = named("publish", 0, &["publish", "dev", "flow/Orders"]);
    assert_list(&published, "resources", 1);
    assert_list(&published, "unchanged", 0);
    assert_list(&named("unpublish", 0, &["unpublish", "dev", "flow/Orders"]), "resources", 1);
    named("edit", 2, &["edit", "dev", "flow/none"]);
    assert_list(&named("export", 0, &["export", "dev", "--all", "-o", "out.zip"]), "resources", 1);
    named("export", 1, &["export", "dev", "--all", "-o", "out.zip"]);
    assert_list(&named("export", 0, &["export", "dev", "--all", "--split", "-o", "split"]), "packages", 1);
    assert_list(&named("convert", 0, &["convert", "out.zip", "out.json"]), "resources", 1);
    let put = named("put", 0, &["put", "test", "out.json"]);
    assert_list(&put, "resources", 1);
    assert_list(&put, "unchanged", 0);
    named("delete", 2, &["delete", "dev", "flow/Orders"]);
    assert_list(&named("delete", 0, &["delete", "dev", "flow/Orders", "--yes"]), "resources", 1);
    named("inspect", 4, &["inspect", "none.zip"]);
    named("import", 10, &["import", "dev", "orders.zip", "--yes", "--config", &with_makers(&project)]);
}

fn with_makers(project: &Project) -> String {
    let toml = "[environments.dev]\nkind = \"development\"\nmakers = [\"ben\"]\n";
    project.write("makers.toml", toml).to_owned()
}

#[test]
fn a_blocked_import_gives_the_plan_and_every_finding() {
    let project = Project::new();
    let sample = sample("Order intake");
    sample.package.save(project.path("orders.zip"));
    let envelope = project.json(4, &["import", "dev", "orders.zip", "--yes"]);
    assert_list(&envelope, "changes", 8);
    let questions: Vec<&Value> = envelope["result"]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|change| change["action"] == "question")
        .collect();
    assert_eq!(questions.len(), 5);
    for change in questions {
        assert!(change["question"]["allowed"].as_array().is_some_and(|allowed| allowed.contains(&json!("create"))));
        assert!(change["question"]["candidates"].is_array());
    }
}

#[test]
fn usage_errors_come_in_the_envelope_too() {
    let project = Project::bare();
    for arguments in [
        &["--json"][..],
        &["nonsense", "--json"],
        &["list", "--json"],
        &["list", "dev", "--nonsense", "--json"],
        &["--json", "export", "dev"],
        &["completions", "cmd", "--json"],
    ] {
        let run = project.run(arguments).exits(2);
        let envelope = run.envelope();
        assert_eq!(envelope["status"], "failed");
        assert!(!envelope["diagnostics"][0]["summary"].as_str().unwrap().is_empty(), "{run}");
        assert!(run.stderr.is_empty(), "{run}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    use std::process::Stdio;
    let project = Project::new();
    let mut child =
        project.command(&["completions", "bash"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn quiet_says_results_and_errors_only() {
    let project = Project::new();
    lone_flow("Orders").0.save(project.path("orders.zip"));
    let run = project.ok(&["import", "dev", "orders.zip", "--yes", "-q"]);
    assert!(run.stdout().contains("1 resource written"), "{run}");
    project.run(&["list", "none", "-q"]).exits(2).says("there is no environment none");
}

#[test]
fn a_usage_error_says_everything_in_json_too() {
    let project = Project::new();
    let envelope = project.json(2, &["list"]);
    assert_eq!(envelope["diagnostics"][0]["code"], "E-USAGE");
    let summary = envelope["diagnostics"][0]["summary"].as_str().unwrap();
    assert!(summary.contains("required arguments") && summary.contains("<ENVIRONMENT>"), "{summary}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_written_is_a_failure() {
    let project = Project::new();
    for arguments in [&["formats"][..], &["formats", "--json"], &["list", "dev"], &["completions", "bash"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = project.command(arguments);
        let output = command.stdout(full).stderr(std::process::Stdio::piped()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?} {said}");
        assert!(said.contains("cannot be written"), "{said}");
    }
}
