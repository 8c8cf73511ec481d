//! `diff` of packages and environments, on either side.

mod secrets;
mod sides;

use serde_json::{Value, json};

use crate::support::package::{Package, lone_flow, sample, uses};
use crate::support::project::Project;

/// A flow of flowport's own with these steps.
fn flow(id: &str, name: &str, steps: Value) -> Value {
    let part = json!({ "name": name, "state": "published", "trigger": { "type": "manual" }, "steps": steps });
    json!({
        "kind": "flow", "id": id, "name": name, "dialect": "flowport", "state": "published",
        "parts": { "flow.json": { "json": part } },
    })
}

fn step(name: &str, to: &str) -> Value {
    json!({ "name": name, "type": "send-mail", "to": to })
}

/// `before.json` and `after.json`: a flow that changed, one that went, one that came, one that stayed.
fn with_two_packages() -> Project {
    let project = Project::new();
    let stays = flow("stays", "Stays", json!([]));
    let before = json!([
        flow("orders", "Orders", json!([step("first", "a"), step("second", "b"), step("third", "c")])),
        flow("goes", "Goes", json!([])),
        stays,
    ]);
    let after = json!([
        flow(
            "orders",
            "Order intake",
            json!([step("third", "c"), step("first", "x"), step("second", "b"), step("new", "n")])
        ),
        stays,
        flow("comes", "Comes", json!([])),
    ]);
    project.write("before.json", before.to_string());
    project.write("after.json", after.to_string());
    project
}

fn changes<'v>(envelope: &'v Value, resource: &str) -> &'v Vec<Value> {
    let resources = envelope["result"]["resources"].as_array().unwrap();
    let found = resources.iter().find(|entry| entry["resource"] == resource);
    found.unwrap_or_else(|| panic!("{resource} is not in {envelope:#}"))["changes"].as_array().unwrap()
}

/// `(part#path, change)` of each change.
fn places(changes: &[Value]) -> Vec<(String, &str)> {
    let text = |change: &Value, key: &str| change[key].as_str().unwrap().to_owned();
    let place = |change: &Value| format!("{}#{}", text(change, "part"), text(change, "path"));
    changes.iter().map(|change| (place(change), change["change"].as_str().unwrap())).collect()
}

fn place<'a>(part: &str, change: &'a str) -> (String, &'a str) {
    (part.to_owned(), change)
}

#[test]
fn two_packages_differ_by_resources_and_by_fields() {
    let project = with_two_packages();
    let run = project.ok(&["diff", "before.json", "after.json"]);
    let expected = "\
~ flow/orders  Order intake
  head#/name               \"Orders\" → \"Order intake\"
  flow.json#/name          \"Orders\" → \"Order intake\"
  flow.json#/steps/0       moved from /steps/2
  flow.json#/steps/1/to    \"a\" → \"x\"
  flow.json#/steps/3       + {\"name\":\"new\",\"type\":\"send-mail\",\"to\":\"n\"}
- flow/goes  Goes
+ flow/comes  Comes
1 changed, 1 added, 1 removed, 1 the same
";
    let unpadded = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(unpadded(&run.stdout()), unpadded(expected), "{run}");
    let column = |line: &str| {
        let place = line[2..].find("  ").unwrap() + 2;
        place + line[place..].len() - line[place..].trim_start().len()
    };
    let columns: Vec<usize> = run.stdout().lines().filter(|line| line.starts_with("  ")).map(column).collect();
    assert!(columns.iter().all(|column| *column == columns[0]), "not aligned: {columns:?}\n{run}");
}

#[test]
fn scripts_get_the_same_facts() {
    let project = with_two_packages();
    let envelope = project.json(0, &["diff", "before.json", "after.json"]);
    let result = &envelope["result"];
    let counts = ["changed", "added", "removed", "same"].map(|key| result[key].as_u64().unwrap());
    assert_eq!(counts, [1, 1, 1, 1]);
    assert_eq!((&result["left"], &result["right"]), (&json!("before.json"), &json!("after.json")));
    let status: Vec<(&str, &str)> = result["resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["resource"].as_str().unwrap(), entry["status"].as_str().unwrap()))
        .collect();
    assert_eq!(status, [("flow/orders", "changed"), ("flow/goes", "removed"), ("flow/comes", "added")]);
    let found = changes(&envelope, "flow/orders");
    assert_eq!(
        found[4],
        json!({ "part": "flow.json", "path": "/steps/3", "change": "added", "from": null, "to": step("new", "n"), "moved_from": null, "secret": false })
    );
    assert_eq!((&found[2]["change"], &found[2]["moved_from"]), (&json!("moved"), &json!("/steps/2")));
    assert_eq!((&found[3]["from"], &found[3]["to"]), (&json!("a"), &json!("x")));
}

#[test]
fn the_exit_code_says_whether_anything_differs_where_that_is_asked() {
    let project = with_two_packages();
    assert_eq!(project.json(3, &["diff", "before.json", "after.json", "--detailed-exitcode"])["status"], "changes");
    project
        .ok(&["diff", "before.json", "before.json", "--detailed-exitcode"])
        .says("no differences; 3 resources are the same");
    project.ok(&["diff", "before.json", "after.json", "flow/stays", "--detailed-exitcode"]);
    project.run(&["diff", "before.json", "after.json", "flow/goes", "--detailed-exitcode"]).exits(3);
}

#[test]
fn environments_stand_on_either_side() {
    let project = with_two_packages();
    project.ok(&["put", "dev", "before.json"]);
    project.ok(&["put", "prod", "after.json"]);
    let resources = |left: &str, right: &str| {
        let mut found = project.json(0, &["diff", left, right])["result"]["resources"].as_array().unwrap().clone();
        found.sort_by_key(|entry| entry["resource"].as_str().unwrap().to_owned());
        found
    };
    let expected = resources("before.json", "after.json");
    assert_eq!(expected.len(), 3);
    for (left, right) in [("dev", "prod"), ("dev", "after.json"), ("before.json", "prod")] {
        assert_eq!(resources(left, right), expected, "{left} {right}");
    }
    let back = project.json(0, &["diff", "prod", "dev"]);
    assert!(places(changes(&back, "flow/orders")).contains(&place("flow.json#/steps/3", "removed")), "{back:#}");
    project.ok(&["diff", "dev", "before.json", "--detailed-exitcode"]);
    project.ok(&["diff", "dev", "test"]).says("0 changed, 0 added, 3 removed, 0 the same");
}

#[test]
fn what_leaves_an_environment_is_what_is_in_it() {
    let project = Project::new();
    sample("Order intake").import(&project);
    project.ok(&["export", "dev", "--all", "--include-drafts", "-o", "dev.json"]);
    for sides in [["dev", "dev.json"], ["dev.json", "dev"]] {
        project.ok(&["diff", sides[0], sides[1], "--bytes", "--all-fields", "--detailed-exitcode"]);
    }
}

#[test]
fn an_environment_goes_before_a_file_of_its_name() {
    let project = with_two_packages();
    project.ok(&["put", "dev", "before.json"]);
    project.write("dev", project.read("after.json"));
    project.ok(&["diff", "dev", "before.json", "--detailed-exitcode"]);
    project.run(&["diff", "./dev", "before.json", "--detailed-exitcode"]).exits(3);
}

#[test]
fn a_shared_package_stands_on_either_side_and_its_token_is_not_shown() {
    let project = with_two_packages();
    project.ok(&["put", "dev", "before.json"]);
    let token = project.ok(&["share", "dev", "flow/orders"]).stdout().trim().to_owned();
    for flags in [&[][..], &["--json"]] {
        project
            .ok(&[&["diff", &token, "after.json", "flow/orders"], flags].concat())
            .says("flow/orders")
            .says_not(&token);
    }
}

#[test]
fn only_what_is_selected_is_compared_by_the_names_of_either_side() {
    let project = with_two_packages();
    let of = |select: &[&str]| {
        let envelope = project.json(0, &[&["diff", "before.json", "after.json"], select].concat());
        let resources = envelope["result"]["resources"].as_array().unwrap().iter();
        let ids: Vec<String> = resources.map(|entry| entry["resource"].as_str().unwrap().to_owned()).collect();
        (ids, envelope["result"]["same"].as_u64().unwrap())
    };
    let one = |id: &str| (vec![id.to_owned()], 0);
    assert_eq!(of(&["flow/Orders"]), one("flow/orders"));
    assert_eq!(of(&["flow/Order intake"]), one("flow/orders"));
    assert_eq!(of(&["flow/Comes"]), one("flow/comes"));
    assert_eq!(of(&["flow/Stays", "flow/Goes"]), (vec!["flow/goes".to_owned()], 1));
    assert_eq!(of(&["flow/*"]).0.len(), 3);
    let unknown = project.run(&["diff", "before.json", "after.json", "flow/Order intak"]).exits(2);
    unknown.says_all(&["flow/Order intak is not in before.json or after.json", "did you mean"]);
    project.run(&["diff", "before.json", "nowhere"]).exits(2).says("nowhere");
}

#[test]
fn what_is_wrong_with_both_sides_is_said_of_both() {
    let project = Project::new();
    project.write("page.zip", "<!DOCTYPE html><html></html>");
    project.write("broken.json", "{\"format\": \"flowport\", \"resources\": [");
    let run = project.run(&["diff", "page.zip", "broken.json"]).exits(4);
    run.says_all(&["page.zip", "PA0001", "broken.json", "FJ01"]);
}

#[test]
fn an_action_that_goes_into_a_scope_has_moved() {
    let project = Project::new();
    let call =
        json!({ "type": "Http", "runAfter": {}, "inputs": { "method": "GET", "uri": "https://contoso.example" } });
    let (mut package, id) = lone_flow("Orders");
    package.action(&id, "Call", call.clone());
    package.save(project.path("before.zip"));
    package.definitions.get_mut(&id).unwrap()["properties"]["definition"]["actions"] =
        json!({ "Scope": { "type": "Scope", "runAfter": {}, "actions": { "Call": call } } });
    package.save(project.path("after.zip"));
    let envelope = project.json(0, &["diff", "before.zip", "after.zip"]);
    let found = changes(&envelope, &format!("flow/{id}"));
    let actions = "definition.json#/properties/definition/actions";
    let expected =
        [place(&format!("{actions}/Scope"), "added"), place(&format!("{actions}/Scope/actions/Call"), "moved")];
    assert_eq!(places(found), expected);
    assert_eq!(found[1]["moved_from"], "/properties/definition/actions/Call");
}

/// The same flow, saved at another time, in a package that was made at another time.
#[test]
fn what_changes_by_itself_is_a_difference_only_where_that_is_asked() {
    let project = Project::new();
    let (mut package, id) = lone_flow("Orders");
    let saved = |package: &mut Package, time: &str| {
        let definition = package.definitions.get_mut(&id).unwrap();
        definition["properties"]["definition"]["metadata"] = json!({ "clientLastModifiedTime": time, "by": "ana" });
        package.manifest["details"]["createdTime"] = json!(time);
    };
    saved(&mut package, "2024-03-01T09:30:00.0000000Z");
    package.save(project.path("before.zip"));
    saved(&mut package, "2024-04-01T09:30:00.0000000Z");
    package.save(project.path("after.zip"));
    project.ok(&["diff", "before.zip", "after.zip", "--detailed-exitcode"]).says("no differences");
    let envelope = project.json(3, &["diff", "before.zip", "after.zip", "--detailed-exitcode", "--all-fields"]);
    let time = place("definition.json#/properties/definition/metadata/clientLastModifiedTime", "changed");
    assert_eq!(places(changes(&envelope, &format!("flow/{id}"))), [time]);
    assert_eq!(places(envelope["result"]["package"].as_array().unwrap()), [place("package#/created", "changed")]);
}

#[test]
fn spelling_is_a_difference_only_where_that_is_asked() {
    let project = with_two_packages();
    let pretty: Value = serde_json::from_str(&project.read("before.json")).unwrap();
    let mut sorted = pretty.clone();
    let part = &mut sorted[0]["parts"]["flow.json"]["json"];
    let members: Vec<(String, Value)> =
        part.as_object().unwrap().iter().rev().map(|(name, value)| (name.clone(), value.clone())).collect();
    *part = Value::Object(members.into_iter().collect());
    project.write("pretty.json", format!("{sorted:#}"));
    project.ok(&["diff", "before.json", "pretty.json", "--detailed-exitcode"]).says("no differences");
    let envelope = project.json(3, &["diff", "before.json", "pretty.json", "--detailed-exitcode", "--bytes"]);
    assert_eq!(places(changes(&envelope, "flow/orders")), [place("flow.json#", "spelling")]);
    project.ok(&["diff", "before.json", "pretty.json", "--bytes"]).says("spelled otherwise");
}

#[test]
fn setup_and_the_packages_own_words_are_compared() {
    let project = with_two_packages();
    project.ok(&["put", "dev", "before.json"]);
    project.ok(&["export", "dev", "flow/stays", "-o", "one.json", "--name", "Mail"]);
    let setup = ["--setup", "flow/stays=create", "--comment", "flow/stays=take care", "--description", "for ben"];
    project.ok(&[&["export", "dev", "flow/stays", "-o", "two.json", "--name", "Mail"], &setup[..]].concat());
    let envelope = project.json(3, &["diff", "one.json", "two.json", "--detailed-exitcode"]);
    let of_setup = places(changes(&envelope, "flow/stays"));
    assert!(of_setup.iter().any(|(place, _)| place == "setup#/suggested"), "{of_setup:?}");
    assert!(of_setup.contains(&place("setup#/comment", "added")), "{of_setup:?}");
    assert_eq!(places(envelope["result"]["package"].as_array().unwrap()), [place("package#/description", "added")]);
    project.ok(&["diff", "one.json", "two.json"]).says_all(&["~ package", "+ \"for ben\"", "+ \"take care\""]);
    // An environment has no setup and no words of its own.
    project.ok(&["diff", "dev", "two.json", "flow/stays", "--detailed-exitcode"]);
}

#[test]
fn one_thing_under_two_ids_is_one_thing() {
    let project = Project::new();
    let (package, id) = lone_flow("Orders");
    package.save(project.path("before.zip"));
    project.ok(&["convert", "before.zip", "before.json"]);
    let other = "77777777-0000-4000-8000-000000000007";
    project.write("after.json", project.read("before.json").replace(&id, other));
    let envelope = project.json(0, &["diff", "before.json", "after.json"]);
    let resources = envelope["result"]["resources"].as_array().unwrap();
    assert_eq!(resources.len(), 1, "{envelope:#}");
    let (id, other) = (format!("flow/{id}"), format!("flow/{other}"));
    assert_eq!((&resources[0]["resource"], &resources[0]["becomes"]), (&json!(id), &json!(other)));
    assert_eq!(places(changes(&envelope, &id))[0], place("head#/id", "changed"));
    project.ok(&["diff", "before.json", "after.json"]).says(&format!("~ {id} → {other}  Orders"));
    // Either name selects it.
    for name in [&id, &other] {
        project.run(&["diff", "before.json", "after.json", name, "--detailed-exitcode"]).exits(3);
    }
    project.ok(&["import", "dev", "before.zip", "--yes"]);
    project.ok(&["diff", "dev", "after.json"]).says(&format!("~ {id} → {other}  Orders"));
}

#[test]
fn versions_are_things_of_their_own() {
    let project = Project::new();
    let file = |version: u32| {
        json!({
            "FLOW_ID": 1, "FLOW_NAME": "DSAR", "FLOW_DESCRIPTION": "", "STATUS": "Completed", "FLOW_VERSION": version,
            "STAGES": [{ "STAGE_ID": 1, "STAGE_NAME": "Open", "STAGE_DESCRIPTION": "", "STAGE_NUMBER": 1, "TASKS": [
                { "TASK_ID": 1, "TASK_NAME": "Check", "TASK_DESCRIPTION": null, "TASK_STATUS": "", "TASK_ORDER": 1 },
            ] }],
        })
    };
    project.write("export_flow_one.json", file(1).to_string());
    project.write("export_flow_two.json", file(2).to_string());
    project.ok(&["diff", "export_flow_one.json", "export_flow_two.json"]).says_all(&["- flow/DSAR@1", "+ flow/DSAR@2"]);
}

#[test]
fn the_elements_of_a_subflow_are_told_apart_by_their_ids() {
    let project = Project::new();
    let element = |id: &str, wait: i32| json!({ "id": id, "type": "wait", "wait": wait });
    let file = |elements: Value| {
        json!({
            "name": "Orders", "version": 3, "status": "DRAFT", "elements": [element("e1", 1)],
            "subflows": [{ "name": "pack", "elements": elements }],
            "schedule": { "cron": "0 0 * * *", "enabled": true },
            "slaGoals": [{ "name": "first answer", "target": 4, "unit": "h" }],
        })
    };
    project.write("one.json", file(json!([element("a", 1), element("b", 2)])).to_string());
    project.write("two.json", file(json!([element("b", 3), element("a", 4)])).to_string());
    let envelope = project.json(0, &["diff", "one.json", "two.json"]);
    let elements = "version.json#/subflows/0/elements";
    let found = places(changes(&envelope, "flow/Orders@3"));
    let moved = found.iter().filter(|(_, change)| *change == "moved").count();
    let waits = [0, 1].map(|index| place(&format!("{elements}/{index}/wait"), "changed"));
    assert!(found.len() == 3 && moved == 1 && waits.iter().all(|wait| found.contains(wait)), "{found:?}");
}

#[test]
fn names_and_values_cannot_act_on_a_terminal() {
    let project = Project::new();
    let evil = "\u{1b}[31mred\u{7}\u{202e}";
    project.write("one.json", json!([flow("a", "A", json!([step("s", "t")]))]).to_string());
    project
        .write("two.json", json!([flow("a", evil, json!([step("s", evil)])), flow("b", evil, json!([]))]).to_string());
    for flags in [&[][..], &["--json"]] {
        let run = project.ok(&[&["diff", "one.json", "two.json"], flags].concat());
        for bad in ['\u{1b}', '\u{7}', '\u{202e}'] {
            assert!(!run.text().contains(bad), "{bad:?} in\n{run}");
        }
    }
    let envelope = project.json(0, &["diff", "one.json", "two.json"]);
    assert_eq!(changes(&envelope, "flow/a")[0]["to"], evil);
}

#[test]
fn long_values_are_shortened_for_people_and_whole_for_scripts() {
    let project = Project::new();
    let long = "x".repeat(5_000);
    project.write("one.json", json!([flow("a", "A", json!([step("s", "short")]))]).to_string());
    project.write("two.json", json!([flow("a", "A", json!([step("s", &long)]))]).to_string());
    let run = project.ok(&["diff", "one.json", "two.json"]).says("\"short\" → \"xxx").says("…");
    assert!(run.stdout().lines().all(|line| line.chars().count() <= 120), "{run}");
    let envelope = project.json(0, &["diff", "one.json", "two.json"]);
    assert_eq!(changes(&envelope, "flow/a")[0]["to"], json!(long));
}

#[test]
fn connections_under_other_keys_differ_in_all_parts_that_hold_the_key() {
    let project = Project::new();
    let package = |key: &str| {
        let mut package = Package::new("Orders");
        let connector = package.connector("shared_office365");
        let connection = package.connection(&connector, "ana@contoso.example");
        let flow = package.flow("Orders", &[uses(key, &connection)]);
        (package, flow)
    };
    let ((one, flow), (two, _)) = (package("shared_office365"), package("shared_office365_1"));
    one.save(project.path("one.zip"));
    two.save(project.path("two.zip"));
    let envelope = project.json(0, &["diff", "one.zip", "two.zip"]);
    let parts: std::collections::BTreeSet<&str> =
        changes(&envelope, &format!("flow/{flow}")).iter().map(|change| change["part"].as_str().unwrap()).collect();
    assert_eq!(parts.into_iter().collect::<Vec<_>>(), ["apisMap.json", "connectionsMap.json", "definition.json"]);
}
