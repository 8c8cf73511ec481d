//! What stands on the sides of a comparison, and how two values stand side by side.

use serde_json::json;

use super::{changes, flow, place, places, step};
use crate::support::package::lone_flow;
use crate::support::project::Project;

#[test]
fn whether_a_flow_is_on_is_no_difference_between_a_package_and_an_environment() {
    let project = Project::new();
    let (package, id) = lone_flow("Orders");
    package.save(project.path("orders.zip"));
    project.ok(&["import", "dev", "orders.zip", "--yes"]);
    for sides in [["orders.zip", "dev"], ["dev", "orders.zip"]] {
        project.ok(&["diff", sides[0], sides[1], "--detailed-exitcode"]).says("no differences");
    }
    // Two environments know it, and so do two packages.
    project.ok(&["import", "prod", "orders.zip", "--yes", "--publish"]);
    let state = [place("head#/state", "changed")];
    let between = project.json(3, &["diff", "dev", "prod", "--detailed-exitcode"]);
    assert_eq!(places(changes(&between, &format!("flow/{id}"))), state);
    let mut draft = flow("stays", "Stays", json!([]));
    project.write("on.json", json!([draft]).to_string());
    draft["state"] = json!("draft");
    project.write("off.json", json!([draft]).to_string());
    let packages = project.json(3, &["diff", "on.json", "off.json", "--detailed-exitcode"]);
    assert_eq!(places(changes(&packages, "flow/stays")), state);
}

#[test]
fn what_looks_like_a_file_is_missed_as_a_file() {
    let project = Project::new();
    let names = "the environments are dev, prod, test";
    for text in ["nope.zip", "NOPE.ZIP", "./prod", "below/prod", "nope.json"] {
        let missed = format!("{text}: there is no such file, and no environment of that name; {names}");
        for sides in [[text, "dev"], ["dev", text]] {
            project.run(&["diff", sides[0], sides[1]]).exits(2).says(&missed).says_not("did you mean");
        }
    }
    project.run(&["diff", "dev", "prodd"]).exits(2).says("there is no environment prodd; did you mean prod?");
    project.run(&["diff", "dev", "some.thing"]).exits(2).says("there is no environment some.thing");
}

#[test]
fn where_there_is_no_project_a_file_is_missed_as_a_file() {
    let project = Project::bare();
    let run = project.run(&["diff", "nope.zip", "nope.json"]).exits(2);
    run.says("nope.zip: there is no such file, and no environment of that name").says_not("the environments are");
}

/// What differs in the middle of long texts is seen on both sides.
#[test]
fn long_values_are_shortened_around_what_differs() {
    let project = Project::new();
    let to = |name: &str| format!("/datasets/{}/tables/{name}/{}/onnewitems", "left".repeat(30), "right".repeat(30));
    for (file, name) in [("one.json", "orders"), ("two.json", "invoices")] {
        project.write(file, json!([flow("mail", "Mail", json!([step("first", &to(name))]))]).to_string());
    }
    let shown = project.ok(&["diff", "one.json", "two.json"]).stdout();
    let line = shown.lines().find(|line| line.contains("/steps/0/to")).unwrap();
    let (from, to) = line.split_once(" → ").unwrap_or_else(|| panic!("{shown}"));
    assert!(from.contains("orders") && to.contains("invoices"), "{shown}");
    assert!(line.chars().count() <= 120, "{shown}");
}
