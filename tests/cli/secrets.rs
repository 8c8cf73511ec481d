//! Secrets that are found, and literals.

use crate::support::package::{SECRET, SITE, Sample, sample};
use crate::support::project::{Project, findings};
use crate::support::zipped;

fn with_sample() -> (Project, Sample) {
    let project = Project::new();
    let sample = sample("Order intake");
    // No output of any command shows the secret.
    sample.import(&project).says_not(SECRET);
    (project, sample)
}

#[test]
fn a_secret_in_a_flow_is_found_and_never_shown() {
    let (project, _) = with_sample();
    for arguments in [
        &["inspect", "orders.zip"][..],
        &["inspect", "orders.zip", "--json"],
        &["show", "dev", "flow/Order intake"],
        &["show", "dev", "flow/Order intake", "--json"],
        &["plan", "prod", "orders.zip", "--settings-template"],
        &["check", "dev"],
    ] {
        project.ok(arguments).says_not(SECRET);
    }
    project.run(&["plan", "prod", "orders.zip", "--json"]).exits(4).says_not(SECRET);
    let inspected = project.json(0, &["inspect", "orders.zip"]);
    let found = inspected["diagnostics"].as_array().unwrap().iter().find(|finding| finding["code"] == "E-FOUND");
    let slot = found.expect("the secret is found")["slot"].as_str().unwrap().to_owned();
    assert!(slot.ends_with("/headers/Ocp-Apim-Subscription-Key"), "{slot}");
}

#[test]
fn strip_found_leaves_the_value_nowhere_in_the_package() {
    let (project, sample) = with_sample();
    let kept = project.ok(&["export", "dev", "flow/Order intake", "-o", "kept.zip"]).says("--strip-found");
    kept.says_not(SECRET);
    let holds = |file: &str| {
        let within = |content: &Vec<u8>| content.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
        zipped::entries(&project.path(file)).values().any(within)
    };
    assert!(holds("kept.zip"), "without the flag the content is as it was");

    let envelope = project.json(0, &["export", "dev", "flow/Order intake", "-o", "stripped.zip", "--strip-found"]);
    assert!(findings(&envelope).iter().any(|finding| finding.contains("taken out")), "{envelope:#}");
    assert!(!holds("stripped.zip"));
    let name = crate::support::package::flow_file(&sample.flow, "definition.json");
    let (before, after) =
        (&zipped::entries(&project.path("kept.zip"))[&name], &zipped::entries(&project.path("stripped.zip"))[&name]);
    let expected = String::from_utf8(before.clone()).unwrap().replace(SECRET, "");
    assert_eq!(String::from_utf8(after.clone()).unwrap(), expected, "nothing but the secret is gone");
    project.ok(&["inspect", "stripped.zip", "--verify"]).says_not("E-FOUND");

    project.ok(&["export", "dev", "flow/Order intake", "-o", "stripped.json", "--strip-found"]);
    assert!(!project.read("stripped.json").contains(SECRET));
    let environment = project.part("dev", "flow/Order intake", "definition.json");
    assert!(String::from_utf8(environment).unwrap().contains(SECRET), "the environment keeps it");
}

#[test]
fn a_value_bound_to_an_environment_is_listed_and_replaced_by_settings() {
    let (project, sample) = with_sample();
    project.ok(&["inspect", "orders.zip"]).says(SITE);
    let target = "https://contoso.sharepoint.com/sites/shop";
    project.write("prod.toml", format!("[replace]\n\"{SITE}\" = \"{target}\"\n"));
    let answers = sample.create_all();
    let mut arguments = vec!["import", "prod", "orders.zip", "--yes", "--settings", "prod.toml"];
    arguments.extend(answers.iter().map(String::as_str));
    project.ok(&arguments);
    let definition = String::from_utf8(project.part("prod", "flow/Order intake", "definition.json")).unwrap();
    assert!(definition.contains(&format!("{target}/_api/web")) && !definition.contains("contoso-dev"), "{definition}");
    // The connections are there by now, and nobody needs to be asked for them again.
    project.ok(&["plan", "prod", "orders.zip", "--settings", "prod.toml"]).says("no changes");
    project.ok(&["plan", "prod", "orders.zip", "--settings", "prod.toml", "--detailed-exitcode"]);
}

#[test]
fn settings_in_the_wrong_place_show_no_secret() {
    let (project, sample) = with_sample();
    let flow = &sample.flow;
    project.write("a.toml", format!("[secrets]\n\"flow/{flow}#x\" = \"{SECRET}\"\n"));
    project.write("b.toml", format!("[replace]\n\"{SECRET}\" = \"other\"\n"));
    for settings in ["a.toml", "b.toml"] {
        project.run(&["plan", "dev", "orders.zip", "--settings", settings]).exits(4).says_not(SECRET);
    }
}
