//! Versions of Backendless FlowRunner flows.

use serde_json::{Value, json};

use crate::support::project::{Project, findings};

pub(crate) fn orders() -> Value {
    json!({
        "name": "Orders", "description": "", "version": 3, "status": "LIVE", "unknown": { "kept": [1.50] },
        "elements": [
            { "id": "e1", "type": "trigger" },
            { "id": "e2", "type": "callFlow", "flowName": "Invoices" },
        ],
        "schedule": { "cron": "0 0 * * *", "enabled": true },
        "slaGoals": [{ "name": "first answer", "target": 4, "unit": "h" }],
    })
}

fn with(flow: &Value) -> Project {
    let project = Project::new();
    project.write("orders.json", serde_json::to_string_pretty(flow).unwrap());
    project
}

#[test]
fn a_version_comes_back_exactly_and_is_never_live_by_itself() {
    let project = with(&orders());
    project.ok(&["inspect", "orders.json"]).says("(flowrunner, unverified)");
    project.ok(&["import", "dev", "orders.json", "--yes"]);
    assert_eq!(project.ids("dev"), ["flow/Orders@3"]);
    assert_eq!(project.list("dev")[0]["state"], "draft");
    assert_eq!(project.part("dev", "flow/Orders", "version.json"), project.read("orders.json").into_bytes());
    project.ok(&["export", "dev", "flow/Orders", "-o", "back.json"]).says("(flowrunner)");
    assert_eq!(project.read("back.json"), project.read("orders.json"));
    project.ok(&["import", "dev", "orders.json", "--yes"]).says("no changes");
    project.ok(&["formats"]).says_all(&["flowrunner", "unverified"]);
}

#[test]
fn what_lies_outside_is_reported() {
    let project = with(&orders());
    let said = findings(&project.json(0, &["inspect", "orders.json"])).join("\n");
    for outside in ["calendar", "Invoices", "configuration"] {
        assert!(said.contains(outside), "{outside} in {said}");
    }
}

#[test]
fn an_import_adds_a_version_or_makes_a_new_flow_with_an_identical_first_one() {
    let project = with(&orders());
    project.ok(&["import", "dev", "orders.json", "--yes"]);
    let mut changed = orders();
    changed["description"] = json!("changed");
    project.write("changed.json", changed.to_string());
    project.run(&["import", "dev", "changed.json", "--yes"]).exits(4).says_all(&["new-version", "--rename"]);
    let add = ["import", "dev", "changed.json", "--yes", "--setup", "flow/Orders@3=new-version:flow/Orders"];
    project.ok(&add);
    assert_eq!(project.ids("dev"), ["flow/Orders@3", "flow/Orders@4"]);
    project.ok(&add).says("no changes");
    assert_eq!(project.ids("dev").len(), 2, "the same import twice adds one version");
    // To a flow of another name.
    project.ok(&["import", "dev", "changed.json", "--yes", "--rename", "flow/Orders=Returns"]);
    assert!(project.ids("dev").contains(&"flow/Returns@1".to_owned()));
    project.ok(&["import", "dev", "orders.json", "--yes", "--setup", "flow/Orders@3=new-version:flow/Returns"]);
    assert!(project.ids("dev").contains(&"flow/Returns@2".to_owned()));
    // Without a version of its own the content of the first one is the file, byte for byte.
    let mut plain = orders();
    plain.as_object_mut().unwrap().remove("version");
    plain["name"] = json!("Plain");
    project.write("plain.json", plain.to_string());
    project.ok(&["import", "dev", "plain.json", "--yes"]);
    assert_eq!(project.part("dev", "flow/Plain@1", "version.json"), plain.to_string().into_bytes());
}

#[test]
fn one_version_is_live() {
    let project = with(&orders());
    project.ok(&["import", "dev", "orders.json", "--yes", "--publish"]);
    let state = |id: &str| {
        let all = project.list("dev");
        all.iter().find(|it| it["resource"] == id).unwrap()["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state("flow/Orders@3"), "published");
    let mut changed = orders();
    changed["description"] = json!("changed");
    project.write("changed.json", changed.to_string());
    let add = ["import", "dev", "changed.json", "--yes", "--setup", "flow/Orders@3=new-version"];
    project.run(&[&add[..], &["--publish"]].concat()).exits(4).says_all(&["P-LIVE", "flowport publish dev"]);
    project.ok(&add);
    project.ok(&["publish", "dev", "flow/Orders@4"]);
    assert_eq!((state("flow/Orders@3"), state("flow/Orders@4")), ("draft".to_owned(), "published".to_owned()));
    project.run(&["publish", "dev", "flow/*"]).exits(4).says("cannot both be live");
}

#[test]
fn bad_files_are_refused() {
    let text = serde_json::to_string_pretty(&orders()).unwrap();
    let mut twice = orders();
    twice["elements"][1]["id"] = json!("e1");
    for (what, content, says) in [
        ("truncated", text[..text.len() - 20].to_owned(), "line "),
        ("doubly encoded", serde_json::to_string(&text).unwrap(), "encoded twice"),
        ("two elements of one id", twice.to_string(), "/elements/1/id"),
        ("a cron that is none", text.replace("0 0 * * *", "0 0"), "/schedule/cron"),
    ] {
        let project = Project::new();
        project.write("bad.json", content);
        let run = project.run(&["import", "dev", "bad.json", "--yes"]).exits(4);
        assert!(run.text().contains(says), "{what}: {says:?} is not said by\n{run}");
        assert!(project.ids("dev").is_empty(), "{what}");
    }
}
