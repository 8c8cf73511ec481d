//! Invariants and quirks of docs/formats/power-automate.md: each alone gives its own finding, and harmless ones give no error.

mod common;

use common::{API, APP, CONNECTION, FLOW, Files, codes};
use flowport_plugin::{Diagnostic, Severity};

const LISTED: &str = "Microsoft.Flow/flows/manifest.json#/flowAssets/assetPaths";
const SECOND: &str = "bbbbbbbb-0000-4000-8000-000000000002";

/// Exactly these errors; each says where and what to do.
#[track_caller]
fn errors(files: &Files, expected: &[(&str, &str)]) -> Vec<Diagnostic> {
    let found = files.findings();
    let errors: Vec<Diagnostic> = found.into_iter().filter(|found| found.severity == Severity::Error).collect();
    let seen: Vec<(&str, &str)> =
        errors.iter().map(|found| (found.code.as_str(), found.slot.as_deref().unwrap_or(""))).collect();
    assert_eq!(seen, expected, "{errors:#?}");
    for error in &errors {
        assert!(error.help.as_ref().is_some_and(|help| !help.is_empty()), "{} says not what to do", error.code);
        assert!(!error.summary.is_empty());
    }
    errors
}

/// Nothing worse than these warnings.
#[track_caller]
fn warnings(files: &Files, expected: &[&str]) {
    let found = files.findings();
    assert_eq!(codes(&found), expected, "{found:#?}");
    assert!(found.iter().all(|found| found.severity != Severity::Error), "{found:#?}");
    assert!(found.iter().all(|found| found.help.is_some() || found.code == "PA0110" || found.code == "PA0304"));
}

#[test]
fn what_the_exporter_writes_has_no_findings() {
    assert_eq!(codes(&Files::flow().findings()), [""; 0]);
    assert_eq!(codes(&Files::app().findings()), [""; 0]);
}

#[test]
fn invariant_1_keys_of_the_maps_are_those_of_the_references() {
    let apis = Files::flow().replace("apisMap.json", "shared_x", "shared_y");
    errors(
        &apis,
        &[
            ("PA0311", "definition.json#/properties/connectionReferences/shared_x"),
            ("PA0311", "apisMap.json#/shared_y"),
        ],
    );
    let connections = Files::flow().with("connectionsMap.json", |_| "{}".to_owned());
    errors(
        &connections,
        &[
            ("PA0314", &format!("manifest.json#/resources/{FLOW}/dependsOn")),
            ("PA0311", "definition.json#/properties/connectionReferences/shared_x"),
        ],
    );
}

#[test]
fn invariant_2_apis_map_leads_to_the_connector_that_is_used() {
    let unknown = Files::flow().replace("apisMap.json", API, "/providers/Microsoft.PowerApps/apis/shared_x");
    errors(
        &unknown,
        &[
            ("PA0312", "apisMap.json#/shared_x"),
            ("PA0313", "connectionsMap.json#/shared_x"),
            ("PA0314", &format!("manifest.json#/resources/{FLOW}/dependsOn")),
        ],
    );
    let other = Files::flow().with("definition.json", |text| {
        let at = text.find("\"connectionReferences\"").unwrap();
        format!("{}{}", &text[..at], text[at..].replace("apis/shared_x", "apis/shared_y"))
    });
    let found = errors(&other, &[("PA0312", "definition.json#/properties/connectionReferences/shared_x/id")]);
    assert!(found[0].summary.contains("shared_y") && found[0].summary.contains("shared_x"), "{}", found[0].summary);
}

#[test]
fn invariant_3_the_connection_belongs_to_the_connector() {
    let second = format!(
        r#""{SECOND}":{{"id":"/providers/Microsoft.PowerApps/apis/shared_y","name":"shared_y","type":"Microsoft.PowerApps/apis","suggestedCreationType":"Existing","details":{{"displayName":"Y"}},"configurableBy":"System","hierarchy":"Child","dependsOn":[]}},"#
    );
    let files = Files::flow().with("manifest.json", |text| {
        let text = text.replacen(r#""resources":{"#, &format!(r#""resources":{{{second}"#), 1);
        let at = text.rfind(API).unwrap();
        format!("{}{SECOND}{}", &text[..at], &text[at + API.len()..])
    });
    errors(&files, &[("PA0313", "connectionsMap.json#/shared_x")]);
    let dangling = Files::flow().replace("connectionsMap.json", CONNECTION, FLOW);
    errors(
        &dangling,
        &[
            ("PA0313", "connectionsMap.json#/shared_x"),
            ("PA0314", &format!("manifest.json#/resources/{FLOW}/dependsOn")),
        ],
    );
}

#[test]
fn invariant_4_the_flow_depends_on_what_its_maps_name() {
    let files = Files::flow().replace("manifest.json", &format!(r#","{CONNECTION}"]"#), "]");
    let found = errors(&files, &[("PA0314", &format!("manifest.json#/resources/{FLOW}/dependsOn"))]);
    assert!(found[0].summary.ends_with(&format!("it lacks {CONNECTION}")), "{}", found[0].summary);
}

#[test]
fn invariant_5_references_are_used_and_what_is_used_is_a_reference() {
    let undeclared = Files::flow().replace(
        "definition.json",
        r#""authentication":"@parameters('$authentication')""#,
        r#""x":"@parameters('$connections')['shared_z']['connectionId']""#,
    );
    errors(&undeclared, &[("PA0315", "definition.json#/properties/connectionReferences")]);
    let idle =
        Files::flow().replace("definition.json", r#""connectionName":"shared_x","operationId""#, r#""operationId""#);
    errors(&idle, &[("PA0316", "definition.json#/properties/connectionReferences/shared_x")]);
}

#[test]
fn folders_flows_and_asset_paths_agree() {
    errors(&Files::flow().without("apisMap.json"), &[("PA0221", ""), ("PART01", "")]);
    let inner = "Microsoft.Flow/flows/manifest.json";
    errors(&Files::flow().replace(inner, FLOW, "x"), &[("PA0232", LISTED), ("PA0232", LISTED)]);
    errors(&Files::flow().replace(inner, "assetPaths", "paths"), &[("PA0231", "")]);
    errors(&Files::flow().without(inner), &[("PA0230", "")]);
}

#[test]
fn a_half_mixed_package_is_refused() {
    // A Microsoft.Flow tree that another package left beside an app without flows (quirk 20).
    let mut files = Files::app();
    files = files.with("manifest.json", |text| {
        let start = text.find(&format!("\"{FLOW}\":{{")).unwrap();
        let end = text.find(&format!("\"{API}\":{{")).unwrap();
        format!("{}{}", &text[..start], &text[end..]).replace(&format!(",\"{FLOW}\""), "")
    });
    files = files.replace("42.json", &format!(r#""workflowName":{{"value":"{FLOW}"}}"#), "");
    errors(&files, &[("PA0220", ""), ("PA0232", LISTED)]);
}

#[test]
fn edges_lead_to_resources_and_there_is_one_root() {
    let dangling = Files::app().replace("manifest.json", &format!(r#""{API}","{FLOW}","{API}""#), r#""x""#);
    errors(&dangling, &[("PA0202", &format!("manifest.json#/resources/{APP}/dependsOn/0"))]);
    let itself =
        Files::app().replace("manifest.json", &format!(r#""{FLOW}","{API}"]"#), &format!(r#""{FLOW}","{APP}"]"#));
    errors(&itself, &[("PA0201", &format!("manifest.json#/resources/{APP}/dependsOn/2"))]);
    errors(&Files::flow().replace("manifest.json", "Root", "Child"), &[("PA0204", "manifest.json#/resources")]);
    let two = Files::app().with("manifest.json", |text| text.replacen("Child", "Root", 1));
    errors(&two, &[("PA0205", &format!("manifest.json#/resources/{FLOW}/hierarchy"))]);
}

#[test]
fn the_manifest_is_known_or_named() {
    errors(&Files::flow().replace("manifest.json", "\"1.0\"", "\"2.0\""), &[("PA0101", "manifest.json#/schema")]);
    let unknown = Files::flow().replace("manifest.json", "Microsoft.PowerApps/apis\"", "Microsoft.Odd/things\"");
    errors(&unknown, &[("PA0103", &format!("manifest.json#/resources/{API}"))]);
    let entities = "Microsoft.CommonDataModel/environments/namespaces/entities\"";
    let cds = Files::flow().replace("manifest.json", "Microsoft.PowerApps/apis\"", entities);
    errors(&cds, &[("PA0104", &format!("manifest.json#/resources/{API}"))]);
}

#[test]
fn an_app_has_its_folder_and_its_document() {
    errors(&Files::app().without("document.msapp"), &[("PA0224", "")]);
    errors(&Files::app().without("/42.json"), &[("PA0400", "")]);
    let mut none = Files::app();
    none.0.retain(|file| !file.0.starts_with("Microsoft.PowerApps/"));
    errors(&none, &[("PA0223", ""), ("PA0400", "")]);
}

#[test]
fn quirks_that_do_no_harm() {
    let flow = Files::flow;
    // 3, 7, 8, 9, 10, 11, 15, 18, 21 and 25 of the list.
    warnings(
        &flow().with("manifest.json", |text| text.replacen(r#""suggestedCreationType":"New","#, "", 1)),
        &["PA0210"],
    );
    warnings(&Files::app(), &[]);
    warnings(&flow().replace("manifest.json", "09.1234567Z", "09.12345Z"), &[]);
    warnings(
        &flow().replace(
            "manifest.json",
            r#""sourceEnvironment":"""#,
            r#""sourceEnvironment":"Lucky Chembur (default) (""#,
        ),
        &[],
    );
    warnings(&flow().replace("definition.json", "\"1.0.0.0\"", "\"undefined\""), &[]);
    let mut dashed = flow();
    for name in ["definition.json", "apisMap.json", "connectionsMap.json"] {
        let (old, new) = ("\"shared_x\"", "\"shared_x-1\"");
        dashed = dashed.replace(name, old, new);
    }
    warnings(&dashed, &[]);
    warnings(&flow().replace("manifest.json", "\"displayName\":\"X\"", "\"displayName\":\"Office 365 사용자\""), &[]);
    warnings(&flow().and("Microsoft.Flow/flows/", "").and("Microsoft.Flow/", ""), &[]);
    let mut first = flow();
    first.0.rotate_right(1);
    warnings(&first, &[]);
    warnings(&flow().with("manifest.json", |text| text.replace(",\"", ",\r\n\"")), &[]);
    warnings(&flow().and(".DS_Store", "x").and("__MACOSX/._manifest.json", "x"), &[]);
    warnings(&flow().and("Microsoft.Flow/flows/readme.txt", "x"), &["PA0120"]);
    // Byte order marks.
    warnings(&flow().with("manifest.json", |text| format!("\u{feff}{text}")), &["PA0110"]);
    warnings(&flow().with("definition.json", |text| format!("\u{feff}{text}")), &["PA0304"]);
}

#[test]
fn shapes_of_generators_have_named_warnings() {
    let flow = Files::flow;
    let named = r#"{"id":null,"name":"x","type":"Microsoft.Flow/flows""#;
    warnings(&flow().replace("manifest.json", r#"{"type":"Microsoft.Flow/flows""#, named), &["PA0212"]);
    warnings(&flow().replace("manifest.json", "Existing, New, Update", "New, Existing, Update"), &[]);
    warnings(&flow().replace("manifest.json", "Existing, New, Update", "New"), &[]);
    warnings(&flow().replace("manifest.json", "Existing, New, Update", "Update"), &["PA0211"]);
    warnings(&flow().replace("manifest.json", r#","iconUri":"https://i.azureedge.net/x.png""#, ""), &[]);
    let inner = "Microsoft.Flow/flows/manifest.json";
    warnings(&flow().replace(inner, "{\"packageSchemaVersion\"", "{\"extra\":1,\"packageSchemaVersion\""), &[]);
    warnings(&flow().replace("manifest.json", r#""creator":"N/A","#, ""), &["PA0111"]);
    warnings(&flow().replace("manifest.json", r#"{"displayName":"X","#, "{"), &["PA0213"]);
    warnings(&flow().replace("manifest.json", r#"{"displayName":"X","#, r#"{"displayName":" ","#), &["PA0213"]);
    warnings(&flow().replace("definition.json", r#""displayName":"F""#, r#""displayName":"G""#), &["PA0305"]);
}

#[test]
fn parts_that_are_none() {
    errors(&Files::flow().with("definition.json", |_| "{".to_owned()), &[("PA0300", "definition.json#")]);
    errors(&Files::flow().with("apisMap.json", |_| "[]".to_owned()), &[("PA0302", "apisMap.json#")]);
    errors(&Files::flow().with("manifest.json", |_| "{".to_owned()), &[("PA0100", "manifest.json#")]);
    let solution = r#"{"properties":{"connectionReferences":{},"definition":{}},"schemaVersion":"1.0.0.0"}"#;
    let found = errors(
        &Files::flow().with("definition.json", |_| solution.to_owned()),
        &[("PA0301", "definition.json#/schemaVersion")],
    );
    assert!(found[0].summary.contains("Dataverse solution"));
    errors(
        &Files::flow().replace("definition.json", r#""connectionReferences":{"#, r#""other":{"#),
        &[("PA0301", "definition.json#/properties/connectionReferences")],
    );
}

#[test]
fn an_attachment_that_somebody_emptied_is_named() {
    let name = "flowport/attachment.json";
    errors(&Files::flow().and(name, ""), &[("PA0105", "flowport/attachment.json#")]);
    errors(&Files::flow().and(name, "{}"), &[]);
}
