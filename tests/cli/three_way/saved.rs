//! Conflicts and merges in saved plans.

use serde_json::json;

use super::{FIRST, Orders, STORES, changed, flow, runs};

const HERE: Orders<'static> = Orders { top: 9, ..FIRST };

#[test]
fn a_saved_plan_holds_the_answers_and_merges_as_it_did() {
    for store in STORES {
        let project = changed(store, &HERE, &Orders { top: 7, to: "eve", ..FIRST });
        project.run(&["plan", "work", "next.json", "-o", "plan.json"]).exits(4).says("so it was not saved");
        assert!(!project.path("plan.json").exists());
        project.ok(&["plan", "work", "next.json", "-o", "plan.json", "--resolve", "flow/orders=take"]);
        project.ok(&["import", "--plan", "plan.json", "--yes"]).says("P-TAKEN");
        HERE.put(&project);
        Orders { top: 7, to: "kim", ..FIRST }.save(&project, "next.json");
        project.ok(&["plan", "work", "next.json", "-o", "plan.json", "--overwrite", "--resolve", "flow/orders=keep"]);
        let before = runs(&project);
        project.ok(&["import", "--plan", "plan.json"]).says("P-KEPT");
        assert_eq!(runs(&project), before + 1, "what came is remembered");
        let mut merged = Orders { top: 7, to: "kim", ..FIRST }.resource();
        merged["attributes"]["limit"] = json!(2);
        super::save(&project, "next.json", &[merged]);
        project.ok(&["plan", "work", "next.json", "-o", "plan.json", "--overwrite"]).says("P-MERGED");
        project.ok(&["import", "--plan", "plan.json", "--yes"]).says("P-MERGED");
        assert_eq!(flow(&project)["steps"][0]["inputs"]["top"], 9);
    }
}

#[test]
fn a_saved_plan_is_stale_once_something_else_came() {
    for store in STORES {
        let project = changed(store, &HERE, &Orders { to: "eve", ..FIRST });
        project.ok(&["plan", "work", "next.json", "-o", "plan.json"]).says("P-MERGED");
        Orders { top: 7, ..FIRST }.save(&project, "between.json");
        // Nothing of the flow changes, only what came last.
        project.ok(&["import", "work", "between.json", "--resolve", "flow/orders=keep", "--as", "eve"]);
        let run = project.run(&["import", "--plan", "plan.json", "--yes"]).exits(7);
        run.says("something was imported for flow/orders since, by eve with import at 20");
    }
}
