//! From any format to any: what is native, what is carried, what is lost, and that it all comes back.

use serde_json::{Value, json};

use crate::support::boomi;
use crate::support::package::{lone_flow, sample};
use crate::support::project::Project;
use crate::support::zipped;

const FORMATS: [&str; 6] = ["zip", "package", "package2", "json", "dpm", "flowrunner"];

/// Resource, and whether it is native, as the report has it.
fn placed(envelope: &Value) -> Vec<(String, bool)> {
    let resources = envelope["result"]["resources"].as_array().unwrap();
    resources.iter().map(|it| (it["resource"].as_str().unwrap().to_owned(), it["native"].as_bool().unwrap())).collect()
}

#[test]
fn a_zip_goes_through_every_format_and_comes_back() {
    let project = Project::bare();
    sample("Order intake").package.save(project.path("orders.zip"));
    let before = zipped::entries(&project.path("orders.zip"));
    for format in FORMATS {
        let there = project.json(0, &["convert", "orders.zip", "there.bin", "--format", format, "--overwrite"]);
        let count = there["result"]["input"]["resources"].as_u64().unwrap();
        assert_eq!((there["result"]["output"]["resources"].as_u64(), count), (Some(count), 8));
        let all_native = ["zip", "json"].contains(&format);
        assert!(placed(&there).iter().all(|(_, native)| *native == all_native), "{format}");
        let look = project.json(0, &["inspect", "there.bin"]);
        assert_eq!(
            (&look["result"]["format"], look["result"]["resources"].as_array().unwrap().len()),
            (&json!(format), 8)
        );
        project.ok(&["convert", "there.bin", "back.zip", "--overwrite"]);
        let back = project.path("back.zip");
        assert_eq!(zipped::names(&back), zipped::names(&project.path("orders.zip")), "{format}");
        assert!(zipped::entries(&back) == before, "{format}");
    }
}

#[test]
fn packages_and_flows_of_others_come_back_byte_for_byte() {
    let project = Project::bare();
    boomi::save(&boomi::package("aaaa0001-0000-4000-8000-000000000001", "Orders"), &project.path("orders.package"));
    project.write(
        "dsar.json",
        "{ \"FLOW_NAME\":\"DSAR\",\r\n \"FLOW_VERSION\":1, \"STAGES\":[{\"STAGE_NAME\":\"a\",\"STAGE_NUMBER\":1,\"TASKS\":[]}] }\n",
    );
    for (file, format) in [("orders.package", "package"), ("dsar.json", "dpm")] {
        let before = std::fs::read(project.path(file)).unwrap();
        for through in FORMATS {
            project.ok(&["convert", file, "there.bin", "--format", through, "--overwrite"]);
            project.ok(&["convert", "there.bin", "back.bin", "--format", format, "--overwrite"]);
            assert!(std::fs::read(project.path("back.bin")).unwrap() == before, "{file} through {through}");
        }
    }
}

/// Two flows of Power Automate in flowport JSON; their ids.
fn two_flows(project: &Project) -> [String; 2] {
    let (package, first) = lone_flow("Orders");
    package.save(project.path("one.zip"));
    project.ok(&["convert", "one.zip", "one.json"]);
    let mut package: Value = serde_json::from_str(&project.read("one.json")).unwrap();
    package.as_object_mut().unwrap().remove("layouts");
    let second = "99999999-0000-4000-8000-000000000009".to_owned();
    let mut other = package["resources"][0].clone();
    other["id"] = json!(second);
    package["resources"].as_array_mut().unwrap().push(other);
    project.write("two.json", package.to_string());
    [first, second]
}

#[test]
fn a_second_flow_is_carried_and_strict_refuses_it_by_name() {
    let project = Project::bare();
    let [first, second] = two_flows(&project);
    let envelope = project.json(0, &["convert", "two.json", "two.zip"]);
    let expected = [(format!("flow/{first}"), true), (format!("flow/{second}"), false)];
    assert_eq!(placed(&envelope), expected);
    project.ok(&["convert", "two.json", "two.zip", "--overwrite"]).says_all(&[
        "native",
        "carried: not run by that product",
        "2 resources in two.json (json), 2 in two.zip (zip)",
    ]);
    assert_eq!(zipped::manifest(&project.path("two.zip"))["resources"].as_object().unwrap().len(), 1);
    let run = project.run(&["convert", "two.json", "strict.zip", "--strict"]).exits(4);
    run.says_all(&["E-STRICT", &second, "nothing was written"]).says_not(&first);
    assert!(!project.path("strict.zip").exists());
    // Both come back, in their order.
    project.ok(&["convert", "two.zip", "back.json"]);
    assert_eq!(
        project.json(0, &["convert", "back.json", "again.zip"])["result"]["resources"],
        envelope["result"]["resources"]
    );
}

#[test]
fn what_is_lost_is_named() {
    let project = Project::bare();
    lone_flow("Orders").0.save(project.path("orders.zip"));
    project.ok(&["convert", "orders.zip", "orders.json"]);
    let mut package: Value = serde_json::from_str(&project.read("orders.json")).unwrap();
    let flow = &mut package["resources"][0];
    flow["setup"]["suggested"] = json!("skip");
    flow["state"] = json!("draft");
    flow["parts"]["notes.txt"] = json!({ "text": "by ana" });
    package["package"]["intendedFor"] = json!("production");
    project.write("orders.json", package.to_string());
    let envelope = project.json(0, &["convert", "orders.json", "lossy.zip"]);
    let lost = ["the state draft", "the suggested action skip", "the part notes.txt"];
    assert_eq!(envelope["result"]["resources"][0]["lost"], json!(lost));
    assert_eq!(envelope["result"]["output"]["lost"], json!(["that it is meant for production"]));
    project.ok(&["convert", "orders.json", "lossy.zip", "--overwrite"]).says_all(&[
        "LOST",
        &lost.join(", "),
        "lost of the package: that it is meant for production",
    ]);
    // What was to be skipped does not become an update.
    let manifest = zipped::manifest(&project.path("lossy.zip"));
    let suggested = manifest["resources"].as_object().unwrap().values().map(|entry| &entry["suggestedCreationType"]);
    assert_eq!(suggested.collect::<Vec<_>>(), ["New"]);
    // Where an attachment has it all, nothing is lost.
    package["resources"].as_array_mut().unwrap().push(picklist());
    project.write("both.json", package.to_string());
    let envelope = project.json(0, &["convert", "both.json", "both.zip"]);
    assert_eq!(placed(&envelope).iter().map(|(_, native)| *native).collect::<Vec<_>>(), [true, false]);
    assert_eq!(envelope["result"]["resources"][0]["lost"], json!([]));
    project.ok(&["convert", "both.zip", "back.json"]);
    project.ok(&["convert", "both.json", "again.json"]);
    assert_eq!(project.read("back.json"), project.read("again.json"));
}

fn picklist() -> Value {
    json!({
        "kind": "picklist", "id": "colour", "name": "Colour", "dialect": "flowport",
        "parts": { "picklist.json": { "json": { "schemaName": "colour", "origin": "custom", "displayName": "Colour", "options": [] } } },
    })
}

/// `mixed.json`: a flow of DPM, of whose setup its format knows nothing, and a picklist.
fn with_a_dpm_flow(project: &Project) {
    let flow = json!({ "FLOW_NAME": "DSAR", "FLOW_DESCRIPTION": "old", "FLOW_VERSION": 1, "STAGES": [] });
    let package = json!({
        "format": "flowport", "formatVersion": "1.0",
        "package": { "name": "Requests", "creator": "ana" },
        "layouts": [{ "format": "zip", "content": "{}" }],
        "resources": [
            picklist(),
            {
                "kind": "flow", "id": "DSAR", "version": "1", "name": "DSAR", "dialect": "k2view-dpm", "state": "draft",
                "setup": { "comment": "look here" },
                "parts": { "flow.json": { "json": flow } },
            },
        ],
    });
    project.write("mixed.json", package.to_string());
    project.ok(&["convert", "mixed.json", "mixed.dpm", "--format", "dpm"]);
}

/// The package after somebody changed the file of DPM.
fn after(project: &Project, from: &str, to: &str) -> Value {
    let text = project.read("mixed.dpm");
    assert!(text.contains(from), "{from} is not in {text}");
    project.write("edited.dpm", text.replace(from, to));
    project.ok(&["convert", "edited.dpm", "back.json", "--overwrite"]);
    serde_json::from_str(&project.read("back.json")).unwrap()
}

#[test]
fn one_word_changed_in_the_file_leaves_all_else_as_it_was() {
    let project = Project::bare();
    with_a_dpm_flow(&project);
    let back = after(&project, "\"old\"", "\"new\"");
    let mut expected: Value = serde_json::from_str(&project.read("mixed.json")).unwrap();
    expected["resources"][1]["parts"]["flow.json"]["json"]["FLOW_DESCRIPTION"] = json!("new");
    let flow = |package: &Value| {
        let flow = &package["resources"][1];
        (flow["parts"]["flow.json"]["json"].clone(), flow["setup"]["comment"].clone())
    };
    assert_eq!(flow(&back), flow(&expected));
    let info = |package: &Value| (package["package"]["name"].clone(), package["package"]["creator"].clone());
    assert_eq!((info(&back), &back["layouts"]), (info(&expected), &expected["layouts"]));
}

#[test]
fn what_was_taken_out_of_the_file_or_got_another_id_there_does_not_come_back() {
    let project = Project::bare();
    with_a_dpm_flow(&project);
    let back = after(&project, "\"FLOW_NAME\":\"DSAR\"", "\"FLOW_NAME\":\"Deletion\"");
    let ids: Vec<&Value> = back["resources"].as_array().unwrap().iter().map(|entry| &entry["id"]).collect();
    assert_eq!(ids, ["colour", "Deletion"]);
}

#[test]
fn what_a_file_would_give_back_as_another_one_is_carried() {
    let project = Project::bare();
    let version = json!({ "name": "Order intake", "version": 3, "elements": [] });
    let package = json!([{
        "kind": "flow", "id": "Other", "version": "7", "name": "Other", "dialect": "flowrunner",
        "parts": { "version.json": { "json": version } },
    }]);
    project.write("other.json", package.to_string());
    let envelope = project.json(0, &["convert", "other.json", "other.fr", "--format", "flowrunner"]);
    assert_eq!(placed(&envelope), [("flow/Other@7".to_owned(), false)]);
    let back = project.json(0, &["convert", "other.fr", "back.json", "--format", "json"]);
    assert_eq!(placed(&back), [("flow/Other@7".to_owned(), true)]);
    project.run(&["convert", "other.json", "strict.fr", "--format", "flowrunner", "--strict"]).exits(4);
}

#[test]
fn a_file_of_carried_things_alone_says_what_it_is() {
    let project = Project::bare();
    lone_flow("Orders").0.save(project.path("orders.zip"));
    project.ok(&["convert", "orders.zip", "orders.package"]);
    assert!(project.read("orders.package").starts_with("{\"flowportFormat\":\"package\",\"flowportAttachment\":\""));
    project.ok(&["inspect", "orders.package"]).says_all(&["Orders", "(package)"]);
    // Cut off, it is no package, and says so.
    let text = project.read("orders.package");
    project.write("cut.package", &text[..text.len() - 20]);
    project.run(&["inspect", "cut.package"]).exits(4);
    project.write("broken.package", text.replace("\"flowportAttachment\":\"", "\"flowportAttachment\":\"*"));
    project.run(&["inspect", "broken.package"]).exits(4).says("base64");
}
