//! Whatever changed since a plan was saved stops it, named, with who and when.

use serde_json::{Value, json};

use super::plan;
use crate::runs::{STORES, label, picklist, project, runs};
use crate::support::package::lone_flow;
use crate::support::project::{Project, findings};
use crate::three_way::folder::edit_file;
use crate::vault::{PASSWORD, model};

/// The plan is refused as stale, nothing is written, and this is what is said.
fn refused(project: &Project, arguments: &[&str]) -> String {
    let before = runs(project);
    let mut all = vec!["import", "--plan", "plan.json", "--yes"];
    all.extend(arguments);
    let envelope = project.json(7, &all);
    assert_eq!(runs(project), before, "nothing was written");
    let again =
        envelope["diagnostics"].as_array().unwrap().iter().filter_map(|it| it["help"].as_str()).collect::<Vec<_>>();
    assert!(again.iter().any(|help| help.contains("flowport plan work")), "{envelope}");
    findings(&envelope).join("\n")
}

/// An environment that has the picklist, and a saved plan that changes it.
fn planned(kind: &str) -> Project {
    let project = project(kind);
    project.ok(&["import", "work", &picklist(&project, "colours", "Red"), "--yes"]);
    let file = picklist(&project, "colours", "Green");
    project
        .ok(&["plan", "work", &file, "--setup", "picklist/colours=overwrite", "-o", "plan.json"])
        .says("1 overwrite");
    project
}

#[test]
fn a_change_by_hand_since_then_is_named() {
    for kind in STORES {
        let project = planned(kind);
        std::fs::copy(project.path("colours.json"), project.path("kept.json")).unwrap();
        project.ok(&["put", "work", &picklist(&project, "colours", "Blue"), "--as", "ben"]);
        std::fs::copy(project.path("kept.json"), project.path("colours.json")).unwrap();
        let said = refused(&project, &[]);
        for part in ["error[P-CHANGED] picklist/colours was changed since", "by ben with put at 20", "run work/2"] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert_eq!(label(&project, "colours").as_deref(), Some("Blue"), "{kind}");
        // Once it is as it was, the plan holds again.
        project.ok(&["undo", "work/2", "--yes"]);
        project.ok(&["import", "--plan", "plan.json", "--yes"]);
        assert_eq!(label(&project, "colours").as_deref(), Some("Green"));
    }
}

#[test]
fn what_was_taken_out_or_came_since_is_named() {
    for kind in STORES {
        let project = planned(kind);
        project.ok(&["delete", "work", "picklist/colours", "--yes", "--as", "eve"]);
        let said = refused(&project, &[]);
        assert!(said.contains("picklist/colours was taken out since the plan was made, by eve with delete"), "{said}");

        let file = picklist(&project, "sizes", "L");
        project.ok(&["plan", "work", &file, "-o", "plan.json", "--overwrite"]);
        project.ok(&["put", "work", &file, "--as", "ben"]);
        let said = refused(&project, &[]);
        assert!(said.contains("picklist/sizes came since the plan was made, by ben with put"), "{kind}: {said}");
    }
}

#[test]
fn a_secret_that_was_set_since_is_named_and_never_shown() {
    for kind in STORES {
        let project = project(kind);
        project.write("model.json", model(PASSWORD));
        project.ok(&["import", "work", "model.json", "--yes", "--setup", "connection/*=create"]);
        project.write("model.json", model("the-next-one"));
        project.ok(&["plan", "work", "model.json", "-o", "plan.json"]);
        project.write("password", "in-between");
        project.ok(&["secret", "set", "work", "connector/crm", "password", "--file", "password", "--as", "ben"]);
        let said = refused(&project, &[]);
        assert!(
            said.contains("the secrets kept for connector/crm were changed since, by ben with secret set"),
            "{said}"
        );
        assert!(!said.contains("in-between") && !said.contains("the-next-one"));
        assert!(!project.read("plan.json").contains("the-next-one"), "{kind}");
    }
}

/// An environment that keeps a password, and a saved plan that brings another one.
fn planned_with_secret(kind: &str) -> Project {
    let project = project(kind);
    project.write("model.json", model(PASSWORD));
    project.ok(&["import", "work", "model.json", "--yes", "--setup", "connection/*=create"]);
    project.write("model.json", model("the-next-one"));
    project.ok(&["plan", "work", "model.json", "--setup", "connector/crm=update", "-o", "plan.json"]);
    project
}

#[test]
fn a_change_that_was_undone_and_touched_no_secret_stops_nothing() {
    for kind in STORES {
        let project = planned_with_secret(kind);
        let renamed = model("").replace("CRM of ana", "CRM of all").replace("https://crm.dev", "https://crm.work");
        project.write("put.json", renamed);
        project.ok(&["put", "work", "put.json", "--as", "ben"]);
        project.ok(&["undo", "work/2", "--yes"]);
        project.ok(&["import", "--plan", "plan.json", "--yes"]).says("run work/4");
    }
}

#[test]
fn a_secret_that_was_written_into_a_file_since_is_named() {
    let project = planned_with_secret(STORES[1]);
    edit_file(&project, "connector.json", "\"password\": null", "\"password\": \"in-between\"");
    let said = refused(&project, &[]);
    assert!(said.contains("the secrets kept for connector/crm were changed since, outside flowport"), "{said}");
    assert!(!said.contains("in-between"));
    // One more, where one stood in the file already when it was planned.
    let plan = ["plan", "work", "model.json", "--setup", "connector/crm=update", "-o", "plan.json", "--overwrite"];
    project.ok(&[&plan[..], &["--resolve", "connector/crm=take"]].concat());
    assert!(!project.read("plan.json").contains("in-between"));
    edit_file(&project, "connector.json", "in-between", "another-one");
    assert!(refused(&project, &[]).contains("the secrets kept for connector/crm were changed since"));
}

#[test]
fn something_else_with_the_same_identity_is_named() {
    for kind in STORES {
        let project = project(kind);
        let (package, flow) = lone_flow("Orders");
        package.save(project.path("orders.zip"));
        project.ok(&["plan", "work", "orders.zip", "-o", "plan.json"]);
        // The same flow under another id.
        let mut other: Value = {
            project.ok(&["convert", "orders.zip", "orders.json"]);
            serde_json::from_str(&project.read("orders.json")).unwrap()
        };
        for resource in other["resources"].as_array_mut().unwrap() {
            if resource["kind"] == "flow" {
                resource["id"] = json!("0f000000-0000-4000-8000-000000000001");
            }
        }
        project.write("other.json", other.to_string());
        project.ok(&["put", "work", "other.json", "--as", "ben"]);
        let said = refused(&project, &[]);
        assert!(said.contains("what has the identity pa-flow:") && said.contains("by ben with put"), "{flow} {said}");
    }
}

#[test]
fn another_package_settings_plugins_or_tenant_is_named() {
    let project = planned(STORES[0]);
    picklist(&project, "colours", "Black");
    let said = refused(&project, &[]);
    assert!(said.contains("the SHA-256 of the package colours.json was "), "{said}");
    picklist(&project, "colours", "Green");

    project.write("work.toml", "[setup.\"picklist/colours\"]\nname = \"Colours\"\n");
    let arguments = ["plan", "work", "colours.json", "--settings", "work.toml", "-o", "plan.json", "--overwrite"];
    project.ok(&arguments);
    project.write("work.toml", "[setup.\"picklist/colours\"]\nname = \"Colors\"\n");
    let said = refused(&project, &[]);
    assert!(said.contains("the SHA-256 of what the settings file work.toml says was "), "{said}");
    project.write("work.toml", "[setup.\"picklist/colours\"]\nname = \"Colours\"\n");

    let plugin = crate::guests::guest("role");
    let said = refused(&project, &["--plugin", plugin.to_str().unwrap()]);
    assert!(said.contains("the plugin role was none when the plan was made, and is "), "{said}");

    let config = project.read("flowport.toml");
    project.write("flowport.toml", config.replace("contoso", "fabrikam"));
    let said = refused(&project, &[]);
    assert!(said.contains("the tenant of the environment work was contoso"), "{said}");
    project.write("flowport.toml", config);
    project.ok(&["import", "--plan", "plan.json", "--yes"]);
    assert!(plan(&project, "plan.json")["settings"]["answers"]["setup"]["picklist/colours"].is_object());
}

#[test]
fn of_a_settings_file_counts_what_it_says() {
    let project = planned(STORES[0]);
    project.write("work.toml", "[setup.\"picklist/colours\"]\naction = \"overwrite\"\nname = \"Colours\"\n");
    project.ok(&["plan", "work", "colours.json", "--settings", "work.toml", "-o", "plan.json", "--overwrite"]);
    std::fs::remove_file(project.path("work.toml")).unwrap();
    let said = refused(&project, &[]);
    assert!(said.contains("error[P-CHANGED] the settings file work.toml is not here"), "{said}");
    project.write("work.toml", "[setup.\"picklist/colours\"]\naction = \"overwrite\"\n");
    let said = refused(&project, &[]);
    assert!(said.contains("the SHA-256 of what the settings file work.toml says was "), "{said}");
    // The same in other words, order and line ends, and with a comment.
    let same = "# Reviewed.\r\n[setup]\r\n'picklist/colours' = { name = 'Colours', action = 'overwrite' }\r\n[map]\r\n";
    project.write("work.toml", same);
    project.ok(&["import", "--plan", "plan.json", "--yes"]).says("run work/2");
}

#[test]
fn a_settings_file_that_said_nothing_is_not_missed() {
    let project = planned(STORES[0]);
    project.write("work.toml", "# nothing yet\n");
    let flags = ["--setup", "picklist/colours=overwrite", "--settings", "work.toml", "-o", "plan.json", "--overwrite"];
    project.ok(&[&["plan", "work", "colours.json"], &flags[..]].concat());
    std::fs::remove_file(project.path("work.toml")).unwrap();
    project.ok(&["import", "--plan", "plan.json", "--yes"]).says("run work/2");
}

/// The command that is advised, run as it is, makes the plan that is carried out next.
#[cfg(unix)]
#[test]
fn the_plan_that_is_advised_can_be_pasted() {
    let project = project(STORES[0]);
    project.ok(&["import", "work", &picklist(&project, "colours", "Red"), "--yes"]);
    picklist(&project, "colours", "Green");
    let flags = ["--setup", "picklist/colours=overwrite", "--rename", "picklist/colours=It's all"];
    let plugin = crate::guests::guest("role");
    let plugin = ["--plugin", plugin.to_str().unwrap()];
    project.ok(&[&["plan", "work", "colours.json", "-o", "plan.json"], &flags[..], &plugin].concat());
    picklist(&project, "colours", "Blue");
    let stale = project.json(7, &["import", "--plan", "plan.json", "--yes"]);
    let help = stale["diagnostics"].as_array().unwrap().last().unwrap()["help"].as_str().unwrap().to_owned();
    let line = help.split_once("plan again: flowport").unwrap().1;
    let line = format!("'{}'{line}", env!("CARGO_BIN_EXE_flowport"));
    crate::support::project::run(project.program("sh", &["-c", &line]), help).exits(0).says("It's all");
    project.ok(&[&["import", "--plan", "plan.json", "--yes"], &plugin[..]].concat());
    assert_eq!(label(&project, "colours").as_deref(), Some("Blue"));
    assert_eq!(project.list("work")[0]["name"], "It's all");
}

#[test]
fn files_edited_outside_flowport_are_named_as_that() {
    let project = planned("dir:work");
    let file =
        std::fs::read_dir(project.path("work/picklist")).unwrap().next().unwrap().unwrap().path().join("picklist.json");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("Red", "Grey")).unwrap();
    let said = refused(&project, &[]);
    assert!(said.contains("picklist/colours was changed since the plan was made, outside flowport"), "{said}");
}

#[test]
fn a_plan_that_is_blocked_by_now_is_not_carried_out() {
    let project = project(STORES[0]);
    project.ok(&["put", "work", &picklist(&project, "Target", "One")]);
    let file = picklist(&project, "colours", "Red");
    let merge = ["--setup", "picklist/colours=merge:picklist/Target"];
    project.ok(&[&["plan", "work", &file, "-o", "plan.json"][..], &merge].concat());
    // Another one of the name that the answer means it by.
    let text = project.read("Target.json").replacen("\"id\":\"Target\"", "\"id\":\"other\"", 1);
    project.write("other.json", text.replace("\"schemaName\":\"Target\"", "\"schemaName\":\"other\""));
    project.ok(&["put", "work", "other.json"]);
    project.ok(&["delete", "work", "picklist/Target", "--yes"]);
    let refused = project.run(&["import", "--plan", "plan.json", "--yes"]);
    assert_eq!(refused.exit, Some(7), "{refused}");
    assert_eq!(runs(&project).len(), 3);
}

#[test]
fn a_plan_is_carried_out_once() {
    for kind in STORES {
        let project = planned(kind);
        project.ok(&["import", "--plan", "plan.json", "--yes", "--as", "ben"]);
        let said = project.run(&["import", "--plan", "plan.json", "--yes"]).exits(7);
        drop(said.says_all(&["carried out already, by ben at 20", "(run work/2)"]));
        // Not again either when the run was undone.
        project.ok(&["undo", "work/2", "--yes"]);
        project.run(&["import", "--plan", "plan.json", "--yes"]).exits(7).says("carried out already");
        assert_eq!(runs(&project).len(), 3, "{kind}");
    }
}
