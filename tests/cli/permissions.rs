//! Makers and owners.

use crate::support::package::lone_flow;
use crate::support::project::Project;

fn with_makers(makers: &str) -> Project {
    let project = Project::bare();
    let toml = format!(
        "[environments.dev]\nkind = \"development\"\nmakers = [{makers}]\n[environments.open]\nkind = \"test\"\n"
    );
    project.write("flowport.toml", toml);
    lone_flow("Orders").0.save(project.path("orders.zip"));
    project
}

#[test]
fn only_makers_write_to_an_environment_that_names_them() {
    let project = with_makers("\"ben\", \"cleo\"");
    let import = ["import", "dev", "orders.zip", "--yes"];
    project.run(&import).exits(10).says_all(&["ana is no maker of dev", "ben, cleo"]);
    assert!(project.ids("dev").is_empty());
    project.ok(&[&import[..], &["--as", "ben"]].concat());
    let before = project.list("dev");
    assert_eq!(before[0]["owners"], serde_json::json!(["ben"]), "who imports owns what is created");
    for arguments in [
        &["delete", "dev", "flow/Orders", "--yes"][..],
        &["publish", "dev", "flow/Orders"],
        &["unpublish", "dev", "flow/Orders"],
        &["edit", "dev", "flow/Orders"],
        &["put", "dev", "orders.zip"],
        &["env", "remove", "dev", "--delete-store", "--yes"],
    ] {
        project.run(arguments).exits(10).says("no maker");
    }
    assert_eq!(project.list("dev"), before);
    project.ok(&["plan", "dev", "orders.zip"]);
}

#[test]
fn an_environment_whose_makers_are_an_empty_list_takes_nothing() {
    let project = with_makers("");
    project.run(&["import", "dev", "orders.zip", "--yes"]).exits(10);
    project.ok(&["import", "open", "orders.zip", "--yes"]);
}

#[test]
fn only_owners_and_co_owners_export_what_is_owned() {
    let project = Project::new();
    lone_flow("Orders").0.save(project.path("orders.zip"));
    project.ok(&["put", "dev", "orders.zip", "--owner", "ben", "--co-owner", "cleo"]);
    let export = ["export", "dev", "flow/Orders", "-o", "out.zip"];
    project.run(&export).exits(10).says_all(&["ana may not export", "belongs to ben"]);
    assert!(!project.path("out.zip").exists());
    project.ok(&[&export[..], &["--as", "ben"]].concat());
    project.ok(&[&export[..], &["--as", "cleo", "--overwrite"]].concat());
    let mut command = project.command(&[&export[..], &["--overwrite"]].concat());
    command.env("FLOWPORT_AS", "cleo");
    crate::support::project::run(command, "export as cleo".to_owned()).exits(0);
}

#[test]
fn an_update_leaves_the_owner_as_it_was() {
    let project = Project::new();
    let (mut package, flow) = lone_flow("Orders");
    package.save(project.path("orders.zip"));
    project.ok(&["import", "dev", "orders.zip", "--yes", "--as", "ben"]);
    package.action(&flow, "More", serde_json::json!({ "type": "Compose", "inputs": 1, "runAfter": {} }));
    package.save(project.path("orders.zip"));
    project.ok(&["import", "dev", "orders.zip", "--yes", "--as", "cleo"]).says("update");
    assert_eq!(project.list("dev")[0]["owners"], serde_json::json!(["ben"]));
}
