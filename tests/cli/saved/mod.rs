//! Saved plans: reviewed now, carried out later; exactly that, once.

mod refused;
mod stale;

use serde_json::{Value, json};

use crate::runs::{STORES, label, picklist, project, runs};
use crate::support::package::{lone_flow, sample};
use crate::support::project::Project;
use crate::vault::{PASSWORD, model};

/// All bytes of the environment's store.
fn store(project: &Project) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut open = vec![project.folder().to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(project.folder()).unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                open.push(path);
            } else if name.starts_with("work") {
                files.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

fn plan(project: &Project, name: &str) -> Value {
    serde_json::from_str(&project.read(name)).unwrap()
}

#[test]
fn planning_writes_nothing_but_the_plan() {
    for kind in STORES {
        let project = project(kind);
        let (mut package, flow) = lone_flow("Orders");
        package.save(project.path("orders.zip"));
        project.ok(&["import", "work", "orders.zip", "--yes"]);
        package.action(&flow, "More", json!({ "type": "Compose", "inputs": 1, "runAfter": {} }));
        package.save(project.path("orders.zip"));
        let before = store(&project);
        project
            .ok(&["plan", "work", "orders.zip", "-o", "plan.json"])
            .says_all(&["plan saved in plan.json", "flowport import --plan 'plan.json'"]);
        assert!(store(&project) == before, "{kind}: the environment is another one after planning");
        let saved = plan(&project, "plan.json");
        assert_eq!((&saved["format"], &saved["version"]), (&json!("flowport-plan"), &json!(1)));
        assert_eq!(saved["package"]["file"], "orders.zip");
        assert_eq!(saved["environment"]["last_run"], 1);
        let change = &saved["changes"][0];
        assert_eq!((&change["action"], &change["resource"]), (&json!("update"), &json!(format!("flow/{flow}"))));
        for hash in [&change["outcome"], &change["replaces"], &saved["package"]["sha256"], &saved["seal"]] {
            assert_eq!(hash.as_str().unwrap().len(), 64);
        }
        assert!(saved["plugins"].as_array().unwrap().len() > 3, "{}", saved["plugins"]);
        let seen = saved["seen"].as_array().unwrap();
        assert!(seen.iter().any(|seen| seen["asked"] == "resource" && seen["about"] == format!("flow/{flow}")));
    }
}

#[test]
fn a_saved_plan_does_what_importing_at_once_does() {
    for kind in STORES {
        let (saved, direct) = (project(kind), project(kind));
        let sample = sample("Order intake");
        for project in [&saved, &direct] {
            sample.package.save(project.path("sample.zip"));
        }
        let answers = sample.create_all();
        let mut arguments = vec!["plan", "work", "sample.zip", "-o", "plan.json"];
        arguments.extend(answers.iter().map(String::as_str));
        saved.ok(&arguments);
        let carried_out = saved.json(0, &["import", "--plan", "plan.json", "--yes"]);
        let mut arguments = vec!["import", "work", "sample.zip", "--yes"];
        arguments.extend(answers.iter().map(String::as_str));
        let imported = direct.json(0, &arguments);
        assert_eq!(carried_out["result"], imported["result"], "{kind}");
        let export = |project: &Project| {
            project.ok(&["export", "work", "--all", "-o", "out.json", "--include-drafts"]);
            let mut package: Value = serde_json::from_str(&project.read("out.json")).unwrap();
            package["package"] = Value::Null;
            package
        };
        assert_eq!(export(&saved), export(&direct));
        let run = &runs(&saved)[0];
        assert_eq!(run["plan"], plan(&saved, "plan.json")["seal"]);
    }
}

#[test]
fn generated_ids_are_those_of_the_plan() {
    let project = project(STORES[0]);
    let (package, flow) = lone_flow("Orders");
    package.save(project.path("orders.zip"));
    project.ok(&["import", "work", "orders.zip", "--yes"]);
    project.ok(&["plan", "work", "orders.zip", "--setup", &format!("flow/{flow}=create"), "-o", "plan.json"]);
    let target = plan(&project, "plan.json")["changes"][0]["target"].as_str().unwrap().to_owned();
    assert_ne!(target, format!("flow/{flow}"));
    project.ok(&["import", "--plan", "plan.json", "--yes"]);
    assert!(project.ids("work").contains(&target));
}

#[test]
fn a_plan_holds_answers_and_no_secret() {
    for kind in STORES {
        let project = project(kind);
        project.write("model.json", model(""));
        project.write("secret", PASSWORD);
        project.write("work.toml", "[secrets]\n\"connector/crm#password\" = { file = \"secret\" }\n");
        let plan = ["plan", "work", "model.json", "--settings", "work.toml", "--publish", "-o", "plan.json"];
        project.ok(&[&plan[..], &["--setup", "connection/*=create"]].concat());
        let text = project.read("plan.json");
        assert!(!text.contains(PASSWORD), "{text}");
        let saved: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(saved["settings"]["answers"]["secrets"]["connector/crm#password"], json!({ "file": "secret" }));
        assert_eq!((&saved["publish"], &saved["settings"]["file"]), (&json!(true), &json!("work.toml")));
        project.ok(&["import", "--plan", "plan.json", "--yes"]);
        project.ok(&["secret", "list", "work"]).says_not("not set");
    }
}

#[test]
fn a_plan_without_changes_is_carried_out_as_often_as_one_likes() {
    let project = project(STORES[0]);
    project.ok(&["import", "work", &picklist(&project, "colours", "Red"), "--yes"]);
    project.ok(&["plan", "work", "colours.json", "-o", "plan.json"]);
    for _ in 0..2 {
        project.ok(&["import", "--plan", "plan.json"]).says("no changes");
    }
    assert_eq!(runs(&project).len(), 1);
}

#[test]
fn what_has_nothing_to_do_with_a_plan_does_not_stop_it() {
    for kind in STORES {
        let project = project(kind);
        let file = picklist(&project, "colours", "Red");
        project.ok(&["plan", "work", &file, "-o", "plan.json"]);
        project.ok(&["put", "work", &picklist(&project, "sizes", "L")]);
        project.ok(&["import", "--plan", "plan.json", "--yes"]);
        assert_eq!(label(&project, "colours").as_deref(), Some("Red"), "{kind}");
    }
}

#[test]
fn a_plan_of_a_shared_package_needs_its_token_and_holds_none() {
    let project = project(STORES[0]);
    lone_flow("Orders").0.save(project.path("orders.zip"));
    project.ok(&["import", "dev", "orders.zip", "--yes"]);
    let token = project.ok(&["share", "dev", "flow/Orders", "--include-drafts", "--once"]).stdout().trim().to_owned();
    project.ok(&["plan", "work", &token, "-o", "plan.json"]);
    assert!(!project.read("plan.json").contains(&token[12..]), "the token is a secret");
    project.run(&["import", "--plan", "plan.json", "--yes"]).exits(2).says("name the token");
    let said = project.run(&["import", "--plan", "plan.json", "--yes"]).exits(2);
    drop(said.says("flowport import work TOKEN --plan"));
    project.ok(&["import", &token, "--plan", "plan.json", "--yes"]);
    assert_eq!(project.ids("work").len(), 1);
    project.run(&["plan", "work", &token]).exits(9);
}

#[test]
fn who_takes_what_from_where_is_said_before_it_is_confirmed() {
    let project = project(STORES[0]);
    let (package, _) = lone_flow("Orders");
    package.save(project.path("orders.zip"));
    project.ok(&["plan", "work", "orders.zip", "-o", "plan.json"]);
    let refused = project.run(&["import", "--plan", "plan.json"]).exits(2);
    drop(refused.says("say --yes to import into work (development, tenant contoso)"));
    assert!(project.ids("work").is_empty());
}
