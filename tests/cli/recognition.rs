//! Files that are no Power Automate package, and packages that break a rule: each with its own sentence and exit code.

use serde_json::json;

use crate::support::package::{Package, flow_file, lone_flow, sample, uses};
use crate::support::project::{Project, Run, findings};
use crate::support::zipped::zip;

/// What `inspect` says of a file; `plan`, `import`, `put` and `convert` refuse with the same finding and write nothing.
#[track_caller]
fn refused(file: &str, content: &[u8], finding: &str) -> Run {
    let project = Project::new();
    project.write(file, content);
    for arguments in [
        &["plan", "dev", file][..],
        &["import", "dev", file, "--yes"],
        &["put", "dev", file],
        &["convert", file, "out.json"],
        &["graph", file],
    ] {
        // Of a package that can be read a graph can be drawn, whatever rules it breaks.
        if arguments[0] != "graph" {
            project.run(arguments).exits(4).says(finding);
        }
    }
    assert!(project.ids("dev").is_empty());
    assert!(!project.path("out.json").exists());
    let envelope = project.json(4, &["inspect", file]);
    let errors: Vec<String> = findings(&envelope).into_iter().filter(|found| found.starts_with("error")).collect();
    assert!(errors.iter().any(|error| error.contains(finding)), "{finding} is not among {errors:#?}");
    project.run(&["inspect", file]).exits(4).says(finding)
}

/// A package that is read and imported, with what is worth saying about it.
#[track_caller]
fn taken(package: &Package, says: Option<&str>) -> Project {
    let project = Project::new();
    package.save(project.path("package.zip"));
    let run = project.ok(&["inspect", "package.zip"]).says("0 errors");
    match says {
        Some(says) => drop(run.says(says)),
        None => drop(run.says("0 warnings")),
    }
    let plan = project.run(&["plan", "dev", "package.zip", "--json"]).envelope();
    let changes = plan["result"]["changes"].as_array().unwrap();
    let questions = changes.iter().filter(|change| change["action"] == "question");
    let answers: Vec<String> =
        questions.map(|change| format!("{}=create", change["resource"].as_str().unwrap())).collect();
    let mut arguments = vec!["import", "dev", "package.zip", "--yes"];
    arguments.extend(answers.iter().flat_map(|answer| ["--setup", answer.as_str()]));
    project.ok(&arguments);
    project
}

#[test]
fn a_web_page() {
    refused("orders.zip", b"<!DOCTYPE html>\n<html><title>Sign in</title></html>", "PA0001")
        .says_all(&["this is a web page", "sign in"]);
}

#[test]
fn a_text_that_is_nothing() {
    refused("orders.zip", b"hello", "E-FORMAT").says("flowport formats");
}

#[test]
fn an_empty_file() {
    refused("orders.zip", b"", "PA0002").says("the file is empty");
}

#[test]
fn a_dataverse_solution() {
    let types = b"<Types/>".as_slice();
    let files =
        [("customizations.xml", types), ("solution.xml", b"<ImportExportXml/>"), ("[Content_Types].xml", types)];
    let says = ["this is a Dataverse solution (solution.xml found)", "import it under Solutions"];
    refused("orders.zip", &zip(files), "PA0004").says_all(&says);
    let upper = [("Solution.XML", types), ("manifest.json", b"{}")];
    refused("orders.zip", &zip(upper), "PA0004");
    let inside = [("Orders/solution.xml", types), ("Orders/customizations.xml", types)];
    refused("orders.zip", &zip(inside), "PA0004").says("inside the folder Orders/");
}

#[test]
fn a_package_wrapped_in_a_folder_names_the_folder() {
    let (package, _) = lone_flow("Orders");
    let files: Vec<(String, Vec<u8>)> =
        package.all_files().into_iter().map(|(name, content)| (format!("Orders_2024/{name}"), content)).collect();
    let bytes = zip(files.iter().map(|(name, content)| (name.as_str(), content.as_slice())));
    refused("orders.zip", &bytes, "PA0005").says_all(&["Orders_2024/", "manifest.json is at the root"]);
}

#[test]
fn a_bundle_names_the_packages_in_it() {
    let inner = lone_flow("Orders").0.bytes();
    let inner = inner.as_slice();
    let bytes = zip([
        ("readme.txt", b"hi".as_slice()),
        ("A.zip", inner),
        ("sub/B.zip", inner),
        ("C.ZIP", inner),
        ("D.zip", inner),
    ]);
    refused("bundle.zip", &bytes, "PA0006").says_all(&["A.zip", "sub/B.zip", "C.ZIP", "and 1 more", "one by one"]);
}

#[test]
fn a_lone_app_document() {
    let bytes = zip([("Header.json", b"{}".as_slice()), ("Properties.json", b"{}"), ("Controls\\1.json", b"{}")]);
    refused("app.msapp", &bytes, "PA0008").says("canvas app document (.msapp)");
    let bytes = zip([("orders.msapp", b"x".as_slice()), ("readme.txt", b"hi")]);
    refused("app.zip", &bytes, "PA0008").says("orders.msapp");
}

#[test]
fn manifests_of_other_products() {
    let with = |manifest: &str| zip([("manifest.json", manifest.as_bytes()), ("icon.png", b"png")]);
    refused("app.zip", &with(r#"{"manifestVersion":"1.16","id":"x"}"#), "PA0007").says("a Microsoft Teams app");
    refused("app.zip", &with(r#"{"manifest_version":3,"name":"x"}"#), "PA0007").says("a browser extension");
    refused("app.zip", &with(r#"{"name":"x"}"#), "PA0007").says("it lists no resources");
}

#[test]
fn a_zip_without_a_manifest() {
    refused("photos.zip", &zip([("a.png", b"png".as_slice()), ("b.png", b"png")]), "PA0009").says("no manifest.json");
}

#[test]
fn json_of_other_products_is_named() {
    let n8n = r#"{"name":"x","nodes":[{"type":"n8n-nodes-base.start","parameters":{}}],"connections":{}}"#;
    refused("flow.json", n8n.as_bytes(), "FJ30");
    let (package, flow) = lone_flow("Orders");
    refused("definition.json", package.definitions[&flow].to_string().as_bytes(), "FJ32");
    refused("manifest.json", package.manifest.to_string().as_bytes(), "FJ34");
}

#[test]
fn an_unknown_type_of_resource_is_named_and_never_skipped() {
    let (mut package, flow) = lone_flow("Orders");
    package.manifest["resources"]["0000000a-0000-4000-8000-000000000001"] =
        json!({ "type": "Microsoft.Flow/desktopFlows", "details": { "displayName": "x" }, "dependsOn": [] });
    refused("orders.zip", &package.bytes(), "PA0103")
        .says_all(&["Microsoft.Flow/desktopFlows", "0000000a"])
        .says_not(&flow);
}

#[test]
fn entities_and_picklists_of_2017_are_named_as_such() {
    for kind in ["entities", "enumerations"] {
        let (mut package, _) = lone_flow("Orders");
        let name = format!("Microsoft.CommonDataModel/environments/namespaces/{kind}");
        package.manifest["resources"]["0000000a-0000-4000-8000-000000000001"] = json!({ "type": name, "suggestedCreationType": "Merge", "details": { "displayName": "x" }, "dependsOn": [] });
        refused("orders.zip", &package.bytes(), "PA0104").says_all(&["Common Data Service", kind]);
    }
}

#[test]
fn another_schema_is_named() {
    let (mut package, _) = lone_flow("Orders");
    package.manifest["schema"] = json!("2.0");
    refused("orders.zip", &package.bytes(), "PA0101").says("\"2.0\"");
}

#[test]
fn every_missing_file_is_named_at_once() {
    let (package, flow) = lone_flow("Orders");
    let without = |gone: &[&str]| {
        let files = package.all_files();
        let kept = files.iter().filter(|(name, _)| !gone.iter().any(|gone| name.ends_with(gone)));
        zip(kept.map(|(name, content)| (name.as_str(), content.as_slice())))
    };
    let both = without(&["definition.json", "apisMap.json"]);
    let run = refused("orders.zip", &both, "PA0221");
    run.says_all(&[&flow_file(&flow, "definition.json"), &flow_file(&flow, "apisMap.json")]);
    refused("orders.zip", &without(&["flows/manifest.json"]), "PA0230");
}

#[test]
fn a_folder_left_over_from_another_package() {
    let (mut package, _) = lone_flow("Orders");
    let other = "0000000a-0000-4000-8000-000000000001";
    package.files.insert(flow_file(other, "definition.json"), b"{}".to_vec());
    refused("orders.zip", &package.bytes(), "PA0220").says_all(&[other, "left over"]);
}

#[test]
fn asset_paths_that_name_other_flows() {
    let (mut package, flow) = lone_flow("Orders");
    package.asset_paths = vec!["0000000a-0000-4000-8000-000000000001".to_owned()];
    refused("orders.zip", &package.bytes(), "PA0232").says_all(&[&flow, "0000000a"]);
}

/// A package of one flow and one connection: connector, connection, flow.
fn connected() -> (Package, String, String, String) {
    let mut package = Package::new("Orders");
    let connector = package.connector("shared_office365");
    let connection = package.connection(&connector, "ana@contoso.example");
    let flow = package.flow("Orders", &[uses("shared_office365", &connection)]);
    (package, connector, connection, flow)
}

#[test]
fn a_map_that_leads_nowhere() {
    let (mut package, _, _, flow) = connected();
    let nowhere = "0000000a-0000-4000-8000-000000000001";
    package.maps.get_mut(&flow).unwrap()[0]["shared_office365"] = json!(nowhere);
    refused("orders.zip", &package.bytes(), "PA0312").says_all(&["shared_office365", nowhere]);
    let (mut package, _, _, flow) = connected();
    package.maps.get_mut(&flow).unwrap()[1]["shared_office365"] = json!(nowhere);
    refused("orders.zip", &package.bytes(), "PA0313").says_all(&["shared_office365", nowhere]);
}

#[test]
fn a_map_without_a_key_or_with_one_too_many() {
    let (mut package, _, _, flow) = connected();
    package.maps.get_mut(&flow).unwrap()[0].clear();
    refused("orders.zip", &package.bytes(), "PA0311").says("apisMap.json");
    let (mut package, connector, _, flow) = connected();
    package.maps.get_mut(&flow).unwrap()[0].insert("shared_more".to_owned(), json!(connector));
    refused("orders.zip", &package.bytes(), "PA0311").says("shared_more");
}

#[test]
fn a_reference_that_nothing_uses_and_one_that_nobody_declared() {
    let (mut package, _, _, flow) = connected();
    package.definitions.get_mut(&flow).unwrap()["properties"]["definition"]["actions"] = json!({});
    refused("orders.zip", &package.bytes(), "PA0316").says("shared_office365");
    let (mut package, _, _, flow) = connected();
    let host = json!({ "connectionName": "shared_teams", "operationId": "Post", "apiId": "/providers/x" });
    package.action(&flow, "Post", json!({ "type": "OpenApiConnection", "inputs": { "host": host }, "runAfter": {} }));
    refused("orders.zip", &package.bytes(), "PA0315").says("shared_teams");
}

#[test]
fn a_connection_of_another_connector() {
    let (mut package, _, connection, _) = connected();
    let other = package.connector("shared_teams");
    package.resource(&connection)["dependsOn"] = json!([other]);
    refused("orders.zip", &package.bytes(), "PA0313").says("another connector");
}

#[test]
fn a_reference_to_another_connector_than_the_map_says() {
    let (mut package, connector, _, _) = connected();
    package.resource(&connector)["id"] = json!("/providers/Microsoft.PowerApps/apis/shared_gmail");
    refused("orders.zip", &package.bytes(), "PA0312").says_all(&["shared_gmail", "shared_office365"]);
}

#[test]
fn a_flow_that_depends_on_other_things_than_its_maps() {
    let (mut package, connector, _, flow) = connected();
    package.resource(&flow)["dependsOn"] = json!([connector]);
    refused("orders.zip", &package.bytes(), "PA0314").says("it lacks");
}

#[test]
fn a_dependency_on_nothing_and_one_on_itself() {
    let (mut package, _, _, flow) = connected();
    let nowhere = "0000000a-0000-4000-8000-000000000001";
    package.resource(&flow)["dependsOn"].as_array_mut().unwrap().push(json!(nowhere));
    refused("orders.zip", &package.bytes(), "PA0202").says_all(&[&flow, nowhere, "does not list"]);
    let (mut package, _, _, flow) = connected();
    let own = json!(flow);
    package.resource(&flow)["dependsOn"].as_array_mut().unwrap().push(own);
    refused("orders.zip", &package.bytes(), "PA0201").says_all(&[&flow, "depends on itself"]);
}

#[test]
fn two_roots_and_none() {
    let mut package = Package::new("Orders");
    package.flow("First", &[]);
    package.flow("Second", &[]);
    refused("orders.zip", &package.bytes(), "PA0205").says("2 roots");
    let (mut package, flow) = lone_flow("Orders");
    package.resource(&flow)["hierarchy"] = json!("Child");
    refused("orders.zip", &package.bytes(), "PA0204").says("no root");
}

#[test]
fn a_flow_of_a_solution_in_a_package() {
    let (mut package, flow) = lone_flow("Orders");
    let references =
        json!({ "shared_x": { "runtimeSource": "embedded", "connection": {}, "api": { "name": "shared_x" } } });
    let definition =
        json!({ "properties": { "connectionReferences": references, "definition": {} }, "schemaVersion": "1.0.0.0" });
    package.definitions.insert(flow, definition);
    refused("orders.zip", &package.bytes(), "PA0301").says("Dataverse solution");
}

#[test]
fn a_definition_that_is_no_json_is_named_with_its_place() {
    let (mut package, flow) = lone_flow("Orders");
    package.files.insert(flow_file(&flow, "definition.json"), b"{\n  \"name\": \"a\",\n  \"name\": \"b\"\n}".to_vec());
    refused("orders.zip", &package.bytes(), "PA0300").says_all(&["definition.json", "line 3"]);
}

#[test]
fn a_repeated_dependency_is_harmless() {
    let mut package = Package::new("Order app");
    let logic = package.connector("shared_logicflows");
    let flow = package.flow("Orders", &[]);
    let app = package.app("Order app", &logic, &[&flow]);
    package.resource(&app)["dependsOn"] = json!([logic, flow, logic]);
    let project = taken(&package, None);
    assert_eq!(project.ids("dev").len(), 3);
}

#[test]
fn an_undefined_content_version_is_harmless() {
    let (mut package, flow) = lone_flow("Orders");
    package.definitions.get_mut(&flow).unwrap()["properties"]["definition"]["contentVersion"] = json!("undefined");
    let project = taken(&package, None);
    let definition = String::from_utf8(project.part("dev", "flow/Orders", "definition.json")).unwrap();
    assert!(definition.contains("\"contentVersion\":\"undefined\""));
}

#[test]
fn keys_with_either_suffix_and_two_connections_of_one_connector_are_harmless() {
    let sample = sample("Orders");
    let project = taken(&sample.package, Some("E-FOUND"));
    let shown = project.json(0, &["show", "dev", "flow/Orders"]);
    let references = shown["result"]["references"].as_array().unwrap();
    let slots: Vec<&str> = references.iter().map(|reference| reference["slot"].as_str().unwrap()).collect();
    for key in ["shared_office365", "shared_office365_4", "shared_sharepointonline-1", "shared_warehouse-5f01"] {
        for part in ["apisMap.json", "connectionsMap.json"] {
            assert!(slots.contains(&format!("{part}#/{key}").as_str()), "{part} {key} is not among {slots:#?}");
        }
    }
}

#[test]
fn two_keys_may_share_a_connection() {
    let mut package = Package::new("Orders");
    let connector = package.connector("shared_office365");
    let connection = package.connection(&connector, "ana@contoso.example");
    package.flow("Orders", &[uses("shared_office365", &connection), uses("shared_office365_1", &connection)]);
    taken(&package, None);
}

#[test]
fn a_missing_suggestion_is_a_warning_and_is_written_on_export() {
    let (mut package, flow) = lone_flow("Orders");
    package.resource(&flow).as_object_mut().unwrap().remove("suggestedCreationType");
    let project = taken(&package, Some("has no suggestedCreationType"));
    project.ok(&["export", "dev", "flow/Orders", "-o", "out.zip"]);
    let manifest = crate::support::zipped::manifest(&project.path("out.zip"));
    assert!(manifest["resources"][&flow]["suggestedCreationType"].is_string());
}

#[test]
fn a_byte_order_mark_and_indentation_are_taken_with_a_warning() {
    let (mut package, _) = lone_flow("Orders");
    let pretty = serde_json::to_string_pretty(&package.manifest).unwrap().replace('\n', "\r\n");
    package.files.insert("manifest.json".to_owned(), [b"\xef\xbb\xbf", pretty.as_bytes()].concat());
    taken(&package, Some("byte order mark"));
}

#[test]
fn what_systems_leave_in_folders_is_ignored_and_other_files_are_named() {
    let (mut package, _) = lone_flow("Orders");
    package.files.insert("__MACOSX/._manifest.json".to_owned(), b"x".to_vec());
    package.files.insert("Microsoft.Flow/.DS_Store".to_owned(), b"x".to_vec());
    taken(&package, None);
    package.files.insert("notes.txt".to_owned(), b"x".to_vec());
    taken(&package, Some("notes.txt"));
}

#[test]
fn the_extension_decides_nothing() {
    let project = Project::new();
    lone_flow("Orders").0.save(project.path("orders.package2"));
    project.ok(&["inspect", "orders.package2"]).says("Orders  (zip)");
    project.ok(&["convert", "orders.package2", "orders.json"]);
    std::fs::rename(project.path("orders.json"), project.path("json.zip")).unwrap();
    project.ok(&["inspect", "json.zip"]).says("Orders  (json)");
}
