//! Flows of Boomi, which a change switches off: what stays as it is stays on.

use serde_json::json;

use super::STORES;
use crate::support::boomi::{package, save};
use crate::support::project::Project;

const FLOW: &str = "aaaa0001-0000-4000-8000-000000000001";

#[test]
fn what_only_the_target_changed_stays_on_and_is_no_change() {
    for store in STORES {
        let project = super::project(store);
        save(&package(FLOW, "Orders"), &project.path("orders.package"));
        project.ok(&["import", "work", "orders.package", "--yes", "--publish"]);
        project.ok(&["publish", "work", "flow/Orders"]);
        let state = || {
            let flow = project.list("work").into_iter().find(|it| it["kind"] == "flow").unwrap();
            (flow["state"].clone(), flow["name"].clone())
        };
        renamed(&project);
        assert_eq!(state(), (json!("published"), json!("Orders by hand")));
        let again = project.json(0, &["import", "work", "orders.package", "--yes"]);
        let change = again["result"]["changes"].as_array().unwrap().iter().find(|it| it["name"] == "Orders").unwrap();
        assert_eq!(change["action"], "kept", "{store}");
        assert_eq!(state(), (json!("published"), json!("Orders by hand")), "{store}");
    }
}

/// Gives the flow another name by hand, and leaves it on.
fn renamed(project: &Project) {
    project.ok(&["export", "work", "flow/Orders", "-o", "all.json", "--overwrite"]);
    let text = project.read("all.json").replace("\"Orders\"", "\"Orders by hand\"");
    project.write("all.json", text.replace("\\\"Orders\\\"", "\\\"Orders by hand\\\""));
    project.ok(&["put", "work", "all.json"]);
}
