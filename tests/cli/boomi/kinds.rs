//! Kinds of elements that no sample has, keys that nobody knows, several flows.

use serde_json::{Value, json};

use super::{FLOW, OTHER, with};
use crate::support::boomi::{encoded, map, package, save};
use crate::support::project::Project;

/// With one element of each further kind, as the classes of the product's SDK name them.
fn with_all_kinds() -> Value {
    let mut all = package(FLOW, "Orders");
    for (number, kind) in [(1, "group"), (2, "macro"), (3, "navigation"), (4, "tag")] {
        let guid = format!("dddddddd-0000-4000-8000-00000000000{number}");
        let id = json!({ "guid": guid, "versionId": format!("dddddddd-2222-4000-8000-00000000000{number}"), "elementType": kind.to_uppercase() });
        all[format!("{kind}ElementConfigurations")] =
            json!([{ "compositeId": id, "developerName": format!("My {kind}"), "unknown": [1.50] }]);
        all["flowConfiguration"][format!("{kind}ElementIds")] = json!({ guid: id });
    }
    all
}

#[test]
fn every_kind_of_element_is_a_resource_and_comes_back() {
    let project = with(&with_all_kinds());
    project.ok(&["import", "dev", "orders.package", "--yes", "--publish"]);
    let ids = project.ids("dev");
    for kind in ["group/", "macro/", "navigation/", "tag/", "connector/", "type/", "value/", "page/", "flow/"] {
        assert!(ids.iter().any(|id| id.starts_with(kind)), "{kind} in {ids:?}");
    }
    project.ok(&["publish", "dev", "flow/Orders"]);
    project.ok(&["export", "dev", "flow/Orders", "-o", "back.package", "--include-secrets"]);
    assert_eq!(project.read("back.package"), encoded(&with_all_kinds()));
}

#[test]
fn keys_that_nobody_knows_are_kept() {
    let mut odd = package(FLOW, "Orders");
    odd["brandNew"] = json!({ "a": [1.50, null], "b": "\u{e9}\n" });
    odd["flowConfiguration"]["brandNew"] = json!("kept");
    odd["typeElementConfigurations"][0]["brandNew"] = json!({ "kept": true });
    let project = with(&odd);
    project.ok(&["import", "dev", "orders.package", "--yes", "--publish"]);
    project.ok(&["publish", "dev", "flow/Orders"]);
    project.ok(&["export", "dev", "flow/Orders", "-o", "back.package", "--include-secrets"]);
    assert_eq!(project.read("back.package"), encoded(&odd));
}

#[test]
fn subflows_come_along_with_their_subflows() {
    const THIRD: &str = "cccc0003-0000-4000-8000-000000000003";
    let calling = |flow: &str, name: &str, called: &str| {
        let mut package = package(flow, name);
        package["mapElementConfigurations"][1]["subflow"] =
            json!({ "flowId": { "guid": called, "versionId": called } });
        package
    };
    let project = Project::new();
    save(&package(THIRD, "Third"), &project.path("third.package"));
    save(&calling(OTHER, "Second", THIRD), &project.path("second.package"));
    save(&calling(FLOW, "First", OTHER), &project.path("first.package"));
    project.run(&["import", "dev", "first.package", "--yes"]).exits(4).says_all(&["P-MISSING", OTHER]);
    for file in ["third.package", "second.package", "first.package"] {
        project.ok(&["import", "dev", file, "--yes", "--publish"]);
    }
    project.ok(&["publish", "dev", "flow/*"]);
    project.ok(&["export", "dev", "flow/First", "-o", "all.package2"]).says_all(&["Second", "Third"]);
    project.ok(&["import", "prod", "all.package2", "--yes"]);
    let flows: Vec<String> = project.ids("prod").into_iter().filter(|id| id.starts_with("flow/")).collect();
    assert_eq!(flows.len(), 3);
    let maps = String::from_utf8(project.part("prod", "flow/Third", "maps.json")).unwrap();
    assert!(maps.contains(&map(THIRD, 1)) && !maps.contains(&map(OTHER, 1)), "each flow has its own map: {maps}");
}
