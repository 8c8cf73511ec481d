//! Flows of K2view DPM.

use serde_json::{Value, json};

use crate::support::project::{Project, decisions, findings};

/// A flow as the product's screenshot shows one, with a link, a conditional task and keys that nobody knows.
pub(crate) fn dsar(version: u32) -> Value {
    json!({
        "FLOW_ID": 1, "FLOW_NAME": "DSAR", "FLOW_DESCRIPTION": "Data Subject Access Rights Flow", "STATUS": "Completed",
        "FLOW_VERSION": version, "X_UNKNOWN": { "kept": [1.50, null] },
        "STAGES": [
            { "STAGE_ID": 1, "STAGE_NAME": "Case Opening", "STAGE_DESCRIPTION": "", "STAGE_NUMBER": 1, "TASKS": [
                { "TASK_ID": 1, "TASK_NAME": "Check Case Duplication", "TASK_DESCRIPTION": null, "TASK_STATUS": "", "TASK_ORDER": 1,
                  "ROLE_NAME": "Data Steward", "OUTPUTS": [{ "OUTPUT_NAME": "caseId" }] },
            ] },
            { "STAGE_ID": 2, "STAGE_NAME": "Collection", "STAGE_DESCRIPTION": "", "STAGE_NUMBER": 2, "TASKS": [
                { "TASK_ID": 2, "TASK_NAME": "Collect", "TASK_ORDER": 1, "OPERATIONS": [{ "OPERATION_NAME": "collectData", "PARAMETERS": [
                    { "PARAM_TYPE": "Link", "STAGE_NAME": "Case Opening", "TASK_NAME": "Check Case Duplication", "OUTPUT_NAME": "caseId" },
                ] }] },
                { "TASK_ID": 3, "TASK_NAME": "Review", "TASK_ORDER": 2, "PARENT_TASK_NAME": "Collect" },
            ] },
        ],
    })
}

fn with(flow: &Value) -> Project {
    let project = Project::new();
    project.write("export_flow_DSAR.json", serde_json::to_string_pretty(flow).unwrap());
    project
}

const FILE: &str = "export_flow_DSAR.json";

#[test]
fn a_flow_goes_through_an_environment_byte_for_byte() {
    let project = with(&dsar(1));
    project.ok(&["inspect", FILE]).says_all(&["(dpm, unverified)", "DSAR", "Data Steward", "collectData"]);
    project.ok(&["import", "dev", FILE, "--yes"]);
    assert_eq!(project.ids("dev"), ["flow/DSAR@1"]);
    project.ok(&["export", "dev", "flow/DSAR", "-o", "back.json"]).says("(dpm)");
    assert_eq!(project.read("back.json"), project.read(FILE));
    project.ok(&["convert", "back.json", "carried.json", "--format", "json"]);
    project.ok(&["convert", "carried.json", "again.json", "--format", "dpm"]);
    assert_eq!(project.read("again.json"), project.read(FILE));
    project.ok(&["import", "dev", FILE, "--yes"]).says("no changes");
    project.ok(&["formats"]).says_all(&["dpm", "unverified"]);
}

#[test]
fn an_existing_pair_is_blocked_unless_it_is_to_be_overwritten() {
    let project = with(&dsar(1));
    project.ok(&["import", "dev", FILE, "--yes"]);
    let mut changed = dsar(1);
    changed["FLOW_DESCRIPTION"] = json!("changed");
    project.write("changed.json", changed.to_string());
    let run = project.run(&["import", "dev", "changed.json", "--yes"]).exits(4);
    run.says_all(&["overwrite", "--rename", "--set-version"]);
    // Which one is meant is known; what to do with it is asked.
    let asked = project.run(&["plan", "dev", "changed.json"]).exits(4);
    let asked = asked.says_all(&["--setup 'flow/DSAR@1=overwrite'", "--setup 'flow/DSAR@1=new-version'"]);
    asked.says_not("--map");
    // Two answers may name one resource in two ways, as long as they say different things.
    let both = ["--set-version", "flow/DSAR=1", "--setup", "flow/DSAR@1=overwrite"];
    project.ok(&[&["plan", "dev", "changed.json"], &both[..]].concat());
    let twice = ["--setup", "flow/DSAR=skip", "--setup", "flow/DSAR@1=overwrite"];
    project.run(&[&["plan", "dev", "changed.json"], &twice[..]].concat()).exits(4).says("S-TWICE");
    let overwritten = project.json(0, &["import", "dev", "changed.json", "--yes", "--setup", "flow/DSAR@1=overwrite"]);
    let warned = findings(&overwritten);
    assert!(
        warned.iter().any(|it| it.starts_with("warning[DPM") && it.contains("DSAR") && it.contains("is Completed")),
        "{warned:?}"
    );
    assert_eq!(project.part("dev", "flow/DSAR@1", "flow.json"), changed.to_string().into_bytes());
}

#[test]
fn names_and_versions_are_changed_in_the_content_too() {
    let project = with(&dsar(1));
    project.ok(&["import", "dev", FILE, "--yes"]);
    let content = |id: &str| -> Value { serde_json::from_slice(&project.part("dev", id, "flow.json")).unwrap() };
    // The next version: 1, or the highest and 1.
    let mut changed = dsar(1);
    changed["FLOW_DESCRIPTION"] = json!("second");
    project.write("second.json", changed.to_string());
    project.ok(&["import", "dev", "second.json", "--yes", "--set-version", "flow/DSAR=next"]);
    assert_eq!(content("flow/DSAR@2")["FLOW_VERSION"], 2);
    project.ok(&["import", "dev", "second.json", "--yes", "--setup", "flow/DSAR=new-version"]).says("no changes");
    changed["FLOW_DESCRIPTION"] = json!("third");
    project.write("third.json", changed.to_string());
    project.ok(&["import", "dev", "third.json", "--yes", "--setup", "flow/DSAR=new-version"]);
    assert_eq!(content("flow/DSAR@3")["FLOW_VERSION"], 3);
    project.ok(&["import", "dev", "third.json", "--yes", "--set-version", "flow/DSAR=7"]);
    assert_eq!(content("flow/DSAR@7")["FLOW_DESCRIPTION"], "third");
    for wrong in ["", "a@b", "x y"] {
        let answer = format!("flow/DSAR={wrong}");
        project.run(&["plan", "dev", "third.json", "--set-version", &answer]).exits(4).says("P-VERSION");
    }
    // A new name begins with its first version.
    project.ok(&["import", "dev", "third.json", "--yes", "--rename", "flow/DSAR=Access"]);
    assert_eq!(content("flow/Access@1")["FLOW_NAME"], "Access");
    assert_eq!(content("flow/Access@1")["FLOW_VERSION"], 1);
    assert_eq!(project.ids("dev"), ["flow/Access@1", "flow/DSAR@1", "flow/DSAR@2", "flow/DSAR@3", "flow/DSAR@7"]);
    project.run(&["export", "dev", "flow/DSAR", "-o", "x.json"]).exits(2).says("ambiguous");
    project.run(&["export", "dev", "flow/*", "-o", "x.json"]).exits(4).says("--split");
    project.ok(&["export", "dev", "flow/*", "-o", "each", "--split"]).says_not("lost");
    assert_eq!(project.names("each").len(), 5);
}

#[test]
fn the_highest_version_there_can_be_stops_nobody() {
    let project = with(&dsar(1));
    project.ok(&["import", "dev", FILE, "--yes", "--set-version", &format!("flow/DSAR={}", u64::MAX)]);
    project.ok(&["import", "dev", FILE, "--yes", "--set-version", "flow/DSAR=next"]);
    assert_eq!(project.ids("dev"), [format!("flow/DSAR@{}", u64::MAX), "flow/DSAR@2".to_owned()]);
}

#[test]
fn what_is_wrong_with_a_scenario_is_said_all_at_once() {
    type Fault = (&'static str, &'static dyn Fn(&mut Value), &'static str);
    let faults: [Fault; 7] = [
        ("two stages of one number", &|it| it["STAGES"][1]["STAGE_NUMBER"] = json!(1), "/STAGES/1/STAGE_NUMBER"),
        ("a stage that is missing", &|it| it["STAGES"][1]["STAGE_NUMBER"] = json!(3), "/STAGES"),
        ("a stage without a name", &|it| it["STAGES"][0]["STAGE_NAME"] = Value::Null, "/STAGES/0"),
        (
            "a task without a name",
            &|it| {
                it["STAGES"][1]["TASKS"][0].as_object_mut().unwrap().remove("TASK_NAME");
            },
            "/STAGES/1/TASKS/0",
        ),
        (
            "a link to an output that is not there",
            &|it| it["STAGES"][1]["TASKS"][0]["OPERATIONS"][0]["PARAMETERS"][0]["OUTPUT_NAME"] = json!("nowhere"),
            "/STAGES/1/TASKS/0/OPERATIONS/0/PARAMETERS/0",
        ),
        (
            "a link to a later stage",
            &|it| {
                let link = it["STAGES"][1]["TASKS"][0]["OPERATIONS"].clone();
                it["STAGES"][0]["TASKS"][0]["OPERATIONS"] = link;
                it["STAGES"][0]["TASKS"][0]["OPERATIONS"][0]["PARAMETERS"][0]["STAGE_NAME"] = json!("Collection");
                it["STAGES"][0]["TASKS"][0]["OPERATIONS"][0]["PARAMETERS"][0]["TASK_NAME"] = json!("Collect");
            },
            "/STAGES/0/TASKS/0/OPERATIONS/0/PARAMETERS/0",
        ),
        (
            "a parent in another stage",
            &|it| it["STAGES"][1]["TASKS"][1]["PARENT_TASK_NAME"] = json!("Check Case Duplication"),
            "/STAGES/1/TASKS/1/PARENT_TASK_NAME",
        ),
    ];
    let all = |envelope: &Value| -> Vec<String> {
        let errors = envelope["diagnostics"].as_array().unwrap().iter().filter(|it| it["severity"] == "error");
        errors.map(|it| it["slot"].as_str().unwrap_or_default().to_owned()).collect()
    };
    for (what, fault, slot) in &faults {
        let mut flow = dsar(1);
        fault(&mut flow);
        let project = with(&flow);
        let envelope = project.json(4, &["import", "dev", FILE, "--yes"]);
        assert!(all(&envelope).iter().any(|at| at.contains(slot)), "{what}: {envelope:#}");
        assert!(project.ids("dev").is_empty(), "{what}");
    }
    let mut flow = dsar(1);
    faults[0].1(&mut flow);
    faults[3].1(&mut flow);
    faults[6].1(&mut flow);
    assert!(all(&with(&flow).json(4, &["plan", "dev", FILE])).len() >= 3, "all at once");
}

#[test]
fn bad_files_are_refused_with_line_and_column_or_path() {
    let text = serde_json::to_string_pretty(&dsar(1)).unwrap();
    for (what, content, says) in [
        ("truncated", text[..text.len() / 2].to_owned(), "line "),
        ("doubly encoded", serde_json::to_string(&text).unwrap(), "encoded twice"),
        ("a list", format!("[{text}]"), "object"),
        ("stages that are no list", text.replace("\"STAGES\": [", "\"STAGES\": {}, \"OTHER\": ["), "STAGES"),
    ] {
        let project = Project::new();
        project.write("bad.json", content);
        let run = project.run(&["import", "dev", "bad.json", "--yes"]).exits(4);
        assert!(run.text().contains(says), "{what}: {says:?} is not said by\n{run}");
        assert!(project.ids("dev").is_empty(), "{what}");
    }
}

#[cfg(unix)]
#[test]
fn the_content_can_be_edited_on_its_way_and_is_validated_again() {
    let project = with(&dsar(1));
    let edit = |script: &str| {
        project.write("editor.sh", format!("#!/bin/sh\n{script}\n"));
        std::fs::set_permissions(project.path("editor.sh"), std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .unwrap();
        let arguments = ["import", "dev", FILE, "--yes", "--edit"];
        let mut command = project.command(&arguments);
        command.env("EDITOR", project.path("editor.sh"));
        crate::support::project::run(command, arguments.join(" "))
    };
    edit("sed -i 's/\"STAGES\": \\[/\"STAGES\": [,/' \"$1\"").exits(4).says("line ");
    edit("sed -i 's/\"STAGE_NUMBER\": 2/\"STAGE_NUMBER\": 1/' \"$1\"").exits(4).says("STAGE_NUMBER");
    assert!(project.ids("dev").is_empty());
    edit("sed -i 's/Data Subject Access Rights Flow/Edited on its way/' \"$1\"").exits(0);
    let stored: Value = serde_json::from_slice(&project.part("dev", "flow/DSAR", "flow.json")).unwrap();
    assert_eq!(stored["FLOW_DESCRIPTION"], "Edited on its way");
}

#[test]
fn a_draft_becomes_completed_by_publish() {
    let mut flow = dsar(1);
    flow["STATUS"] = json!("Draft");
    let project = with(&flow);
    let plan = project.json(0, &["import", "dev", FILE, "--yes"]);
    assert_eq!(decisions(&plan), [("flow/DSAR@1".to_owned(), "create".to_owned())]);
    assert_eq!(project.list("dev")[0]["state"], "draft");
    project.ok(&["publish", "dev", "flow/DSAR"]);
    let stored: Value = serde_json::from_slice(&project.part("dev", "flow/DSAR", "flow.json")).unwrap();
    assert_eq!(stored["STATUS"], "Completed");
}
