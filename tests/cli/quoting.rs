//! What is advised can be pasted into a shell, whatever a resource is called.

use serde_json::{Value, json};

use crate::support::project::Project;

const ID: &str = "it's $(one)";
/// Its id as a word of a shell, without the end.
const BEGUN: &str = r"'flow/it'\''s $(one)";

fn save(project: &Project, file: &str, colour: &str) {
    let part = json!({ "name": "One", "state": "draft", "trigger": {}, "steps": [{ "name": "paint", "inputs": { "colour": colour } }] });
    let flow = json!({ "kind": "flow", "id": ID, "name": "One", "dialect": "flowport", "state": "draft",
        "parts": { "flow.json": { "json": part } } });
    let info = json!({ "name": "One", "source": "shop-dev" });
    let package = json!({ "format": "flowport", "formatVersion": "1.0", "package": info, "resources": [flow] });
    project.write(file, package.to_string());
}

fn helps(envelope: &Value) -> String {
    let all = envelope["diagnostics"].as_array().unwrap().iter();
    all.filter_map(|found| found["help"].as_str()).collect::<Vec<_>>().join("\n")
}

#[test]
fn ids_in_advised_commands_are_words_of_a_shell() {
    let project = Project::new();
    save(&project, "first.json", "Red");
    project.ok(&["put", "dev", "first.json"]);
    project.ok(&["check", "dev"]).says(&format!("do: flowport publish dev {BEGUN}'\n"));
    let exported = ["export", "dev", "flow/One", "-o", "out.json"];
    project.run(&exported).exits(4).says(&format!("--exclude {BEGUN}'\n"));
    save(&project, "next.json", "Green");
    let replaced = helps(&project.json(0, &["plan", "dev", "next.json"]));
    assert!(replaced.contains(&format!("--setup {BEGUN}=use-existing'")), "{replaced}");

    project.ok(&["import", "dev", "next.json", "--yes"]);
    save(&project, "now.json", "Blue");
    project.ok(&["put", "dev", "now.json"]);
    save(&project, "later.json", "Black");
    let conflict = helps(&project.json(4, &["plan", "dev", "later.json"]));
    assert!(conflict.contains(&format!("--resolve {BEGUN}=keep'")), "{conflict}");
}

#[cfg(unix)]
#[test]
fn an_advised_command_does_what_it_says() {
    let project = Project::new();
    save(&project, "first.json", "Red");
    project.ok(&["put", "dev", "first.json"]);
    let advised = helps(&project.json(0, &["check", "dev"]));
    let line = advised.replace("flowport ", &format!("'{}' ", env!("CARGO_BIN_EXE_flowport")));
    let run = crate::support::project::run(project.program("sh", &["-c", &line]), advised);
    run.exits(0).says("1 resource published in dev");
    assert_eq!(project.list("dev")[0]["state"], "published");
}
