//! Changes side by side on pages.

use serde_json::{Value, json};

use super::{entity, read, with_sample};
use crate::support::html::PageRead;
use crate::support::package::SECRET;
use crate::support::project::Project;

/// An order whose fields have these lengths.
fn order(fields: &[(&str, u32)], name: &str) -> String {
    let fields: Vec<Value> =
        fields.iter().map(|(name, length)| json!({ "name": name, "type": "text", "length": length })).collect();
    let part = json!({ "schemaName": "order", "displayName": name, "origin": "custom", "fields": fields });
    let parts = json!({ "entity.json": { "json": part } });
    json!([{ "kind": "entity", "id": "order", "name": name, "dialect": "flowport", "parts": parts }]).to_string()
}

/// The rows of a table of changes: where, left, right.
fn changes(page: &PageRead, within: &str) -> Vec<[String; 3]> {
    let rows = page.all(&format!("{within} .changes tbody tr"));
    let cells = |row: &scraper::ElementRef<'_>| {
        let cells: Vec<String> = row.child_elements().map(|cell| cell.text().collect()).collect();
        cells.try_into().unwrap_or_else(|cells| panic!("three columns: {cells:?}"))
    };
    rows.iter().map(cells).collect()
}

#[test]
fn what_an_import_replaces_stands_beside_what_comes() {
    let project = Project::new();
    project.write("old.json", order(&[("number", 20), ("note", 100), ("gone", 5)], "Order"));
    project.write("new.json", order(&[("number", 30), ("note", 100), ("lines", 7)], "Order <b>"));
    project.ok(&["put", "dev", "old.json"]);
    project.ok(&["plan", "dev", "new.json", "--setup", "entity/order=overwrite", "--html", "plan.html"]);
    let page = read(&project, "plan.html");
    let found = changes(&page, "#changes");
    let row = |place: &str| found.iter().find(|row| row[0] == place).unwrap_or_else(|| panic!("{place} in {found:?}"));
    assert_eq!(row("head#/name")[1..], ["\"Order\"", "\"Order <b>\""]);
    assert_eq!(row("entity.json#/fields/0/length")[1..], ["20", "30"]);
    assert_eq!(page.texts("#changes ins"), [" <b>", " <b>"], "what differs within a text is set off");
    let gone = found.iter().find(|row| row[1].contains("gone")).unwrap();
    assert!(gone[2].is_empty(), "{gone:?}");
    let came = found.iter().find(|row| row[2].contains("lines")).unwrap();
    assert!(came[1].is_empty(), "{came:?}");
    assert!(!page.text("#changes").contains("note"), "what stays is not shown");
    let link = page.one("#decisions td[data-label='In the target'] a");
    assert_eq!((link.attr("href"), link.text().collect::<String>()), (Some("#changes-0"), "5 differences".to_owned()));
    // Where it replaces nothing there is nothing beside it.
    project.ok(&["plan", "prod", "new.json", "--html", "prod.html"]);
    assert_eq!(read(&project, "prod.html").sections(), ["decisions"]);
}

#[test]
fn a_secret_in_what_an_import_replaces_is_on_neither_side() {
    let (project, sample) = with_sample();
    sample.import(&project);
    let mut package = sample.package;
    let other = "an0ther-k3y-0f-the-d00r-77";
    let headers = json!({ "Ocp-Apim-Subscription-Key": other, "X-Count": 2 });
    package.definitions.get_mut(&sample.flow).unwrap()["properties"]["definition"]["actions"]["Call"]["inputs"]["headers"] =
        headers;
    package.save(project.path("again.zip"));
    project.ok(&["plan", "dev", "again.zip", "--html", "plan.html"]);
    let page = read(&project, "plan.html");
    let found = changes(&page, "#changes");
    let key =
        found.iter().find(|row| row[0].ends_with("Ocp-Apim-Subscription-Key")).unwrap_or_else(|| panic!("{found:?}"));
    assert_eq!(key[1..], ["a secret, which is not shown", "a secret, which is not shown"]);
    assert!(found.iter().any(|row| row[1..] == ["1", "2"]), "{found:?}");
    assert!(!page.source.contains(SECRET) && !page.source.contains(other));
}

#[test]
fn a_comparison_is_on_its_page() {
    let project = Project::new();
    let with = |first: String, second: Value| {
        let mut all: Vec<Value> = serde_json::from_str(&first).unwrap();
        all.push(second);
        json!(all).to_string()
    };
    project.write("old.json", with(order(&[("number", 20), ("note", 100)], "Order"), entity("left", "Left", &[])));
    project
        .write("new.json", with(order(&[("number", 30), ("note", 100)], "Order <b>"), entity("right", "Right", &[])));
    let plain = project.run(&["diff", "old.json", "new.json", "--detailed-exitcode"]).exits(3);
    let arguments = ["diff", "old.json", "new.json", "--detailed-exitcode", "--html", "diff.html"];
    assert_eq!(project.run(&arguments).exits(3).says("page written to diff.html").stdout, plain.stdout);
    let page = read(&project, "diff.html");
    assert_eq!(page.text("h1"), "old.json → new.json");
    assert_eq!(page.texts(".figures li"), ["1 changed", "1 added", "1 removed", "0 the same"]);
    assert_eq!(page.sections(), ["changed", "added", "removed"]);
    assert_eq!((page.text("#added .id"), page.text("#removed .id")), ("entity/right".into(), "entity/left".into()));
    let found = changes(&page, "#changed");
    let length = found.iter().find(|row| row[0] == "entity.json#/fields/0/length");
    assert_eq!(length.map(|row| [row[1].as_str(), row[2].as_str()]), Some(["20", "30"]), "{found:?}");
    let envelope = project.json(0, &["diff", "old.json", "new.json", "--html", "again.html"]);
    assert_eq!(envelope["result"]["html"], "again.html");
    assert_eq!(project.read("again.html"), page.source);
    // Never one of the two that it compares.
    for side in ["old.json", "new.json"] {
        let arguments = ["diff", "old.json", "new.json", "--html", side, "--overwrite"];
        project.run(&arguments).exits(2).says("name another file");
    }
    project.ok(&["diff", "old.json", "old.json", "--html", "same.html"]);
    assert_eq!(read(&project, "same.html").text(".verdict"), "No differences");
}

#[test]
fn a_comparison_says_that_secrets_differ_and_never_what_they_are() {
    let project = Project::new();
    let connector = |secrets: Value| {
        let part = json!({ "name": "CRM", "url": "https://crm.dev.example", "secrets": secrets });
        let parts = json!({ "connector.json": { "json": part } });
        json!([{ "kind": "connector", "id": "crm", "name": "CRM", "dialect": "flowport", "parts": parts }]).to_string()
    };
    project.write("old.json", connector(json!({ "password": "correct-horse" })));
    project.write("new.json", connector(json!({ "password": "battery-staple" })));
    project.write("none.json", connector(json!({ "password": null })));
    project.ok(&["diff", "old.json", "new.json", "--html", "files.html"]);
    let page = read(&project, "files.html");
    assert!(page.text("#changed").contains("a secret, which is not shown"), "{}", page.source);
    assert!(!page.source.contains("correct-horse") && !page.source.contains("battery-staple"), "{}", page.source);
    // Where environments keep it apart, whether it is set.
    project.ok(&["put", "dev", "none.json"]);
    project.ok(&["put", "prod", "new.json"]);
    project.ok(&["diff", "dev", "prod", "--html", "environments.html"]);
    let page = read(&project, "environments.html");
    let rows = changes(&page, "#changed");
    assert!(rows.iter().any(|row| row[1..] == ["is not set", "is set"]), "{rows:?}");
    assert!(!page.source.contains("battery-staple"), "{}", page.source);
}
