//! What was taken out of the target since it was imported.

use serde_json::json;

use super::{FIRST, Orders, STORES, planned, project, runs, save};
use crate::support::project::{Project, findings};

/// A project into which the flow was imported, and whose user took it out.
fn taken_out(store: &str) -> Project {
    let project = project(store);
    FIRST.save(&project, "first.json");
    project.ok(&["import", "work", "first.json", "--yes"]);
    project.ok(&["delete", "work", "flow/orders", "--yes", "--as", "ben"]);
    project
}

#[test]
fn what_was_taken_out_does_not_come_back_by_itself() {
    for store in STORES {
        let project = taken_out(store);
        project.run(&["plan", "work", "first.json"]).exits(4).says_all(&[
            "conflict  flow/orders",
            "flow/orders (Orders) was taken out of work by ben at 20",
            "(flowport delete, run work/2) after it was imported, and comes again",
            "--resolve 'flow/orders=keep'   leave it out",
            "--resolve 'flow/orders=take'   make it again",
        ]);
        let (change, _) = planned(&project, 4, &["first.json"]);
        assert_eq!((&change["conflict"]["gone"], &change["conflict"]["fields"]), (&json!(true), &json!([])));
        project.run(&["import", "work", "first.json", "--yes"]).exits(4).says("nothing was written");
        assert!(project.ids("work").is_empty());
    }
}

#[test]
fn what_was_left_out_stays_out_until_it_is_taken() {
    for store in STORES {
        let project = taken_out(store);
        let before = runs(&project);
        let kept = ["import", "work", "first.json", "--resolve", "flow/orders=keep"];
        project.ok(&kept).says_all(&["P-KEPT", "and stays out", "to have it made again"]);
        assert_eq!((project.ids("work").len(), runs(&project)), (0, before + 1));
        Orders { top: 6, ..FIRST }.save(&project, "next.json");
        let envelope = project.json(0, &["import", "work", "next.json"]);
        assert_eq!(envelope["result"]["changes"][0]["action"], "kept");
        assert!(findings(&envelope).iter().any(|finding| finding.contains("P-KEPT")));
        assert_eq!((project.ids("work").len(), runs(&project)), (0, before + 1), "that is known already");
        project
            .ok(&["import", "work", "next.json", "--yes", "--resolve", "flow/orders=take"])
            .says_not("P-RESOLVE")
            .says("it is made again");
        assert_eq!(project.ids("work"), ["flow/orders"]);
        assert_eq!(planned(&project, 0, &["next.json"]).0["action"], "no-change");
    }
}

#[test]
fn whoever_says_what_to_do_with_it_is_not_asked() {
    let project = taken_out(STORES[0]);
    assert_eq!(planned(&project, 0, &["first.json", "--setup", "flow/orders=skip"]).0["action"], "skip");
    assert_eq!(planned(&project, 0, &["first.json", "--setup", "flow/orders=create"]).0["action"], "create");
    assert_eq!(planned(&project, 4, &["first.json", "--setup", "flow/orders=update"]).0["action"], "conflict");
    // Whoever takes back the deletion has it again, and nothing is asked.
    project.ok(&["undo", "work/2", "--yes"]);
    assert_eq!(planned(&project, 0, &["first.json"]).0["action"], "no-change");
}

#[test]
fn what_an_undo_took_out_is_made_again() {
    for store in STORES {
        let project = project(store);
        FIRST.save(&project, "first.json");
        project.ok(&["import", "work", "first.json", "--yes"]);
        project.ok(&["undo", "work/1", "--yes"]);
        assert_eq!(planned(&project, 0, &["first.json"]).0["action"], "create");
    }
}

#[test]
fn what_needs_something_that_stays_out_is_told_so() {
    let project = taken_out(STORES[0]);
    let flow = json!({
        "name": "Needs", "state": "draft", "trigger": { "type": "manual" }, "steps": [], "uses": ["flow/orders"],
    });
    let parts = json!({ "flow.json": { "json": flow } });
    let needs = json!({ "kind": "flow", "id": "needs", "name": "Needs", "dialect": "flowport", "state": "draft", "parts": parts });
    save(&project, "both.json", &[FIRST.resource(), needs]);
    let run = project.run(&["plan", "work", "both.json", "--resolve", "flow/orders=keep"]).exits(4);
    run.says_all(&["P-MISSING", "flow/needs needs flow/orders, which is left out and not in the target"]);
    project.ok(&["plan", "work", "both.json", "--resolve", "flow/orders=take"]).says("2 create");
}

/// A project into which the flow was imported in the place of one with another id, which its user took out.
fn taken_out_under_another_id(store: &str) -> Project {
    let project = project(store);
    let mut other = Orders { top: 1, ..FIRST }.resource();
    other["id"] = json!("ours");
    project.write("ours.json", json!([other]).to_string());
    project.ok(&["put", "work", "ours.json"]);
    FIRST.save(&project, "first.json");
    project.ok(&["import", "work", "first.json", "--yes", "--setup", "flow/orders=update:flow/ours"]);
    assert_eq!(project.ids("work"), ["flow/ours"]);
    project.ok(&["delete", "work", "flow/ours", "--yes", "--as", "ben"]);
    project
}

#[test]
fn what_had_another_id_there_does_not_come_back_either() {
    for store in STORES {
        let project = taken_out_under_another_id(store);
        let run = project.run(&["plan", "work", "first.json"]).exits(4);
        run.says_all(&["flow/ours (Orders) was taken out of work by ben at 20", "--resolve 'flow/orders=keep'"]);
        let before = runs(&project);
        let kept = ["import", "work", "first.json", "--resolve", "flow/orders=keep"];
        project.ok(&kept).says("flow/ours (Orders) was taken out of work by ben at 20");
        project
            .ok(&["import", "work", "first.json"])
            .says_all(&["flow/ours (Orders) was taken out of work by ben", "stays out"]);
        assert_eq!((project.ids("work").len(), runs(&project)), (0, before + 1), "{store}");
        project.ok(&["import", "work", "first.json", "--yes", "--resolve", "flow/orders=take"]);
        assert_eq!(project.ids("work"), ["flow/orders"]);
        assert_eq!(planned(&project, 0, &["first.json"]).0["action"], "no-change");
    }
}

#[test]
fn what_is_there_under_another_id_is_not_gone() {
    for store in STORES {
        let project = taken_out_under_another_id(store);
        project.ok(&["undo", "work/3", "--yes"]);
        assert_eq!(project.ids("work"), ["flow/ours"]);
        let (change, found) = planned(&project, 0, &["first.json"]);
        assert_eq!(change["action"], "create", "{found:?}");
    }
}

#[test]
fn a_saved_plan_is_stale_once_what_it_makes_anew_was_imported_as_something_else() {
    for store in STORES {
        let project = project(store);
        FIRST.save(&project, "first.json");
        project.ok(&["plan", "work", "first.json", "-o", "plan.json"]);
        let mut other = FIRST.resource();
        other["id"] = json!("ours");
        project.write("ours.json", json!([other]).to_string());
        project.ok(&["put", "work", "ours.json"]);
        project.ok(&["import", "work", "first.json", "--yes", "--setup", "flow/orders=update:flow/ours"]);
        project.ok(&["delete", "work", "flow/ours", "--yes", "--as", "ben"]);
        let run = project.run(&["import", "--plan", "plan.json", "--yes"]).exits(7);
        run.says("flow/orders was imported since, or that was undone");
        assert!(project.ids("work").is_empty());
    }
}
