//! What the target changed since the last import, beside what the package changes: kept, merged, or a conflict.

mod answers;
#[cfg(unix)]
mod asked;
mod boomi;
mod conflict;
pub(crate) mod folder;
mod gone;
mod merged;
mod power_automate;
mod saved;
mod secrets;
mod shown;

use serde_json::{Value, json};

use crate::support::project::{Project, findings};

/// Both kinds of stores.
const STORES: [&str; 2] = ["sqlite:work.db", "dir:work"];

/// A project with an environment `work` in such a store.
fn project(store: &str) -> Project {
    let project = Project::new();
    project.ok(&["env", "add", "work", "--store", store]);
    project
}

/// A flow of flowport's own: the top of its step `read`, whom its step `send` sends to, and its folder.
#[derive(Clone, Copy)]
struct Orders<'a> {
    top: u32,
    to: &'a str,
    folder: &'a str,
    name: &'a str,
}

const FIRST: Orders<'static> = Orders { top: 5, to: "ana", folder: "Shop", name: "Orders" };

impl Orders<'_> {
    fn resource(&self) -> Value {
        let Orders { top, to, folder, name } = self;
        // Laid out as nobody would, so that what nobody changed can be told.
        let flow = format!(
            "{{ \"name\":\"{name}\",\n   \"state\":\"draft\", \"trigger\":{{\"type\":\"manual\"}},\n \"steps\": [ \
             {{\"name\":\"read\" , \"inputs\":{{\"top\":{top}}}}},\n{{\"name\":\"send\", \"inputs\":{{\"to\":\"{to}\" }}}} ] }}\n"
        );
        json!({
            "kind": "flow", "id": "orders", "name": name, "dialect": "flowport", "state": "draft",
            "attributes": { "folder": folder, "limit": 1 },
            "parts": { "flow.json": { "mediaType": "application/json", "text": flow } },
        })
    }

    /// Brings it into the environment as a package of the shop's development does.
    fn save(&self, project: &Project, file: &str) {
        save(project, file, &[self.resource()]);
    }

    /// Puts it into the environment by hand.
    fn put(&self, project: &Project) {
        project.write("by-hand.json", json!([self.resource()]).to_string());
        project.ok(&["put", "work", "by-hand.json", "--as", "ben"]);
    }
}

/// A package of the shop's development.
fn save(project: &Project, file: &str, resources: &[Value]) {
    let info = json!({ "name": "Orders", "source": "shop-dev" });
    let package = json!({ "format": "flowport", "formatVersion": "1.0", "package": info, "resources": resources });
    project.write(file, package.to_string());
}

/// A project into which the flow was imported, with what the target makes of it by hand and what comes next.
fn changed(store: &str, now: &Orders<'_>, comes: &Orders<'_>) -> Project {
    let project = project(store);
    FIRST.save(&project, "first.json");
    project.ok(&["import", "work", "first.json", "--yes"]);
    now.put(&project);
    comes.save(&project, "next.json");
    project
}

fn flow(project: &Project) -> Value {
    serde_json::from_slice(&text(project)).unwrap()
}

fn text(project: &Project) -> Vec<u8> {
    project.part("work", "flow/orders", "flow.json")
}

/// What becomes of the flow by a plan.
fn planned(project: &Project, exit: i32, arguments: &[&str]) -> (Value, Vec<String>) {
    let mut all = vec!["plan", "work"];
    all.extend(arguments);
    let envelope = project.json(exit, &all);
    (envelope["result"]["changes"][0].clone(), findings(&envelope))
}

fn runs(project: &Project) -> usize {
    project.json(0, &["runs", "work"])["result"]["runs"].as_array().unwrap().len()
}

#[test]
fn what_only_the_package_changed_is_an_update_as_ever() {
    for store in STORES {
        let project = changed(store, &FIRST, &Orders { top: 6, ..FIRST });
        let (change, found) = planned(&project, 0, &["next.json"]);
        assert_eq!(
            (&change["action"], &change["conflict"], &change["merged"]),
            (&json!("update"), &Value::Null, &Value::Null)
        );
        assert!(!found.iter().any(|finding| finding.contains("[P-")), "{found:?}");
    }
}

#[test]
fn what_only_the_target_changed_stays_and_the_plan_says_whose_it_is() {
    for store in STORES {
        let project = changed(store, &Orders { top: 9, ..FIRST }, &FIRST);
        let (before, runs_before) = (text(&project), runs(&project));
        project.ok(&["plan", "work", "next.json"]).says_all(&["kept ", "1 kept; no changes"]);
        let (change, found) = planned(&project, 0, &["next.json"]);
        assert_eq!(change["action"], "kept");
        let said = found.iter().find(|finding| finding.contains("P-KEPT")).unwrap();
        for word in ["info", "changed in work by ben at 20", "flowport put, run work/2", "that stays"] {
            assert!(said.contains(word), "{word:?} in {said}");
        }
        let help = "--resolve 'flow/orders=take'";
        project.ok(&["import", "work", "next.json", "--yes"]).says_all(&[
            "keeps what was changed there",
            "P-KEPT",
            help,
        ]);
        assert_eq!((text(&project), runs(&project)), (before, runs_before), "nothing is written, and nothing new came");
        project.ok(&["plan", "work", "next.json", "--detailed-exitcode"]);
    }
}

#[test]
fn what_stays_is_switched_on_where_that_is_asked_for() {
    let project = changed(STORES[0], &Orders { top: 9, ..FIRST }, &FIRST);
    project.ok(&["import", "work", "next.json", "--yes", "--publish"]);
    let flow = flow(&project);
    assert_eq!((&flow["state"], &flow["steps"][0]["inputs"]["top"]), (&json!("published"), &json!(9)));
    project.ok(&["import", "work", "next.json", "--yes", "--publish"]).says("P-KEPT");
}

#[test]
fn the_same_change_on_both_sides_is_none_and_the_next_import_begins_there() {
    for store in STORES {
        let both = Orders { top: 9, ..FIRST };
        let project = changed(store, &both, &both);
        let before = runs(&project);
        assert_eq!(planned(&project, 0, &["next.json"]).0["action"], "no-change");
        project.ok(&["import", "work", "next.json"]).says("no changes: work (development) has it all\n");
        assert_eq!(runs(&project), before + 1, "what came is remembered");
        project.ok(&["import", "work", "next.json"]);
        assert_eq!(runs(&project), before + 1, "once");
        Orders { top: 10, ..FIRST }.save(&project, "later.json");
        assert_eq!(planned(&project, 0, &["later.json"]).0["action"], "update");
    }
}

#[test]
fn switching_on_is_no_change_of_the_content() {
    for store in STORES {
        let project = project(store);
        FIRST.save(&project, "first.json");
        project.ok(&["import", "work", "first.json", "--yes"]);
        project.ok(&["publish", "work", "flow/orders"]);
        Orders { top: 6, ..FIRST }.save(&project, "next.json");
        let (change, found) = planned(&project, 0, &["next.json"]);
        assert_eq!(change["action"], "update", "{found:?}");
        assert!(!found.iter().any(|finding| finding.contains("P-MERGED")), "{found:?}");
        project.ok(&["import", "work", "next.json", "--yes"]);
        let flow = flow(&project);
        assert_eq!((&flow["state"], &flow["steps"][0]["inputs"]["top"]), (&json!("published"), &json!(6)));
    }
}

#[test]
fn what_was_undone_never_came() {
    for store in STORES {
        let project = project(store);
        FIRST.save(&project, "first.json");
        project.ok(&["import", "work", "first.json", "--yes"]);
        Orders { top: 6, ..FIRST }.save(&project, "next.json");
        project.ok(&["import", "work", "next.json", "--yes"]);
        project.ok(&["undo", "work/2", "--yes"]);
        assert_eq!(flow(&project)["steps"][0]["inputs"]["top"], 5);
        assert_eq!(planned(&project, 0, &["next.json"]).0["action"], "update");
        assert_eq!(planned(&project, 0, &["first.json"]).0["action"], "no-change");
    }
}

#[test]
fn what_never_came_from_there_is_replaced_with_a_warning_that_names_who_wrote_it() {
    for store in STORES {
        let project = project(store);
        Orders { top: 9, ..FIRST }.put(&project);
        FIRST.save(&project, "first.json");
        let (change, found) = planned(&project, 0, &["first.json"]);
        assert_eq!(change["action"], "update");
        let said = found.iter().find(|finding| finding.contains("P-REPLACED")).unwrap();
        assert!(
            said.starts_with("warning") && said.contains("nothing is known of an import of it from \"shop-dev\""),
            "{said}"
        );
        assert!(said.contains("changed last by ben at 20") && said.contains("run work/1"), "{said}");
        project.ok(&["import", "work", "first.json", "--yes"]).says("P-REPLACED");
        // What another import wrote is told, and no warning.
        let other = project.read("first.json").replace("shop-dev", "shop-test").replace("ana", "eve");
        project.write("other.json", other);
        let (_, found) = planned(&project, 0, &["other.json"]);
        let said = found.iter().find(|finding| finding.contains("P-REPLACED")).unwrap();
        assert!(said.starts_with("info") && said.contains("flowport import, run work/2"), "{said}");
    }
}
