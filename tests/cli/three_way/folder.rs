//! Environments in folders, whose files are edited without a run.

use std::path::PathBuf;

use serde_json::json;

use super::{FIRST, Orders, STORES, changed, flow, planned, project, save};
use crate::support::project::Project;

/// Edits a file as an editor does.
pub(crate) fn edit_file(project: &Project, name: &str, from: &str, to: &str) {
    let file = find(project.path("work"), name).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{from} in {text}");
    std::fs::write(file, text.replace(from, to)).unwrap();
}

fn edit(project: &Project, from: &str, to: &str) {
    edit_file(project, "flow.json", from, to);
}

fn find(folder: PathBuf, name: &str) -> Option<PathBuf> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.retain(|path| path.file_name().is_some_and(|name| name != ".flowport" && name != "history"));
    let here = entries.iter().find(|path| path.file_name().is_some_and(|own| own == name)).cloned();
    here.or_else(|| entries.into_iter().filter(|path| path.is_dir()).find_map(|path| find(path, name)))
}

#[test]
fn what_was_changed_in_its_files_is_a_conflict_of_nobody_knows_whom() {
    let project = changed(STORES[1], &FIRST, &Orders { top: 7, to: "eve", ..FIRST });
    edit(&project, "\"top\": 5", "\"top\": 9");
    project.run(&["plan", "work", "next.json"]).exits(4).says("was changed in work in its files since");
    let (change, _) = planned(&project, 4, &["next.json"]);
    assert_eq!((&change["conflict"]["changed"], &change["conflict"]["fields"][0]["now"]), (&json!(null), &json!(9)));
    assert_eq!(planned(&project, 0, &["first.json"]).0["action"], "kept");
    Orders { to: "eve", ..FIRST }.save(&project, "next.json");
    project.ok(&["import", "work", "next.json", "--yes"]).says("P-MERGED");
    let steps = &flow(&project)["steps"];
    assert_eq!([&steps[0]["inputs"]["top"], &steps[1]["inputs"]["to"]], [&json!(9), &json!("eve")]);
}

#[test]
fn an_import_that_finds_all_there_is_what_the_next_one_begins_with() {
    let project = project(STORES[1]);
    FIRST.put(&project);
    edit(&project, "\"top\": 5", "\"top\": 6");
    Orders { top: 6, ..FIRST }.save(&project, "first.json");
    project.ok(&["import", "work", "first.json"]).says("no changes");
    // What no run wrote is known all the same, as it was when it came.
    edit(&project, "\"top\": 6", "\"top\": 9");
    Orders { top: 7, ..FIRST }.save(&project, "next.json");
    let (change, _) = planned(&project, 4, &["next.json"]);
    let field = &change["conflict"]["fields"][0];
    assert_eq!([&field["base"], &field["now"], &field["comes"]], [&json!(6), &json!(9), &json!(7)]);
    assert_eq!(planned(&project, 0, &["first.json"]).0["action"], "kept");
}

#[test]
fn what_is_replaced_and_was_edited_since_its_last_run_is_nobody_knows_whose() {
    let project = project(STORES[1]);
    FIRST.save(&project, "elsewhere.json");
    project.write("elsewhere.json", project.read("elsewhere.json").replace("shop-dev", "shop-test"));
    project.ok(&["import", "work", "elsewhere.json", "--yes"]);
    Orders { top: 6, ..FIRST }.save(&project, "first.json");
    let replaced = || {
        let (_, found) = planned(&project, 0, &["first.json"]);
        found.into_iter().find(|finding| finding.contains("P-REPLACED")).unwrap()
    };
    let said = replaced();
    assert!(said.starts_with("info") && said.contains("(flowport import, run work/1)"), "{said}");
    edit(&project, "\"top\": 5", "\"top\": 9");
    let said = replaced();
    assert!(said.starts_with("warning") && !said.contains("work/1"), "{said}");
    let edited = "it was changed last in its files, and nobody knows by whom";
    assert!(said.contains(edited), "{said}");
    project.ok(&["plan", "work", "first.json", "-o", "plan.json"]).says(edited);
    project.ok(&["import", "--plan", "plan.json", "--yes"]).says(edited);
}

#[test]
fn a_folder_that_was_taken_away_is_a_conflict_too() {
    let project = project(STORES[1]);
    FIRST.save(&project, "first.json");
    project.ok(&["import", "work", "first.json", "--yes"]);
    let folder = find(project.path("work"), "flow.json").unwrap();
    std::fs::remove_dir_all(find(project.path("work"), "resource.toml").unwrap_or(folder).parent().unwrap()).unwrap();
    assert!(project.ids("work").is_empty());
    project.run(&["plan", "work", "first.json"]).exits(4).says("was taken out of work in its files");
    project.ok(&["import", "work", "first.json", "--resolve", "flow/orders=keep"]).says("stays out");
    project.ok(&["plan", "work", "first.json"]).says("stays out");
    save(&project, "first.json", &[FIRST.resource()]);
    project.ok(&["import", "work", "first.json", "--yes", "--resolve", "flow/*=take"]);
    assert_eq!(project.ids("work"), ["flow/orders"]);
}

#[test]
fn whoever_used_flowport_before_is_not_blamed_for_what_was_done_to_the_files() {
    let project = changed(STORES[1], &Orders { top: 8, ..FIRST }, &Orders { top: 7, to: "eve", ..FIRST });
    edit(&project, "\"top\": 8", "\"top\": 9");
    project
        .run(&["plan", "work", "next.json"])
        .exits(4)
        .says("was changed in work in its files since")
        .says_not("by ben");
    let folder = find(project.path("work"), "flow.json").unwrap();
    std::fs::remove_dir_all(folder.parent().unwrap()).unwrap();
    project.run(&["plan", "work", "next.json"]).exits(4).says("was taken out of work in its files").says_not("by ben");
}

#[test]
fn many_that_are_planned_at_once_wait_for_nobody() {
    let project = project(STORES[1]);
    let flow = |number: usize, top: u32| {
        let name = format!("Orders {number}");
        let mut resource = Orders { top, name: &name, ..FIRST }.resource();
        resource["id"] = json!(format!("orders-{number}"));
        resource
    };
    let all: Vec<_> = (0..200).map(|number| flow(number, 1)).collect();
    save(&project, "all.json", &all);
    project.ok(&["import", "work", "all.json", "--yes"]);
    save(&project, "some.json", &(0..64).map(|number| flow(number, 2)).collect::<Vec<_>>());
    for _ in 0..12 {
        let mut plan = project.command(&["plan", "work", "some.json"]);
        plan.env("RAYON_NUM_THREADS", "8");
        crate::support::project::run(plan, "plan".to_owned()).exits(0).says("64 update");
    }
}
