use serde_json::{Value, json};

use super::{STORES, label, picklist, project, runs};
use crate::support::package::lone_flow;
use crate::support::project::{Project, findings};
use crate::three_way::folder::edit_file;
use crate::vault::{PASSWORD, model};

/// All that `list` and `show` know of an environment, without when it was changed.
fn state(project: &Project) -> Vec<Value> {
    let mut all = project.list("work");
    for resource in &mut all {
        resource.as_object_mut().unwrap().remove("changed");
        let id = resource["resource"].as_str().unwrap().to_owned();
        let shown = project.json(0, &["show", "work", &id])["result"].clone();
        resource["parts"] = shown["parts"].clone();
    }
    all
}

#[test]
fn an_undone_import_leaves_what_was_there_before() {
    for store in STORES {
        let project = project(store);
        let (mut package, flow) = lone_flow("Orders");
        package.save(project.path("orders.zip"));
        project.ok(&["import", "work", "orders.zip", "--yes"]);
        let before = state(&project);
        package.action(&flow, "More", json!({ "type": "Compose", "inputs": 1, "runAfter": {} }));
        package.save(project.path("orders.zip"));
        project.ok(&["import", "work", "orders.zip", "--yes", "--as", "ben"]);
        let after = state(&project);
        assert_ne!(before, after);
        let undone = project.json(0, &["undo", "work/2", "--yes"]);
        assert_eq!((&undone["result"]["run"], &undone["result"]["undoes"]), (&json!("work/3"), &json!("work/2")));
        assert_eq!(state(&project), before, "{store}");
        let listed = runs(&project);
        assert_eq!((&listed[0]["command"], &listed[0]["undoes"]), (&json!("undo"), &json!("work/2")));
        assert_eq!(listed[1]["undone_by"], "work/3");
        // An undo is a run itself.
        project.ok(&["undo", "work/3", "--yes"]);
        assert_eq!(state(&project), after);
        assert_eq!(runs(&project)[2]["undone_by"], Value::Null);
        // From the last one back to nothing.
        project.ok(&["undo", "work/2", "--yes"]);
        project.ok(&["undo", "work/1", "--yes"]);
        assert!(project.ids("work").is_empty());
    }
}

#[test]
fn what_was_deleted_comes_back_with_its_owners_and_secrets() {
    for store in STORES {
        let project = project(store);
        project.write("model.json", model(PASSWORD));
        project.ok(&["put", "work", "model.json", "--owner", "ben", "--co-owner", "eve"]);
        project.ok(&["delete", "work", "flow/orders", "connection/crm-1", "connector/crm", "--yes"]);
        assert!(project.ids("work").is_empty());
        project.ok(&["undo", "work/2", "--yes"]).says_not(PASSWORD);
        let shown = project.json(0, &["show", "work", "connector/crm"]);
        assert_eq!(shown["result"]["owners"], json!(["ben", "eve"]), "{store}");
        project.ok(&["secret", "list", "work"]).says("set").says_not("not set");
        project.ok(&["export", "work", "connector/crm", "-o", "out.json", "--include-secrets", "--as", "ben"]);
        assert!(project.read("out.json").contains(PASSWORD));
    }
}

#[test]
fn a_secret_set_by_hand_is_taken_back_to_the_one_before() {
    for store in STORES {
        let project = project(store);
        project.write("model.json", model(PASSWORD));
        project.ok(&["put", "work", "model.json"]);
        project.write("password", "a-new-one");
        project.ok(&["secret", "set", "work", "connector/crm", "password", "--file", "password"]);
        project.ok(&["undo", "work/2", "--yes"]);
        project.ok(&["export", "work", "connector/crm", "-o", "out.json", "--include-secrets"]);
        assert!(project.read("out.json").contains(PASSWORD), "{store}");
        project.ok(&["secret", "remove", "work", "connector/crm", "password"]);
        project.ok(&["undo", "work/4", "--yes"]);
        project.ok(&["secret", "list", "work"]).says_not("not set");
        // And where none was set before, none is.
        project.ok(&["undo", "work/5", "--yes"]);
        project.ok(&["secret", "list", "work"]).says("not set");
    }
}

#[test]
fn without_the_key_what_touched_no_secret_is_undone_and_the_rest_where_it_is_forced() {
    for store in STORES {
        let project = project(store);
        project.write("model.json", model(PASSWORD));
        project.ok(&["put", "work", "model.json"]);
        project.write("model.json", model("").replace("crm.dev", "crm.test"));
        project.ok(&["put", "work", "model.json"]);
        project.ok(&["delete", "work", "flow/orders", "connection/crm-1", "connector/crm", "--yes"]);
        std::fs::remove_file(project.path(".flowport/secrets.key")).unwrap();
        project.run(&["undo", "work/3", "--yes"]).exits(4).says_all(&[
            "U-SECRET",
            "secrets.key",
            "--force undoes the rest",
        ]);
        let forced = project.ok(&["undo", "work/3", "--yes", "--force"]);
        forced.says_all(&[
            "warning[U-SECRET] the secrets of connector/crm are not put back",
            "flowport secret set work 'connector/crm' 'connector.json#/secrets/password'",
        ]);
        project.ok(&["undo", "work/2", "--yes", "--force"]);
        let part = project.part("work", "connector/crm", "connector.json");
        assert!(String::from_utf8(part).unwrap().contains("crm.dev"), "{store}");
    }
}

#[test]
fn a_later_change_is_not_lost_unless_that_is_said() {
    for store in STORES {
        let project = project(store);
        project.ok(&["put", "work", &picklist(&project, "colours", "Red")]);
        project.ok(&["put", "work", &picklist(&project, "colours", "Green")]);
        project.ok(&["put", "work", &picklist(&project, "colours", "Blue"), "--as", "ben"]);
        let refused = project.json(4, &["undo", "work/2", "--yes"]);
        let found = findings(&refused).concat();
        for part in ["error[U-LATER] picklist/colours was changed since run work/2", "by ben with put", "work/3"] {
            assert!(found.contains(part), "{part}: {found}");
        }
        assert_eq!(label(&project, "colours").as_deref(), Some("Blue"), "nothing was written");
        assert_eq!(runs(&project).len(), 3);
        // Once the later one is undone, nothing is in the way.
        project.ok(&["undo", "work/3", "--yes"]);
        project.ok(&["undo", "work/2", "--yes"]);
        assert_eq!(label(&project, "colours").as_deref(), Some("Red"), "{store}");
        project.ok(&["put", "work", &picklist(&project, "colours", "Black")]);
        let forced = project.json(0, &["undo", "work/1", "--yes", "--force"]);
        assert!(findings(&forced).concat().contains("warning[U-LATER] picklist/colours"), "{forced}");
        assert_eq!(label(&project, "colours"), None);
    }
}

#[test]
fn a_secret_that_was_set_since_is_a_later_change_too() {
    for store in STORES {
        let project = project(store);
        project.write("model.json", model(""));
        project.ok(&["put", "work", "model.json"]);
        project.write("password", PASSWORD);
        project.ok(&["secret", "set", "work", "connector/crm", "password", "--file", "password", "--as", "ben"]);
        let refused = findings(&project.json(4, &["undo", "work/1", "--yes"])).concat();
        let later = "error[U-LATER] connector/crm was changed since run work/1, by ben with secret set";
        assert!(refused.contains(later), "{store}: {refused}");
        project.ok(&["undo", "work/2", "--yes"]);
        project.ok(&["undo", "work/1", "--yes"]);
    }
}

#[test]
fn what_was_created_since_and_needs_it_is_named() {
    for store in STORES {
        let project = project(store);
        let flow = |id: &str, needs: Value| {
            json!({ "kind": "flow", "id": id, "name": id, "dialect": "flowport",
                "parts": { "flow.json": { "json": { "name": id, "state": "published", "trigger": {}, "steps": [], "connections": needs } } } })
        };
        project.write("model.json", model(PASSWORD));
        project.ok(&["put", "work", "model.json"]);
        let needs = json!([{ "key": "crm", "connector": "crm", "connection": "crm-1" }]);
        project.write("more.json", json!([flow("late", needs)]).to_string());
        project.ok(&["put", "work", "more.json"]);
        let refused = findings(&project.json(4, &["undo", "work/1", "--yes"])).concat();
        assert!(refused.contains("error[U-NEEDED] flow/late needs connection/crm-1, which would go"), "{refused}");
        assert!(!refused.contains("flow/orders needs"), "what goes along is in nobody's way: {refused}");
        let forced = project.ok(&["undo", "work/1", "--yes", "--force"]);
        drop(forced.says("flow/late needs connection/crm-1"));
        assert_eq!(project.ids("work"), ["flow/late"]);
    }
}

#[test]
fn what_the_run_itself_made_use_it_is_in_nobodys_way() {
    for store in STORES {
        let project = project(store);
        let flow = |needs: Value| {
            json!({ "kind": "flow", "id": "f", "name": "F", "dialect": "flowport", "parts": { "flow.json": { "json":
                { "name": "F", "state": "published", "trigger": {}, "steps": [], "connections": needs } } } })
        };
        project.write("first.json", json!([flow(json!([]))]).to_string());
        project.ok(&["import", "work", "first.json", "--yes"]);
        let mut all: Vec<Value> = serde_json::from_str(&model(PASSWORD)).unwrap();
        all.retain(|resource| resource["kind"] != "flow");
        all.push(flow(json!([{ "key": "crm", "connector": "crm", "connection": "crm-1" }])));
        project.write("second.json", json!(all).to_string());
        project.ok(&["import", "work", "second.json", "--yes", "--setup", "connection/*=create"]);
        let undone = project.json(0, &["undo", "work/2", "--yes"]);
        assert_eq!(undone["result"]["restored"], json!(["flow/f"]), "{store}");
        assert_eq!(undone["result"]["deleted"].as_array().unwrap().len(), 2);
        assert_eq!(project.ids("work"), ["flow/f"]);
        project.ok(&["check", "work"]);
    }
}

#[test]
fn what_it_needed_and_is_there_no_more_is_told() {
    for store in STORES {
        let project = project(store);
        project.write("model.json", model(PASSWORD));
        project.ok(&["put", "work", "model.json"]);
        project.ok(&["delete", "work", "flow/orders", "--yes"]);
        project.ok(&["delete", "work", "connection/crm-1", "--yes"]);
        let undone = findings(&project.json(0, &["undo", "work/2", "--yes"])).concat();
        assert!(undone.contains("warning[U-DANGLING] flow/orders needs connection/crm-1 again"), "{store}: {undone}");
        assert!(!undone.contains("needs connector/crm again"), "{undone}");
    }
}

#[test]
fn every_second_undo_of_undos_counts() {
    for store in STORES {
        let project = project(store);
        project.ok(&["put", "work", &picklist(&project, "colours", "Red")]);
        project.ok(&["put", "work", &picklist(&project, "colours", "Green")]);
        for (run, colour) in [(2, "Red"), (3, "Green"), (4, "Red"), (5, "Green")] {
            project.ok(&["undo", &format!("work/{run}"), "--yes"]);
            assert_eq!(label(&project, "colours").as_deref(), Some(colour));
            let by: Vec<Value> = runs(&project).iter().rev().map(|run| run["undone_by"].clone()).collect();
            let expected = if colour == "Red" { json!("work/3") } else { Value::Null };
            assert_eq!(by[1], expected, "{store}, after the undo of {run}: {by:?}");
        }
    }
}

#[test]
fn an_undone_run_is_not_undone_again() {
    let project = project(STORES[0]);
    project.ok(&["put", "work", &picklist(&project, "colours", "Red")]);
    project.ok(&["undo", "work/1", "--yes"]);
    let refused = project.run(&["undo", "work/1", "--yes"]).exits(4);
    drop(refused.says_all(&["U-UNDONE", "undone already, by run work/2", "flowport undo work/2"]));
    project.run(&["undo", "work/7", "--yes"]).exits(2).says("no run work/7");
}

#[test]
fn where_nothing_was_ever_done_nothing_is_made() {
    for store in STORES {
        let project = project(store);
        let before = project.names(".");
        project.run(&["undo", "work/1", "--yes"]).exits(2).says("no run work/1");
        assert_eq!(project.names("."), before, "{store}");
    }
}

#[test]
fn nothing_is_put_back_without_a_word_and_makers_only_may() {
    let project = project(STORES[0]);
    project.ok(&["env", "add", "live", "--kind", "production", "--maker", "ben"]);
    project.ok(&["put", "work", &picklist(&project, "colours", "Red")]);
    project.run(&["undo", "work/1"]).exits(2).says("say --yes to undo work/1 in work (development, tenant contoso)");
    assert_eq!(label(&project, "colours").as_deref(), Some("Red"));
    project.ok(&["put", "live", "colours.json", "--as", "ben"]);
    project.run(&["undo", "live/1", "--yes"]).exits(10).says("no maker of live");
}

#[test]
fn what_was_put_back_by_hand_is_no_change_and_the_run_counts_as_undone() {
    for store in STORES {
        let project = project(store);
        project.ok(&["put", "work", &picklist(&project, "colours", "Red")]);
        project.ok(&["delete", "work", "picklist/colours", "--yes"]);
        project.ok(&["undo", "work/2", "--yes"]);
        project.ok(&["undo", "work/3", "--yes"]);
        let undone = project.json(0, &["undo", "work/1", "--yes", "--force"]);
        assert_eq!(undone["result"]["unchanged"], json!(["picklist/colours"]), "{store}");
        let listed = runs(&project);
        assert_eq!((listed[0]["changes"].as_u64(), &listed[4]["undone_by"]), (Some(0), &json!("work/5")));
    }
}

#[test]
fn the_later_run_that_lasts_is_the_one_that_is_named() {
    for store in STORES {
        let project = project(store);
        for colour in ["Red", "Green", "Blue"] {
            project.ok(&["put", "work", &picklist(&project, "colours", colour)]);
        }
        project.ok(&["undo", "work/1", "--yes", "--force"]);
        let run = project.run(&["undo", "work/2", "--yes"]).exits(4);
        run.says("flowport undo work/4").says_not("flowport undo work/3");
        project.ok(&["undo", "work/4", "--yes"]);
        project.run(&["undo", "work/2", "--yes"]).exits(4).says("flowport undo work/3");
    }
}

#[test]
fn a_secret_that_was_written_into_a_file_since_would_be_lost() {
    let project = project(STORES[1]);
    project.write("model.json", model(PASSWORD));
    project.ok(&["put", "work", "model.json"]);
    project.write("model.json", model("the-next-one"));
    project.ok(&["put", "work", "model.json"]);
    edit_file(&project, "connector.json", "\"password\": null", "\"password\": \"in-between\"");
    let run = project.run(&["undo", "work/2", "--yes"]).exits(4);
    run.says_all(&["U-LATER", "connector/crm was changed since run work/2, outside flowport"]).says_not("in-between");
}
