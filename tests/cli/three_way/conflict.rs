//! What both sides changed, and not to the same.

use serde_json::{Value, json};

use super::{FIRST, Orders, STORES, changed, flow, planned, project, runs, save, text};
use crate::support::project::{decisions, findings};

const HERE: Orders<'static> = Orders { top: 9, ..FIRST };
const THERE: Orders<'static> = Orders { top: 7, to: "eve", ..FIRST };

#[test]
fn a_conflict_blocks_and_shows_all_three_values_and_who_it_was() {
    for store in STORES {
        let project = changed(store, &HERE, &THERE);
        let (before, runs_before) = (text(&project), runs(&project));
        let shown = project.run(&["plan", "work", "next.json"]).exits(4).says_all(&[
            "1 conflict to resolve:",
            "flow/orders (Orders) was changed in work by ben at 20",
            "(flowport put, run work/2)",
            "they differ in 1 field",
            "--resolve 'flow/orders=keep'   leave it as the target has it",
            "--resolve 'flow/orders=take'   make it what the package has",
            "blocked by 1 conflict\n",
        ]);
        let text_shown = shown.stdout();
        let lines: Vec<Vec<&str>> = text_shown
            .lines()
            .map(|line| line.split("  ").map(str::trim).filter(|it| !it.is_empty()).collect())
            .collect();
        assert!(lines.contains(&vec!["WHERE", "IMPORTED LAST", "IN THE TARGET", "IN THE PACKAGE"]), "{shown}");
        assert!(lines.contains(&vec!["flow.json#/steps/0/inputs/top", "5", "9", "7"]), "{shown}");
        let (change, found) = planned(&project, 4, &["next.json"]);
        let field = json!({
            "part": "flow.json", "path": "/steps/0/inputs/top", "base": 5, "now": 9, "comes": 7, "secret": false
        });
        assert_eq!((&change["action"], &change["conflict"]["fields"]), (&json!("conflict"), &json!([field])));
        assert_eq!(change["conflict"]["gone"], false);
        let who = &change["conflict"]["changed"];
        assert_eq!((&who["actor"], &who["command"], &who["run"]), (&json!("ben"), &json!("put"), &json!("work/2")));
        assert!(found.iter().any(|finding| finding.starts_with("error[P-CONFLICT]")), "{found:?}");
        project.run(&["import", "work", "next.json", "--yes"]).exits(4).says_all(&["conflict", "nothing was written"]);
        assert_eq!((text(&project), runs(&project)), (before, runs_before));
    }
}

#[test]
fn an_attribute_that_both_changed_is_a_conflict_too() {
    for store in STORES {
        let project =
            changed(store, &Orders { folder: "Here", ..FIRST }, &Orders { folder: "There", to: "eve", ..FIRST });
        let (change, _) = planned(&project, 4, &["next.json"]);
        let field = json!({
            "part": "attributes", "path": "/folder", "base": "Shop", "now": "Here", "comes": "There", "secret": false
        });
        assert_eq!(change["conflict"]["fields"], json!([field]));
    }
}

#[test]
fn a_name_that_both_changed_is_a_conflict_too() {
    let project = changed(STORES[0], &Orders { name: "Ours", ..FIRST }, &Orders { name: "Theirs", ..FIRST });
    let (change, _) = planned(&project, 4, &["next.json"]);
    let fields = change["conflict"]["fields"].as_array().unwrap();
    let places: Vec<String> =
        fields.iter().map(|it| format!("{}#{}", it["part"], it["path"]).replace('"', "")).collect();
    assert_eq!(places, ["head#/name", "flow.json#/name"]);
    assert_eq!(
        (&fields[0]["base"], &fields[0]["now"], &fields[0]["comes"]),
        (&json!("Orders"), &json!("Ours"), &json!("Theirs"))
    );
}

#[test]
fn what_is_gone_on_one_side_and_changed_on_the_other_is_shown_as_not_there() {
    let project = changed(STORES[0], &HERE, &FIRST);
    let mut resource = FIRST.resource();
    let flow: Value = serde_json::from_str(resource["parts"]["flow.json"]["text"].as_str().unwrap()).unwrap();
    let without =
        json!({ "name": "Orders", "state": "draft", "trigger": flow["trigger"], "steps": [flow["steps"][1]] });
    resource["parts"] = json!({ "flow.json": { "json": without } });
    save(&project, "next.json", &[resource]);
    project.run(&["plan", "work", "next.json"]).exits(4).says("(not there)");
    let (change, _) = planned(&project, 4, &["next.json"]);
    let field = &change["conflict"]["fields"][0];
    assert_eq!((&field["path"], &field["comes"]), (&json!("/steps/0"), &Value::Null));
    assert_eq!(field["now"]["inputs"]["top"], 9);
}

#[test]
fn what_needs_a_resource_in_conflict_waits_and_the_rest_goes() {
    let project = changed(STORES[0], &HERE, &THERE);
    let other = |id: &str, uses: &[&str]| {
        let flow = json!({ "name": id, "state": "draft", "trigger": { "type": "manual" }, "steps": [], "uses": uses });
        let parts = json!({ "flow.json": { "json": flow } });
        json!({ "kind": "flow", "id": id, "name": id, "dialect": "flowport", "state": "draft", "parts": parts })
    };
    save(&project, "next.json", &[THERE.resource(), other("needs", &["flow/orders"]), other("free", &[])]);
    let envelope = project.json(5, &["import", "work", "next.json", "--yes", "--keep-going"]);
    let words: Vec<String> = decisions(&envelope).into_iter().map(|(_, word)| word).collect();
    assert_eq!(words, ["conflict", "blocked", "create"]);
    assert!(findings(&envelope).iter().any(|finding| finding.contains("P-WAITS")));
    assert_eq!(envelope["result"]["left_out"], json!(["flow/orders", "flow/needs"]));
    assert_eq!(flow(&project)["steps"][0]["inputs"]["top"], 9);
    project.run(&["import", "work", "next.json", "--yes", "--keep-going"]).exits(5).says("they differ in 1 field");
    // What was left out has not come: it is in conflict still.
    assert_eq!(planned(&project, 4, &["next.json"]).0["action"], "conflict");
}

#[test]
fn a_kind_that_no_plugin_knows_clashes_part_by_part_and_shows_no_text() {
    for store in STORES {
        let project = project(store);
        let thing = |a: &str, b: &str| {
            let text = |text: &str| json!({ "text": format!("secret {text}") });
            let parts = json!({ "a.txt": text(a), "b.txt": text(b) });
            json!({ "kind": "thing", "id": "t", "name": "T", "dialect": "acme", "parts": parts })
        };
        save(&project, "first.json", &[thing("one", "one")]);
        project.ok(&["import", "work", "first.json", "--yes"]);
        project.write("by-hand.json", json!([thing("two", "one")]).to_string());
        project.ok(&["put", "work", "by-hand.json"]);
        save(&project, "next.json", &[thing("one", "three")]);
        let (change, found) = planned(&project, 0, &["next.json"]);
        assert_eq!((&change["action"], &change["merged"]["kept"][0]["part"]), (&json!("overwrite"), &json!("a.txt")));
        assert!(found.iter().any(|finding| finding.contains("D-UNHANDLED")), "{found:?}");
        save(&project, "next.json", &[thing("three", "one")]);
        let run = project.run(&["plan", "work", "next.json"]).exits(4);
        run.says("a.txt").says_not("secret one").says_not("secret two").says_not("secret three");
    }
}
