//! What both sides changed, each something else.

use serde_json::json;

use super::{FIRST, Orders, STORES, changed, flow, planned, project, save, text};
use crate::support::project::{Project, findings};

#[test]
fn changes_in_different_places_are_made_both_and_the_plan_says_which_is_whose() {
    for store in STORES {
        let project = changed(store, &Orders { top: 9, folder: "Here", ..FIRST }, &Orders { to: "eve", ..FIRST });
        let (before, mut resource) =
            (String::from_utf8(text(&project)).unwrap(), Orders { to: "eve", ..FIRST }.resource());
        resource["attributes"]["limit"] = json!(2);
        save(&project, "next.json", &[resource]);
        project.ok(&["plan", "work", "next.json"]).says_all(&[
            "update  flow/orders",
            "info[P-MERGED] flow/orders (Orders) was changed in work by ben at 20",
            "stays: attributes#/folder, flow.json#/steps/0/inputs/top; comes: attributes#/limit, flow.json#/steps/1/inputs/to",
        ]);
        let (change, _) = planned(&project, 0, &["next.json"]);
        let kept = json!({
            "part": "flow.json", "path": "/steps/0/inputs/top", "change": "changed",
            "from": 5, "to": 9, "moved_from": null, "secret": false,
        });
        assert_eq!((&change["action"], &change["merged"]["kept"][1]), (&json!("update"), &kept));
        assert_eq!(change["merged"]["taken"][0]["path"], "/limit");
        project.ok(&["import", "work", "next.json", "--yes"]).says("P-MERGED");
        // Every byte that nobody changed stays.
        assert_eq!(String::from_utf8(text(&project)).unwrap(), before.replace("ana", "eve"));
        let shown = project.json(0, &["show", "work", "flow/orders"]);
        assert_eq!(shown["result"]["attributes"], json!({ "folder": "Here", "limit": 2 }), "{shown:#}");
    }
}

#[test]
fn the_next_import_begins_with_what_came_and_not_with_what_was_stored() {
    for store in STORES {
        let project = changed(store, &Orders { top: 9, ..FIRST }, &Orders { to: "eve", ..FIRST });
        project.ok(&["import", "work", "next.json", "--yes"]);
        let envelope = project.json(0, &["import", "work", "next.json"]);
        assert_eq!(envelope["result"]["changes"][0]["action"], "kept", "{envelope:#}");
        let found = findings(&envelope);
        assert!(found.iter().any(|finding| finding.contains("by ben") && finding.contains("run work/2")), "{found:?}");
        // The package moves what the target had changed before: that is the conflict that it would have been.
        Orders { top: 6, to: "eve", ..FIRST }.save(&project, "later.json");
        let (change, _) = planned(&project, 4, &["later.json"]);
        let field = &change["conflict"]["fields"][0];
        assert_eq!([&field["base"], &field["now"], &field["comes"]], [&json!(5), &json!(9), &json!(6)]);
        // And what it had moved itself is none.
        Orders { to: "kim", ..FIRST }.save(&project, "later.json");
        project.ok(&["import", "work", "later.json", "--yes"]);
        let steps = &flow(&project)["steps"];
        assert_eq!([&steps[0]["inputs"]["top"], &steps[1]["inputs"]["to"]], [&json!(9), &json!("kim")]);
    }
}

#[test]
fn what_the_target_had_made_before_is_nothing_new_and_what_came_all_the_same() {
    for store in STORES {
        let project = changed(store, &Orders { top: 9, to: "eve", ..FIRST }, &Orders { to: "eve", ..FIRST });
        let before = text(&project);
        assert_eq!(planned(&project, 0, &["next.json"]).0["action"], "kept");
        project.ok(&["import", "work", "next.json", "--yes"]);
        assert_eq!(text(&project), before);
        // The package takes back what it had brought, and only that.
        project.ok(&["import", "work", "first.json", "--yes"]);
        let steps = &flow(&project)["steps"];
        assert_eq!([&steps[0]["inputs"]["top"], &steps[1]["inputs"]["to"]], [&json!(9), &json!("ana")], "{store}");
    }
}

#[test]
fn what_people_made_is_theirs_after_a_merge_too() {
    for store in STORES {
        let project = changed(store, &Orders { top: 9, ..FIRST }, &Orders { to: "eve", ..FIRST });
        project.ok(&["import", "work", "next.json", "--yes"]).says("P-MERGED");
        let other = project.read("next.json").replace("shop-dev", "elsewhere").replace("eve", "kim");
        project.write("other.json", other);
        let warned = "warning[P-REPLACED] flow/orders (Orders) is there";
        project.ok(&["plan", "work", "other.json"]).says_all(&[warned, "with what was changed in it by ben"]);
        project.ok(&["import", "work", "other.json", "--yes"]).says(warned);
    }
}

#[test]
fn a_name_that_only_the_target_gave_it_stays_everywhere() {
    for store in STORES {
        let project = changed(store, &Orders { name: "Bestellungen", ..FIRST }, &Orders { to: "eve", ..FIRST });
        project.ok(&["plan", "work", "next.json"]).says("stays: head#/name; comes: flow.json#/steps/1/inputs/to");
        project.ok(&["import", "work", "next.json", "--yes"]);
        let flow = flow(&project);
        assert_eq!((&flow["name"], &flow["steps"][1]["inputs"]["to"]), (&json!("Bestellungen"), &json!("eve")));
        assert_eq!(project.list("work")[0]["name"], "Bestellungen");
    }
}

/// A project into which an order with the fields `number` and `note` was imported.
fn order(fields: &[&str], keys: &[&str]) -> serde_json::Value {
    let fields: Vec<_> = fields.iter().map(|name| json!({ "name": name, "type": "text", "length": 20 })).collect();
    let keys: Vec<_> = keys.iter().map(|field| json!({ "name": format!("by_{field}"), "fields": [field] })).collect();
    let part =
        json!({ "schemaName": "order", "displayName": "Order", "origin": "custom", "fields": fields, "keys": keys });
    let parts = json!({ "entity.json": { "json": part } });
    json!({ "kind": "entity", "id": "order", "name": "Order", "dialect": "flowport", "parts": parts })
}

const OVERWRITE: [&str; 3] = ["next.json", "--setup", "entity/order=overwrite"];

fn with_order(now: &serde_json::Value, comes: &serde_json::Value) -> Project {
    let project = project(STORES[0]);
    save(&project, "first.json", &[order(&["number", "note"], &[])]);
    project.ok(&["import", "work", "first.json", "--yes"]);
    project.write("by-hand.json", json!([now]).to_string());
    project.ok(&["put", "work", "by-hand.json"]);
    save(&project, "next.json", std::slice::from_ref(comes));
    project
}

#[test]
fn a_merge_that_breaks_a_rule_is_blocked() {
    // Each is sound by itself; a key of a field that is gone only both together make.
    let project = with_order(&order(&["number", "note"], &["note"]), &order(&["number"], &[]));
    let (change, found) = planned(&project, 4, &OVERWRITE);
    assert_eq!(change["action"], "blocked", "{found:?}");
    assert!(found.iter().any(|finding| finding.starts_with("error[DM12]")), "{found:?}");
}

#[test]
fn elements_are_told_apart_by_their_keys_and_the_handler_speaks_of_what_is_stored() {
    let project =
        with_order(&order(&["number", "note", "here"], &[]), &order(&["there", "number", "note"], &["number"]));
    let (change, found) = planned(&project, 0, &OVERWRITE);
    assert_eq!(change["action"], "overwrite");
    assert!(!found.iter().any(|finding| finding.contains("removed")), "nothing of the target goes: {found:?}");
    let mut import = vec!["import", "work", "--yes"];
    import.extend(OVERWRITE);
    project.ok(&import);
    let part: serde_json::Value = serde_json::from_slice(&project.part("work", "entity/order", "entity.json")).unwrap();
    let names: Vec<_> = part["fields"].as_array().unwrap().iter().map(|field| &field["name"]).collect();
    assert_eq!(names, ["there", "number", "note", "here"]);
    // What is kept, the handler has nothing to say of.
    save(&project, "next.json", &[order(&["there", "number", "note"], &["number"])]);
    let (change, found) = planned(&project, 0, &OVERWRITE);
    assert_eq!(change["action"], "kept");
    assert!(!found.iter().any(|finding| finding.contains("removed")), "{found:?}");
    let mut take = OVERWRITE.to_vec();
    take.extend(["--resolve", "entity/order=take"]);
    let (_, found) = planned(&project, 0, &take);
    assert!(found.iter().any(|finding| finding.contains("here") && finding.contains("removed")), "{found:?}");
}
