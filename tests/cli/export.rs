//! `export` and `inspect`: what travels, under which name, and what is said about it.

use serde_json::json;

use crate::support::package::{Package, lone_flow, sample, uses};
use crate::support::project::{Project, findings};
use crate::support::zipped;

/// The sample in dev, and its flow's id.
fn with_sample() -> (Project, String) {
    let project = Project::new();
    let sample = sample("Order intake");
    sample.import(&project);
    (project, sample.flow)
}

fn exported(envelope: &serde_json::Value) -> Vec<String> {
    let resources = envelope["result"]["resources"].as_array().unwrap();
    resources.iter().map(|entry| entry["resource"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_a_flow_needs_comes_along_and_the_reason_is_said() {
    let (project, flow) = with_sample();
    let envelope = project.json(0, &["export", "dev", "flow/Order intake", "-o", "out.zip"]);
    assert_eq!(exported(&envelope).len(), 8);
    for entry in envelope["result"]["resources"].as_array().unwrap() {
        assert_eq!(entry["selected"], entry["resource"] == format!("flow/{flow}"));
        assert_eq!(entry["needed_by"].is_null(), entry["selected"] == true, "{entry}");
        assert_eq!(entry["native"], true);
    }
    assert_eq!(zipped::manifest(&project.path("out.zip"))["resources"].as_object().unwrap().len(), 8);
}

#[test]
fn an_untouched_package_leaves_as_it_came_byte_for_byte() {
    let (project, _) = with_sample();
    project.ok(&["export", "dev", "flow/Order intake", "-o", "out.zip"]);
    let (mut before, mut after) =
        (zipped::entries(&project.path("orders.zip")), zipped::entries(&project.path("out.zip")));
    let (old, new) = (before.remove("manifest.json").unwrap(), after.remove("manifest.json").unwrap());
    assert!(before == after, "a part has changed");
    assert_ne!(old, new, "the package was made anew");
    assert_eq!(zipped::names(&project.path("out.zip")).last().unwrap(), "manifest.json");
    project.ok(&["inspect", "out.zip", "--verify"]);
    // The same content and time give the same bytes.
    project.ok(&["convert", "out.zip", "again.zip"]);
    assert!(std::fs::read(project.path("out.zip")).unwrap() == std::fs::read(project.path("again.zip")).unwrap());
}

#[test]
fn no_related_and_exclude_leave_out_what_is_needed_and_warn() {
    let (project, flow) = with_sample();
    let json = ["-o", "out.json", "--overwrite", "--json"];
    let run = |more: &[&str]| project.ok(&[&["export", "dev", "flow/Order intake"], more, &json].concat()).envelope();
    let alone = run(&["--no-related"]);
    assert_eq!(exported(&alone), [format!("flow/{flow}")]);
    let without = run(&["--exclude", "connection/*"]);
    assert!(exported(&without).iter().all(|id| !id.starts_with("connection/")), "{without:#}");
    assert_eq!(exported(&without).len(), 4, "the flow and its connectors");
    assert!(findings(&without).iter().any(|finding| finding.contains("[E-EXCLUDED]")), "{without:#}");
    // A zip names all that its flows need, so it cannot be written without.
    project.run(&["export", "dev", "flow/Order intake", "--no-related", "-o", "out.zip"]).exits(4).says("PA0703");
    assert!(!project.path("out.zip").exists());
}

#[test]
fn the_package_says_what_its_maker_said_of_it() {
    let (project, _) = with_sample();
    let comment = "choose the mailbox of the shop = not your own";
    project.ok(&[
        "export",
        "dev",
        "flow/Order intake",
        "-o",
        "out.json",
        "--name",
        "Orders of spring",
        "--description",
        "for the fair",
        "--for",
        "production",
        "--setup",
        "flow/Order intake=create",
        "--comment",
        &format!("connection/shop@contoso.example={comment}"),
    ]);
    let inspected = project.json(0, &["inspect", "out.json"]);
    let result = &inspected["result"];
    assert_eq!(result["name"], "Orders of spring");
    assert_eq!(result["description"], "for the fair");
    assert_eq!(result["intended_for"], "production");
    assert_eq!(result["creator"], "ana");
    assert_eq!(result["source"], "dev");
    let resources = result["resources"].as_array().unwrap();
    let named = |name: &str| resources.iter().find(|entry| entry["name"] == name).unwrap();
    assert_eq!(named("Order intake")["setup"]["suggested"], "create");
    assert_eq!(named("shop@contoso.example")["setup"]["comment"], comment);
    project.ok(&["inspect", "out.json"]).says_all(&["Orders of spring", "for the fair", "for production", comment]);
    // The zip has a place for name, description, setup and comment too.
    project.ok(&["convert", "out.json", "out.zip"]);
    project.ok(&["inspect", "out.zip"]).says_all(&["Orders of spring", "for the fair", comment]);
    project.ok(&["plan", "dev", "out.zip"]).says(comment);
}

#[test]
fn a_wrong_answer_to_export_is_named_and_nothing_is_written() {
    let (project, _) = with_sample();
    for (wrong, says) in [
        (&["--setup", "flow/Order intake=upsert"][..], "upsert"),
        (&["--setup", "flow/Order intake"], "write RESOURCE="),
        (&["--setup", "flow/Order intak=update"], "did you mean flow/Order intake?"),
        (&["--comment", "flow/Order intake"], "write RESOURCE=TEXT"),
        (&["--for", "prodd"], "prodd"),
        (&["--format", "zap"], "there is no format zap"),
        (&["--exclude", "connection/none"], "connection/none"),
    ] {
        let arguments = [&["export", "dev", "flow/Order intake", "-o", "out.zip"], wrong].concat();
        project.run(&arguments).exits(2).says(says);
    }
    assert_eq!(project.names("."), [".flowport", "flowport.toml", "orders.zip"]);
}

#[test]
fn a_file_is_written_over_only_when_asked() {
    let (project, _) = with_sample();
    project.write("out.zip", "mine");
    let export = ["export", "dev", "flow/Order intake", "-o", "out.zip"];
    project.run(&export).exits(1).says_all(&["out.zip", "--overwrite"]);
    assert_eq!(project.read("out.zip"), "mine");
    project.ok(&[&export[..], &["--overwrite"]].concat());
    project.ok(&["inspect", "out.zip"]);
    assert_eq!(
        project.names("."),
        [".flowport", "flowport.toml", "orders.zip", "out.zip"],
        "nothing is left beside it"
    );
}

fn two_roots() -> Project {
    let project = Project::new();
    for (name, file) in [("First", "first.zip"), ("Second: \"x\" <y>/..", "second.zip")] {
        let mut package = Package::new(name);
        // Ids differ, so that both stand side by side.
        if file == "second.zip" {
            package.connector("shared_unused");
            package.manifest["resources"] = json!({});
        }
        package.flow(name, &[]);
        package.save(project.path(file));
        project.ok(&["import", "dev", file, "--yes"]);
    }
    project
}

#[test]
fn several_roots_are_refused_with_the_two_ways_out() {
    let project = two_roots();
    let run = project.run(&["export", "dev", "--all", "-o", "out.zip"]).exits(4);
    run.says_all(&["exactly one root", "flow/First", "--split", "--format json"]);
    assert!(!project.path("out.zip").exists());
    project.ok(&["export", "dev", "--all", "-o", "out.json"]);
    project.ok(&["inspect", "out.json"]).says("2 resources");
}

#[test]
fn split_writes_one_package_per_root_under_names_that_every_system_takes() {
    let project = two_roots();
    let envelope = project.json(0, &["export", "dev", "--all", "--split", "-o", "out"]);
    let packages = envelope["result"]["packages"].as_array().unwrap();
    assert_eq!(packages.len(), 2);
    let names = project.names("out");
    assert_eq!(names.len(), 2);
    assert!(names.contains(&"First.zip".to_owned()), "{names:?}");
    for name in &names {
        assert!(!name.contains(['"', '<', '>', '/', ':']), "{name}");
        project.ok(&["inspect", &format!("out/{name}"), "--verify"]).says("1 resource,");
    }
    // Of several files one is there: then none is written.
    let files = project.names("out");
    std::fs::remove_file(project.path(&format!("out/{}", files[0]))).unwrap();
    project
        .run(&["export", "dev", "--all", "--split", "-o", "out"])
        .exits(1)
        .says_all(&["--overwrite", "Nothing was written"]);
    assert_eq!(project.names("out"), files[1..]);
}

#[test]
fn an_app_takes_its_flows_along_and_they_become_its_children() {
    let project = Project::new();
    let mut package = Package::new("Order app");
    let logic = package.connector("shared_logicflows");
    let outlook = package.connector("shared_office365");
    let mail = package.connection(&outlook, "ana@contoso.example");
    let flow = package.flow("Order intake", &[uses("shared_office365", &mail)]);
    let app = package.app("Order app", &logic, &[&flow]);
    package.save(project.path("app.zip"));
    project.ok(&["inspect", "app.zip", "--verify"]);
    project.ok(&["import", "dev", "app.zip", "--yes", "--setup", &format!("connection/{mail}=create")]);
    project.ok(&["export", "dev", "app/Order app", "-o", "out.zip"]);
    let (mut before, mut after) =
        (zipped::entries(&project.path("app.zip")), zipped::entries(&project.path("out.zip")));
    before.remove("manifest.json");
    let manifest: serde_json::Value = serde_json::from_slice(&after.remove("manifest.json").unwrap()).unwrap();
    assert!(before == after, "a part has changed");
    assert_eq!(manifest["resources"][&flow]["hierarchy"], "Child");
    assert!(manifest["resources"][&app].get("hierarchy").is_none());
    assert_eq!(manifest["resources"][&app]["dependsOn"], package.manifest["resources"][&app]["dependsOn"]);
    // The flow alone is a root again.
    project.ok(&["export", "dev", "flow/Order intake", "-o", "flow.zip"]);
    assert_eq!(zipped::manifest(&project.path("flow.zip"))["resources"][&flow]["hierarchy"], "Root");
    // App and flow together are one root, and one package with --split.
    project.ok(&["export", "dev", "--all", "-o", "all.zip"]);
    project.ok(&["export", "dev", "--all", "--split", "-o", "split"]);
    assert_eq!(project.names("split"), ["Order-app.zip"]);
}

#[test]
fn drafts_stay_unless_they_are_included() {
    let project = Project::new();
    let part = json!({ "name": "Draft", "state": "draft", "trigger": {}, "steps": [] });
    let flow = json!({
        "kind": "flow",
        "id": "draft",
        "name": "Draft",
        "dialect": "flowport",
        "state": "draft",
        "parts": { "flow.json": { "json": part } },
    });
    project.write("draft.json", flow.to_string());
    project.ok(&["put", "dev", "draft.json"]);
    let export = ["export", "dev", "flow/Draft", "-o", "out.json"];
    project.run(&export).exits(4).says_all(&["E-DRAFT", "--include-drafts"]);
    assert!(!project.path("out.json").exists());
    project.ok(&[&export[..], &["--include-drafts"]].concat());
    project.ok(&["publish", "dev", "flow/Draft"]);
    project.ok(&[&export[..], &["--overwrite"]].concat());
}

#[test]
fn an_extension_that_means_nothing_asks_for_a_format() {
    let project = Project::new();
    lone_flow("Orders").0.save(project.path("orders.zip"));
    project.ok(&["import", "dev", "orders.zip", "--yes"]);
    project.ok(&["export", "dev", "flow/Orders", "-o", "out.bin"]).says("(zip)");
    project.ok(&["export", "dev", "flow/Orders", "-o", "out.dat", "--format", "json"]).says("(json)");
    // What is written is recognised by its content, whatever it is called.
    project.ok(&["inspect", "out.bin"]).says("(zip)");
    project.ok(&["inspect", "out.dat"]).says("(json)");
}

#[test]
fn a_conversion_counts_in_and_out_and_writes_over_nothing() {
    let (project, _) = with_sample();
    let envelope = project.json(0, &["convert", "orders.zip", "orders.json"]);
    assert_eq!(envelope["result"]["input"]["resources"], 8);
    assert_eq!(envelope["result"]["output"]["resources"], 8);
    assert_eq!(envelope["result"]["resources"].as_array().unwrap().len(), 8);
    let before = project.read("orders.json");
    project.run(&["convert", "orders.zip", "orders.json"]).exits(1).says("--overwrite");
    project.run(&["convert", "orders.zip", "orders.xyz", "--format", "zap"]).exits(2).says("there is no format zap");
    assert_eq!(project.read("orders.json"), before);
    assert_eq!(project.names("."), [".flowport", "flowport.toml", "orders.json", "orders.zip"]);
}

#[test]
fn verify_is_stricter_than_a_look() {
    let project = Project::new();
    let (mut package, flow) = lone_flow("Orders");
    package.save(project.path("good.zip"));
    project.ok(&["inspect", "good.zip", "--verify"]);
    package.resource(&flow).as_object_mut().unwrap().remove("suggestedCreationType");
    package.save(project.path("warned.zip"));
    project.ok(&["inspect", "warned.zip"]).says("PA0210");
    project.run(&["inspect", "warned.zip", "--verify"]).exits(4).says("PA0210");
}

#[test]
fn a_package_is_no_output_for_a_terminal() {
    let project = Project::new();
    lone_flow("Orders").0.save(project.path("orders.zip"));
    project.ok(&["import", "dev", "orders.zip", "--yes"]);
    project.run(&["export", "dev", "--all", "-o", "-", "--format", "zip"]).exits(2).says("./-");
    assert!(!project.path("-").exists());
}

#[test]
fn a_package_of_everything_is_called_by_its_flow() {
    let project = Project::new();
    let sample = sample("Order intake");
    sample.import(&project);
    project.ok(&["export", "dev", "--all", "-o", "all.zip"]);
    assert_eq!(project.json(0, &["inspect", "all.zip"])["result"]["name"], "Order intake");
}

#[test]
fn files_of_a_split_are_never_taken_for_flags() {
    let project = Project::new();
    lone_flow("--overwrite").0.save(project.path("flag.zip"));
    project.ok(&["import", "dev", "flag.zip", "--yes"]);
    project.ok(&["export", "dev", "--all", "--split", "-o", "out"]);
    assert_eq!(project.names("out"), ["overwrite.zip"]);
}
