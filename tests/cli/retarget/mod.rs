//! `convert --settings`: a package made to fit an environment that nobody can look into.

mod deployment;
mod kinds;
mod template;
mod wrong;

use serde_json::{Value, json};

use crate::support::package::{Package, SITE, Sample, flow_file, sample, uses};
use crate::support::project::{Project, findings};
use crate::support::zipped;

/// The sample in `orders.zip`.
fn with_sample() -> (Project, Sample) {
    let project = Project::new();
    let sample = sample("Order intake");
    sample.package.save(project.path("orders.zip"));
    (project, sample)
}

/// Every file of the new package is that of the old one, in the same order, but for what `expected` makes of its text.
#[track_caller]
fn changed(project: &Project, from: &str, to: &str, expected: impl Fn(&str, &str) -> String) {
    let (before, after) = (zipped::entries(&project.path(from)), zipped::entries(&project.path(to)));
    assert_eq!(zipped::names(&project.path(from)), zipped::names(&project.path(to)));
    for (name, content) in &before {
        match std::str::from_utf8(content) {
            Ok(text) => assert_eq!(String::from_utf8_lossy(&after[name]), expected(name, text), "{name}"),
            Err(_) => assert_eq!(&after[name], content, "{name}"),
        }
    }
}

/// Resource, slot, what, from and to of each change, as one line.
fn changes(envelope: &Value) -> Vec<String> {
    let line = |change: &Value| {
        let keys: Vec<&String> = change.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["resource", "slot", "what", "from", "to"]);
        let texts =
            ["resource", "slot", "what", "from", "to"].map(|key| change[key].as_str().unwrap_or("-").to_owned());
        texts.join(" ")
    };
    envelope["result"]["changes"].as_array().unwrap().iter().map(line).collect()
}

#[test]
fn without_settings_nothing_changes() {
    let (project, _) = with_sample();
    let done = project.json(0, &["convert", "orders.zip", "same.zip"]);
    assert_eq!(done["result"]["changes"], json!([]));
    changed(&project, "orders.zip", "same.zip", |_, text| text.to_owned());
}

#[test]
fn flows_that_share_a_connection_all_get_its_key() {
    let project = Project::new();
    let mut package = Package::new("Orders");
    let outlook = package.connector("shared_office365");
    let logic_flows = package.connector("shared_logicflows");
    let shared = package.connection(&outlook, "ana@contoso.example");
    let other = package.connection(&outlook, "ben@contoso.example");
    let flows = ["First", "Second"].map(|name| {
        let flow = package.flow(name, &[uses("shared_office365", &shared), uses("shared_office365_1", &other)]);
        package.resource(&flow)["hierarchy"] = json!("Child");
        flow
    });
    package.app("Orders", &logic_flows, &[&flows[0], &flows[1]]);
    package.save(project.path("app.zip"));
    let old = package.connection_name(&shared).to_owned();
    let new = "shared-office365-1a2b3c4d-0000-4000-8000-00000000beef";
    let map = format!("connection/{shared}=connection/{new}");
    let done = project.json(0, &["convert", "app.zip", "prod.zip", "--map", &map]);
    changed(&project, "app.zip", "prod.zip", |name, text| {
        assert_eq!(text.contains(&old), name.ends_with("definition.json"), "{name}");
        text.replace(&old, new)
    });
    let slot = "connectionsMap.json#/shared_office365";
    let line =
        |resource: &str, slot: &str| format!("{resource} {slot} connection connection/{shared} connection/{new}");
    let expected = [
        line(&format!("connection/{shared}"), "-"),
        line(&format!("flow/{}", flows[0]), slot),
        line(&format!("flow/{}", flows[1]), slot),
    ];
    let mut told = changes(&done);
    told.sort();
    assert_eq!(told, expected);
    // The key that the package has now is what a further conversion takes for the old one.
    let back = format!("connection/{shared}=connection/{old}");
    project.ok(&["convert", "prod.zip", "back.zip", "--map", &back]);
    changed(&project, "app.zip", "back.zip", |_, text| text.to_owned());
}

#[test]
fn a_custom_connector_gets_the_id_that_the_target_knows_it_by() {
    let (project, sample) = with_sample();
    for to in ["shared_warehouse-5fffff", "/providers/Microsoft.PowerApps/apis/shared_warehouse-5fffff"] {
        let map = format!("connector/Warehouse=connector/{to}");
        let run = project.ok(&["convert", "orders.zip", "prod.zip", "--overwrite", "--map", &map]);
        run.says_all(&[&format!("connector/{}", sample.custom), "apisMap.json#/shared_warehouse-5f01"]);
        changed(&project, "orders.zip", "prod.zip", |name, text| {
            let old = "apis/shared_warehouse-5f0123456789abcdef";
            // The reference of the flow, and the host of its action.
            assert_eq!(text.matches(old).count(), if name.ends_with("definition.json") { 2 } else { 0 }, "{name}");
            text.replace(old, "apis/shared_warehouse-5fffff")
        });
    }
}

#[test]
fn literals_change_wherever_and_however_they_are_written() {
    let project = Project::new();
    let mut sample = sample("Order intake");
    let path = "/datasets/https%253a%252f%252fcontoso-dev.sharepoint.com%252fsites%252forders/tables/%257B0c96611b-4aee-4ee5-a94a-ac9658556d86%257D/items";
    let expression = format!("@concat('{SITE}', '/x', encodeURIComponent('{SITE}'))");
    let inputs = json!({ "path": path, "body": expression, "uri": "https://x.example?u=https%3A%2F%2Fcontoso-dev.sharepoint.com%2Fsites%2Forders" });
    sample.package.action(&sample.flow, "Old", json!({ "type": "ApiConnection", "inputs": inputs }));
    sample.package.save(project.path("orders.zip"));
    let list = "{0c96611b-4aee-4ee5-a94a-ac9658556d86}";
    let (new_site, new_list) = ("https://contoso.sharepoint.com/teams/sales", "{77aa0b1c-2d3e-4f50-8a61-9b7c8d9e0f10}");
    project.write("prod.toml", format!("[replace]\n{SITE:?} = {new_site:?}\n{list:?} = {new_list:?}\n"));
    let done = project.json(0, &["convert", "orders.zip", "prod.zip", "--settings", "prod.toml"]);
    changed(&project, "orders.zip", "prod.zip", |_, text| {
        text.replace("contoso-dev.sharepoint.com%252fsites%252forders", "contoso.sharepoint.com%252fteams%252fsales")
            .replace("contoso-dev.sharepoint.com%2Fsites%2Forders", "contoso.sharepoint.com%2Fteams%2Fsales")
            .replace("0c96611b-4aee-4ee5-a94a-ac9658556d86", "77aa0b1c-2d3e-4f50-8a61-9b7c8d9e0f10")
            .replace(SITE, new_site)
    });
    let told = changes(&done);
    assert_eq!(told.len(), 5, "{told:#?}");
    assert!(told.iter().all(|line| line.contains(" literal ")), "{told:#?}");
    let text = project.ok(&["convert", "orders.zip", "again.zip", "--settings", "prod.toml"]);
    text.says_all(&["4 places", "CHANGED"]);
    // There and back, to the byte.
    project.write("back.toml", format!("[replace]\n{new_site:?} = {SITE:?}\n{new_list:?} = {list:?}\n"));
    project.ok(&["convert", "prod.zip", "back.zip", "--settings", "back.toml"]);
    changed(&project, "orders.zip", "back.zip", |_, text| text.to_owned());
}

#[test]
fn a_name_and_what_to_do_change_the_manifest_and_the_display_name() {
    let (project, sample) = with_sample();
    let (rename, setup) = ("flow/Order intake=Order intake (prod)", "flow/Order intake=update");
    let done = project.json(0, &["convert", "orders.zip", "prod.zip", "--rename", rename, "--setup", setup]);
    let flow = format!("flow/{}", sample.flow);
    let name = format!("{flow} - name Order intake Order intake (prod)");
    assert_eq!(changes(&done), [format!("{flow} - setup create update"), name]);
    changed(&project, "orders.zip", "prod.zip", |name, text| match name {
        "manifest.json" => {
            let mut manifest: Value = serde_json::from_str(text).unwrap();
            let entry = &mut manifest["resources"][&sample.flow];
            entry["suggestedCreationType"] = json!("Update");
            entry["details"]["displayName"] = json!("Order intake (prod)");
            manifest.to_string()
        }
        name if name.ends_with("definition.json") => {
            text.replace(r#""displayName":"Order intake""#, r#""displayName":"Order intake (prod)""#)
        }
        _ => text.to_owned(),
    });
}

#[test]
fn another_connection_of_the_package_takes_the_place_of_one() {
    let (project, sample) = with_sample();
    let [first, second, ..] = &sample.connections;
    let map = format!("connection/{first}=connection/shop@contoso.example");
    let done = project.json(0, &["convert", "orders.zip", "prod.zip", "--map", &map]);
    let told = changes(&done);
    assert!(told.contains(&format!("connection/{first} - left-out - connection/{second}")), "{told:#?}");
    let manifest = zipped::manifest(&project.path("prod.zip"));
    assert!(manifest["resources"][first].is_null() && manifest["resources"][second].is_object());
    let entries = zipped::entries(&project.path("prod.zip"));
    let map: Value = serde_json::from_slice(&entries[&flow_file(&sample.flow, "connectionsMap.json")]).unwrap();
    assert_eq!((&map["shared_office365"], &map["shared_office365_4"]), (&json!(second), &json!(second)));
    let definition: Value = serde_json::from_slice(&entries[&flow_file(&sample.flow, "definition.json")]).unwrap();
    let names = ["shared_office365", "shared_office365_4"]
        .map(|key| &definition["properties"]["connectionReferences"][key]["connectionName"]);
    assert_eq!(names, [sample.package.connection_name(second); 2]);
    project.ok(&["inspect", "prod.zip", "--verify"]);
}

#[test]
fn what_is_found_in_the_outcome_is_told() {
    let (project, _) = with_sample();
    let said = findings(&project.json(0, &["convert", "orders.zip", "prod.zip", "--rename", "flow/Order intake=New"]));
    assert!(said.iter().any(|line| line.starts_with("warning[E-FOUND]") && line.contains("(New)")), "{said:#?}");
}
