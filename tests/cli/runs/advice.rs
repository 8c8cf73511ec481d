//! What is advised fits what was done: nobody is told to do what is done already, or what would be refused.

use serde_json::json;

use super::{STORES, picklist, project};
use crate::vault::{PASSWORD, model};

#[test]
fn a_run_whose_changes_were_changed_since_is_not_advised_to_be_undone() {
    for store in STORES {
        let project = project(store);
        for label in ["Red", "Green", "Blue"] {
            project.ok(&["put", "work", &picklist(&project, "colours", label)]);
        }
        let shown = project.ok(&["runs", "show", "work/2"]);
        let advice = "undo the later runs first, or lose what they did with `flowport undo work/2 --force`\n";
        drop(shown.says(advice).says_not("`flowport undo work/2` takes it back"));
        project.ok(&["runs", "show", "work/3"]).says("`flowport undo work/3` takes it back\n").says_not("--force");
        // It can be again, once the later one is undone.
        project.ok(&["undo", "work/3", "--yes"]);
        project.ok(&["runs", "show", "work/2"]).says("`flowport undo work/2` takes it back\n");
    }
}

#[test]
fn what_was_forced_is_spoken_of_as_done() {
    for store in STORES {
        let project = project(store);
        project.write("model.json", model(PASSWORD));
        project.ok(&["put", "work", "model.json"]);
        project.write("model.json", model(PASSWORD).replace("crm.dev", "crm.test"));
        project.ok(&["put", "work", "model.json", "--as", "ben"]);
        let needs = json!([{ "key": "crm", "connector": "crm", "connection": "crm-1" }]);
        let flow = json!({ "name": "late", "state": "published", "trigger": {}, "steps": [], "connections": needs });
        project.write(
            "late.json",
            json!({ "kind": "flow", "id": "late", "name": "late", "dialect": "flowport", "state": "published",
                "parts": { "flow.json": { "json": flow } } })
            .to_string(),
        );
        project.ok(&["put", "work", "late.json"]);
        let undone = project.ok(&["undo", "work/1", "--yes", "--force"]);
        let undone = undone.says_all(&["warning[U-LATER] connector/crm", "warning[U-NEEDED] flow/late needs"]);
        let undone = undone.says("do: what this loses: flowport runs show work/2; to have it again, undo this undo");
        drop(undone.says("do: it lacks that then").says_not("--force").says_not("would go").says_not("first"));

        project.ok(&["undo", "work/4", "--yes"]);
        let refused = project.run(&["delete", "work", "connector/crm", "--yes"]).exits(4);
        drop(refused.says("say --force"));
        let deleted = project.ok(&["delete", "work", "connector/crm", "--yes", "--force"]);
        drop(deleted.says("do: it lacks that now").says_not("--force"));
    }
}

#[test]
fn an_answer_that_comes_too_late_says_how_it_is_given_all_the_same() {
    for store in STORES {
        let project = project(store);
        project.write("model.json", model(PASSWORD));
        project.ok(&["put", "work", "model.json"]);
        project.write("model.json", model(PASSWORD).replace("crm.dev", "crm.test"));
        let flags = ["--setup", "connector/crm=update"];
        let answer = "to leave it as it is: --setup 'connector/crm=use-existing'";
        let too_late = "; as this import is done, `flowport undo work/2` first, and import again\n";
        let planned = project.ok(&[&["plan", "work", "model.json"], &flags[..]].concat());
        drop(planned.says(&format!("{answer}\n")).says_not("is done"));
        let imported = project.ok(&[&["import", "work", "model.json", "--yes"], &flags[..]].concat());
        drop(imported.says(&format!("{answer}{too_late}")));
    }
}
