//! The answers an import asks for: by flag, by file, and what is said of wrong ones.

use serde_json::json;

use crate::support::package::{Sample, lone_flow, sample};
use crate::support::project::{Project, decisions, findings};

/// The sample beside a project whose prod has two Outlook connections, one of SharePoint and a custom connector with one.
pub(crate) fn with_target() -> (Project, Sample) {
    let project = Project::new();
    let sample = sample("Order intake");
    sample.package.save(project.path("orders.zip"));
    let api = |name: &str| format!("/providers/Microsoft.PowerApps/apis/{name}");
    let resource = |kind: &str, id: &str, name: &str, attributes: serde_json::Value| json!({ "kind": kind, "id": id, "name": name, "dialect": "power-automate", "attributes": attributes });
    let connection = |id: &str, name: &str, api_name: &str, connector: &str| {
        let attributes =
            json!({ "apiId": api(api_name), "connectionName": format!("name-of-{id}"), "dependsOn": [connector] });
        resource("connection", id, name, attributes)
    };
    let standard = |id: &str, name: &str| {
        let mut connector = resource("connector", id, name, json!({ "id": api(name), "name": name, "dependsOn": [] }));
        connector["origin"] = json!("standard");
        connector
    };
    let target = json!([
        standard("prod-outlook", "shared_office365"),
        standard("prod-sharepoint", "shared_sharepointonline"),
        resource(
            "connector",
            "prod-warehouse",
            "Warehouse",
            json!({ "apiId": api("shared_warehouse-prod"), "dependsOn": [] })
        ),
        connection("mail-1", "robot@contoso.example", "shared_office365", "prod-outlook"),
        connection("mail-2", "shop@contoso.example", "shared_office365", "prod-outlook"),
        connection("site", "robot@contoso.example", "shared_sharepointonline", "prod-sharepoint"),
        connection("stock", "Warehouse", "shared_warehouse-prod", "prod-warehouse"),
    ]);
    project.write("target.json", target.to_string());
    project.ok(&["put", "prod", "target.json"]);
    (project, sample)
}

pub(crate) fn maps(sample: &Sample) -> Vec<String> {
    let [first, second, third, fourth] = &sample.connections;
    vec![
        format!("connector/{}=connector/prod-warehouse", sample.custom),
        format!("connection/{first}=connection/mail-1"),
        format!("connection/{second}=connection/mail-2"),
        format!("connection/{third}=connection/site"),
        format!("connection/{fourth}=connection/stock"),
    ]
}

pub(crate) fn with_maps<'a>(start: &[&'a str], maps: &'a [String]) -> Vec<&'a str> {
    start.iter().copied().chain(maps.iter().flat_map(|map| ["--map", map.as_str()])).collect()
}

/// The flow in prod names nothing but what prod has.
fn assert_promoted(project: &Project) {
    let definition = String::from_utf8(project.part("prod", "flow/Order intake", "definition.json")).unwrap();
    let definition: serde_json::Value = serde_json::from_str(&definition).unwrap();
    let references = &definition["properties"]["connectionReferences"];
    let names = [
        ("shared_office365", "mail-1", "shared_office365"),
        ("shared_office365_4", "mail-2", "shared_office365"),
        ("shared_sharepointonline-1", "site", "shared_sharepointonline"),
        ("shared_warehouse-5f01", "stock", "shared_warehouse-prod"),
    ];
    let map: serde_json::Value =
        serde_json::from_slice(&project.part("prod", "flow/Order intake", "connectionsMap.json")).unwrap();
    for (key, connection, api) in names {
        assert_eq!(references[key]["connectionName"], format!("name-of-{connection}"));
        assert_eq!(references[key]["id"], format!("/providers/Microsoft.PowerApps/apis/{api}"));
        assert_eq!(map[key], connection);
    }
    // Actions of the new style name the connector too.
    let host = &definition["properties"]["definition"]["actions"]["Use_shared_warehouse-5f01"]["inputs"]["host"];
    assert_eq!(host["apiId"], "/providers/Microsoft.PowerApps/apis/shared_warehouse-prod");
    assert_eq!(host["connectionName"], "shared_warehouse-5f01", "keys are never renamed");
}

#[test]
fn a_blocked_plan_asks_everything_at_once_and_nothing_is_written() {
    let (project, sample) = with_target();
    let before = project.list("prod");
    let plan = project.json(4, &["plan", "prod", "orders.zip"]);
    let mut asked: Vec<String> =
        decisions(&plan).into_iter().filter(|(_, action)| action == "question").map(|(id, _)| id).collect();
    asked.sort();
    let mut expected: Vec<String> = sample.connections.iter().map(|id| format!("connection/{id}")).collect();
    expected.push(format!("connector/{}", sample.custom));
    expected.sort();
    assert_eq!(asked, expected);
    let run = project.run(&["import", "prod", "orders.zip", "--yes"]).exits(4).says("nothing was written");
    for id in &expected {
        assert!(run.text().contains(&format!("--setup '{id}=create'")), "{id}\n{run}");
    }
    assert_eq!(project.list("prod"), before);
}

#[test]
fn candidates_use_the_same_connector() {
    let (project, sample) = with_target();
    let plan = project.json(4, &["plan", "prod", "orders.zip"]);
    let changes = plan["result"]["changes"].as_array().unwrap();
    let first =
        changes.iter().find(|change| change["resource"] == format!("connection/{}", sample.connections[1])).unwrap();
    let candidates: Vec<&str> = first["question"]["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|candidate| candidate["resource"].as_str().unwrap())
        .collect();
    // That of the same name goes first.
    assert_eq!(candidates, ["connection/mail-2", "connection/mail-1"]);
}

#[test]
fn maps_lead_every_reference_to_the_target() {
    let (project, sample) = with_target();
    let maps = maps(&sample);
    let before = project.ids("prod");
    project.ok(&with_maps(&["plan", "prod", "orders.zip"], &maps)).says("ready to import");
    assert_eq!(project.ids("prod"), before, "a plan writes nothing");
    project.ok(&with_maps(&["import", "prod", "orders.zip", "--yes"], &maps));
    assert_eq!(project.ids("prod").len(), before.len() + 1, "the flow and nothing else");
    assert_promoted(&project);
    project.ok(&with_maps(&["plan", "prod", "orders.zip", "--detailed-exitcode"], &maps)).says("no changes");
    project.run(&["check", "prod"]).exits(0);
}

#[test]
fn names_do_as_well_as_ids() {
    let (project, sample) = with_target();
    let [first, _, third, fourth] = &sample.connections;
    let maps = vec![
        "connector/Warehouse=connector/Warehouse".to_owned(),
        format!("connection/{first}=connection/mail-1"),
        "connection/shop@contoso.example=connection/shop@contoso.example".to_owned(),
        format!("connection/{third}=connection/site"),
        format!("connection/{fourth}=connection/Warehouse"),
    ];
    project.ok(&with_maps(&["import", "prod", "orders.zip", "--yes"], &maps));
    assert_promoted(&project);
}

#[test]
fn a_template_of_a_package_with_errors_says_so() {
    let (project, _) = with_target();
    let arguments = ["plan", "prod", "orders.zip", "--settings-template", "--map", "connection/none=connection/x"];
    project.run(&arguments).exits(4).says("S-MAP");
}

#[test]
fn the_template_is_a_settings_file_once_its_lines_are_uncommented() {
    let (project, _) = with_target();
    let template = project.ok(&["plan", "prod", "orders.zip", "--settings-template"]).stdout();
    project.write("empty.toml", &template);
    project.run(&["plan", "prod", "orders.zip", "--settings", "empty.toml"]).exits(4);
    // Per question the first candidate: it is of the same name, where one is.
    let mut answered = std::collections::HashSet::new();
    let mut is_first = |line: &str| {
        let key = line.strip_prefix("# map.").and_then(|line| line.split_once(" = ")).map(|(key, _)| key.to_owned());
        key.is_some_and(|key| answered.insert(key))
    };
    let uncommented: Vec<&str> = template.lines().map(|line| if is_first(line) { &line[2..] } else { line }).collect();
    project.write("prod.toml", uncommented.join("\n"));
    project.ok(&["plan", "prod", "orders.zip", "--settings", "prod.toml"]).says("ready to import");
    project.ok(&["import", "prod", "orders.zip", "--settings", "prod.toml", "--yes"]);
    assert_promoted(&project);

    // The other half: every `setup` line instead.
    let uncommented: Vec<&str> =
        template.lines().map(|line| if line.starts_with("# setup.") { &line[2..] } else { line }).collect();
    project.write("test.toml", uncommented.join("\n"));
    project.ok(&["plan", "test", "orders.zip", "--settings", "test.toml"]).says("ready to import");
}

#[test]
fn flags_go_over_the_settings_file() {
    let (project, sample) = with_target();
    let wrong = format!("connection/{}", sample.connections[0]);
    let lines: Vec<String> = maps(&sample)
        .iter()
        .map(|map| map.split_once('=').unwrap())
        .map(|(from, to)| format!("{from:?} = {:?}", if from == wrong { "connection/mail-2" } else { to }))
        .collect();
    project.write("prod.toml", format!("[map]\n{}\n", lines.join("\n")));
    let right = format!("{wrong}=connection/mail-1");
    project.ok(&["import", "prod", "orders.zip", "--settings", "prod.toml", "--map", &right, "--yes"]);
    assert_promoted(&project);
}

#[test]
fn every_wrong_answer_is_named_with_the_nearest_match() {
    let (project, sample) = with_target();
    let before = project.list("prod");
    let good = maps(&sample);
    for (wrong, says) in [
        (
            ["--map", "connection/shop@contoso.exampel=connection/mail-2"],
            "did you mean connection/shop@contoso.example?",
        ),
        (["--map", "connection/shop@contoso.example=connection/mail-9"], "did you mean connection/mail-"),
        (["--map", "connection/shop@contoso.example=connector/prod-warehouse"], "is a connector, not a connection"),
        (["--map", "connection/ana@contoso.example=connection/mail-1"], "is ambiguous in the package"),
        (["--setup", "flow/Order intak=update"], "did you mean flow/Order intake?"),
        (["--setup", "flow/Order intake=update:flow/nothing"], "flow/nothing is not in the target"),
        (["--setup", "flow/Order intake=merge"], "choose one of update, create, use-existing, skip"),
        (["--rename", "flow/Order=New"], "flow/Order"),
    ] {
        let mut arguments = with_maps(&["import", "prod", "orders.zip", "--yes"], &good);
        // The wrong one takes the place of the right one, where it is about the same resource.
        arguments.extend(wrong);
        project.run(&arguments).exits(4).says(says).says("nothing was written");
    }
    project.write("wrong.toml", "[replace]\n\"https://contoso-dev.sharepoint.com/sites/order\" = \"https://x\"\n\"https://nowhere\" = \"https://x\"\n[map]\n\"connection/none\" = \"connection/mail-1\"\n");
    let envelope = project.json(4, &["plan", "prod", "orders.zip", "--settings", "wrong.toml"]);
    let all = findings(&envelope);
    for says in ["replace https://nowhere: no such value in the package", "map connection/none"] {
        assert!(all.iter().any(|finding| finding.contains(says)), "{says} is not among {all:#?}");
    }
    assert_eq!(project.list("prod"), before);
}

#[test]
fn wrong_words_are_usage_errors_or_settings_errors_with_their_line() {
    let (project, _) = with_target();
    for (wrong, says) in [
        (["--map", "connection/x"], "write FROM=TO"),
        (["--setup", "flow/Order intake"], "write RESOURCE=ACTION"),
        (["--setup", "flow/Order intake=upsert"], "upsert"),
        (["--rename", "flow/Order intake"], "write RESOURCE=NAME"),
        (["--settings", "none.toml"], "none.toml"),
    ] {
        project.run(&[&["plan", "prod", "orders.zip"], &wrong[..]].concat()).exits(2).says(says);
    }
    project.write("wrong.toml", "[map]\n\"a\" = 1\n");
    project.run(&["plan", "prod", "orders.zip", "--settings", "wrong.toml"]).exits(4).says("wrong.toml at line 2");
    project.write("wrong.toml", "[mapp]\n");
    project.run(&["plan", "prod", "orders.zip", "--settings", "wrong.toml"]).exits(4).says("mapp");
}

#[test]
fn a_renamed_flow_carries_its_name_inside_too() {
    let project = Project::new();
    let (package, flow) = lone_flow("Orders");
    package.save(project.path("orders.zip"));
    project.ok(&["import", "dev", "orders.zip", "--yes", "--rename", "flow/Orders=Orders (prod)"]);
    assert_eq!(project.ids("dev"), [format!("flow/{flow}")]);
    let definition: serde_json::Value =
        serde_json::from_slice(&project.part("dev", "flow/Orders (prod)", "definition.json")).unwrap();
    assert_eq!(definition["properties"]["displayName"], "Orders (prod)");
    project.ok(&["plan", "dev", "orders.zip", "--rename", "flow/Orders=Orders (prod)"]).says("no changes");
}

#[test]
fn a_flow_without_versions_takes_none() {
    let project = Project::new();
    lone_flow("Orders").0.save(project.path("orders.zip"));
    let run = project.run(&["import", "dev", "orders.zip", "--yes", "--set-version", "flow/Orders=2"]).exits(4);
    run.says_all(&["has no versions of its own", "nothing was written"]);
    assert!(project.ids("dev").is_empty());
}

#[test]
fn create_makes_a_copy_under_an_id_and_a_name_of_its_own() {
    let project = Project::new();
    let (package, flow) = lone_flow("Orders");
    package.save(project.path("orders.zip"));
    project.ok(&["import", "dev", "orders.zip", "--yes"]);
    let original = project.part("dev", &format!("flow/{flow}"), "definition.json");
    // The package suggests "New"; the same flow is there, and that is no reason for a second one.
    project.ok(&["import", "dev", "orders.zip", "--yes"]).says("no changes");
    let copy = ["--setup", "flow/Orders=create", "--rename", "flow/Orders=Orders, too"];
    let first = project.json(0, &[&["plan", "dev", "orders.zip"], &copy[..]].concat());
    let second = project.json(0, &[&["import", "dev", "orders.zip", "--yes"], &copy[..]].concat());
    assert_eq!(
        first["result"]["changes"][0]["target"], second["result"]["changes"][0]["target"],
        "the plan said which"
    );
    assert_eq!(project.ids("dev").len(), 2);
    assert_eq!(project.part("dev", &format!("flow/{flow}"), "definition.json"), original);
    let text = project.part("dev", "flow/Orders, too", "definition.json");
    let copied: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let original: serde_json::Value = serde_json::from_slice(&original).unwrap();
    assert_ne!(copied["name"], original["name"], "two flows cannot be one");
    let name = copied["name"].as_str().unwrap();
    assert_eq!(copied["id"], format!("/providers/Microsoft.Flow/flows/{name}"));
    project.ok(&["export", "dev", "flow/Orders, too", "-o", "copy.zip"]);
    project.ok(&["inspect", "copy.zip", "--verify"]);
}

#[test]
fn an_update_can_be_aimed_at_another_flow_and_keeps_who_that_is() {
    let project = Project::new();
    let (package, flow) = lone_flow("Orders");
    package.save(project.path("orders.zip"));
    let mut other = crate::support::package::Package::new("Invoices");
    other.connector("shared_unused");
    other.manifest["resources"] = json!({});
    let target = other.flow("Invoices", &[]);
    other.save(project.path("invoices.zip"));
    project.ok(&["import", "dev", "invoices.zip", "--yes"]);
    let parse = |bytes: Vec<u8>| serde_json::from_slice::<serde_json::Value>(&bytes).unwrap();
    let before = parse(project.part("dev", &format!("flow/{target}"), "definition.json"));
    project.ok(&["import", "dev", "orders.zip", "--yes", "--setup", &format!("flow/{flow}=update:flow/Invoices")]);
    assert_eq!(project.ids("dev"), [format!("flow/{target}")]);
    let after = parse(project.part("dev", &format!("flow/{target}"), "definition.json"));
    assert_eq!(after["name"], before["name"]);
    assert_eq!(after["id"], before["id"]);
}

#[test]
fn what_is_skipped_stays_out_and_stops_what_needs_it() {
    let (project, sample) = with_target();
    let before = project.ids("prod");
    let connection = format!("connection/{}", sample.connections[0]);
    let mut maps = maps(&sample);
    maps.retain(|map| !map.starts_with(&connection));
    let skip = format!("{connection}=skip");
    let mut arguments = with_maps(&["plan", "prod", "orders.zip", "--setup", &skip], &maps);
    let envelope = project.json(4, &arguments);
    let says = format!("flow/{} needs {connection}, which is left out and not in the target", sample.flow);
    assert!(findings(&envelope).iter().any(|finding| finding.contains(&says)), "{envelope:#}");
    arguments.extend(["--setup", "flow/Order intake=skip"]);
    project.ok(&arguments);
    arguments[0] = "import";
    arguments.push("--yes");
    project.ok(&arguments);
    assert_eq!(project.ids("prod"), before);
}

#[test]
fn two_answers_by_flag_that_contradict_each_other_are_refused() {
    let project = Project::new();
    lone_flow("Orders").0.save(project.path("orders.zip"));
    for [flag, one, other] in [
        ["--setup", "flow/Orders=create", "flow/Orders=skip"],
        ["--map", "flow/Orders=flow/a", "flow/Orders=flow/b"],
        ["--resolve", "flow/Orders=keep", "flow/Orders=take"],
    ] {
        let refused = project.run(&["plan", "dev", "orders.zip", flag, one, flag, other]).exits(2);
        drop(refused.says_all(&[flag, "has another answer already"]));
    }
    project.ok(&["plan", "dev", "orders.zip", "--setup", "flow/Orders=create", "--setup", "flow/Orders=create"]);
}
