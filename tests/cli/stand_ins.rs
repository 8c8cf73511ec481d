//! Which resource of the target stands in for one of the package, and answers that do not go together.

use crate::answers::{maps, with_maps, with_target};
use crate::support::package::{Package, uses};
use crate::support::project::{Project, decisions, findings};

#[test]
fn a_stand_in_belongs_to_the_same_connector() {
    let (project, sample) = with_target();
    let mut wrong = maps(&sample);
    wrong[1] = format!("connection/{}=connection/site", sample.connections[0]);
    let plan = project.json(4, &with_maps(&["plan", "prod", "orders.zip"], &wrong));
    assert!(findings(&plan).iter().any(|found| found.contains("P-OTHER")), "{:?}", findings(&plan));
    project.run(&with_maps(&["import", "prod", "orders.zip", "--yes"], &wrong)).exits(4).says("connection/site");
    // Where the target has nothing that fits, nothing is offered.
    project.ok(&["delete", "prod", "connection/mail-*", "--yes"]);
    let plan = project.json(4, &["plan", "prod", "orders.zip"]);
    let changes = plan["result"]["changes"].as_array().unwrap();
    let first =
        changes.iter().find(|change| change["resource"] == format!("connection/{}", sample.connections[0])).unwrap();
    assert_eq!(first["question"]["candidates"], serde_json::json!([]));
}

#[test]
fn answers_that_contradict_each_other_are_errors() {
    let (project, sample) = with_target();
    let id = format!("connection/{}", sample.connections[0]);
    let (mail_1, mail_2) = (format!("{id}=connection/mail-1"), format!("{id}=connection/mail-2"));
    let (skip, create) = (format!("{id}=skip"), format!("{id}=create"));
    for flags in [["--map", &mail_1, "--setup", &create], ["--map", &mail_2, "--setup", &skip]] {
        let arguments = [&["plan", "prod", "orders.zip"][..], &flags].concat();
        project.run(&arguments).exits(4).says_all(&["S-TWICE", &id]);
    }
    let all = ["plan", "prod", "orders.zip", "--setup", "connection/*=skip", "--setup", &create];
    project.run(&all).exits(4).says("S-TWICE");
}

#[test]
fn one_answer_may_be_for_many() {
    let (project, sample) = with_target();
    let custom = format!("connector/{}=connector/prod-warehouse", sample.custom);
    let plan = project.json(0, &["plan", "prod", "orders.zip", "--map", &custom, "--setup", "connection/*=create"]);
    let created =
        decisions(&plan).into_iter().filter(|(id, action)| id.starts_with("connection/") && action == "create");
    assert_eq!(created.count(), sample.connections.len());
}

#[test]
fn any_answer_to_which_of_several_is_taken() {
    let project = Project::new();
    let mut package = Package::new("Orders");
    let connector = package.connector("shared_office365");
    let connection = package.connection(&connector, "ana@contoso.example");
    package.flow("Orders", &[uses("shared_office365", &connection)]);
    package.save(project.path("orders.zip"));
    let api = "/providers/Microsoft.PowerApps/apis/shared_office365";
    let standard = |id: &str| serde_json::json!({ "kind": "connector", "id": id, "name": "Outlook", "dialect": "power-automate", "origin": "standard", "attributes": { "id": api } });
    project.write("two.json", serde_json::json!([standard("one"), standard("two")]).to_string());
    project.ok(&["put", "prod", "two.json"]);
    let create = format!("connection/{connection}=create");
    let plan = |answer: &[&str]| project.run(&[&["plan", "prod", "orders.zip", "--setup", &create], answer].concat());
    let asked = plan(&[]).exits(4);
    let offered = format!("--map 'connector/{connector}=connector/one'");
    asked.says_all(&["P-CHOOSE", &offered, &format!("--setup 'connector/{connector}=create'")]);
    plan(&["--map", &format!("connector/{connector}=connector/one")]).exits(0);
    plan(&["--setup", &format!("connector/{connector}=use-existing:connector/two")]).exits(0);
    plan(&["--setup", &format!("connector/{connector}=create")]).exits(0);
}

#[test]
fn the_nearest_name_is_one_of_the_same_kind() {
    let (project, sample) = with_target();
    let wrong = format!("connection/{}=connection/prod-outlok", sample.connections[0]);
    let plan = project.run(&["plan", "prod", "orders.zip", "--map", &wrong]).exits(4);
    plan.says("S-MAP").says_not("did you mean connector/");
}
