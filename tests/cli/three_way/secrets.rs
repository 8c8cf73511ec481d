//! Secrets that the target set since they came last, beside others that come.

use serde_json::{Value, json};

use super::folder::edit_file;
use super::{STORES, planned, project, runs, save};
use crate::support::project::Project;

const SLOT: &str = "connector.json#/secrets/password";
/// Whoever brings a connector with its secrets wants it in the place of the one that is there.
const UPDATE: [&str; 2] = ["--setup", "connector/crm=update"];

/// A package of the shop's development with a connector, its password and its address.
fn package(project: &Project, file: &str, password: &str, url: &str) {
    let connector = json!({ "name": "CRM", "url": url, "secrets": { "password": password } });
    let parts = json!({ "connector.json": { "json": connector } });
    save(
        project,
        file,
        &[json!({ "kind": "connector", "id": "crm", "name": "CRM", "dialect": "flowport", "parts": parts })],
    );
}

const URL: &str = "https://crm.example";

/// A project into which the connector was imported, where ben set the password since.
fn set_since(store: &str) -> Project {
    let project = project(store);
    package(&project, "first.json", "came-first", URL);
    import(&project, "first.json", &[]);
    set(&project, "set-by-ben");
    project
}

/// A project into which the connector was imported, where ben changed its address since.
fn moved_since(store: &str) -> Project {
    let project = project(store);
    package(&project, "first.json", "came-first", URL);
    import(&project, "first.json", &[]);
    package(&project, "by-hand.json", "came-first", "https://ben.example");
    project.ok(&["put", "work", "by-hand.json", "--as", "ben"]);
    project
}

fn set(project: &Project, password: &str) {
    project.write("password", password);
    project.ok(&["secret", "set", "work", "connector/crm", SLOT, "--file", "password", "--as", "ben"]);
}

fn import(project: &Project, file: &str, arguments: &[&str]) {
    let run = project.ok(&[&["import", "work", file, "--yes"], &UPDATE[..], arguments].concat());
    run.says_not("came-").says_not("set-by-ben");
}

fn plan(project: &Project, exit: i32, file: &str, arguments: &[&str]) -> (Value, Vec<String>) {
    let (change, found) = planned(project, exit, &[&[file], &UPDATE[..], arguments].concat());
    let shown = format!("{change} {found:?}");
    assert!(!shown.contains("came-") && !shown.contains("set-by-ben"), "{shown}");
    (change, found)
}

/// The password that the environment keeps.
fn password(project: &Project) -> String {
    let out = ["export", "work", "connector/crm", "--include-secrets", "-o", "out.json", "--overwrite"];
    project.ok(&out);
    let package: Value = serde_json::from_str(&project.read("out.json")).unwrap();
    let part = &package["resources"][0]["parts"]["connector.json"];
    let connector = part["json"].as_object().cloned().map(Value::Object);
    let connector = connector.unwrap_or_else(|| serde_json::from_str(part["text"].as_str().unwrap()).unwrap());
    connector["secrets"]["password"].as_str().unwrap().to_owned()
}

#[test]
fn another_one_that_comes_is_a_conflict_without_values() {
    for store in STORES {
        let project = set_since(store);
        package(&project, "next.json", "came-next", URL);
        let (change, found) = plan(&project, 4, "next.json", &[]);
        let field =
            json!({ "part": "secrets", "path": SLOT, "base": null, "now": null, "comes": null, "secret": true });
        assert_eq!((&change["action"], &change["conflict"]["fields"]), (&json!("conflict"), &json!([field])));
        let said = found.iter().find(|finding| finding.contains("P-CONFLICT")).unwrap();
        assert!(said.contains("changed in work by ben at 20") && said.contains("they differ in 1 field"), "{said}");
        let import = [&["import", "work", "next.json", "--yes"], &UPDATE[..]].concat();
        project.run(&import).exits(4).says("nothing was written");
        assert_eq!(password(&project), "set-by-ben");
    }
}

#[test]
fn fields_and_secrets_are_one_conflict() {
    for store in STORES {
        let project = set_since(store);
        package(&project, "by-hand.json", "set-by-ben", "https://ben.example");
        project.ok(&["put", "work", "by-hand.json", "--as", "ben"]);
        package(&project, "next.json", "came-next", "https://next.example");
        let (change, found) = plan(&project, 4, "next.json", &[]);
        let paths: Vec<_> = change["conflict"]["fields"].as_array().unwrap().iter().map(|it| &it["path"]).collect();
        assert_eq!(paths, [&json!("/url"), &json!(SLOT)]);
        let conflicts = found.iter().filter(|finding| finding.contains("P-CONFLICT")).count();
        assert_eq!(conflicts, 1, "{found:?}");
    }
}

#[test]
fn keep_keeps_it_and_nobody_is_asked_again() {
    for store in STORES {
        let project = set_since(store);
        // What else changes comes all the same.
        package(&project, "next.json", "came-next", "https://next.example");
        let keep = ["--resolve", "connector/crm=keep"];
        let (_, found) = plan(&project, 0, "next.json", &keep);
        assert!(!found.iter().any(|finding| finding.contains("P-RESOLVE")), "{found:?}");
        import(&project, "next.json", &keep);
        assert_eq!(password(&project), "set-by-ben");
        let url = project.part("work", "connector/crm", "connector.json");
        assert!(String::from_utf8(url).unwrap().contains("https://next.example"));
        let before = runs(&project);
        let (change, found) = plan(&project, 0, "next.json", &[]);
        assert_eq!(change["action"], "kept");
        assert!(found.iter().any(|it| it.contains("P-KEPT") && it.contains("none but the old one comes")), "{found:?}");
        import(&project, "next.json", &[]);
        assert_eq!((password(&project).as_str(), runs(&project)), ("set-by-ben", before));
        // One more is asked about anew.
        package(&project, "later.json", "came-later", "https://next.example");
        assert_eq!(plan(&project, 4, "later.json", &[]).0["action"], "conflict");
        import(&project, "later.json", &["--resolve", "connector/crm=take"]);
        assert_eq!(password(&project), "came-later");
        assert_eq!(plan(&project, 0, "later.json", &[]).0["action"], "no-change");
    }
}

#[test]
fn the_old_one_that_comes_again_replaces_nothing() {
    for store in STORES {
        let project = set_since(store);
        let before = runs(&project);
        let (change, found) = plan(&project, 0, "first.json", &[]);
        assert_eq!(change["action"], "kept", "{found:?}");
        import(&project, "first.json", &[]);
        assert_eq!((password(&project).as_str(), runs(&project)), ("set-by-ben", before));
        package(&project, "next.json", "came-first", "https://next.example");
        for _ in 0..2 {
            import(&project, "next.json", &[]);
            assert_eq!(password(&project), "set-by-ben", "{store}");
        }
        import(&project, "next.json", &["--resolve", "connector/crm=take"]);
        assert_eq!(password(&project), "came-first");
    }
}

#[test]
fn one_that_nobody_touched_is_replaced_as_ever() {
    for store in STORES {
        let project = moved_since(store);
        package(&project, "next.json", "came-next", URL);
        let (change, found) = plan(&project, 0, "next.json", &[]);
        assert_eq!(change["action"], "update", "{found:?}");
        import(&project, "next.json", &[]);
        assert_eq!(password(&project), "came-next");
    }
}

#[test]
fn one_that_came_with_what_was_merged_is_what_the_next_one_begins_with() {
    for store in STORES {
        let project = project(store);
        package(&project, "first.json", "came-first", URL);
        import(&project, "first.json", &[]);
        let named = |file: &str, password: &str, name: &str, url: &str| {
            package(&project, file, password, url);
            project.write(file, project.read(file).replace("\"CRM\"", &format!("\"{name}\"")));
        };
        named("by-hand.json", "came-first", "CRM", "https://ben.example");
        project.ok(&["put", "work", "by-hand.json", "--as", "ben"]);
        named("next.json", "came-next", "Customers", URL);
        let (change, found) = plan(&project, 0, "next.json", &[]);
        assert!(change["merged"].is_object(), "{found:?}");
        import(&project, "next.json", &[]);
        assert_eq!(password(&project), "came-next");
        named("later.json", "came-later", "Customers", URL);
        let (change, found) = plan(&project, 0, "later.json", &[]);
        assert_eq!(change["action"], "update", "{found:?}");
        // A package without it in between changes nothing about that.
        named("without.json", "", "Customers", "https://later.example");
        import(&project, "without.json", &["--resolve", "connector/crm=keep"]);
        named("later.json", "came-later", "Customers", "https://later.example");
        assert_eq!(plan(&project, 0, "later.json", &[]).0["action"], "update", "{store}");
    }
}

#[test]
fn the_first_one_that_comes_meets_one_that_was_set() {
    for store in STORES {
        let project = project(store);
        package(&project, "first.json", "", URL);
        import(&project, "first.json", &[]);
        set(&project, "set-by-ben");
        package(&project, "next.json", "came-next", URL);
        assert_eq!(plan(&project, 4, "next.json", &[]).0["conflict"]["fields"][0]["base"], Value::Null);
    }
}

#[test]
fn who_gives_a_secret_by_name_is_not_asked() {
    for store in STORES {
        let project = set_since(store);
        project.write("given", "came-by-name");
        let settings = format!("[secrets]\n\"connector/crm#{SLOT}\" = {{ file = \"given\" }}\n");
        project.write("work.toml", settings);
        package(&project, "next.json", "came-next", URL);
        import(&project, "next.json", &["--settings", "work.toml"]);
        assert_eq!(password(&project), "came-by-name");
    }
}

#[test]
fn what_was_kept_altogether_is_known_with_its_secret() {
    for store in STORES {
        let project = moved_since(store);
        package(&project, "next.json", "came-next", URL);
        import(&project, "next.json", &["--resolve", "connector/crm=keep"]);
        assert_eq!(password(&project), "came-first", "{store}");
        import(&project, "next.json", &[]);
        assert_eq!(password(&project), "came-first", "nobody is asked twice: {store}");
    }
}

#[test]
fn one_that_was_written_into_a_file_counts_as_set() {
    let project = project(STORES[1]);
    package(&project, "first.json", "came-first", URL);
    import(&project, "first.json", &[]);
    edit_file(&project, "connector.json", "\"password\": null", "\"password\": \"set-by-ben\"");
    package(&project, "next.json", "came-next", URL);
    let (_, found) = plan(&project, 4, "next.json", &[]);
    assert!(found.iter().any(|it| it.contains("P-CONFLICT") && it.contains("in its files since")), "{found:?}");
    assert_eq!(plan(&project, 0, "first.json", &[]).0["action"], "kept");
    import(&project, "next.json", &["--resolve", "connector/crm=keep"]);
    assert_eq!(plan(&project, 0, "next.json", &[]).0["action"], "kept");
    assert_eq!(password(&project), "set-by-ben");
}

#[test]
fn a_package_without_it_in_between_makes_it_nobody_elses() {
    for store in STORES {
        let project = set_since(store);
        package(&project, "without.json", "", "https://next.example");
        import(&project, "without.json", &[]);
        assert_eq!(password(&project), "set-by-ben");
        import(&project, "first.json", &[]);
        assert_eq!(password(&project), "set-by-ben", "{store}");
    }
}

#[test]
fn one_that_is_set_where_fields_stay_is_the_package_s_own() {
    for store in STORES {
        let project = moved_since(store);
        for (file, comes) in [("next.json", "came-next"), ("later.json", "came-later"), ("first.json", "came-first")] {
            package(&project, file, comes, URL);
            import(&project, file, &[]);
            assert_eq!(password(&project), comes, "{store}");
        }
    }
}

#[test]
fn one_that_is_given_by_name_is_set_where_fields_are_kept() {
    for store in STORES {
        let project = moved_since(store);
        project.write("given", "came-by-name");
        project.write("work.toml", format!("[secrets]\n\"connector/crm#{SLOT}\" = {{ file = \"given\" }}\n"));
        package(&project, "next.json", "came-next", "https://next.example");
        import(&project, "next.json", &["--settings", "work.toml", "--resolve", "connector/crm=keep"]);
        assert_eq!(password(&project), "came-by-name", "{store}");
        let text = String::from_utf8(project.part("work", "connector/crm", "connector.json")).unwrap();
        assert!(text.contains("https://ben.example"), "{text}");
    }
}

#[test]
fn who_brings_none_needs_no_key() {
    for store in STORES {
        let project = set_since(store);
        std::fs::remove_file(project.path(".flowport/secrets.key")).unwrap();
        package(&project, "without.json", "", "https://next.example");
        assert_eq!(plan(&project, 0, "without.json", &[]).0["action"], "update", "{store}");
    }
}

#[test]
fn one_that_was_taken_out_is_told_to_be_missing() {
    let project = project(STORES[0]);
    package(&project, "first.json", "came-first", URL);
    import(&project, "first.json", &[]);
    project.ok(&["secret", "remove", "work", "connector/crm", SLOT]);
    let (_, found) = plan(&project, 0, "first.json", &[]);
    let said = found.iter().find(|finding| finding.contains("P-KEPT")).unwrap();
    assert!(said.starts_with("warning") && said.contains("and is not set"), "{said}");
}
