//! `inspect --settings-template`: every question of a package, as a file that `convert` and `plan` take.

use super::{Project, changed, changes, with_sample};

/// The lines that are answers, without their `#`.
fn uncommented(template: &str) -> String {
    let is_answer =
        |line: &str| ["# map.", "# setup.", "# secrets.", "# replace."].iter().any(|start| line.starts_with(start));
    template.lines().map(|line| if is_answer(line) { &line[2..] } else { line }).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_template_of_the_demo_changes_nothing_until_it_is_filled_in() {
    let project = Project::bare();
    project.ok(&["demo", "."]);
    let template = project.ok(&["inspect", "order-intake.zip", "--settings-template"]).stdout();
    let asked = template.lines().filter(|line| line.starts_with("# map.")).count();
    assert_eq!(asked, 2, "{template}");
    for answer in
        ["# setup.\"flow/", ".name = \"Order intake\"", "# replace.\"https://contoso-dev.sharepoint.com/sites/orders\""]
    {
        assert!(template.contains(answer), "{answer} in {template}");
    }
    project.write("same.toml", uncommented(&template));
    let done = project.json(0, &["convert", "order-intake.zip", "same.zip", "--settings", "same.toml"]);
    assert!(changes(&done).is_empty(), "{:#?}", changes(&done));
    changed(&project, "order-intake.zip", "same.zip", |_, text| text.to_owned());
    // Filled in: each connection gets a key, each value another one.
    let mut filled = String::new();
    for (number, line) in uncommented(&template).lines().enumerate() {
        let key = line.split_once(" = ").map_or("", |(key, _)| key);
        match key.split_once('.').map(|(table, _)| table) {
            Some("map") => filled.push_str(&format!("{key} = \"connection/key-{number}\"\n")),
            Some("replace") => filled.push_str(&format!("{key} = \"value-{number}\"\n")),
            _ => filled.push_str(&format!("{line}\n")),
        }
    }
    project.write("filled.toml", &filled);
    let done = project.json(0, &["convert", "order-intake.zip", "filled.zip", "--settings", "filled.toml"]);
    let told = changes(&done);
    assert!(
        told.iter().any(|it| it.contains("connection/key-")) && told.iter().any(|it| it.contains(" literal ")),
        "{told:#?}"
    );
    project.ok(&["inspect", "filled.zip", "--verify"]);
    // The same file answers a plan, where the target has what it names.
    project.ok(&["init", "fresh"]);
    let maps: Vec<&str> = filled.lines().filter(|line| line.starts_with("map.")).collect();
    let ids: Vec<&str> = maps.iter().map(|line| line.split('"').nth(1).unwrap()).collect();
    let create: Vec<String> = ids.iter().flat_map(|id| ["--setup".to_owned(), format!("{id}=create")]).collect();
    let fresh = ["--config", "fresh/flowport.toml"];
    let import: Vec<&str> = ["import", "dev", "order-intake.zip", "--yes"]
        .into_iter()
        .chain(create.iter().map(String::as_str))
        .chain(fresh)
        .collect();
    project.ok(&import);
    project.ok(&[&["plan", "dev", "order-intake.zip", "--settings", "same.toml"], &fresh[..]].concat());
}

#[test]
fn a_template_asks_for_connectors_secrets_versions_and_what_lies_outside() {
    let (project, sample) = with_sample();
    let template = project.ok(&["inspect", "orders.zip", "--settings-template"]).stdout();
    assert!(template.contains(&format!("# map.\"connector/{0}\" = \"connector/{0}\"", sample.custom)), "{template}");
    assert!(template.contains("# connector \"Warehouse\" for flow Order intake, connection Warehouse"), "{template}");
    assert!(!template.contains("office365\" ="), "what comes with the product is no question: {template}");
    let model = r#"[{"kind":"connector","id":"crm","name":"CRM","dialect":"flowport","parts":{"connector.json":{"json":{"name":"CRM","secrets":{"password":null}}}}},
        {"kind":"connection","id":"c","name":"C","dialect":"flowport","parts":{"connection.json":{"json":{"name":"C","connector":"erp"}}}}]"#;
    project.write("model.json", model);
    let template = project.json(0, &["inspect", "model.json", "--settings-template"])["result"]["settings"].clone();
    let template = template.as_str().unwrap();
    for line in [
        "# map.\"connection/c\"",
        "# map.\"connector/erp\" = \"connector/erp\"",
        "# secrets.\"connector/crm#connector.json#/secrets/password\"",
        "# setup.\"connector/crm\".action = \"update\"  # update, create",
    ] {
        assert!(template.contains(line), "{line} in {template}");
    }
    project.write("flow.json", r#"{"name":"Orders","description":"","version":3,"status":"DRAFT","elements":[]}"#);
    project.ok(&["inspect", "flow.json", "--settings-template"]).says("# setup.\"flow/Orders@3\".version = \"3\"");
    // Uncommented, with the secret at hand.
    project.write("same.toml", uncommented(template));
    let mut command = project.command(&["convert", "model.json", "same.json", "--settings", "same.toml"]);
    command.env("VARIABLE", "hunter2");
    crate::support::project::run(command, "convert".to_owned()).exits(0).says("secret").says_not("hunter2");
    project.run(&["inspect", "orders.zip", "--settings-template", "--verify"]).exits(2);
}
