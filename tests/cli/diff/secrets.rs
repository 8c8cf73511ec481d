//! What `diff` never says, nor a plan that shows differences.

use serde_json::{Value, json};

use super::{changes, flow, place, places};
use crate::support::html::PageRead;
use crate::support::package::{Package, SECRET, lone_flow, sample};
use crate::support::project::{Project, Run};

fn connector(password: Option<&str>) -> Value {
    let mut part = json!({ "name": "CRM", "url": "https://crm.dev.example", "secrets": { "password": null } });
    part["secrets"]["password"] = json!(password);
    json!({
        "kind": "connector", "id": "crm", "name": "CRM", "dialect": "flowport",
        "parts": { "connector.json": { "json": part } },
    })
}

/// No output holds any of the secrets, whatever is compared and however it is printed.
fn never_says(project: &Project, secrets: &[&str], sides: [&str; 2]) -> Value {
    for flags in [&[][..], &["--json"], &["--bytes", "--all-fields"], &["--bytes", "--all-fields", "--json"]] {
        let run: Run = project.run(&[&["diff", sides[0], sides[1]], flags].concat()).exits(0);
        secrets.iter().fold(run, |run, secret| run.says_not(secret));
    }
    project.json(0, &["diff", sides[0], sides[1]])
}

#[test]
fn a_declared_secret_is_never_shown() {
    let (one, two) = ("correct-horse-battery", "staple-horse-battery");
    let project = Project::new();
    project.write("one.json", json!([connector(Some(one))]).to_string());
    project.write("two.json", json!([connector(Some(two))]).to_string());
    project.write("none.json", json!([connector(None)]).to_string());
    project.write("empty.json", "[]");
    let slot = "connector.json#/secrets/password";

    let both = never_says(&project, &[one, two], ["one.json", "two.json"]);
    let found = changes(&both, "connector/crm");
    assert_eq!(places(found), [place(slot, "changed")]);
    assert_eq!((&found[0]["from"], &found[0]["to"], &found[0]["secret"]), (&Value::Null, &Value::Null, &json!(true)));
    project.ok(&["diff", "one.json", "two.json"]).says("(secret) → (secret)");
    let lost = never_says(&project, &[one], ["one.json", "none.json"]);
    assert_eq!(places(changes(&lost, "connector/crm")), [place(slot, "changed")]);

    project.ok(&["put", "dev", "one.json"]);
    project.ok(&["put", "test", "none.json"]);
    // Environments keep them apart: whether they are set is all that is compared.
    let between = never_says(&project, &[one], ["dev", "test"]);
    assert_eq!(places(changes(&between, "connector/crm")), [place(&format!("secrets#{slot}"), "removed")]);
    project.ok(&["diff", "dev", "test"]).says("is set → is not set");
    project.ok(&["diff", "test", "dev"]).says("is not set → is set");
    project.ok(&["put", "prod", "two.json"]);
    project.ok(&["diff", "dev", "prod", "--detailed-exitcode"]);
    // A package says nothing of a secret that does not travel with it, and more of one that does.
    project.ok(&["diff", "dev", "none.json", "--detailed-exitcode"]);
    project.ok(&["diff", "one.json", "dev", "--detailed-exitcode"]);
    let brought = never_says(&project, &[one], ["test", "one.json"]);
    assert_eq!(places(changes(&brought, "connector/crm")), [place(&format!("secrets#{slot}"), "added")]);
    let taken = never_says(&project, &[one], ["one.json", "test"]);
    assert_eq!(places(changes(&taken, "connector/crm")), [place(&format!("secrets#{slot}"), "removed")]);
}

#[test]
fn a_found_secret_is_never_shown_even_inside_what_came_or_went() {
    let project = Project::new();
    let mut sample = sample("Order intake");
    sample.package.save(project.path("one.zip"));
    let other = "an0ther-k3y-7c21";
    let headers = |value: &str| json!({ "Ocp-Apim-Subscription-Key": value, "X-Count": 1 });
    let call = |value: &str| json!({ "type": "Http", "runAfter": {}, "inputs": { "method": "GET", "uri": "https://contoso.example", "headers": headers(value) } });
    sample.package.action(&sample.flow, "Call", call(other));
    sample.package.save(project.path("two.zip"));
    sample.package.definitions.get_mut(&sample.flow).unwrap()["properties"]["definition"]["actions"]
        .as_object_mut()
        .unwrap()
        .remove("Call");
    sample.package.action(&sample.flow, "Call again", call("a-th1rd-k3y-55e0"));
    sample.package.save(project.path("three.zip"));
    let secrets = [SECRET, other, "a-th1rd-k3y-55e0"];
    let flow = format!("flow/{}", sample.flow);
    let key = "definition.json#/properties/definition/actions/Call/inputs/headers/Ocp-Apim-Subscription-Key";
    let changed = never_says(&project, &secrets, ["one.zip", "two.zip"]);
    let found = changes(&changed, &flow)
        .iter()
        .find(|change| format!("definition.json#{}", change["path"].as_str().unwrap()) == key);
    assert_eq!(found.expect("the key")["secret"], true);
    let whole = never_says(&project, &secrets, ["two.zip", "three.zip"]);
    let added = changes(&whole, &flow).iter().find(|change| change["change"] == "added").unwrap();
    assert_eq!(added["to"]["inputs"]["headers"], headers("(secret)"), "{added:#}");
    assert_eq!(added["to"]["inputs"]["method"], "GET");
}

#[test]
fn where_no_plugin_vouches_for_a_text_it_is_not_shown() {
    let project = Project::new();
    let robot = |word: &str, number: i32| {
        json!([{
            "kind": "robot", "id": "r2", "name": "R2", "dialect": "acme",
            "parts": {
                "robot.json": { "json": { "word": word, "steps": [{ "id": 1, "say": word }], "number": number } },
                "notes.txt": { "text": format!("note: {word}") },
            },
        }])
    };
    project.write("one.json", robot("hush-hush-one", 1).to_string());
    project.write("two.json", robot("hush-hush-two", 2).to_string());
    let envelope = never_says(&project, &["hush"], ["one.json", "two.json"]);
    let found = changes(&envelope, "robot/r2");
    let expected = ["robot.json#/word", "robot.json#/steps/0/say", "robot.json#/number", "notes.txt#"]
        .map(|it| place(it, "changed"));
    assert_eq!(places(found), expected);
    assert_eq!((&found[0]["secret"], &found[2]["from"], &found[2]["to"]), (&json!(true), &json!(1), &json!(2)));
    assert_eq!(found[3]["from"]["size"], 19);
    project.ok(&["diff", "one.json", "two.json"]).says_all(&[
        "D-UNHANDLED",
        "no loaded plugin handles robot/r2",
        "do: load a plugin",
    ]);
    let same = project.ok(&["diff", "one.json", "one.json", "--detailed-exitcode"]);
    same.says_not("D-UNHANDLED");
}

#[test]
fn a_plan_says_why_it_shows_no_text_of_what_no_plugin_knows() {
    let project = Project::new();
    let robots = |word: &str| {
        let robot = |id: &str| {
            let part = json!({ "json": { "word": word } });
            json!({ "kind": "robot", "id": id, "name": id, "dialect": "acme", "parts": { "robot.json": part } })
        };
        json!([robot("r1"), robot("r2")]).to_string()
    };
    project.write("old.json", robots("hush-hush-one"));
    project.write("new.json", robots("hush-hush-two"));
    project.ok(&["import", "dev", "old.json", "--yes"]);
    project.ok(&["plan", "dev", "new.json", "--html", "plan.html"]);
    let page = PageRead::of(project.read("plan.html"));
    let hidden = "a secret, which is not shown";
    assert_eq!(page.texts("#changes .changes tbody td:nth-child(2)"), [hidden, hidden]);
    assert_eq!(page.texts("#changes .changes tbody td:nth-child(3)"), [hidden, hidden]);
    assert_eq!(page.texts("#problems .label code"), ["E-UNHANDLED", "D-UNHANDLED"]);
    for id in ["robot/r1", "robot/r2"] {
        assert!(
            page.text("#problems").contains(&format!("no loaded plugin handles {id}")),
            "{}",
            page.text("#problems")
        );
    }
    assert!(!page.source.contains("hush"));
    // Where nothing differs, nothing is hidden.
    project.ok(&["plan", "dev", "old.json", "--html", "same.html"]);
    assert!(!PageRead::of(project.read("same.html")).source.contains("D-UNHANDLED"));
}

#[test]
fn where_a_handler_cannot_look_no_text_is_shown() {
    let project = Project::new();
    let broken = |word: &str| {
        let mut flow = flow("orders", "Orders", json!([]));
        flow["parts"]["flow.json"] = json!({ "text": format!("{{ \"password\": \"{word}\"") });
        flow["parts"]["notes.json"] = json!({ "json": { "token": word } });
        json!([flow]).to_string()
    };
    project.write("one.json", broken("hush-hush-one"));
    project.write("two.json", broken("hush-hush-two"));
    let envelope = never_says(&project, &["hush"], ["one.json", "two.json"]);
    let expected = [place("flow.json#", "changed"), place("notes.json#/token", "changed")];
    assert_eq!(places(changes(&envelope, "flow/orders")), expected);
    project.ok(&["diff", "one.json", "two.json"]).says_all(&["D-UNREADABLE", "flow/orders cannot be looked at"]);
}

/// A flow with these HTTP actions, by the inputs of each, and its id.
fn with_calls(name: &str, calls: Value) -> (Package, String) {
    let (mut package, id) = lone_flow(name);
    for (action, inputs) in calls.as_object().unwrap() {
        package.action(&id, action, json!({ "type": "Http", "runAfter": {}, "inputs": inputs }));
    }
    (package, id)
}

#[test]
fn what_is_secret_on_one_side_is_not_shown_on_the_other() {
    let project = Project::new();
    let token = "0a1b2c3d4e5f-67-89";
    let address = |name: &str| format!("https://contoso.example/orders?{name}={token}");
    let call = |header: &str, name: &str| json!({ "uri": address(name), "headers": { header: SECRET }, "body": "x" });
    let of = |calls: Value| with_calls("Orders", calls).0;
    of(json!({ "Call": call("Ocp-Apim-Subscription-Key", "client_secret") })).save(project.path("one.zip"));
    // The same under names that say nothing, and copied into another action.
    let mut copied = call("X-Foo", "c_s");
    copied["body"] = json!(format!("{{\"key\":\"{SECRET}\"}}"));
    of(json!({ "Call": call("X-Foo", "c_s"), "Copy": copied })).save(project.path("two.zip"));
    let id = with_calls("Orders", json!({})).1;
    project.ok(&["import", "dev", "one.zip", "--yes"]);
    project.ok(&["unpack", "two.zip", "two"]);
    let secrets = [SECRET, token];
    for sides in [["one.zip", "two.zip"], ["two.zip", "one.zip"], ["dev", "two"], ["two", "dev"]] {
        never_says(&project, &secrets, sides);
    }
    let envelope = never_says(&project, &secrets, ["one.zip", "two.zip"]);
    let found = changes(&envelope, &format!("flow/{id}"));
    let at = |end: &str| found.iter().find(|change| change["path"].as_str().unwrap().ends_with(end)).unwrap();
    for end in ["/uri", "/X-Foo", "/Ocp-Apim-Subscription-Key"] {
        assert_eq!(at(end)["secret"], true, "{end}");
    }
    let copy = &at("/Copy")["to"]["inputs"];
    assert_eq!(*copy, json!({ "uri": "(secret)", "headers": { "X-Foo": "(secret)" }, "body": "(secret)" }));
    project.ok(&["plan", "dev", "two.zip", "--setup", "flow/*=update", "--html", "plan.html"]);
    let page = project.read("plan.html");
    assert!(page.contains("X-Foo") && secrets.iter().all(|secret| !page.contains(secret)));
}

#[test]
fn a_declared_secret_is_not_shown_where_it_was_copied_to() {
    let project = Project::new();
    let password = "correct-horse-battery";
    let with = |url: &str, password: Option<&str>| {
        let mut connector = connector(password);
        connector["parts"]["connector.json"]["json"]["url"] = json!(url);
        json!([connector]).to_string()
    };
    let address = format!("https://crm.example/?p={password}");
    project.write("one.json", with("https://crm.example/", Some(password)));
    project.write("two.json", with(&address, Some(password)));
    project.write("three.json", with(&address, None));
    project.ok(&["put", "dev", "one.json"]);
    project.ok(&["put", "test", "three.json"]);
    for sides in [["one.json", "two.json"], ["one.json", "three.json"], ["dev", "three.json"], ["dev", "test"]] {
        let envelope = never_says(&project, &[password], sides);
        let found = changes(&envelope, "connector/crm");
        assert!(found.iter().any(|change| change["path"] == "/url" && change["secret"] == true), "{envelope:#}");
    }
}
