//! In which order an import switches on, and what it says of what stays off.

use serde_json::{Value, json};

use crate::support::project::{Project, findings};

/// A flow in flowport's own dialect that needs others.
fn flow(id: &str, uses: &[&str]) -> Value {
    flow_that(id, uses, json!([]))
}

fn flow_that(id: &str, uses: &[&str], steps: Value) -> Value {
    let part = json!({ "name": id, "state": "published", "trigger": {}, "steps": steps, "uses": uses });
    json!({
        "kind": "flow", "id": id, "name": id, "dialect": "flowport", "state": "published",
        "parts": { "flow.json": { "json": part } },
    })
}

fn save(project: &Project, name: &str, flows: &[Value]) {
    project.write(name, json!(flows).to_string());
}

/// Of each that is off: its id, the reason, and what it needs.
fn inactive(envelope: &Value) -> Vec<[String; 3]> {
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let list = envelope["result"]["inactive"].as_array().unwrap();
    list.iter().map(|entry| ["resource", "reason", "needs"].map(|key| text(entry, key))).collect()
}

fn reason(resource: &str, reason: &str, needs: &str) -> [String; 3] {
    [resource, reason, needs].map(str::to_owned)
}

#[test]
fn an_import_switches_on_what_is_needed_first_and_says_so() {
    let project = Project::new();
    project.ok(&["env", "add", "files", "--store", "dir:files"]);
    save(&project, "p.json", &[flow("top", &["flow/middle"]), flow("middle", &["flow/leaf"]), flow("leaf", &[])]);
    for environment in ["dev", "files"] {
        let import = ["import", environment, "p.json", "--publish", "--yes"];
        let imported = project.json(0, &import);
        assert_eq!(imported["result"]["activated"], json!(["flow/leaf", "flow/middle", "flow/top"]));
        assert_eq!(imported["result"]["inactive"], json!([]));
        // What was done is remembered in the order in which it was done.
        let run = project.json(0, &["runs", "show", &format!("{environment}/1")]);
        let done = run["result"]["resources"].as_array().unwrap().iter().map(|it| it["resource"].clone());
        assert_eq!(Value::from_iter(done), imported["result"]["activated"]);
        assert_eq!(project.json(0, &import)["result"]["activated"], json!([]));
    }
}

#[test]
fn by_hand_what_is_needed_goes_on_first_and_off_last() {
    let project = Project::new();
    save(&project, "p.json", &[flow("a", &["flow/b"]), flow("b", &["flow/c"]), flow("c", &[])]);
    project.ok(&["import", "dev", "p.json", "--yes"]);
    let on = project.json(0, &["publish", "dev", "flow/*"]);
    assert_eq!(on["result"]["resources"], json!(["flow/c", "flow/b", "flow/a"]));
    assert_eq!(findings(&on), Vec::<String>::new());
    let off = project.json(0, &["unpublish", "dev", "flow/*"]);
    assert_eq!(off["result"]["resources"], json!(["flow/a", "flow/b", "flow/c"]));
    let alone = project.json(0, &["publish", "dev", "flow/a"]);
    assert_eq!(findings(&alone), ["warning[E-LACKS] flow/a is switched on, and needs flow/b, which is off"]);
}

#[test]
fn what_stays_off_is_listed_with_its_reason_in_plan_and_import() {
    let project = Project::new();
    save(&project, "first.json", &[flow("old", &[]), flow("same", &[])]);
    project.ok(&["import", "dev", "first.json", "--yes"]);
    let changed = flow_that("old", &[], json!([{ "name": "more" }]));
    save(&project, "second.json", &[changed, flow("same", &[]), flow("new", &[])]);
    let expected =
        [reason("flow/old", "was-off", ""), reason("flow/same", "was-off", ""), reason("flow/new", "arrives-off", "")];
    let planned = project.json(0, &["plan", "dev", "second.json"]);
    assert_eq!(inactive(&planned), expected);
    let entry = &planned["result"]["inactive"][2];
    let whole = json!({
        "resource": "flow/new", "name": "new", "reason": "arrives-off", "detail": "new ones arrive switched off",
        "needs": null, "secret": null,
    });
    assert_eq!(*entry, whole);
    project.ok(&["plan", "dev", "second.json", "--html", "plan.html"]).says_all(&[
        "off after the import:",
        "flow/new (new): new ones arrive switched off",
        "flow/old (old): it was off before",
        "--publish switches on",
    ]);
    assert!(project.read("plan.html").contains("switched off: new ones arrive switched off"));
    let run = project.ok(&["import", "dev", "second.json", "--yes"]);
    run.says_all(&[
        "flow/new (new) is switched off, as new ones arrive switched off: flowport publish dev 'flow/new'",
        "flow/same (same) is switched off, as it was off before: flowport publish dev 'flow/same'",
    ]);
    // Also where there is nothing to write.
    let again = project.json(0, &["import", "dev", "second.json", "--yes"]);
    assert_eq!(again["result"]["stored"], json!([]));
    assert!(inactive(&again).iter().all(|entry| entry[1] == "was-off"), "{again:#}");
    let planned = project.json(0, &["plan", "dev", "second.json", "--publish"]);
    assert_eq!(inactive(&planned), Vec::<[String; 3]>::new());
}

#[test]
fn of_many_that_stay_off_some_are_shown_and_the_others_counted() {
    let project = Project::new();
    let flows: Vec<Value> = (0..25).map(|number| flow(&format!("f{number:02}"), &[])).collect();
    save(&project, "p.json", &flows);
    let text = project.ok(&["plan", "dev", "p.json"]).stdout();
    assert_eq!(text.matches("new ones arrive switched off").count(), 20, "{text}");
    assert!(text.contains("\n  and 5 more: --json has all\n"), "{text}");
    assert_eq!(inactive(&project.json(0, &["plan", "dev", "p.json"])).len(), 25);
}

#[test]
fn what_needs_something_that_stays_off_stays_off() {
    let project = Project::new();
    save(&project, "leaf.json", &[flow("leaf", &[])]);
    project.ok(&["import", "dev", "leaf.json", "--yes"]);
    save(&project, "p.json", &[flow("top", &["flow/middle"]), flow("middle", &["flow/leaf"]), flow("free", &[])]);
    let imported = project.json(0, &["import", "dev", "p.json", "--publish", "--yes"]);
    assert_eq!(imported["result"]["activated"], json!(["flow/free"]));
    let [top, middle] = &inactive(&imported)[..] else { panic!("{imported:#}") };
    assert_eq!([&top[0], &top[1], &middle[0]], ["flow/top", "needs-inactive", "flow/middle"]);
    assert_eq!(*middle, reason("flow/middle", "needs-inactive", "flow/leaf"));
    let warning = "warning[P-INACTIVE] flow/middle (middle) stays switched off: it needs flow/leaf, which is off";
    assert!(findings(&imported).iter().any(|finding| finding == warning), "{:#?}", findings(&imported));
    let on: Vec<Value> = project.list("dev").into_iter().filter(|entry| entry["state"] == "published").collect();
    assert_eq!(on.len(), 1, "{on:#?}");
    assert_eq!(on[0]["resource"], "flow/free");
}

#[test]
fn a_secret_that_is_missing_is_the_reason() {
    let project = Project::new();
    let part =
        json!({ "name": "CRM", "type": "http", "url": "https://crm.contoso.example", "secrets": { "password": null } });
    let connector = json!({
        "kind": "connector", "id": "crm", "name": "CRM", "dialect": "flowport", "state": "published",
        "parts": { "connector.json": { "json": part } },
    });
    save(&project, "p.json", &[flow("orders", &["connector/crm"]), connector]);
    let imported = project.json(0, &["import", "dev", "p.json", "--publish", "--yes"]);
    assert_eq!(inactive(&imported), [reason("flow/orders", "lacks-secret", "connector/crm")]);
    assert_eq!(imported["result"]["inactive"][0]["secret"], "connector.json#/secrets/password");
}

#[test]
fn what_cannot_be_switched_on_is_no_change_the_second_time() {
    for store in ["sqlite:work.db", "dir:work"] {
        let project = Project::new();
        project.ok(&["env", "add", "work", "--store", store]);
        project.write("model.json", crate::vault::model(""));
        let import = ["import", "work", "model.json", "--yes", "--publish", "--setup", "connection/*=create"];
        project.ok(&import).says("P-INACTIVE");
        let plan = ["plan", "work", "model.json", "--publish", "--detailed-exitcode"];
        project.ok(&plan).says_all(&["no changes", "P-INACTIVE"]);
        project.ok(&["import", "work", "model.json", "--yes", "--publish"]).says("no changes");
        assert_eq!(project.json(0, &["runs", "work"])["result"]["runs"].as_array().unwrap().len(), 1, "{store}");
    }
}
