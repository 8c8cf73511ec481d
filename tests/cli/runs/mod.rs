//! Runs: what was done to an environment, by whom, with what; and taking it back.

mod advice;
mod undo;

use serde_json::{Value, json};

use crate::support::package::lone_flow;
use crate::support::project::Project;
use crate::vault::{PASSWORD, model};

/// Both kinds of stores.
pub(crate) const STORES: [&str; 2] = ["sqlite:work.db", "dir:work"];

/// A project with an environment `work` in such a store.
pub(crate) fn project(store: &str) -> Project {
    let project = Project::new();
    project.ok(&["env", "add", "work", "--store", store, "--tenant", "contoso"]);
    project
}

/// A picklist in flowport JSON, for `put`.
pub(crate) fn picklist(project: &Project, name: &str, label: &str) -> String {
    let part = json!({ "schemaName": name, "displayName": name, "origin": "custom", "options": [{ "value": 1, "label": label }] });
    let resource = json!({
        "kind": "picklist", "id": name, "name": name, "dialect": "flowport",
        "parts": { "picklist.json": { "json": part } },
    });
    let file = format!("{name}.json");
    project.write(&file, resource.to_string());
    file
}

/// The label of a picklist in the environment; none where it is not there.
pub(crate) fn label(project: &Project, name: &str) -> Option<String> {
    let run = project.run(&["show", "work", &format!("picklist/{name}"), "--part", "picklist.json"]);
    let part: Value = serde_json::from_slice(&run.stdout).ok()?;
    Some(part["options"][0]["label"].as_str().unwrap().to_owned())
}

pub(crate) fn runs(project: &Project) -> Vec<Value> {
    project.json(0, &["runs", "work"])["result"]["runs"].as_array().unwrap().clone()
}

#[test]
fn every_change_is_a_run_with_who_when_and_what() {
    for store in STORES {
        let project = project(store);
        let (mut package, flow) = lone_flow("Orders");
        package.manifest["details"]["displayName"] = json!("Orders package");
        package.save(project.path("orders.zip"));
        project.ok(&["runs", "work"]).says("no runs in work");
        project.write("model.json", model(PASSWORD));
        project.ok(&["put", "work", "model.json"]).says("run work/1, `flowport undo work/1` takes it back");
        project.ok(&["import", "work", "orders.zip", "--yes", "--as", "ben"]).says("run work/2");
        project.ok(&["publish", "work", &format!("flow/{flow}")]);
        project.ok(&["secret", "remove", "work", "connector/crm", "password"]);
        project.ok(&["delete", "work", "flow/orders", "--yes"]);
        // What changes nothing is no run.
        project.ok(&["import", "work", "orders.zip", "--yes"]).says("no changes");
        project.ok(&["publish", "work", &format!("flow/{flow}")]);
        let listed = runs(&project);
        let commands: Vec<&Value> = listed.iter().map(|run| &run["command"]).collect();
        assert_eq!(commands, ["delete", "secret remove", "publish", "import", "put"], "{store}");
        let import = &listed[3];
        assert_eq!((&import["run"], &import["number"], &import["actor"]), (&json!("work/2"), &json!(2), &json!("ben")));
        assert_eq!((&import["result"], &import["changes"]), (&json!("done"), &json!(1)));
        assert_eq!(import["package"]["name"], "Orders package");
        assert_eq!(import["package"]["hash"].as_str().unwrap().len(), 64);
        assert!(import["at"].as_str().unwrap().ends_with('Z'));
        let text = project.ok(&["runs", "work"]).says_all(&["RUN", "WHO", "work/5", "Orders package"]).stdout();
        assert!(text.find("work/5") < text.find("work/1"), "the last one comes first\n{text}");
        project.ok(&["runs", "work", "flow/Orders"]).says_all(&["work/2", "work/3"]).says_not("work/4");
        project.ok(&["runs", "work", "flow/orders"]).says_all(&["work/1", "work/5"]).says_not("work/2");
        // What is gone is found by pattern and by name as well.
        project.ok(&["runs", "work", "flow/*"]).says_all(&["work/1", "work/2", "work/3", "work/5"]).says_not("work/4");
        project.ok(&["delete", "work", "connection/crm-1", "--yes"]);
        project.ok(&["runs", "work", "connection/CRM of ana"]).says_all(&["work/1", "work/6"]).says_not("work/4");
        project.run(&["runs", "work", "flow/none"]).exits(2).says("flow/none is not in work");
    }
}

#[test]
fn a_run_shows_what_it_changed_field_by_field_and_no_secret() {
    for store in STORES {
        let project = project(store);
        project.ok(&["put", "work", &picklist(&project, "colours", "Red")]);
        project.ok(&["put", "work", &picklist(&project, "colours", "Green")]);
        project.write("model.json", model(PASSWORD));
        project.ok(&["put", "work", "model.json"]);
        project.write("model.json", model("another-password"));
        project.ok(&["put", "work", "model.json"]);
        project.ok(&["delete", "work", "picklist/colours", "--yes"]);
        project.ok(&["runs", "show", "work/1"]).says("+ picklist/colours");
        let shown = project.ok(&["runs", "show", "work/2"]);
        drop(shown.says_all(&["who:     ana", "command: put", "~ picklist/colours", "\"Red\" → \"Green\""]));
        let result = &project.json(0, &["runs", "show", "work/2"])["result"];
        let change = &result["resources"][0]["changes"][0];
        assert_eq!((&change["from"], &change["to"]), (&json!("Red"), &json!("Green")), "{store}");
        project
            .ok(&["runs", "show", "work/5"])
            .says_all(&["- picklist/colours", "`flowport undo work/5` takes it back"]);
        for run in ["work/3", "work/4"] {
            project.ok(&["runs", "show", run]).says_not(PASSWORD).says_not("another-password");
            let shown = project.json(0, &["runs", "show", run]).to_string();
            assert!(!shown.contains(PASSWORD) && !shown.contains("another-password"), "{shown}");
        }
        project.run(&["runs", "show", "work/9"]).exits(2).says_all(&["no run work/9", "flowport runs work"]);
        project.run(&["runs", "show", "work"]).exits(2).says("ENV/NUMBER");
        project.run(&["runs", "show", "wrk/1"]).exits(2).says("did you mean work?");
    }
}

#[test]
fn a_run_says_which_secrets_it_set_and_no_more() {
    for store in STORES {
        let project = project(store);
        project.write("model.json", model(""));
        project.ok(&["put", "work", "model.json"]);
        for value in [PASSWORD, "another-password"] {
            project.write("password", value);
            project.ok(&["secret", "set", "work", "connector/crm", "password", "--file", "password"]);
        }
        project.ok(&["secret", "remove", "work", "connector/crm", "password"]);
        for (run, said) in
            [(2, "is not set → is set"), (3, "is set → is set to another one"), (4, "is set → is not set")]
        {
            let shown = project.ok(&["runs", "show", &format!("work/{run}")]);
            drop(
                shown
                    .says_all(&["~ connector/crm", "secrets#connector.json#/secrets/password", said])
                    .says_not(PASSWORD),
            );
        }
        let change = &project.json(0, &["runs", "show", "work/3"])["result"]["resources"][0]["changes"][0];
        assert_eq!((&change["part"], &change["secret"]), (&json!("secrets"), &json!(true)), "{store}");
    }
}

#[test]
fn the_last_runs_are_listed_and_all_of_them_when_asked() {
    let project = project(STORES[0]);
    for number in 0..22 {
        project.ok(&["put", "work", &picklist(&project, "colours", &number.to_string())]);
    }
    project.ok(&["runs", "work"]).says("and 2 more: flowport runs work --all").says_not("work/2 ");
    project.ok(&["runs", "work", "--all"]).says("work/2 ").says_not("more");
    assert_eq!(runs(&project).len(), 22);
}

#[test]
fn an_import_that_leaves_something_out_is_partly_done() {
    for store in STORES {
        let project = project(store);
        let good = json!({ "kind": "flow", "id": "a", "name": "A", "dialect": "flowport",
            "parts": { "flow.json": { "json": { "name": "A", "state": "published", "trigger": {}, "steps": [] } } } });
        let bad = json!({ "kind": "flow", "id": "b", "name": "B", "dialect": "flowport",
            "parts": { "flow.json": { "json": { "name": "B", "state": "published", "trigger": {}, "steps": [],
                "connections": [{ "key": "x", "connector": "none", "connection": "none" }] } } } });
        project.write("two.json", json!([good, bad]).to_string());
        project.run(&["import", "work", "two.json", "--yes", "--keep-going"]).exits(5);
        assert_eq!(runs(&project)[0]["result"], "partial", "{store}");
        project.ok(&["runs", "work"]).says("partly done");
    }
}
