//! How conflicts are resolved: flags and settings.

use serde_json::json;

use super::{FIRST, Orders, STORES, changed, flow, planned, runs, text};

const HERE: Orders<'static> = Orders { top: 9, ..FIRST };
const THERE: Orders<'static> = Orders { top: 7, to: "eve", ..FIRST };

#[test]
fn keep_writes_nothing_and_the_next_import_begins_with_what_came() {
    for store in STORES {
        let project = changed(store, &HERE, &THERE);
        let (before, runs_before) = (text(&project), runs(&project));
        let (change, _) = planned(&project, 0, &["next.json", "--resolve", "flow/orders=keep"]);
        assert_eq!(change["action"], "kept");
        assert_eq!(runs(&project), runs_before, "a plan remembers nothing");
        let kept = ["import", "work", "next.json", "--resolve", "flow/orders=keep"];
        project.ok(&kept).says_all(&["P-KEPT", "it stays, though it comes changed"]);
        assert_eq!((text(&project), runs(&project)), (before, runs_before + 1));
        // It is settled: the same package asks no more, and what it changes further goes together with the target's.
        assert_eq!(planned(&project, 0, &["next.json"]).0["action"], "kept");
        let mut later = THERE.resource();
        later["attributes"]["limit"] = json!(2);
        super::save(&project, "later.json", &[later]);
        let (change, _) = planned(&project, 0, &["later.json"]);
        assert_eq!((&change["action"], &change["merged"]["taken"][0]["path"]), (&json!("update"), &json!("/limit")));
        assert_eq!(change["merged"]["taken"].as_array().unwrap().len(), 1, "{change:#}");
    }
}

#[test]
fn take_makes_it_what_the_package_has() {
    for store in STORES {
        let project = changed(store, &HERE, &THERE);
        project.ok(&["import", "work", "next.json", "--yes", "--resolve", "flow/Orders=take"]).says_all(&[
            "P-TAKEN",
            "by ben at 20",
            "the package's takes its place",
        ]);
        let steps = &flow(&project)["steps"];
        assert_eq!([&steps[0]["inputs"]["top"], &steps[1]["inputs"]["to"]], [&json!(7), &json!("eve")]);
        assert_eq!(planned(&project, 0, &["next.json"]).0["action"], "no-change");
        FIRST.save(&project, "back.json");
        assert_eq!(planned(&project, 0, &["back.json"]).0["action"], "update");
    }
}

#[test]
fn an_answer_counts_for_what_would_stay_or_merge_too() {
    let project = changed(STORES[0], &HERE, &Orders { to: "eve", ..FIRST });
    assert_eq!(planned(&project, 0, &["first.json"]).0["action"], "kept");
    project.ok(&["import", "work", "next.json", "--yes", "--resolve", "flow/orders=take"]);
    let steps = &flow(&project)["steps"];
    assert_eq!([&steps[0]["inputs"]["top"], &steps[1]["inputs"]["to"]], [&json!(5), &json!("eve")]);
}

#[test]
fn a_settings_file_answers_and_a_name_goes_before_a_pattern() {
    let project = changed(STORES[0], &HERE, &THERE);
    project.write("all.toml", "[resolve]\n\"flow/*\" = \"take\"\n");
    let plan = |flags: &[&str]| {
        let mut all = vec!["next.json", "--settings", "all.toml"];
        all.extend(flags);
        planned(&project, 0, &all).0["action"].clone()
    };
    assert_eq!(plan(&[]), "update");
    assert_eq!(plan(&["--resolve", "flow/orders=keep"]), "kept");
    project.write("all.toml", "[resolve]\n\"*/orders\" = \"take\"\n\"flow/orders\" = \"keep\"\n");
    assert_eq!(plan(&[]), "kept");
    project.write("all.toml", "[resolve]\n\"*/orders\" = \"take\"\n\"flow/*\" = \"keep\"\n");
    project
        .run(&["plan", "work", "next.json", "--settings", "all.toml"])
        .exits(4)
        .says("S-TWICE")
        .says("flow/orders has an answer already: take, and not keep");
}

#[test]
fn answers_that_answer_nothing_are_told() {
    let project = changed(STORES[0], &FIRST, &THERE);
    let run = |flag: &str| project.run(&["plan", "work", "next.json", "--resolve", flag]);
    run("flow/ordrs=take").exits(4).says("S-RESOLVE").says("did you mean flow/Orders?");
    run("connection/*=take").exits(4).says("connection/* is not in the package");
    run("flow/orders=mine").exits(2).says("\"mine\" is neither keep nor take");
    run("flow/orders").exits(2).says("write RESOURCE=keep or RESOURCE=take");
    let said = "info[P-RESOLVE] resolve flow/orders: there is no conflict, and so nothing to take";
    run("flow/orders=take").exits(0).says(said).says("update");
    run("flow/*=take").exits(0).says_not("P-RESOLVE");
    project.ok(&["import", "work", "next.json", "--yes"]);
    run("flow/orders=keep").exits(0).says("nothing to keep");
    project.ok(&["plan", "dev", "next.json", "--resolve", "flow/orders=keep"]).says("nothing to keep").says("create");
    project.write("wrong.toml", "[resolve]\n\"flow/orders\" = \"both\"\n");
    let wrong = project.run(&["plan", "work", "next.json", "--settings", "wrong.toml"]).exits(4);
    wrong.says_all(&["S-SYNTAX", "line 2", "keep", "take"]);
}

#[test]
fn without_an_environment_there_is_nothing_to_resolve() {
    let project = changed(STORES[0], &FIRST, &FIRST);
    let said = "only an import into an environment has conflicts to resolve";
    project.run(&["convert", "next.json", "out.json", "--resolve", "flow/orders=keep"]).exits(4).says(said);
    project.write("keep.toml", "[resolve]\n\"flow/orders\" = \"keep\"\n");
    project.run(&["convert", "next.json", "out.json", "--settings", "keep.toml"]).exits(4).says(said);
    assert!(!project.path("out.json").exists());
}

#[test]
fn a_settings_template_has_the_conflicts_and_works_as_soon_as_one_is_chosen() {
    let project = changed(STORES[0], &HERE, &THERE);
    let template = project.ok(&["plan", "work", "next.json", "--settings-template"]).stdout();
    let keep = "# resolve.\"flow/orders\" = \"keep\"  # leave it as the target has it";
    assert!(template.contains(keep) && template.contains("by ben at 20"), "{template}");
    project.write("work.toml", template.replace(keep, &keep[2..]));
    assert_eq!(planned(&project, 0, &["next.json", "--settings", "work.toml"]).0["action"], "kept");
    let take = "# resolve.\"flow/orders\" = \"take\"";
    project.write("work.toml", template.replace(take, &take[2..]));
    assert_eq!(planned(&project, 0, &["next.json", "--settings", "work.toml"]).0["action"], "update");
}
