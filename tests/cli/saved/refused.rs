//! What is no plan to be carried out.

use super::plan;
use crate::runs::{STORES, picklist, project};
use crate::support::package::lone_flow;
use crate::support::project::Project;

fn planned() -> Project {
    let project = project(STORES[0]);
    let file = picklist(&project, "colours", "Red");
    project.ok(&["plan", "work", &file, "-o", "plan.json"]);
    project
}

#[test]
fn where_nothing_was_ever_done_a_refused_plan_makes_nothing() {
    for kind in STORES {
        let project = project(kind);
        let file = picklist(&project, "colours", "Red");
        project.ok(&["plan", "work", &file, "-o", "plan.json"]);
        let before = project.names(".");
        picklist(&project, "colours", "Green");
        project.run(&["import", "--plan", "plan.json", "--yes"]).exits(7);
        assert_eq!(project.names("."), before, "{kind}");
        picklist(&project, "colours", "Red");
        project.ok(&["import", "--plan", "plan.json", "--yes"]).says("run work/1");
        assert_eq!(project.ids("work"), ["picklist/colours"]);
    }
}

#[test]
fn an_edited_plan_is_refused() {
    let project = planned();
    let text = project.read("plan.json");
    for (from, to) in
        [("\"create\"", "\"skip\""), ("\"publish\": false", "\"publish\": true"), ("colours.json", "others.json")]
    {
        assert!(text.contains(from), "{from} {text}");
        project.write("plan.json", text.replacen(from, to, 1));
        let refused = project.run(&["import", "--plan", "plan.json", "--yes"]).exits(9);
        drop(refused.says_all(&["plan.json", "was changed after it was saved", "plan again"]));
    }
    assert!(project.ids("work").is_empty());
    // How it is laid out says nothing.
    project.write("plan.json", plan(&project, "plan.json").to_string());
    project.write("plan.json", serde_json::from_str::<serde_json::Value>(&text).unwrap().to_string());
    project.ok(&["import", "--plan", "plan.json", "--yes"]);
}

#[test]
fn what_is_no_plan_says_so() {
    let project = planned();
    let text = project.read("plan.json");
    let newer = text.replacen("\"version\": 1", "\"version\": 2", 1);
    for (content, said) in [
        (text[..200].to_owned(), "no saved plan"),
        (String::new(), "no saved plan"),
        ("[]".to_owned(), "no JSON object"),
        ("{\"format\":\"flowport\"}".to_owned(), "its format is not flowport-plan"),
        (newer, "newer flowport (version 2)"),
    ] {
        project.write("plan.json", content);
        project.run(&["import", "--plan", "plan.json", "--yes"]).exits(2).says_all(&["plan.json", said]);
    }
    project.run(&["import", "--plan", "none.json", "--yes"]).exits(2).says("none.json");
    project.run(&["import", "--plan", "colours.json", "--yes"]).exits(2).says("no saved plan");
}

#[test]
fn a_plan_is_for_one_environment_and_takes_no_other_answers() {
    let project = planned();
    project.run(&["import", "dev", "--plan", "plan.json", "--yes"]).exits(2).says("a plan for work, and not for dev");
    for flag in [["--setup", "picklist/colours=skip"], ["--map", "a/b=c/d"], ["--settings", "x.toml"]] {
        project.run(&["import", "--plan", "plan.json", "--yes", flag[0], flag[1]]).exits(2).says("cannot be used with");
    }
    let resolve = ["--resolve", "picklist/colours=take"];
    project
        .run(&["import", "--plan", "plan.json", "--yes", resolve[0], resolve[1]])
        .exits(2)
        .says("cannot be used with");
    project.run(&["import", "--plan", "plan.json", "--yes", "--publish"]).exits(2).says("cannot be used with");
    project.run(&["import", "work", "--yes"]).exits(2).says("<FILE|TOKEN>");
    project.ok(&["import", "work", "colours.json", "--plan", "plan.json", "--yes"]);
}

#[test]
fn a_package_that_is_elsewhere_can_be_named() {
    let project = planned();
    std::fs::create_dir(project.path("else")).unwrap();
    std::fs::rename(project.path("colours.json"), project.path("else/colours.json")).unwrap();
    let refused = project.run(&["import", "--plan", "plan.json", "--yes"]).exits(2);
    drop(refused.says_all(&["colours.json, which this plan names, is not here", "flowport import work FILE --plan"]));
    project.ok(&["import", "work", "else/colours.json", "--plan", "plan.json", "--yes"]);
}

#[test]
fn a_blocked_plan_is_not_saved() {
    let project = project(STORES[0]);
    let (package, _) = lone_flow("Orders");
    package.save(project.path("orders.zip"));
    let blocked =
        project.run(&["plan", "work", "orders.zip", "-o", "plan.json", "--setup", "flow/Orders=merge"]).exits(4);
    drop(blocked.says("a blocked plan cannot be carried out"));
    assert!(!project.path("plan.json").exists());
}

#[test]
fn a_plan_is_not_written_over_what_is_there() {
    let project = planned();
    let before = project.read("plan.json");
    project.run(&["plan", "work", "colours.json", "-o", "plan.json"]).exits(1).says("--overwrite");
    assert_eq!(project.read("plan.json"), before);
    project.ok(&["plan", "work", "colours.json", "-o", "plan.json", "--overwrite"]);
    assert_ne!(project.read("plan.json"), before, "no two plans are one");
    for file in ["flowport.toml", "work.db", ".flowport/x.json"] {
        let refused = project.run(&["plan", "work", "colours.json", "-o", file, "--overwrite"]).exits(2);
        drop(refused.says("name another file"));
    }
    let refused = project.run(&["plan", "work", "colours.json", "-o", "colours.json", "--overwrite"]).exits(2);
    drop(refused.says("name another file"));
    project.run(&["plan", "work", "colours.json", "-o", "-"]).exits(2).says("not to stdout");
    project.run(&["plan", "work", "colours.json", "--overwrite"]).exits(2);
}
