//! Settings that do not fit: all of it said at once, and nothing written.

use super::{Project, findings, with_sample};

fn refused(project: &Project, arguments: &[&str], says: &[&str]) {
    let all = [&["convert", "orders.zip", "prod.zip"], arguments].concat();
    project.run(&all).exits(4).says_all(says);
    assert!(!project.path("prod.zip").exists(), "{arguments:?}");
}

#[test]
fn every_wrong_answer_is_named_and_nothing_is_written() {
    let (project, sample) = with_sample();
    let ([first, _, third, _], custom) = (&sample.connections, &sample.custom);
    let map = |from: &str, to: &str| format!("{from}={to}");
    let connection = format!("connection/{first}");
    for (answer, says) in [
        (
            map("connection/shop@contoso.exampel", "connection/x"),
            &["S-MAP", "did you mean connection/shop@contoso.example?"][..],
        ),
        (map(&connection, "flow/x"), &["S-MAP", "is a flow, not a connection"]),
        (map(&connection, "orders"), &["S-MAP"]),
        (map(&connection, "connection/orders site"), &["S-MAP", "is no key of a connection", "do:"]),
        (map(&connection, "connection/ana@contoso.example"), &["S-MAP", "ambiguous", third]),
        (map(&connection, &format!("connection/{third}")), &["P-OTHER", "cannot stand in"]),
        (map("connector/office365", "connector/shared_outlook"), &["S-MAP", "comes with the product"]),
        (map(&format!("connector/{custom}"), "connector/apis/x"), &["S-MAP", "is no key of a connector"]),
    ] {
        refused(&project, &["--map", &answer], says);
    }
    refused(&project, &["--setup", "flow/Order intake=merge"], &["P-ACTION", "choose one of"]);
    refused(
        &project,
        &["--setup", "flow/Order intake=update:flow/x", "--set-version", "flow/Order intake=2"],
        &["S-TARGET", "flow/x", "P-VERSION"],
    );
    refused(
        &project,
        &["--set-version", "flow/Order intake=next"],
        &["S-TARGET", "the next version", "say which version"],
    );
    refused(&project, &["--rename", "flow/Order intake= "], &["S-NAME"]);
    refused(&project, &["--rename", "flow/Order intak=x"], &["S-SETUP", "did you mean flow/Order intake?"]);
    project.run(&["convert", "orders.zip", "prod.zip", "--map", "nothing"]).exits(2);
    project.run(&["convert", "orders.zip", "prod.zip", "--settings", "none.toml"]).exits(2).says("none.toml");
}

#[test]
fn all_problems_are_said_at_once() {
    let (project, _) = with_sample();
    project.write(
        "wrong.toml",
        "[map]\n\"connection/nobody\" = \"connection/x\"\n\"connector/office365\" = \"connector/y\"\n[replace]\n\"https://nowhere.example\" = \"x\"\n[secrets]\n\"connection/shop@contoso.example#password\" = { env = \"PATH\" }\n[setup.\"flow/Order intake\"]\naction = \"overwrite\"\nversion = \"3\"\n",
    );
    let said =
        findings(&project.json(4, &["convert", "orders.zip", "prod.zip", "--settings", "wrong.toml"])).join("\n");
    for code in
        ["S-MAP] map connection/nobody", "S-MAP] map connector/", "S-REPLACE", "S-SECRET", "P-ACTION", "P-VERSION"]
    {
        assert!(said.contains(code), "{code} in {said}");
    }
    assert!(!project.path("prod.zip").exists());
}

#[test]
fn what_is_left_out_takes_no_other_answer() {
    let (project, sample) = with_sample();
    let [first, second, ..] = &sample.connections;
    let map = format!("connection/{first}=connection/{second}");
    let rename = format!("connection/{first}=Orders");
    refused(&project, &["--map", &map, "--rename", &rename], &["S-TWICE", "takes the place", "keep the map"]);
}

#[test]
fn two_answers_for_one_resource_contradict() {
    let (project, sample) = with_sample();
    let second = &sample.connections[1];
    let answers =
        [format!("connection/{second}=connection/a"), "connection/shop@contoso.example=connection/b".to_owned()];
    refused(&project, &["--map", &answers[0], "--map", &answers[1]], &["S-TWICE", "keep one of the two"]);
}
