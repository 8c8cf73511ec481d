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
    package["resources"][0]["setup"]["suggested"] = json!("skip");
    package["package"]["intendedFor"] = json!("production");
    project.write("orders.json", package.to_string());
    let envelope = project.json(0, &["convert", "orders.json", "lossy.zip"]);
    let lost = ["the suggested action skip", "that the package is meant for production"];
    assert_eq!(envelope["result"]["resources"][0]["lost"], json!(lost));
    project.ok(&["convert", "orders.json", "lossy.zip", "--overwrite"]).says_all(&["LOST", lost[0], lost[1]]);
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
